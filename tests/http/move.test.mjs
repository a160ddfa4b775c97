// A site moves to another database and back, is backed up while it works, and comes back out of a backup.
// On PostgreSQL the way is PostgreSQL -> SQLite -> PostgreSQL; on SQLite it stays on one engine.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINE, databaseUrl, sql } from '../lib/engine.mjs'
import { soon } from '../lib/soon.mjs'
import { BUILD, ROOT, freshCity, freshFolder, motcua, removeFolder, serveAgain, startSite } from '../lib/server.mjs'

const folders = [], sites = []
after(async () => {
  for (const s of sites) await s.stop()
  folders.forEach(removeFolder)
})

const folderOf = () => { const f = freshFolder(); folders.push(f); return f }
const cityOf = (...flags) => { const { folder } = freshCity(flags); folders.push(folder); return folder }
const sqliteIn = folder => `sqlite:${join(folder, 'moved.db')}`
const started = async promise => { const s = await promise; sites.push(s); return s }

// What a command prints, a line a fact; it must succeed.
function run(folder, ...args) {
  const done = motcua(folder, args)
  assert.equal(done.status, 0, `${args.join(' ')}\n${done.stdout}${done.stderr}`)
  return done.stdout.trim().split('\n')
}
function refused(folder, say, ...args) {
  const done = motcua(folder, args)
  assert.equal(done.status, 1, `${args.join(' ')}\n${done.stdout}${done.stderr}`)
  assert.match(done.stdout + done.stderr, say)
}

// A demo city: { site, accounts, dossiers }
async function city() {
  const accounts = {}, dossiers = []
  const site = await started(startSite({ initFlags: ['--demo', join(ROOT, 'demo')], prepare: (folder, made) => {
    for (const line of made.stdout.split('\n')) {
      const a = line.match(/^demo account (\S+)\s+(\S+)\s+(\S+)/)
      if (a) accounts[a[1]] = { login: a[2], password: a[3] }
      const d = line.match(/^demo dossier (\S+) secret (\S+)/)
      if (d) dossiers.push({ code: d[1], secret: d[2] })
    }
  } }))
  return { site, accounts, dossiers }
}

const tablesOf = lines => lines.filter(l => l.startsWith('table '))
const status = async (client, path) => (await client.get(path)).status

