// Personal numbers and telephones are nowhere in the database as they are: not in its file, its WAL, a backup or a dump.  Found all the
// same; moved or altered values are named; keys are rotated while people work; without the right key nothing starts.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINE, databaseUrl, sql } from '../lib/engine.mjs'
import { sealedIs, sealedStart } from '../lib/numbers.mjs'
import { HERE, act, addNeighbours, apply, at, meetNeighbours, park, readyToSend, receive } from '../lib/parked.mjs'
import { ROOT, OWNER, declare, say, verify } from '../lib/mandates.mjs'
import { PASSWORD } from '../lib/people.mjs'
import { motcua, serveAgain, startSite } from '../lib/server.mjs'
import { said, soon } from '../lib/soon.mjs'

const PERSON = '001191000123', PHONE = '0912345678', CORRECTED = '001191000456', OTHER = OWNER['so-dinh-danh']
let site, people, other, mandate, parked, open = []
before(async () => {
  site = await startSite({ people: folder => {
    addNeighbours(folder)
    const made = motcua(folder, ['user', 'add', '--login', OTHER, '--name', OWNER.ten, '--citizen', '--password-stdin'], { input: `${PASSWORD}\n` })
    assert.equal(made.status, 0, made.stderr)
    for (const number of [PERSON, OTHER]) verify(folder, number)
  } })
  people = await meetNeighbours(site)
  other = site.client()
  assert.equal((await other.submit('/dang-nhap', { login: OTHER, password: PASSWORD })).status, 303)
})
after(() => site.clean())

const keys = (...words) => motcua(site.folder, ['keys', 'numbers', ...words])
function told(...words) {
  const done = keys(...words)
  assert.equal(done.status, 0, `${words.join(' ')}\n${done.stdout}${done.stderr}`)
  return done.stdout
}
const found = async q => (await people.intake.open(`/can-bo/tim?q=${q}`)).text
const through = text => /^column/m.test(text) && !/state=(waits|at-work)/.test(text)

// Everything that holds rows of the database, as bytes.
function atRest() {
  if (ENGINE !== 'pg') sql(site.folder, 'PRAGMA wal_checkpoint(PASSIVE)')         // what the WAL has sealed is sealed in the file, too
  const files = ENGINE === 'pg' ? [] : ['motcua.db', 'motcua.db-wal'].filter(f => existsSync(join(site.folder, f)))
  const all = files.map(f => [f, readFileSync(join(site.folder, f))])
  if (ENGINE === 'pg') all.push(['pg_dump', execFileSync('pg_dump', ['-d', databaseUrl(site.folder)], { maxBuffer: 1 << 28 })])
  return all
}
function nowhere(numbers, parts) {
  for (const [name, bytes] of parts)
    for (const n of numbers) assert.equal(bytes.indexOf(n), -1, `${n} stands in ${name}`)
}

test('the main job, then no number in the database, its WAL, a backup or a dump', async () => {
  parked = await park(people)
  await apply(people)
  await readyToSend(people.citizen)                                             // a draft that stays one
  await act(people.intake, parked.received, 'correct', { 'applicant.name': 'Nguyễn Thị Thử', 'applicant.personal_number': CORRECTED, note: 'Ghi nhầm số' })
  mandate = await declare(people.citizen)                                       // who acts for whom: two numbers
  // whatever the worked answers hold: every number of a person or a telephone that they name
  const said = readFileSync(new URL('../data/answers/1.001193.json', import.meta.url), 'utf8') + readFileSync(new URL('../data/answers/1.001612.json', import.meta.url), 'utf8')
  open = [...new Set([PERSON, PHONE, CORRECTED, OTHER, ...said.match(/\b0\d{11}\b|\b0[35789]\d{8}\b/g)])]
  assert.ok(open.length > 4, 'there is something to look for')
  assert.ok(Number(sql(site.folder, `SELECT count(*) FROM party WHERE ${sealedIs(site.folder, 'party.personal_number', PERSON)}`)) > 5, 'as the format says')
  assert.match(sql(site.folder, 'SELECT answers FROM dossier_answers LIMIT 1'), /^~1\./)
  for (const [column, number] of [['agent', PERSON], ['person', OTHER]])
    assert.equal(sql(site.folder, `SELECT count(*) FROM mandate WHERE ${sealedIs(site.folder, `mandate.${column}`, number)}`), '1', column)
  nowhere(open, atRest())
  const to = join(site.folder, 'backup')
  const done = motcua(site.folder, ['backup', '--to', to, '--without-number-keys'])
  assert.equal(done.status, 0, done.stderr)
  assert.match(done.stdout, /their keys are not in this backup/)
  assert.ok(!existsSync(join(to, 'numbers.keys')))
  nowhere(open, readdirSync(to).filter(f => f !== 'store').map(f => [f, readFileSync(join(to, f))]))
  assert.match(told('check'), /^column party\.phone .* plain=0 broken=0$/m)
})

