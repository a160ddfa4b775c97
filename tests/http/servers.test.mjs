// Two servers on one PostgreSQL database: one site.  On SQLite there is one server, see alone.test.mjs.
// The cluster is this file's own, because it is stopped and started under load.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { said, sleep, soon } from '../lib/soon.mjs'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const skip = process.env.MOTCUA_TEST_ENGINE !== 'pg' && 'several servers need PostgreSQL'
const cluster = mkdtempSync(join(tmpdir(), 'motcua-servers-'))
const pg = (...words) => execFileSync(join(ROOT, 'tools/pg-cluster'), words, { encoding: 'utf8' }).trim()
const servers = []
const BACK_MS = 10000 * Number(process.env.MOTCUA_TEST_PATIENCE ?? 1)      // ten seconds where nothing else runs; see ./test --help
let lib, parked, folder, twin, a, b

// What alternates between the servers, as a balancer does; of one that cannot be reached the next is asked.
class Balanced {
  constructor(list) { this.list = list; this.n = 0 }
  get port() { return this.list[this.n++ % this.list.length].port }
  get folder() { return folder }
  client(options) { return new lib.Client(this, options) }
}

// A second machine: the same configuration, keys and store in a folder of its own.
function machine(flags = []) {
  const there = mkdtempSync(join(tmpdir(), 'motcua-twin-'))
  for (const name of ['motcua.yaml', 'motcua.key', 'numbers.keys']) copyFileSync(join(folder, name), join(there, name))
  return { folder: there, flags: ['--store', join(folder, 'store'), ...flags] }
}

const serve = async (where, flags = []) => {
  const s = await lib.serveAgain({ folder: where.folder }, [...(where.flags ?? []), ...flags])
  servers.push(s)
  return s
}

before(async () => {
  if (skip) return
  process.env.MOTCUA_TEST_PG = pg('start', cluster, '--fast')
  lib = { ...await import('../lib/server.mjs'), ...await import('../lib/client.mjs') }
  parked = await import('../lib/parked.mjs')
  folder = lib.freshFolder()
  lib.initSite(folder)
  parked.addNeighbours(folder)
  twin = machine()
  a = await serve({ folder }, ['--write-lanes', '2'])
  b = await serve(twin)
})
after(async () => {
  for (const s of servers) await s.stop('SIGKILL')
  if (skip) return rmSync(cluster, { recursive: true, force: true })
  pg('remove', cluster)
  for (const f of [folder, twin.folder]) rmSync(f, { recursive: true, force: true })
})

const psql = text => execFileSync('psql', ['-XAtq', '-d', new URL(`/${folder.split('/').at(-1).replaceAll(/\W/g, '_').toLowerCase()}`, process.env.MOTCUA_TEST_PG).href,
  '-c', text], { encoding: 'utf8' }).trim()

test('each has a seat of its own, and its ids say so', { skip }, async () => {
  const seats = psql("SELECT number FROM server_seat WHERE holder <> '' ORDER BY number").split('\n')
  assert.equal(seats.length, 2)
  assert.notEqual(seats[0], seats[1])
  const said = lib.motcua(folder, ['servers'])
  assert.equal(said.status, 0, said.stderr)
  assert.equal(said.stdout.trim().split('\n').length, 2, said.stdout)
})

test('what is begun on one goes on at the other: sign-in, drafts, files, actions', { skip }, async () => {
  const people = await parked.meetNeighbours(new Balanced([a, b]))
  const code = await parked.apply(people)
  assert.equal((await people.citizen.get(`/ho-so/${code}`)).status, 200)
  const file = `/ho-so/${code}/tep/1`
  for (const s of [a, b]) {
    people.citizen.server = s
    assert.equal((await people.citizen.get(file)).bytes.toString(), parked.PDF.content.toString(), 'papers are on both')
  }
  const received = await parked.receive(people.intake)
  await parked.act(people.specialist, received, 'claim')
  assert.equal((await people.leader.get(parked.at(received))).status, 200)
})

