// A power cut, and kill -9, at every point of an upload.
//
// A citizen's papers are sent whole and in parts and named by dossiers, while the shim writes down every call that changes a file.
//   1. The disk forgets: at every sync of that record the site is looked at as a disk would hold it that lost all that was not synced,
//      once with the names that were not synced lost, too, and once with names kept and bytes lost.  `motcua check --deep` must find no
//      paper without its content and no damaged one, and everything that a client had been told by then is there.
//   2. kill -9: at every n-th call of the same course the program is killed before it makes it, starts again, and the client goes on
//      with the same keys: nothing is lost, nothing twice, no dossier without its papers.
//
//   node tests/powercut/powercut.mjs [KILLS [LOOKS]]     (how many points of each; 16 and 20)
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, cpSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUILD, ROOT, freshFolder, initSite, motcua, removeFolder } from '../lib/server.mjs'
import { pdfOf } from '../lib/ballast.mjs'
import { freePort, sleep } from '../lib/soon.mjs'
import { Disk, readLog } from './disk.mjs'

// Both parts run side by side, each in a process of its own: neither measures time.
const part = process.env.POWERCUT_PART
if (!part) {
  const run = name => new Promise(done => spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, POWERCUT_PART: name } }).on('exit', done))
  const ends = await Promise.all(['cut', 'kill'].map(run))
  process.exit(ends.every(e => e === 0) ? 0 : 1)
}

const KILLS = Number(process.argv[2] ?? 16), LOOKS = Number(process.argv[3] ?? 20), UNIT = 'H26.X.00070'
const folder = freshFolder(), work = mkdtempSync(join(tmpdir(), 'motcua-powercut-')), site = join(work, 'site'), started = Date.now()
const log = join(work, 'log'), control = join(work, 'control')
const SUBMISSION = JSON.parse(readFileSync(join(ROOT, 'tests/data/submission.json')))
const sum = b => createHash('sha256').update(b).digest('hex')
const paper = n => pdfOf(0, Buffer.concat([Buffer.from(sum(Buffer.from(`paper ${n}`))), Buffer.alloc(n * 400_000, 0x20)]))
let port, token, child

function must(condition, say) {
  if (condition) return
  console.error(`powercut: ${say}`)
  child?.kill('SIGKILL')
  process.exit(1)
}

function call(method, path, { body, type = 'application/json', key } = {}) {
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': type, 'content-length': body.length } : {}), ...(key ? { 'idempotency-key': key } : {}) }
    const req = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false }, res => {
      const chunks = []
      res.on('data', c => chunks.push(c)).on('error', failed).on('aborted', () => failed(new Error('cut off')))
      res.on('end', () => done({ status: res.statusCode, json: JSON.parse(Buffer.concat(chunks).toString() || '{}') }))
    })
    req.on('error', failed).end(body)
  })
}

async function start(shim) {
  const env = shim ? { ...process.env, LD_PRELOAD: join(BUILD, 'tests/powercut/powercut.so'), POWERCUT_ROOT: site, POWERCUT_LOG: log, POWERCUT_CONTROL: control } : process.env
  child = spawn(join(BUILD, 'motcua'), ['serve', '--no-supervisor', '--listen', `127.0.0.1:${port}`, '--rate', '0', '--log-level', 'error', ...at(site)],
    { cwd: site, stdio: ['ignore', 'pipe', 'inherit'], env })
  child.ended = new Promise(done => child.on('exit', () => done(false)))
  must(await Promise.race([new Promise(done => child.stdout.once('data', () => done(true))), child.ended]), 'the server did not start')
}
const stop = async (signal = 'SIGKILL') => { child.kill(signal); await child.ended }
const begin = () => { rmSync(site, { recursive: true, force: true }); cpSync(folder, site, { recursive: true }); rmSync(log, { force: true }); setControl(0) }
function setControl(n) { const b = Buffer.alloc(16); b.writeBigInt64LE(BigInt(n)); writeFileSync(control, b) }
function arm(n) { const fd = openSync(control, 'r+'), b = Buffer.alloc(16); b.writeBigInt64LE(BigInt(n)); writeSync(fd, b, 0, 16, 0); closeSync(fd) }
function counted() { const fd = openSync(control, 'r'), b = Buffer.alloc(16); readSync(fd, b, 0, 16, 0); closeSync(fd); return Number(b.readBigInt64LE(8)) }

