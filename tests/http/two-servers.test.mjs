// Several servers on one PostgreSQL: what one writer promised by being alone holds with many.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, ROOT, freshFolder, motcua, removeFolder, serveAgain, startSite } from '../lib/server.mjs'
import { Client } from '../lib/client.mjs'
import { ENGINE, databaseUrl, sql } from '../lib/engine.mjs'
import { HERE, addNeighbours, at, meetNeighbours, readyToSend, receive } from '../lib/parked.mjs'

const only = { skip: ENGINE !== 'pg' && 'SQLite has one server' }
let first, second, people
before(async () => {
  if (only.skip) return
  first = await startSite({ people: addNeighbours })
  second = await serveAgain(first)
  people = await meetNeighbours(first)
})
after(async () => {
  await second?.stop()
  await first?.clean()
})

// The same person at the other server.
function there(client) {
  const c = new Client(second, { headers: client.headers })
  c.cookies = client.cookies
  return c
}

// `motcua ARGS` without waiting for it: { status, stdout, stderr }.
const beside = (folder, args, input = '') => new Promise(done => {
  const child = spawn(join(BUILD, 'motcua'), args, { cwd: folder }), said = { stdout: '', stderr: '' }
  for (const name in said) child[name].on('data', bytes => { said[name] += bytes })
  child.on('close', status => done({ status, ...said }))
  child.stdin.end(input)
})

const words = r => r.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 400)

test('a session of one server is one of the other', only, async () => {
  const r = await there(people.intake).get('/can-bo')
  assert.equal(r.status, 200, words(r))
})

test('a draft that is sent from eight windows at once becomes one dossier', only, async () => {
  const path = await readyToSend(people.citizen), before = Number(sql(first.folder, 'SELECT count(*) FROM dossier'))
  const windows = Array.from({ length: 8 }, (_, i) => i % 2 ? people.citizen : there(people.citizen))
  const pages = await Promise.all(windows.map(w => w.get(`${path}/kiem-tra`)))
  const sent = await Promise.all(windows.map((w, i) => w.send(pages[i], {}, { action: `${path}/gui` })))
  assert.equal(Number(sql(first.folder, 'SELECT count(*) FROM dossier')), before + 1)
  const good = sent.filter(r => /H26\.X\.00070-\d{6}-\d{4}/.test(r.text))
  assert.equal(good.length, 1, sent.map(r => `${r.status} ${words(r)}`).join('\n'))
  for (const r of sent) assert.ok(r === good[0] || [303, 404, 409].includes(r.status), `${r.status} ${words(r)}`)
})

test('two officers take the same dossiers at once: each is taken by one', only, async () => {
  const codes = []
  for (let i = 0; i < 6; i++) codes.push(await receive(people.intake))
  const rows = await Promise.all(codes.map(async code => {
    const path = `${at(code)}/viec/claim`, who = [people.specialist, there(people.archivist)]
    const pages = await Promise.all(who.map(c => c.get(path)))
    return Promise.all(who.map((c, i) => c.send(pages[i], {}, { action: path })))
  }))
  for (const [i, pair] of rows.entries()) {
    assert.deepEqual(pair.map(r => r.status).sort(), [303, 409], `${codes[i]}: ${pair.map(words).join('\n')}`)
    assert.equal(sql(first.folder, `SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${codes[i]}' AND e.version = 2`), '1')
  }
})

test('four hundred submissions at two servers: every number of the day once', only, async () => {
  const body = readFileSync(join(ROOT, 'tests/data/submission.json'), 'utf8'), here = people['writing token']
  const given = []
  await Promise.all(Array.from({ length: 64 }, async (_, i) => {
    const client = i % 2 ? here : there(here)
    for (let n = i; n < 400; n += 64) {
      const r = await client.postJson('/api/v1/dossiers', body, { headers: { 'idempotency-key': `hai-may-chu-${n}` } })
      assert.equal(r.status, 201, r.text)
      given.push(r.json().code)
    }
  }))
  assert.equal(new Set(given).size, 400)
  const numbers = sql(first.folder, `SELECT code FROM dossier WHERE code LIKE '${HERE}-%'`).split('\n').map(c => Number(c.split('-')[2])).sort((a, b) => a - b)
  assert.deepEqual(numbers, numbers.map((_, i) => i + 1), 'no number is left out')
})

test('wrong passwords at both servers count together', only, async () => {
  const tries = Array.from({ length: 12 }, async (_, i) => {
    const c = i % 2 ? first.client() : second.client()
    return (await c.submit('/can-bo/dang-nhap', { login: 'nguoi-reporter', password: 'khong-phai-mat-khau' })).status
  })
  const answers = await Promise.all(tries), wrong = answers.filter(s => s !== 429).length
  assert.ok(wrong >= 5, answers.join(' '))
  assert.equal(Number(sql(first.folder, 'SELECT max(tries) FROM failure WHERE kind = 0 OR kind = 1')), wrong, answers.join(' '))
  const right = await second.client().submit('/can-bo/dang-nhap', { login: 'nguoi-reporter', password: 'Mat-khau-2026-thu' })
  assert.equal(right.status, 429, 'the right one has to wait, too')
})

test('officers who are added at once all reach their work', only, async () => {
  const logins = Array.from({ length: 8 }, (_, i) => `cung-luc-${i}`)
  const made = await Promise.all(logins.map(l => beside(first.folder, ['user', 'add', '--login', l, '--name', 'Lê Cùng Lúc', '--role', `intake@${HERE}`,
    '--role', 'specialist@H26.X.00004', '--password-stdin'], 'Mat-khau-2026-thu\n')))
  assert.deepEqual(made.map(m => m.status), logins.map(() => 0), made.map(m => m.stderr).join(''))
  const reached = sql(first.folder, `SELECT a.login, count(*) FROM reach r JOIN account a ON a.id = r.account WHERE a.login LIKE 'cung-luc-%' GROUP BY a.login ORDER BY 1`)
  const counts = new Set(reached.split('\n').map(l => l.split('|')[1]))
  assert.equal(reached.split('\n').length, 8, reached)
  assert.equal(counts.size, 1, reached)
})

test('three inits of an empty database at once', only, async () => {
  const folder = freshFolder()
  try {
    const words = ['init', '--db', databaseUrl(folder), '--catalogue', join(ROOT, 'catalogue')]
    const made = await Promise.all([1, 2, 3].map(n => beside(folder, [...words, '--config', `motcua${n}.yaml`])))
    assert.deepEqual(made.map(m => m.status), [0, 0, 0], made.map(m => m.stderr).join('\n'))
    assert.equal(motcua(folder, ['check', '--config', 'motcua1.yaml']).status, 0)
    assert.equal(sql(folder, 'SELECT count(*), count(DISTINCT code) FROM agency WHERE valid_to > 1000000').split('|').length, 2)
    assert.equal(sql(folder, 'SELECT count(*) FROM (SELECT code, valid_from FROM agency GROUP BY code, valid_from HAVING count(*) > 1) x'), '0')
  } finally { removeFolder(folder) }
})