test('a wrong password on one counts on the other', { skip }, async () => {
  const c = new Balanced([a, b]).client()
  let last
  for (let i = 0; i < 12; i++) last = await c.submit('/dang-nhap', { login: '001191000999', password: `sai-${i}-mat-khau` })
  assert.ok([429, 422].includes(last.status), String(last.status))
  const [on_a, on_b] = [a.client(), b.client()]
  const tries = await Promise.all([on_a, on_b].map(x => x.submit('/dang-nhap', { login: '001191000999', password: 'sai-nua-mat-khau' })))
  assert.equal(tries[0].status, tries[1].status, 'both say the same')
  assert.equal(tries[0].status, 429)
})

test('a change of the calendar on one is seen by the other soon', { skip }, async t => {
  const people = await parked.meetNeighbours(a)
  const done = await people.administrator.submit('/quan-tri/lich', { ngay: '2026-12-18', loai: 'holiday', ten: 'Ngày thử của hai máy' }, { action: '/quan-tri/lich/ngay' })
  assert.ok([200, 303].includes(done.status), `${done.status} ${done.text.replace(/<[^>]+>/g, ' ').slice(0, 800)}`)
  people.administrator.server = b
  const since = Date.now()
  await soon(async () => (await people.administrator.get('/quan-tri/lich?nam=2026')).text.includes('Ngày thử của hai máy'), 'the other does not see it', 30)
  t.diagnostic(`seen after ${Date.now() - since} ms`)                   // two seconds where nothing else runs
})

test('the same key sent to both at once gives one dossier and the same answer', { skip }, async () => {
  const people = await parked.meetNeighbours(a), token = people['writing token'].headers.authorization.slice(7)
  const [on_a, on_b] = [a.client({ token }), b.client({ token })]
  const doc = async () => ({ procedure: '1.001193', agency: parked.HERE, answers: api_answers(), delivery: 'desk',
    parties: [{ role: 'applicant', kind: 'person', name: 'Nguyễn Thị Thu Hà', personal_number: '001191900123', phone: '0912345678', address: 'Số 12 phố Hàng Bài' }],
    papers: [{ paper: 'giay_chung_sinh', files: [(await on_a.postParts('/api/v1/files', [['file', parked.PDF]])).json().items[0].file] }] })
  const had = Number(psql('SELECT count(*) FROM dossier'))
  for (let i = 0; i < 25; i++) {
    const headers = { 'idempotency-key': `hai-may-${i}` }, body = await doc()
    const [x, y, z] = await Promise.all([on_a, on_b, on_a].map(c => c.postJson('/api/v1/dossiers', body, { headers })))
    for (const r of [x, y, z]) assert.equal(r.status, 201, r.text)
    assert.equal(x.text, y.text)
    assert.equal(x.text, z.text)
  }
  assert.equal(Number(psql('SELECT count(*) FROM dossier')), had + 25)
})

