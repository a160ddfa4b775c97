// A site whose machine is made to fail, and submitters who write down what they were told.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import http from 'node:http'
import { ENGINE } from './engine.mjs'
import { BUILD, ROOT, Server, motcua } from './server.mjs'
import { PDF } from './parked.mjs'
import { parse } from './metrics.mjs'
import { freePort, sleep } from './soon.mjs'

export const UNIT = 'H26.X.00070', SUBMITTERS = 16
const BODY = readFileSync(join(ROOT, 'tests/data/submission.json'))
const run = (...words) => spawnSync(words[0], words.slice(1), { encoding: 'utf8' })
export const onSqlite = ENGINE === 'sqlite' ? false : 'these faults are those of a file'

// Whether a file system can be made here: root, and not in a container that forbids it.
export const mayMount = (() => {
  if (process.getuid() !== 0) return false
  const folder = mkdtempSync(join(tmpdir(), 'motcua-mount-'))
  const ok = run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', folder).status === 0
  if (ok) run('umount', folder)
  rmSync(folder, { recursive: true, force: true })
  return ok
})()

// A small disk of its own: { path, fill(), free(), away() }.
export function smallDisk(path, megabytes) {
  const mount = () => run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'none', path)
  assert.equal(mount().status, 0)
  const ballast = join(path, 'ballast')
  return {
    path,
    // To the last byte: blocks of a megabyte, then smaller and smaller ones.
    fill() {
      const fd = openSync(ballast, 'a', 0o600)
      for (let size = 1 << 20; size >= 1; size >>= 1) {
        const block = Buffer.alloc(size)
        try { while (writeSync(fd, block) === size); } catch (e) { if (e.code !== 'ENOSPC') throw e }
      }
      closeSync(fd)
    },
    free() { unlinkSync(ballast) },
    away() { run('umount', '-l', path) },
  }
}

