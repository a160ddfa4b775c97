// kill -9 of the server under 64 concurrent submitters, 20 times.  Each time at least 1,000 codes are in the clients' hands
// before the end; every one of them is there afterwards, none twice, and no number of a day is left out.
// What was in flight is sent again with its key: it is stored once, whether the answer was lost or the request.
//
//   node tests/kill9/kill9.mjs [ROUNDS [CODES]]          (20 and 1,000; MOTCUA_BUILD names another build)
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { join } from 'node:path'
import { BUILD, ROOT, freshFolder, motcua } from '../lib/server.mjs'

const ROUNDS = Number(process.argv[2] ?? 20), CODES = Number(process.argv[3] ?? 1000), SUBMITTERS = 64
const UNIT = 'H26.X.00070', BODY = readFileSync(join(ROOT, 'bench/submission.json'))
const folder = freshFolder()
const agent = new http.Agent({ keepAlive: true, maxSockets: SUBMITTERS })
let port, token, child

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
      res.on('end', () => done({ status: res.statusCode, text: Buffer.concat(chunks).toString() }))
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

async function submit(key) {
  inFlight.add(key)
  const r = await call('POST', '/api/v1/dossiers', { key, body: BODY })
  must(r.status === 201, `${key}: ${r.status} ${r.text}`)
  const { code } = JSON.parse(r.text)
  must(!held.has(key) || held.get(key) === code, `${key} has two codes`)
  held.set(key, code)
  inFlight.delete(key)
}

// One of 64: goes on until the server is gone.
async function submitter(round, state) {
  while (!state.killed)
    try {
      await submit(`k9-${round}-${randomBytes(8).toString('hex')}`)
      state.acknowledged++
    } catch { return }          // the connection died with the server
}

async function crash(round) {
  const state = { acknowledged: 0, killed: false }
  const all = Array.from({ length: SUBMITTERS }, () => submitter(round, state))
  while (state.acknowledged < CODES) await new Promise(go => setTimeout(go, 1))
  await new Promise(go => setTimeout(go, Math.random() * 40))
  const gone = new Promise(done => child.on('exit', done))
  child.kill('SIGKILL')
  state.killed = true
  await gone
  await Promise.all(all)
  return state.acknowledged
}

// Every code of the unit, page by page.
async function stored() {
  const codes = []
  for (let cursor = ''; cursor !== null;) {
    const r = await call('GET', `/api/v1/dossiers?agency=${UNIT}&limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
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

function freePort() {
  return new Promise(done => { const s = createServer().listen(0, '127.0.0.1', () => { const p = s.address().port; s.close(() => done(p)) }) })
}

port = await freePort()
must(motcua(folder, ['init', '--catalogue', join(ROOT, 'catalogue')]).status === 0, 'motcua init')
must(motcua(folder, ['user', 'add', '--login', 'kill9', '--name', 'Người thử', '--role', `intake@${UNIT}`]).status === 0, 'motcua user add')
token = motcua(folder, ['token', 'create', '--login', 'kill9', '--label', 'kill9', '--write']).stdout.replace('token ', '').trim()

for (let round = 1; round <= ROUNDS; round++) {
  await start()
  const acknowledged = await crash(round)
  const again = [...inFlight]
  await start()
  for (const key of again) await submit(key)
  check(await stored(), round)
  const gone = new Promise(done => child.on('exit', done))
  child.kill('SIGKILL')         // and once more, with nobody there
  await gone
  console.log(`round ${round}: ${acknowledged} acknowledged, ${again.length} in flight and sent again, ${held.size} in all: every one is there, none twice`)
}
rmSync(folder, { recursive: true, force: true })