// --- the course: what is told to the client goes into `told`, with where the record stood ---
const NEVER = 1e9
const multipart = content => ({ type: 'multipart/form-data; boundary=b', body: Buffer.concat([
  Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'), content, Buffer.from('\r\n--b--\r\n')]) })
const at = folder_ => ['--db', `sqlite:${join(folder_, 'motcua.db')}`, '--data', folder_]
const size = () => (existsSync(log) ? statSync(log).size : 0)

async function whole(n, tell) {
  const r = await call('POST', '/api/v1/files', multipart(paper(n)))
  must(r.status === 201 && r.json.items[0].sha256 === sum(paper(n)), `file ${n}: ${JSON.stringify(r)}`)
  tell({ content: r.json.items[0].sha256 })
  return r.json.items[0].file
}

async function inParts(n, tell, state) {
  const bytes = paper(n)
  state.upload ??= (await call('POST', '/api/v1/uploads', { body: Buffer.from(JSON.stringify({ name: 'b.pdf', size: bytes.length })) })).json.upload
  let is = (await call('GET', `/api/v1/uploads/${state.upload}`)).json
  must((is.offset ?? 0) >= (state.offset ?? 0), `parts of ${n}: ${state.offset} were told, ${is.offset} are there`)
  while (!is.file) {
    const r = await call('POST', `/api/v1/uploads/${state.upload}/${is.offset}`, { type: 'application/octet-stream', body: bytes.subarray(is.offset, is.offset + 500_000) })
    must(r.status === 200, `part of ${n}: ${JSON.stringify(r)}`)
    is = r.json
    if (!is.file) tell({ half: bytes.subarray(0, state.offset = is.offset) })
  }
  must(is.sha256 === sum(bytes), 'parts became another content')
  state.offset = 0
  tell({ content: is.sha256 })
  return is.file
}

async function dossier(key, files, tell) {
  const body = Buffer.from(JSON.stringify({ ...SUBMISSION, papers: [{ paper: 'uy_quyen_nop', note: 'x', files }] }))
  const r = await call('POST', '/api/v1/dossiers', { body, key })
  must(r.status === 201, `dossier: ${JSON.stringify(r)}`)
  tell({ code: r.json.code })
}

// Again and again with the same state until it is through: what is done is not done twice by the client either.
async function course(state, tell) {
  state.a ??= await whole(1, tell)
  if (!state.one) { await dossier('pc-one', [state.a], tell); state.one = true }
  state.b ??= await inParts(3, tell, state)
  state.c ??= await whole(2, tell)
  if (!state.two) { await dossier('pc-two', [state.b, state.c], tell); state.two = true }
}

// --- what must hold of a site that stands still ---
function healthy(place, told, say) {
  const checked = motcua(place, ['check', '--deep', ...at(place)])
  const findings = checked.stdout.split('\n').filter(l => /^(paper|content|part|chain|row|code|counter|task|reference)\s/.test(l))
  must(checked.status === 0 && findings.length === 0, `${say}: ${findings.join('\n')}\n${checked.stdout}${checked.stderr}`)
  const dossiers = Number(checked.stdout.match(/^dossiers (\d+)$/m)?.[1])
  const codes = new Set(told.filter(t => t.code).map(t => t.code))
  must(dossiers >= codes.size, `${say}: ${codes.size} dossiers were acknowledged, ${dossiers} are there`)
  for (const { content } of told.filter(t => t.content)) {
    const path = join(place, 'store', content.slice(0, 2), content.slice(2))
    must(existsSync(path) && sum(readFileSync(path)) === content, `${say}: the acknowledged content ${content} is lost`)
  }
  return dossiers
}

function halfThere(place, told, say) {
  const last = told.filter(t => t.half || t.content).at(-1)
  if (!last?.half) return
  const found = filesIn(join(place, 'store')).map(p => readFileSync(p))
  must(found.some(b => b.length >= last.half.length && b.subarray(0, last.half.length).equals(last.half)), `${say}: acknowledged bytes of a half file are lost`)
}
function filesIn(folder_) {
  if (!existsSync(folder_)) return []
  return readdirSync(folder_, { withFileTypes: true }).flatMap(e => (e.isDirectory() ? filesIn(join(folder_, e.name)) : [join(folder_, e.name)]))
}

// --- 1. the disk forgets ---
async function forget() {
  begin()
  const disk = new Disk(site)
  const told = []
  await start(true)
  arm(NEVER)
  await course({}, t => told.push({ ...t, at: size() }))
  const calls = counted()
  await stop()
  const all = readLog(log), points = []
  let end = 0
  all.forEach((r, i) => { end += 48 + r.x.length + r.y.length; if (r.op === 'S') points.push({ i, at: end }) })
  const first = points.findIndex(p => p.at > (told[0]?.at ?? 0) - 1_500_000)
  const some = points.slice(Math.max(0, first)), step = Math.max(1, some.length / LOOKS)
  const chosen = new Set(Array.from({ length: Math.min(LOOKS, some.length) }, (_, k) => some[Math.floor(k * step)].i))
  chosen.add(points.at(-1).i)
  let done = 0, looks = 0, length = 0
  all.forEach((r, i) => {
    disk.play(r)
    length += 48 + r.x.length + r.y.length
    if (!chosen.has(i)) return
    for (const names of ['lost', 'kept']) {
      const left = join(work, 'left'), known = told.filter(t => t.at <= length)
      rmSync(left, { recursive: true, force: true })
      disk.write(left, names)
      done = healthy(left, known, `after call ${i + 1} of ${all.length}, names ${names}`)
      halfThere(left, known, `after call ${i + 1}, names ${names}`)
      looks++
    }
  })
  must(done === 2, `at the end ${done} dossiers are there`)
  console.log(`power cut: ${looks} looks at ${chosen.size} of ${points.length} syncs (${all.length} calls): nothing acknowledged is lost, no dossier refers to missing content`)
  return calls
}

// --- 2. kill -9 ---
// How many calls the course makes when nothing happens to it.
async function counting() {
  begin()
  await start(true)
  arm(NEVER)
  await course({}, () => {})
  const calls = counted()
  await stop()
  return calls
}

async function killed(n) {
  begin()
  await start(true)
  arm(n)
  const state = {}, told = []
  const tell = t => told.push(t)
  let cut = false
  try { await course(state, tell) } catch { cut = true }
  if (cut) must(await Promise.race([child.ended.then(() => true), sleep(60000)]), `killed at call ${n}: a request failed, and the server lives on`)
  else await stop()
  await start(false)
  await course(state, tell)
  await stop()
  const dossiers = healthy(site, told, `killed at call ${n}`)
  must(dossiers === 2, `killed at call ${n}: ${dossiers} dossiers instead of two`)
  must(new Set(told.filter(t => t.code).map(t => t.code)).size === 2, `killed at call ${n}: codes`)
  return cut
}

port = await freePort()
initSite(folder)
must(motcua(folder, ['user', 'add', '--login', 'cut', '--name', 'Người thử', '--role', `intake@${UNIT}`]).status === 0, 'motcua user add')
token = motcua(folder, ['token', 'create', '--login', 'cut', '--label', 'cut', '--write']).stdout.replace('token ', '').trim()
const calls = part === 'cut' ? await forget() : await counting()
let kills = 0
for (let k = 0; part === 'kill' && k < KILLS; k++) kills += await killed(1 + Math.floor((k * calls) / KILLS)) ? 1 : 0
if (part === 'kill') console.log(`kill -9: at ${kills} of ${calls} calls: what was told is there, what was in flight is sent again and stored once (${Math.round((Date.now() - started) / 1000)} s)`)
rmSync(work, { recursive: true, force: true })
removeFolder(folder)
process.exit(0)