// A city in folder/data, served by a supervisor on a port that stays.  around: words before the program, as ['setpriv', ...].
export async function startFaulty({ flags = [], disk, around = [], owner, env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-faults-')), data = join(folder, 'data')
  assert.equal(run('mkdir', '-m', '0700', data).status, 0)
  const small = disk ? smallDisk(data, disk) : null
  const config = ['--db', `sqlite:${join(data, 'motcua.db')}`, '--data', data]
  const made = motcua(folder, ['init', ...config, '--catalogue', join(ROOT, 'catalogue')])
  assert.equal(made.status, 0, made.stderr)
  assert.equal(motcua(folder, ['user', 'add', '--login', 'canbo', '--name', 'Người thử', '--role', `intake@${UNIT}`]).status, 0)
  const token = motcua(folder, ['token', 'create', '--login', 'canbo', '--label', 'faults', '--write']).stdout.replace('token ', '').trim()
  if (owner) run('chown', '-R', String(owner), folder)
  const port = await freePort()
  const words = [...around, join(BUILD, 'motcua'), 'serve', '--listen', `127.0.0.1:${port}`, '--rate', '0', ...flags]
  const child = spawn(words[0], words.slice(1), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
  const server = await new Server(child, folder).ready()
  return Object.assign(new Faulty(server, token), { folder, data, disk: small, database: join(data, 'motcua.db') })
}

class Faulty {
  constructor(server, token) {
    this.server = server
    this.token = token
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
    this.body = BODY
    this.held = new Map()           // key -> code, as answered
    this.open = new Set()           // keys that got no code yet
    this.count = { done: 0, away: 0, cut: 0 }
    this.odd = []                   // what must never be
  }

  get log() { return this.server.log }
  get workers() { return readFileSync(`/proc/${this.server.child.pid}/task/${this.server.child.pid}/children`, 'utf8').trim().split(' ').map(Number) }
  client() { return this.server.client() }

  request(method, path, { headers = {}, body, token = this.token } = {}) {
    return new Promise((done, failed) => {
      const all = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-length': body.length } : {}), ...headers }
      const req = http.request({ host: '127.0.0.1', port: this.server.port, method, path, headers: all, agent: this.agent }, res => {
        const chunks = []
        res.on('data', c => chunks.push(c)).on('error', failed).on('aborted', () => failed(new Error('cut off')))
        res.on('end', () => done({ status: res.statusCode, headers: res.headers, text: Buffer.concat(chunks).toString() }))
      })
      req.setTimeout(90000, () => req.destroy(new Error('no answer in ninety seconds')))
      req.on('error', failed).end(body)
    })
  }

  // Answered, told to come again later, or cut off; anything else is odd.
  async attempt(what, send, good) {
    let r
    try { r = await send() } catch (e) {
      this.count.cut++
      if (/ninety seconds/.test(e.message)) this.odd.push(`${what}: ${e.message}`)
      return null
    }
    if (r.status === good) { this.count.done++; return r }
    if (r.status === 503 && Number(r.headers['retry-after']) > 0) this.count.away++
    else this.odd.push(`${what}: ${r.status} retry-after=${r.headers['retry-after']} ${r.text.slice(0, 300)}`)
    return null
  }

  async submit(key = randomBytes(8).toString('hex')) {
    this.open.add(key)
    const r = await this.attempt('submission', () => this.request('POST', '/api/v1/dossiers',
      { headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: this.body }), 201)
    if (!r) return false
    const { code } = JSON.parse(r.text)
    if (this.held.has(key) && this.held.get(key) !== code) this.odd.push(`${key} has two codes`)
    this.held.set(key, code)
    this.open.delete(key)
    return true
  }

  // Submissions name these uploaded files from now on.
  attach(files) {
    const doc = JSON.parse(BODY)
    this.body = Buffer.from(JSON.stringify({ ...doc, papers: [{ paper: 'uy_quyen_nop', form: 'electronic', count: 1, note: 'x', files }] }))
  }

  upload(size = PDF.content.length) {
    const boundary = 'faults', content = Buffer.concat([PDF.content, randomBytes(16), Buffer.alloc(Math.max(0, size - PDF.content.length))])
    const body = Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n`),
      content, Buffer.from(`\r\n--${boundary}--\r\n`)])
    return this.attempt('upload', () => this.request('POST', '/api/v1/files',
      { headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'idempotency-key': randomBytes(8).toString('hex') }, body }), 201)
  }

  // Sixteen submitters until `until()` is true.
  async load(until) {
    const one = async () => {
      for (let key; !until();) {
        key ??= randomBytes(8).toString('hex')
        if (await this.submit(key)) key = undefined
        else if (this.odd.length > 50) assert.fail(`no load comes about: ${this.odd.slice(0, 3).join('\n')}`)
        else await sleep(20)                            // and once more with the same key
      }
    }
    await Promise.all(Array.from({ length: SUBMITTERS }, one))
  }

  // Runs the load around `during()`: some good answers before it, and some after.
  async under(during, { before = 200, after = 200 } = {}) {
    let stop = false
    const load = this.load(() => stop)
    const more = async (n, say) => {
      const want = this.count.done + n
      for (const end = Date.now() + 90000; this.count.done < want; await sleep(10)) assert.ok(Date.now() < end, `${say}\n${this.tail()}`)
    }
    try {
      await more(before, 'no load came about')
      await during()
      await more(after, 'service did not resume by itself')
    } finally {
      stop = true
      await load
    }
  }

  tail(n = 40) { return this.log.split('\n').filter(l => !/msg=request /.test(l)).slice(-n).join('\n') }

  // What got no answer is sent again with its key; then everything that was acknowledged is there, once, and nothing else.
  async settle() {
    for (const end = Date.now() + 90000; this.open.size > 0;) {
      for (const key of [...this.open]) await this.submit(key)
      assert.ok(Date.now() < end, `still not stored:\n${this.tail()}`)
    }
    assert.deepEqual(this.odd.slice(0, 5), [])
    const there = await this.stored(), mine = [...this.held.values()], set = new Set(there)
    assert.equal(set.size, there.length, 'a code is listed twice')
    assert.equal(new Set(mine).size, mine.length, 'two submissions were given the same code')
    assert.deepEqual(mine.filter(c => !set.has(c)).slice(0, 5), [], 'acknowledged and not there')
    assert.equal(there.length, mine.length, 'more is stored than was acknowledged or sent again')
    const numbers = there.map(c => Number(c.slice(-4))).sort((a, b) => a - b), days = new Set(there.map(c => c.slice(0, -5)))
    if (days.size === 1) assert.equal(numbers.at(-1), numbers.length, 'a number of the day is left out')
  }

  async stored() {
    const codes = []
    for (let cursor = ''; cursor !== null;) {
      const r = await this.request('GET', `/api/v1/dossiers?agency=${UNIT}&limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
      assert.equal(r.status, 200, r.text)
      const page = JSON.parse(r.text)
      codes.push(...page.items.map(i => i.code))
      cursor = page.next
    }
    return codes
  }

  async ready() {
    const r = await this.request('GET', '/readyz', { token: null })
    return { ready: r.status === 200, reasons: r.text.trim().split('\n') }
  }

  async until(condition, say, seconds = 90) {
    for (const end = Date.now() + seconds * 1000; !await condition(); await sleep(50)) assert.ok(Date.now() < end, `${say}\n${this.tail()}`)
  }
  becomesReady(seconds) { return this.until(async () => (await this.ready().catch(() => ({}))).ready, 'not ready again', seconds) }
  becomesUnready(reason, seconds) {
    return this.until(async () => { const r = await this.ready().catch(() => ({})); return r.ready === false && r.reasons.some(l => reason.test(l)) },
      `/readyz does not say ${reason}`, seconds)
  }

  async metrics() { return parse((await this.request('GET', '/metrics', { token: null })).text) }
  says(pattern, level) { return this.server.lines().some(l => (!level || l.level === level) && pattern.test(`${l.msg} ${l.detail ?? ''}`)) }

  async clean() {
    this.agent.destroy()
    await this.server.stop()
    this.disk?.away()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
