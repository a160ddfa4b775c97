// Papers through HTTP beside what the disk does: see bench/upload.
import { randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import http from 'node:http'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { BUILD, ROOT, motcua } from '../tests/lib/server.mjs'

const flag = (name, fallback) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? fallback : process.argv[i + 1] }
const ROUNDS = Number(flag('rounds', 5)), SECONDS = Number(flag('seconds', 4)), WRITERS = Number(flag('writers', 4)), SIZE = Number(flag('size', 5 << 20))
const data = resolve(flag('data', join(ROOT, 'var/bench')))
mkdirSync(data, { recursive: true })
const folder = mkdtempSync(join(data, 'upload-')), bare = join(folder, 'bare'), site = join(folder, 'site')
mkdirSync(bare)
mkdirSync(site)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const at = ['--db', `sqlite:${join(site, 'motcua.db')}`, '--data', site]
const must = r => { if (r.status !== 0) { console.error(r.stdout + r.stderr); process.exit(1) } return r.stdout }
must(motcua(site, ['init', ...at, '--catalogue', join(ROOT, 'catalogue')]))
must(motcua(site, ['user', 'add', '--login', 'do', '--name', 'Người đo', '--role', 'intake@H26.X.00070']))
const token = must(motcua(site, ['token', 'create', '--login', 'do', '--label', 'do', '--write'])).match(/mct_[\w-]+/)[0]
const server = spawn(join(BUILD, 'motcua'), ['serve', '--listen', '127.0.0.1:0', '--rate', '0', '--log-level', 'info', ...at], { cwd: site, stdio: ['ignore', 'ignore', 'pipe'] })
const port = await new Promise(found => { let log = ''; server.stderr.on('data', b => { if (log.length < 5000) { log += b; const m = log.match(/msg=listening .*port=(\d+)/); if (m) found(Number(m[1])) } }) })

const base = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(SIZE - 9)])
const fresh = () => { const b = Buffer.from(base); randomBytes(32).copy(b, 100); return b }        // each content is another
const head = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'), tail = Buffer.from('\r\n--b--\r\n')
const agent = new http.Agent({ keepAlive: true, maxSockets: WRITERS })

function upload(content) {
  return new Promise((done, failed) => {
    const req = http.request({ host: '127.0.0.1', port, method: 'POST', path: '/api/v1/files', agent, headers: { authorization: `Bearer ${token}`,
      'content-type': 'multipart/form-data; boundary=b', 'content-length': head.length + content.length + tail.length } }, res => {
      res.resume().on('end', () => (res.statusCode === 201 ? done() : failed(new Error(String(res.statusCode)))))
    })
    req.on('error', failed)
    req.write(head)
    req.write(content)
    req.end(tail)
  })
}

let n = 0
async function write(content) {
  const f = await open(join(bare, `f${n++ % 400}`), 'w')
  await f.write(content)
  await f.sync()
  await f.close()
}

// MB/s of so many at once, each with the next when its own is done.
async function rate(one) {
  const pool = Array.from({ length: WRITERS }, fresh), end = performance.now() + SECONDS * 1000, from = performance.now()
  let bytes = 0
  await Promise.all(pool.map(async content => {
    for (; performance.now() < end;) {
      randomBytes(32).copy(content, 100)
      await one(content)
      bytes += SIZE
    }
  }))
  return bytes / 1e6 / ((performance.now() - from) / 1000)
}
const median = v => [...v].sort((a, b) => a - b)[Math.floor(v.length / 2)]

console.log(`# ${availableParallelism()} processors, ${WRITERS} at once, files of ${SIZE} bytes, ${ROUNDS} rounds of ${SECONDS} s, in ${data}`)
await rate(upload)
await rate(write)
const ours = [], beside = []
for (let i = 0; i < ROUNDS; i++) {
  ours.push(await rate(upload))
  beside.push(await rate(write))
  rmSync(bare, { recursive: true })
  mkdirSync(bare)
}
const f = v => v.toFixed(0)
for (let i = 0; i < ROUNDS; i++) console.log(`# round ${i + 1}: ${f(ours[i])} beside ${f(beside[i])}`)
console.log(['upload', 'papers of 5 MB, MB/s', f(median(ours)), f(median(beside)), (median(ours) / median(beside)).toFixed(2), '0.6'].join('\t'))
server.kill('SIGTERM')
server.on('exit', () => process.exit(0))
