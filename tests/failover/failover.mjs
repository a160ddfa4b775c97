// Two PostgreSQL nodes with synchronous replication, two servers, load; then the primary fails in one of three ways, the standby is
// promoted and the lost node comes back as the new standby.  10 rounds: no acknowledged code is lost, none is there twice, service is back
// within 10 seconds of the failure, and every request in between is answered with success or with 503 and Retry-After.
//
//   node tests/failover/failover.mjs [ROUNDS]          (10; MOTCUA_BUILD names another build, MOTCUA_NETNS=0 uses ports)
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { BUILD, ROOT, freshFolder, motcua } from '../lib/server.mjs'
import { Pair } from '../lib/pgnodes.mjs'
import { sleep } from '../lib/soon.mjs'

const ROUNDS = Number(process.argv[2] ?? 10), WRITERS = 12, READERS = 4
const PATIENCE = Number(process.env.MOTCUA_TEST_PATIENCE ?? 1)         // ./test --help
const BACK_MS = 10000 * PATIENCE, LONGEST_MS = 15000 * PATIENCE, CALM_MS = 1500, DECIDE_MS = 1000
const UNIT = 'H26.X.00070', BODY = readFileSync(join(ROOT, 'tests/data/submission.json'))
let pair, folder, token
const servers = []

function end(status) {
  for (const s of servers) s.child.kill('SIGKILL')
  if (status !== 0) for (const s of servers) console.error(s.name + ':\n' + s.log.split('\n').filter(l => / level=(warn|error) | status=(4|500)/.test(l)).slice(-40).join('\n'))
  pair?.end()
  if (folder) rmSync(folder, { recursive: true, force: true })
  process.exit(status)
}

function must(condition, say) {
  if (condition) return
  console.error(`failover: ${say}`)
  end(1)
}

// --- two servers of one site ----------------------------------------------------------------------