test('found by number and by telephone, shown to who may see it', async () => {
  assert.ok((await found(PERSON)).includes(parked.claimed))
  assert.ok((await found(PHONE)).includes(parked.claimed))
  assert.ok((await found(CORRECTED)).includes(parked.received))
  assert.ok(!(await found('001191000999')).includes(HERE))
})

async function seenByBoth(what) {
  for (const c of [people.citizen, other]) assert.match((await c.get(ROOT)).text, new RegExp(mandate), what)
}

test('a value moved to another column or altered does not open, and is named', async () => {
  const id = sql(site.folder, `SELECT id FROM dossier WHERE code = '${parked.claimed}'`)
  const was = sql(site.folder, `SELECT personal_number FROM party WHERE owner = ${id} AND seq = 1`)
  const tries = { 'another column': '(SELECT phone FROM party p WHERE p.owner = party.owner AND p.seq = party.seq)',
    altered: `'${was.slice(0, -1)}${was.endsWith('A') ? 'B' : 'A'}'`, 'cut short': `'${was.slice(0, 8)}'`, 'an unknown key': `'~77${was.slice(2)}'` }
  for (const [what, value] of Object.entries(tries)) {
    sql(site.folder, `UPDATE party SET personal_number = ${value} WHERE owner = ${id} AND seq = 1`)
    const page = await people.specialist.get(at(parked.claimed))
    assert.equal(page.status, 500, `${what}: ${said(page)}`)
    await site.logged(/a sealed value does not open.*party\.personal_number/)
    const check = keys('check')
    assert.equal(check.status, 1, what)
    assert.match(check.stdout, new RegExp(`^broken party\\.personal_number row ${id} 1`, 'm'), what)
    assert.match(check.stderr, /1 do not open/)
  }
  assert.equal(motcua(site.folder, ['check', '--deep']).status, 1)
  sql(site.folder, `UPDATE party SET personal_number = '${was}' WHERE owner = ${id} AND seq = 1`)
  const other = sql(site.folder, `SELECT id FROM dossier WHERE code = '${parked.received}'`)
  const mine = sql(site.folder, `SELECT answers FROM dossier_answers WHERE dossier = ${id}`)
  sql(site.folder, `UPDATE dossier_answers SET answers = (SELECT answers FROM dossier_answers WHERE dossier = ${other} ORDER BY revision LIMIT 1) WHERE dossier = ${id}`)
  assert.match(keys('check').stdout, new RegExp(`^broken dossier_answers\\.answers row ${id} 1`, 'm'), 'another row’s document')
  sql(site.folder, `UPDATE dossier_answers SET answers = '${mine}' WHERE dossier = ${id}`)
  assert.equal((await people.specialist.get(at(parked.claimed))).status, 200)
})

test('what an older program left is read, found and sealed while the server runs', async () => {
  const id = sql(site.folder, `SELECT id FROM dossier WHERE code = '${parked.claimed}'`)
  await soon(() => through(told('list')), 'every column was looked through')
  await seenByBoth('a sealed mandate')
  sql(site.folder, `UPDATE party SET personal_number = '${PERSON}', phone = '${PHONE}' WHERE owner = ${id}`)
  sql(site.folder, `UPDATE mandate SET agent = '${PERSON}', person = '${OTHER}'`)
  await seenByBoth('a plain mandate')
  assert.equal((await people.specialist.get(at(parked.claimed))).status, 200)
  assert.ok((await found(PHONE)).includes(parked.claimed), 'plain and sealed are found alike')
  assert.match(motcua(site.folder, ['check', '--deep']).stdout, /^number party\.phone: 1 values are not sealed although the column was through$/m)
  sql(site.folder, 'DELETE FROM number_walk')                                     // as after the migration
  await soon(async () => through(told('list')), 'the keeper seals them')
  assert.equal(sql(site.folder, `SELECT substr(phone, 1, 23) FROM party WHERE owner = ${id} AND seq = 1`), sealedStart(site.folder, 'party.phone', PHONE))
  assert.equal(sql(site.folder, `SELECT count(*) FROM mandate WHERE ${sealedIs(site.folder, 'mandate.person', OTHER)}`), '1')
  await seenByBoth('a mandate that the walk sealed')
  assert.equal((await say(other, mandate, 'xac-nhan')).status, 303, 'whose side is known')
  nowhere([PERSON, PHONE, OTHER], atRest().filter(([name]) => name !== 'motcua.db-wal'))  // the WAL had it from this test itself
})