test('a store or a key of its own keeps a server from starting', { skip }, async () => {
  const own = machine(), other = machine()
  await assert.rejects(serve({ folder: own.folder }), /no marker of this database/)
  mkdirSync(join(own.folder, 'store2'), { mode: 0o700 })
  writeFileSync(join(own.folder, 'store2', 'motcua.store'), 'khac\n')
  await assert.rejects(serve({ folder: own.folder, flags: ['--store', join(own.folder, 'store2')] }), /another database's/)
  writeFileSync(join(other.folder, 'motcua.key'), Buffer.alloc(32, 7), { mode: 0o600 })
  await assert.rejects(serve(other), /the key .* is not this database's/)
  for (const m of [own, other]) rmSync(m.folder, { recursive: true })
})

// Requests of every kind, one after the other, from several clients until stop(): { status: how many }, the slowest in ms, faults.
function load(t, list, people) {
  const seen = {}, wrong = []
  let running = true, slowest = 0, done = 0
  const answered = () => Object.values(seen).reduce((a, b) => a + b, 0)
  const paths = ['/', '/thu-tuc/1.001193', '/tra-cuu', '/can-bo', '/api/v1/procedures/1.001193', '/a/khong-co.css']
  async function one(i) {
    const client = i % 2 ? people.specialist : people.guest
    const balanced = new Balanced(list), c = new lib.Client(balanced)
    c.cookies = client.cookies
    balanced.n = i
    while (running) {
      const path = paths[done++ % paths.length], from = Date.now()
      try {
        let r
        for (let tries = 0; !r; tries++)
          r = await c.get(path).catch(e => { if (tries > 4 || !['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(e.code)) throw e })
        seen[r.status] = (seen[r.status] ?? 0) + 1
        if (r.status >= 500 && !(r.status === 503 && Number(r.headers['retry-after']) > 0)) wrong.push(`${path} ${r.status} ${r.text.slice(0, 200)}`)
        if (r.status === 503) await sleep(20)
      } catch (e) { wrong.push(`${path} ${e.code ?? e.message}`) }
      slowest = Math.max(slowest, Date.now() - from)
    }
    c.close()
  }
  const all = Promise.all(Array.from({ length: 8 }, (_, i) => one(i)))
  const stop = async () => { running = false; await all; return { seen, wrong, slowest } }
  stop.answered = n => { const want = answered() + n; return soon(() => answered() >= want, () => `no load comes about: ${JSON.stringify({ seen, wrong })}`) }
  t.after(stop)                                     // a test that fails leaves nothing running
  return stop
}

test('one is stopped under load: no request fails', { skip }, async t => {
  const third = await serve(twin)
  const people = await parked.meetNeighbours(a)
  const stop = load(t, [a, third], people)
  await stop.answered(100)
  const end = await third.stop()
  assert.deepEqual(end, { code: 0, signal: null }, third.log.split("\n").filter(l => !l.includes("msg=request")).join("\n"))
  await stop.answered(100)
  const { seen, wrong } = await stop()
  assert.deepEqual(wrong, [])
  assert.deepEqual(Object.keys(seen).filter(s => s >= 500), [], JSON.stringify(seen))
  assert.equal(psql("SELECT count(*) FROM server_seat WHERE holder <> ''"), '2', 'it gave its seat back')
})

test('the database is stopped and started under load: an answer or a 503, and back within ten seconds', { skip }, async t => {
  const people = await parked.meetNeighbours(a)
  await people.specialist.get('/can-bo')
  const stop = load(t, [a, b], people)
  await stop.answered(100)
  pg('stop', cluster, '--immediate')
  for (const s of [a, b]) await soon(async () => (await s.client().get('/readyz')).status === 503, 'it says that it is ready')
  await sleep(1000)                                 // and it stays so
  for (const s of [a, b]) {
    const c = s.client()
    assert.equal((await c.get('/thu-tuc')).status, 200, 'the catalogue goes on')
    const home = await c.get('/?lang=en')
    assert.equal(home.status, 200)
    assert.equal((await c.get('/readyz')).status, 503)
    assert.equal((await c.get('/healthz')).status, 200)
    c.cookies = people.specialist.cookies
    const page = await c.get('/thu-tuc/1.001193'), work = await c.get('/can-bo')
    assert.equal(page.status, 200)
    assert.ok(page.text.includes('Hệ thống đang tạm gián đoạn'))
    assert.equal(work.status, 503)
    assert.ok(work.text.includes('tạm thời gián đoạn'))
    const api = await s.client({ token: people['writing token'].headers.authorization.slice(7) }).get('/api/v1/dossiers')
    assert.equal(api.status, 503)
    assert.equal(api.headers['content-type'], 'application/problem+json')
    assert.ok(Number(api.headers['retry-after']) > 0)
    c.close()
  }
  const form = await b.client().get('/tra-cuu')
  assert.equal(form.status, 200)
  pg('start', cluster, '--fast')
  const back = Date.now()
  for (const s of [a, b]) {
    let r
    people.specialist.server = s
    await soon(async () => (r = await people.specialist.get('/can-bo')).status === 200, () => said(r))
  }
  const took = Date.now() - back
  assert.ok(took < BACK_MS, `back after ${took} ms`)
  const code = await parked.receive(people.intake)
  assert.match(code, /^H26/)
  const { seen, wrong, slowest } = await stop()
  assert.deepEqual(wrong.slice(0, 5), [])
  assert.ok(slowest < BACK_MS, `the slowest took ${slowest} ms`)
  t.diagnostic(`back after ${took} ms; ${JSON.stringify(seen)}; the slowest ${slowest} ms`)
})

test('what was typed while the database is away is kept, and sent again it is stored once', { skip }, async () => {
  const people = await parked.meetNeighbours(a), c = people.citizen
  const { draft } = await parked.draft(c), path = `/nop/${draft}/nguoi-nop`
  const page = await c.get(path)
  pg('stop', cluster)
  const sorry = await c.send(page, { 'noi-nop': parked.HERE, 'applicant.address': 'Số 12 phố "Hàng" Bài', 'applicant.phone': '0912345678', 'nop-cho': 'chinh-minh' }, { action: path })
  assert.equal(sorry.status, 503, said(sorry))
  assert.match(sorry.text, /Gửi lại/)
  pg('start', cluster, '--fast')
  let again
  await soon(async () => (again = await c.send(sorry, {}, { action: path })).status !== 503, 'it stays away')
  assert.equal(again.status, 303, said(again))
  assert.match((await c.get(path)).text, /Số 12 phố &quot;Hàng&quot; Bài/)
  assert.equal((await c.send(sorry, {}, { action: path })).status, 303, 'the same key: the same answer')
})

test('a server that starts before its database waits for it and says so', { skip }, async () => {
  pg('stop', cluster)
  const starting = lib.serveAgain({ folder: twin.folder }, twin.flags)
  servers.push(starting.server)
  const waits = await starting.server.logged(/msg="waiting for the database" port=(\d+)/)
  pg('start', cluster, '--fast')
  const s = await starting
  assert.equal(Number(waits[1]), s.port)
  assert.equal((await s.client().get('/readyz')).status, 200)
  await s.stop()
})

test('a server that lost its seat takes another and goes on', { skip }, async () => {
  const people = await parked.meetNeighbours(a)
  const taken = () => psql("SELECT number || ' ' || name FROM server_seat WHERE holder <> '' ORDER BY number").split('\n')
  const mine = taken().find(x => x.includes(`:${a.child.pid} `)) ?? taken()[0]
  psql("UPDATE server_seat SET holder = '', beat = beat + 1")           // as one does who saw it stand still
  await soon(() => taken().filter(Boolean).length === 2, () => `${mine}: ${taken()}`)
  assert.match(await parked.receive(people.intake), /^H26/)
})

test('a killed server leaves its seat taken; one that starts takes another', { skip }, async () => {
  const short = await serve(twin, ['--no-supervisor'])
  await short.stop('SIGKILL')
  const again = await serve(twin)
  const seats = psql("SELECT number || ' ' || (holder <> '') FROM server_seat ORDER BY number").split('\n')
  assert.equal(seats.filter(x => x.endsWith('true')).length, 4, String(seats))
  const people = await parked.meetNeighbours(again)
  assert.match(await parked.receive(people.intake), /^H26/)
})

function api_answers() {
  const out = {}, form = JSON.parse(readFileSync(join(ROOT, 'catalogue/procedures/1.001193/form.json'), 'utf8'))
  const fields = Object.fromEntries(form.components.flatMap(p => p.components).map(f => [f.key, f]))
  for (const [k, v] of Object.entries(parked.answers('1.001193'))) {
    const [key, part] = k.split('.')
    if (part) (out[key] ??= {})[part] = v
    else if (fields[key]) out[key] = fields[key].type === 'number' ? Number(v) : fields[key].type === 'checkbox' ? v === 'true' : v
  }
  return out
}