function serve(name) {
  const child = spawn(join(BUILD, 'motcua'), ['serve', '--no-supervisor', '--listen', '127.0.0.1:0', '--rate', '0', '--log-level', 'info'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const s = { name, child, log: '', agent: new http.Agent({ keepAlive: true, maxSockets: 64 }) }
  servers.push(s)
  child.on('exit', code => { s.gone = true; must(s.stopping, `server ${name} ended with ${code}`) })
  return new Promise((done, failed) => {
    setTimeout(() => failed(new Error(`server ${name} did not start:\n${s.log}`)), 90000).unref()
    child.stderr.on('data', d => {
      s.log = (s.log + d).slice(-200000)
      const m = s.port ? null : s.log.match(/msg=listening .*port=(\d+)/)
      if (m) { s.port = Number(m[1]); done(s) }
    })
  })
}

function call(s, method, path, { key, body, bearer = true } = {}) {
  const begun = performance.now()
  return new Promise((done, failed) => {
    const headers = bearer ? { authorization: `Bearer ${token}` } : {}
    if (body) Object.assign(headers, { 'content-type': 'application/json', 'content-length': body.length, 'idempotency-key': key })
    const req = http.request({ host: '127.0.0.1', port: s.port, method, path, headers, agent: s.agent }, res => {
      const chunks = []
      res.on('data', c => chunks.push(c)).on('error', failed).on('aborted', () => failed(new Error('cut off')))
      res.on('end', () => done({ status: res.statusCode, retry: res.headers['retry-after'], text: Buffer.concat(chunks).toString(), ms: performance.now() - begun }))
    })
    req.setTimeout(LONGEST_MS + 5000, () => req.destroy(new Error(`${method} ${path}: no answer in ${LONGEST_MS + 5000} ms`)))
    req.on('error', failed).end(body)
  })
}

// --- load -------------------------------------------------------------------------------------------

const held = new Map()          // key -> code
const state = { running: true, sorry: 0, reads: 0, longest: 0, lastCode: 0, waiting: 0 }

// Success, or a clear "not now".
function judge(r, wanted, what) {
  state.longest = Math.max(state.longest, r.ms)
  must(r.ms <= LONGEST_MS, `${what}: answered after ${Math.round(r.ms)} ms`)
  if (r.status === wanted) return true
  must(r.status === 503 && Number(r.retry) > 0, `${what}: ${r.status}, Retry-After ${r.retry}: ${r.text.slice(0, 300)}`)
  state.sorry++
  return false
}

async function ask(s, ...rest) {
  try { return await call(s, ...rest) } catch (e) { must(false, `${s.name}: ${rest[0]} ${rest[1]}: ${e.message}`) }
}

// A person who presses again until it is done: the same key, at either server.
async function submit(key) {
  for (;;) {
    const s = servers[Math.floor(Math.random() * 2)]
    const r = await ask(s, 'POST', '/api/v1/dossiers', { key, body: BODY })
    if (judge(r, 201, 'submission')) {
      const { code } = JSON.parse(r.text)
      held.set(key, code)
      state.lastCode = performance.now()
      return
    }
    await sleep(100 + Math.random() * 200)
  }
}

async function writer() {
  while (state.running) {
    await submit(`fo-${randomBytes(8).toString('hex')}`)
    await sleep(10)
  }
}

async function reader(i) {
  const PATHS = ['/thu-tuc/1.001193', `/api/v1/dossiers?agency=${UNIT}&limit=5`, '/tra-cuu', '/thong-ke']
  for (let n = i; state.running; n++) {
    const path = PATHS[n % PATHS.length]
    if (judge(await ask(servers[n % 2], 'GET', path), 200, path)) state.reads++
    await sleep(20)
  }
}

// --- the three ways to fail ---------------------------------------------------------------------------

const WAYS = [
  { name: 'kill -9 of every process', fail: n => n.signal('SIGKILL') },
  { name: 'its network is cut', fail: n => n.place.cut() },
  { name: 'its processes hang', fail: n => n.signal('SIGSTOP') },
]

// What a person or patroni does: decide, promote.  The old primary cannot acknowledge anything: its standby no longer answers.
async function round(number) {
  const way = WAYS[(number - 1) % WAYS.length], lost = pair.primary, heir = pair.standby
  await sleep(CALM_MS)
  const before = held.size
  const failed = performance.now()
  way.fail(lost)
  await sleep(DECIDE_MS)
  await heir.promote()
  const promoted = performance.now()
  while (state.lastCode <= promoted) {
    must(performance.now() - failed < BACK_MS, `round ${number}: not back after ${BACK_MS} ms`)
    await sleep(5)
  }
  const back = state.lastCode - failed
  pair.swap()
  await sleep(CALM_MS)
  lost.signal('SIGKILL')
  lost.place.mend()
  await lost.follow(heir)
  for (let i = 0; !await heir.synchronous(); i++) {
    must(i < 900, `round ${number}: the returned node does not follow`)
    await sleep(100)
  }
  console.log(`round ${number}: ${way.name}; ${before} held before, back after ${(back / 1000).toFixed(1)} s (${((back - (promoted - failed)) / 1000).toFixed(1)} s after the promotion)`)
}

// Every code in the clients' hands is in the database, and nothing else is.
async function check() {
  const there = (await pair.primary.sql('SELECT code FROM dossier ORDER BY code')).split('\n').filter(Boolean), mine = [...held.values()]
  must(new Set(there).size === there.length, 'a code is there twice')
  must(new Set(mine).size === mine.length, 'two submissions were given the same code')
  const stored = new Set(there), lost = mine.filter(c => !stored.has(c))
  must(lost.length === 0, `${lost.length} acknowledged codes are lost, ${lost[0]} ...`)
  must(there.length === mine.length, `${there.length} are stored, ${mine.length} were acknowledged`)
}

for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => end(1))
try {
  pair = await Pair.open()
  await pair.primary.sql('CREATE DATABASE motcua')
  pair.database = 'motcua'
  folder = freshFolder()
  const made = motcua(folder, ['init', '--catalogue', join(ROOT, 'catalogue'), '--db', pair.url('motcua')])
  must(made.status === 0, `motcua init: ${made.stdout}${made.stderr}`)
  must(motcua(folder, ['user', 'add', '--login', 'failover', '--name', 'Người thử', '--role', `intake@${UNIT}`]).status === 0, 'motcua user add')
  token = motcua(folder, ['token', 'create', '--login', 'failover', '--label', 'failover', '--write']).stdout.replace('token ', '').trim()
  await serve('one')
  await serve('two')
  const people = [...Array.from({ length: WRITERS }, () => writer()), ...Array.from({ length: READERS }, (_, i) => reader(i))]
  for (let n = 1; n <= ROUNDS; n++) {
    await round(n)
  }
  state.running = false
  await Promise.all(people)
  await check()
  console.log(`${held.size} acknowledged codes over ${ROUNDS} failovers (${pair.kind}): every one is there, none twice; ` +
    `${state.reads} pages read, ${state.sorry} times 503 with Retry-After, the slowest answer after ${(state.longest / 1000).toFixed(1)} s`)
  for (const s of servers) s.stopping = true
  end(0)
} catch (e) {
  console.error(e)
  end(1)
}