test('a site moves to another database and back: the same rows, the same sessions, drafts, look-ups and work', async () => {
  const { site, accounts, dossiers } = await city()
  const citizen = site.client(), intake = site.client()
  assert.equal((await citizen.submit('/dang-nhap', accounts.citizen)).status, 303)
  assert.equal((await intake.submit('/can-bo/dang-nhap', accounts.intake)).status, 303)
  const begun = await citizen.submit('/thu-tuc/1.001193/nop', {}, { action: '/thu-tuc/1.001193/nop' })
  const draft = begun.location
  assert.match(draft, /^\/nop\/./, begun.text.slice(0, 300))
  const token = run(site.folder, 'token', 'create', '--login', accounts.intake.login, '--label', 'move')[0].match(/mct_[\w-]+/)[0]
  const alive = ENGINE === 'pg' ? /a server works on the database: seat \d+/ : /another motcua serve has/
  refused(site.folder, alive, 'copy', '--from', databaseUrl(site.folder), '--to', sqliteIn(folderOf()))
  await site.stop()

  const away = folderOf(), back = folderOf()
  const there = run(site.folder, 'copy', '--from', databaseUrl(site.folder), '--to', sqliteIn(away))
  assert.match(there.join('\n'), /^same \d+ tables$/m)
  const url = ENGINE === 'pg' ? databaseUrl(back) : `sqlite:${join(back, 'motcua.db')}`
  const home = run(site.folder, 'copy', '--from', sqliteIn(away), '--to', url, '--data', site.folder, '--to-data', join(back, 'data'))
  assert.deepEqual(tablesOf(home), tablesOf(there))
  assert.ok(tablesOf(there).find(l => /^table dossier 7 /.test(l)), there.join('\n'))
  assert.equal(statSync(join(back, 'data/motcua.key')).mode & 0o777, 0o600)
  assert.ok(home.find(l => /^store [1-9]\d* files/.test(l)), home.join('\n'))

  const places = [['--db', sqliteIn(away), '--data', site.folder], ['--db', url, '--data', join(back, 'data')]]
  for (const flags of places) {
    run(site.folder, 'check', '--deep', ...flags)
    const anew = await started(serveAgain(site, flags))
    for (const c of [citizen, intake]) c.server = anew
    assert.equal(await status(citizen, draft), 200, 'the draft is there and hers')
    assert.equal(await status(intake, '/can-bo'), 200, 'the officer is still signed in')
    assert.equal(await status(anew.client({ token }), '/api/v1/dossiers?agency=H26.X.00070&limit=10'), 200, 'the token works')
    const guest = anew.client()
    const seen = await guest.follow(await guest.submit('/tra-cuu', { ma: dossiers[0].code, 'bi-mat': dossiers[0].secret }))
    assert.match(seen.text, new RegExp(dossiers[0].code))
    const list = await intake.get('/can-bo')
    const waiting = list.text.match(/\/can-bo\/ho-so\/(H26\.[\w.]+-\d{6}-\d{4})"/)[1]
    const path = `/can-bo/ho-so/${waiting}/viec/claim`
    assert.equal((await intake.submit(path, {}, { action: path })).status, 303, 'her work goes on')
    await anew.stop()
  }
})

test('a copy is refused where a site is, and into half of another copy', async () => {
  const folder = cityOf(), other = cityOf()
  refused(folder, /the target is not empty: table \w+ has rows/, 'copy', '--from', databaseUrl(folder), '--to', databaseUrl(other))
  const same = motcua(folder, ['copy', '--from', databaseUrl(folder), '--to', databaseUrl(folder)])
  assert.equal(same.status, 2)
  assert.match(same.stderr, /--to is the database of --from/)
  assert.equal(motcua(folder, ['copy', '--from', databaseUrl(folder)]).status, 2)
  assert.equal(motcua(folder, ['copy', '--from', 'mysql:x', '--to', 'sqlite:y']).status, 2)
})

// Killed with -9 while it copies, at any moment, and started again until it ends by itself.
test('a copy that is killed goes on where it was, serves nobody meanwhile, and ends the same', async () => {
  const folder = cityOf(), target = sqliteIn(folderOf())
  sql(folder, `INSERT INTO access_log (id, at, account, session, what, dossier, person, request)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000)
    SELECT i, i, 0, 0, '/ho-so/{code}', i, 0, 'đường-' || i FROM n`)
  const args = ['copy', '--from', databaseUrl(folder), '--to', target]
  const once = ms => new Promise(done => {
    const child = spawn(join(BUILD, 'motcua'), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), ms)
    child.stderr.on('data', d => { said += d })
    child.on('exit', (code, signal) => { clearTimeout(timer); done({ code, signal, said }) })
  })
  let kills = 0, last
  for (let ms = 150; (last = await once(ms)).signal; ms *= 1.4) {
    kills++
    const half = motcua(folder, ['check', '--db', target, '--data', folder])
    assert.equal(half.status, 1, 'half of a site is not served')
  }
  assert.equal(last.code, 0, last.said)
  assert.ok(kills >= 2, `killed ${kills} times`)
  run(folder, 'check', '--db', target, '--data', folder)
  const rows = tablesOf(run(folder, 'copy', '--from', target, '--to', sqliteIn(folderOf())))
  assert.ok(rows.find(l => l.startsWith('table access_log 150000 ')), rows.join('\n'))
})

// Every code that was acknowledged before the backup began is in it.
async function submitters(site, count) {
  const body = readFileSync(join(ROOT, 'tests/data/submission.json'))
  const add = run(site.folder, 'user', 'add', '--login', 'gui', '--name', 'Người gửi', '--role', 'intake@H26.X.00070')
  assert.ok(add)
  const token = run(site.folder, 'token', 'create', '--login', 'gui', '--label', 'gui', '--write')[0].match(/mct_[\w-]+/)[0]
  const state = { codes: [], over: false }
  const client = site.client({ token })
  const one = async i => {
    for (let n = 0; !state.over; n++) {
      const r = await client.postJson('/api/v1/dossiers', body.toString(), { headers: { 'idempotency-key': `move-${i}-${n}` } })
      assert.equal(r.status, 201, r.text)
      state.codes.push(r.json().code)
    }
  }
  state.all = Array.from({ length: count }, (_, i) => one(i))
  return state
}