test('keys are rotated while people hand in and look', async t => {
  const codes = []
  let busy = true
  const work = Promise.all([1, 2].map(async () => {
    while (busy) codes.push(await receive(people.intake))
  }))
  t.after(() => { busy = false })
  await soon(() => codes.length > 2, 'work goes on')
  assert.equal(keys('rotate').status, 1, 'no next key yet')
  assert.match(told('new'), /^key 2 state=next/)
  assert.equal(keys('new').status, 1, 'one at a time')
  assert.match(told('rotate'), /^key 2 state=writes/)
  await site.logged(/keys of numbers loaded anew.*writes=2/)
  await soon(async () => through(told('list')), 'everything is sealed anew')
  const last = codes.at(-1)
  assert.ok((await found(PERSON)).includes(last), `${last} is found between two keys`)
  busy = false
  await work
  told('seal', '--again')
  const check = told('check')
  assert.doesNotMatch(check, /key-1=[1-9]/)
  assert.match(check, /^column party\.phone .* key-1=0 key-2=[1-9]\d* plain=0 broken=0$/m)
  const all = await found(PERSON)
  for (const code of codes.slice(-5)) assert.ok(all.includes(code), `${code} is found`)
  for (const code of codes) assert.equal((await people.intake.get(at(code))).status, 200, code)
  assert.match(keys('retire', '1').stderr, /wrote until a moment ago|seals/)
  sql(site.folder, 'UPDATE number_key SET changed_at = changed_at - 100')
  assert.match(keys('retire', '2').stderr, /is the one that writes/)
  assert.match(told('retire', '1'), /^key 1 state=retired/)
  assert.doesNotMatch(readFileSync(join(site.folder, 'numbers.keys'), 'utf8'), /^key 1 /m)
  assert.ok((await found(PHONE)).includes(codes.at(-1)))
  await seenByBoth('after the rotation')
  nowhere(open, atRest().filter(([name]) => name !== 'motcua.db-wal'))
})

test('the log that was sealed before still holds: events hash what they said', () => {
  const done = motcua(site.folder, ['check', '--deep'])
  assert.equal(done.status, 0, done.stdout + done.stderr)
})

test('without the right keys nothing starts, and it is said why', async () => {
  const file = join(site.folder, 'numbers.keys'), kept = readFileSync(file), aside = `${file}.aside`
  await site.stop()
  const refused = say => {
    for (const words of [['serve', '--no-supervisor'], ['check'], ['init']]) {
      const done = motcua(site.folder, words)
      assert.equal(done.status, 1, `${words}: ${done.stdout}${done.stderr}`)
      assert.match(done.stderr, say, words[0])
    }
  }
  renameSync(file, aside)
  refused(/the keys of numbers: .*numbers\.keys cannot be read: No such file.*what the database holds sealed is lost/)
  writeFileSync(file, `key 2 ${'ab'.repeat(32)}\n`, { mode: 0o600 })
  refused(/key 2 of .*numbers\.keys is not the one that the database was sealed with/)
  writeFileSync(file, `key 3 ${'ab'.repeat(32)}\n`)
  refused(/sealed with key 2, which .*numbers\.keys does not have/)
  writeFileSync(file, 'key 2 abc\n')
  refused(/a key is not 64 hexadecimal digits/)
  writeFileSync(file, kept)
  execFileSync('chmod', ['644', file])
  refused(/can be read by others/)
  execFileSync('chmod', ['600', file])
  const anew = await serveAgain(site)
  try {
    const again = anew.client()
    assert.equal((await again.get('/')).status, 200)
  } finally { await anew.stop() }
})
