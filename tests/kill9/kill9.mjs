// kill -9 of the server under 64 concurrent submitters, 20 times.  Each time at least 1,000 codes are in the clients' hands
// before the end; every one of them is there afterwards, none twice, and no number of a day is left out.
// What was in flight is sent again with its key: it is stored once, whether the answer was lost or the request.
// On PostgreSQL every second round kills the database's server instead: the program lives on, says 503 with Retry-After meanwhile
// and goes on by itself when the database is back.
//
//   node tests/kill9/kill9.mjs [ROUNDS [CODES]]          (20 and 1,000; MOTCUA_BUILD names another build)
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { join } from 'node:path'
import { ENGINE } from '../lib/engine.mjs'
import { BUILD, ROOT, freshFolder, initSite, motcua, removeFolder } from '../lib/server.mjs'
import { freePort, sleep } from '../lib/soon.mjs'

const ROUNDS = Number(process.argv[2] ?? 20), CODES = Number(process.argv[3] ?? 1000), SUBMITTERS = 64
const UNIT = 'H26.X.00070', BODY = readFileSync(join(ROOT, 'tests/data/submission.json'))
const folder = freshFolder()
const agent = new http.Agent({ keepAlive: true, maxSockets: SUBMITTERS })
let port, token, child, databaseGone = false

function must(condition, say) {
  if (condition) return
  console.error(`kill9: ${say}`)
  child?.kill('SIGKILL')
  process.exit(1)
}

function call(method, path, { key, body } = {}) {
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}` }
    if (body) Object.assign(headers, { 'content-type': 'application/json', 'content-length': body.length, 'idempotency-key': key })
    const req = http.request({ host: '127.0.0.1', port, method, path, headers, agent }, res => {
      const chunks = []
      res.on('data', c => chunks.push(c)).on('error', failed).on('aborted', () => failed(new Error('cut off')))
      res.on('end', () => done({ status: res.statusCode, retry: res.headers['retry-after'], text: Buffer.concat(chunks).toString() }))
    })
    req.on('error', failed).end(body)
  })
}

async function start() {
  child = spawn(join(BUILD, 'motcua'), ['serve', '--no-supervisor', '--listen', `127.0.0.1:${port}`, '--rate', '0', '--log-level', 'warn'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(done => child.on('exit', () => done(false)))
  must(await Promise.race([new Promise(done => child.stdout.once('data', () => done(true))), ended]), 'the server did not start')
}

const held = new Map()          // key -> code, as answered
const inFlight = new Set()      // keys without an answer

// False: not now, said with 503 while the database is away.
async function submit(key) {
  inFlight.add(key)
  const r = await call('POST', '/api/v1/dossiers', { key, body: BODY })
  if (r.status === 503 && databaseGone) {
    must(Number(r.retry) > 0, '503 without Retry-After')
    return false
  }
  must(r.status === 201, `${key}: ${r.status} ${r.text}`)
  const { code } = JSON.parse(r.text)
  must(!held.has(key) || held.get(key) === code, `${key} has two codes`)
  held.set(key, code)
  inFlight.delete(key)
  return true
}

// What was in flight, until it is stored; the database may still be starting.
async function submitAgain(key) {
  for (const end = Date.now() + 90000; !await submit(key);) {
    must(Date.now() < end, `${key}: still 503 ninety seconds after the database is back`)
    await sleep(100)
  }
}

// One of 64: goes on until the server is gone.
async function submitter(round, state) {
  while (!state.killed)
    try {
      if (await submit(`k9-${round}-${randomBytes(8).toString('hex')}`)) state.acknowledged++
      else return
    } catch { return }          // the connection died with the server
}

async function killProgram() {
  const gone = new Promise(done => child.on('exit', done))
  child.kill('SIGKILL')
  await gone
}

const cluster = word => must(spawnSync(join(ROOT, 'tools/pg-cluster'), [word, process.env.MOTCUA_TEST_PG_DIR]).status === 0, `pg-cluster ${word}`)

async function crash(round, kill) {
  const state = { acknowledged: 0, killed: false }
  const all = Array.from({ length: SUBMITTERS }, () => submitter(round, state))
  while (state.acknowledged < CODES) await sleep(1)
  await sleep(Math.random() * 40)
  state.killed = true
  await kill()
  await Promise.all(all)
  return state.acknowledged
}

// A page of the unit's list; the database may still be starting, when nothing was in flight and waited for it.
async function list(cursor) {
  for (const end = Date.now() + 90000; ;) {
    const r = await call('GET', `/api/v1/dossiers?agency=${UNIT}&limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
    if (r.status !== 503 || !databaseGone) return r
    must(Number(r.retry) > 0, '503 without Retry-After')
    must(Date.now() < end, 'the list: still 503 ninety seconds after the database is back')
    await sleep(100)
  }
}

// Every code of the unit, page by page.
async function stored() {
  const codes = []
  for (let cursor = ''; cursor !== null;) {
    const r = await list(cursor)
    must(r.status === 200, `list: ${r.status} ${r.text}`)
    const page = JSON.parse(r.text)
    codes.push(...page.items.map(i => i.code))
    cursor = page.next
  }
  return codes
}

function check(codes, round) {
  const there = new Set(codes), mine = [...held.values()]
  must(there.size === codes.length, 'a code is listed twice')
  must(new Set(mine).size === mine.length, 'two submissions were given the same code')
  const lost = mine.filter(c => !there.has(c))
  must(lost.length === 0, `round ${round}: ${lost.length} acknowledged codes are lost, ${lost[0]} ...`)
  must(codes.length === mine.length, `${codes.length} are stored, ${mine.length} were acknowledged or sent again`)
  const last = {}, count = {}                   // by agency and day
  for (const code of codes) {
    const [, day, number] = code.match(/^(.*)-(\d+)$/)
    last[day] = Math.max(last[day] ?? 0, Number(number))
    count[day] = (count[day] ?? 0) + 1
  }
  for (const day in last) must(last[day] === count[day], `a number of ${day} is left out`)
}

port = await freePort()
initSite(folder)
must(motcua(folder, ['user', 'add', '--login', 'kill9', '--name', 'Người thử', '--role', `intake@${UNIT}`]).status === 0, 'motcua user add')
token = motcua(folder, ['token', 'create', '--login', 'kill9', '--label', 'kill9', '--write']).stdout.replace('token ', '').trim()

async function crashProgram(round) {
  await start()
  const acknowledged = await crash(round, killProgram)
  await start()
  return acknowledged
}

async function crashDatabase(round) {
  await start()
  databaseGone = true
  const acknowledged = await crash(round, () => cluster('kill'))
  cluster('start')
  return acknowledged
}

for (let round = 1; round <= ROUNDS; round++) {
  const database = ENGINE === 'pg' && round % 2 === 0
  const acknowledged = await (database ? crashDatabase : crashProgram)(round), again = [...inFlight]
  for (const key of again) await submitAgain(key)
  const codes = await stored()
  databaseGone = false
  check(codes, round)
  await killProgram()           // and once more, with nobody there
  console.log(`round ${round}: ${database ? 'PostgreSQL' : 'the program'} killed, ${acknowledged} acknowledged, ` +
    `${again.length} in flight and sent again, ${held.size} in all: every one is there, none twice`)
}
removeFolder(folder)