const motcuaAway = (folder, args) => new Promise(done => {
  const child = spawn(join(BUILD, 'motcua'), args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', d => { said += d })
  child.stderr.on('data', d => { said += d })
  child.on('exit', status => done({ status, said }))
})

const restoreTo = folder => (ENGINE === 'pg' ? databaseUrl(folder) : sqliteIn(folder))

test('a backup while 16 submitters work: nothing acknowledged before is missing, what comes back serves', async t => {
  const { site, accounts } = await city()
  const state = await submitters(site, 16)
  t.after(() => { state.over = true })
  await Promise.race([soon(() => state.codes.length >= 300, 'three hundred are not submitted'), ...state.all])
  const before = [...state.codes], dir = join(folderOf(), 'one')
  const done = await motcuaAway(site.folder, ['backup', '--to', dir])
  const during = state.codes.length - before.length
  state.over = true
  await Promise.all(state.all)
  assert.equal(done.status, 0, done.said)
  assert.ok(during > 0, 'submissions went on during the backup')
  run(site.folder, 'restore', '--verify', dir)

  const folder = folderOf()
  run(folder, 'restore', '--from', dir, '--to', restoreTo(folder), '--data', join(folder, 'data'))
  refused(folder, /restore never overwrites a site/, 'restore', '--from', dir, '--to', restoreTo(folder), '--data', join(folder, 'data'))
  const flags = ['--db', restoreTo(folder), '--data', join(folder, 'data')]
  run(site.folder, 'check', '--deep', ...flags)
  const anew = await started(serveAgain(site, flags))
  const intake = anew.client()
  assert.equal((await intake.submit('/can-bo/dang-nhap', accounts.intake)).status, 303)
  for (const code of [before[0], before.at(-1), ...before.filter((_, i) => i % 40 === 7)])
    assert.equal(await status(intake, `/can-bo/ho-so/${code}`), 200, code)
  await anew.stop()

  const second = join(folderOf(), 'two')      // on the file system of the first: only what is new
  const linked = run(site.folder, 'backup', '--to', second, '--since', dir)
  assert.ok(linked.find(l => /^store [1-9]\d* files \d+ bytes, [1-9]\d* linked$/.test(l)), linked.join('\n'))
  run(site.folder, 'restore', '--verify', second)
})

// --- every damage is named -----------------------------------------------------------------------------------------------

function flip(path, at) {
  const bytes = readFileSync(path)
  bytes[at < 0 ? bytes.length + at : at] ^= 0x40
  writeFileSync(path, bytes)
}
const stored = dir => {
  const ab = readdirSync(join(dir, 'store'))[0]
  return join(dir, 'store', ab, readdirSync(join(dir, 'store', ab))[0])
}
const database = ENGINE === 'pg' ? 'motcua.dump' : 'motcua.db'

const DAMAGES = [
  ['a flipped byte of the database', dir => flip(join(dir, database), 5000), new RegExp(`${database}: is damaged`)],
  ['a database cut short', dir => truncateSync(join(dir, database), 4096), new RegExp(`${database}: has 4096 bytes, the manifest says`)],
  ['no database', dir => unlinkSync(join(dir, database)), new RegExp(`${database}: is missing`)],
  ['a flipped byte of a stored file', dir => flip(stored(dir), 3), /store file [0-9a-f]{64}: is damaged/],
  ['a stored file cut short', dir => truncateSync(stored(dir), 5), /store file [0-9a-f]{64}: has 5 bytes, the list says \d+/],
  ['a stored file that is gone', dir => unlinkSync(stored(dir)), /store file [0-9a-f]{64}: is missing/],
  ['a list without its lines', dir => writeFileSync(join(dir, 'store.list'), ''), /store\.list: has 0 bytes/],
  ['another key', dir => flip(join(dir, 'motcua.key'), 0), /motcua\.key: is damaged/],
  ['a truncated manifest', dir => truncateSync(join(dir, 'manifest.json'), 900), /manifest\.json is damaged: its seal does not fit/],
  ['a flipped digit of the manifest', dir => flip(join(dir, 'manifest.json'), 300), /manifest\.json is damaged/],
  ['an interrupted backup', dir => unlinkSync(join(dir, 'manifest.json')), /no manifest\.json: no backup, or one that was interrupted/],
  ['no folder', dir => rmSync(dir, { recursive: true }), /is not there/],
]

test('each damage of a backup is named, and nothing is restored of it', async () => {
  const folder = cityOf('--demo', join(ROOT, 'demo')), here = folderOf()
  run(folder, 'backup', '--to', join(here, 'good'))
  for (const [name, damage, say] of DAMAGES) {
    const dir = join(here, 'bad'), to = folderOf()
    cpSync(join(here, 'good'), dir, { recursive: true })
    damage(dir)
    refused(folder, say, 'restore', '--verify', dir)
    const back = motcua(to, ['restore', '--from', dir, '--to', restoreTo(to), '--data', join(to, 'data')])
    assert.equal(back.status, 1, `${name}: ${back.stdout}${back.stderr}`)
    assert.ok(ENGINE === 'pg' || !existsSync(join(to, 'moved.db')), `${name}: no database was made`)
    rmSync(dir, { recursive: true, force: true })
  }
  run(folder, 'restore', '--verify', join(here, 'good'))
})

test('a backup never goes over another one, and a damaged file of the store is said, not kept', () => {
  const folder = cityOf('--demo', join(ROOT, 'demo')), here = folderOf()
  run(folder, 'backup', '--to', join(here, 'one'))
  refused(folder, /holds a backup; give a new folder/, 'backup', '--to', join(here, 'one'))
  unlinkSync(join(here, 'one/manifest.json'))
  refused(folder, /an interrupted backup/, 'backup', '--to', join(here, 'one'))
  flip(join(folder, 'store', ...stored(join(here, 'one')).split('/').slice(-2)), 1)
  refused(folder, /^damaged .*[0-9a-f]{64}$[\s\S]*1 files of the store were damaged/m, 'backup', '--to', join(here, 'two'))
  run(folder, 'restore', '--verify', join(here, 'two'))
})
