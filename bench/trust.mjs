// See bench/trust.  Processor time a request: user and system time of the server's process (/proc/PID/stat) over many requests of a kind.
// Shares: `perf record` of the same requests, a sample belonging to the first part that has one of its functions on the stack.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BUILD, motcua, startSite } from '../tests/lib/server.mjs'
import { addPeople, meetPeople } from '../tests/lib/people.mjs'
import { apply, at, receive } from '../tests/lib/parked.mjs'
import { urlencoded } from '../tests/lib/client.mjs'

const WARM = 200, SECONDS_OF_PERF = 3
const given = { requests: 1500, rounds: 5, dossiers: 10000, 'at-once': 8, detail: 0 }
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, ''), n = Number(process.argv[i + 1])
  if (!(name in given) || !(n > 0)) { console.error(`trust: ${process.argv[i]}: --requests N, --rounds N, --dossiers N, --at-once N, --detail N`); process.exit(2) }
  given[name] = n
}

// The first that fits.  `thread`: everything of it; `get`: for requests that change nothing themselves.
const PARTS = [
  { name: 'encryption', call: /^(ring_|sealed_|row_sealed)/ },
  { name: 'chaining', call: /^(audit_waits|fold_hash|sql_event_before|audit_act)$/ },
  { name: 'sealing (its thread)', thread: /^sealing$/ },
  { name: 'log of looks', call: /^auth_(sql_)?log_/ },
  { name: 'log of looks', thread: /^write lane$/, get: true },
  { name: 'log of looks', call: /^(gate_queue|lane_put)$/, get: true },
  { name: 'gate', call: /^gate_(admit|who|may|csrf|idem)/ },
  { name: 'commit (shared)', call: /^db_commit$/ },
]
const COUNTED = ['gate', 'log of looks', 'encryption', 'chaining']
const fact = (...words) => console.log(words.join('\t'))
const median = list => list.sort((a, b) => a - b)[list.length >> 1]

const site = await startSite({ flags: ['--no-supervisor'], prepare: folder => {
  const made = motcua(folder, ['generate', '--dossiers', String(given.dossiers), '--quiet'])
  if (made.status !== 0) throw new Error(made.stderr)
  addPeople(folder)
} }).catch(e => { console.error(`trust: ${e.message}`); process.exit(1) })

const pid = site.child.pid, ticks = () => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return Number(f[11]) + Number(f[12]) }
const agent = new http.Agent({ keepAlive: true, maxSockets: given['at-once'] })
const jar = client => [...client.cookies].map(([k, v]) => `${k}=${v}`).join('; ')

function send(method, path, cookie, body) {
  return new Promise((done, failed) => {
    const headers = { cookie, ...body ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) } : {} }
    const request = http.request({ host: '127.0.0.1', port: site.port, agent, method, path, headers }, answer => {
      answer.resume()
      answer.on('end', () => done(answer.statusCode))
    })
    request.on('error', failed)
    request.end(body)
  })
}

// --- who asks for what ---
async function kinds() {
  const people = await meetPeople(site), own = await apply(people)
  const codes = []
  for (let i = 0; i <= given['at-once']; i++) codes.push(await receive(people.intake))
  const fields = (await people.specialist.get(`${at(codes[1])}/viec/claim`)).forms().find(f => f.action?.endsWith('/viec/claim')).fields
  const desk = jar(people.specialist), citizen = jar(people.citizen), state = codes.slice(1).map(code => ({ code, v: Number(fields.v), claimed: false }))
  let serial = 0
  const page = (path, cookie) => async () => { const status = await send('GET', path, cookie); if (status !== 200) throw new Error(`${path}: ${status}`) }
  const action = async k => {
    const d = state[k], path = `${at(d.code)}/viec/${d.claimed ? 'release' : 'claim'}`
    const status = await send('POST', path, desk, urlencoded({ _csrf: fields._csrf, _idem: `trust-${pid}-${serial++}`.padEnd(22, 'x'), v: String(d.v) }))
    if (status !== 303) throw new Error(`${path}: ${status}`)
    d.v++
    d.claimed = !d.claimed
  }
  return { dossier: page(at(codes[0]), desk), 'work list': page('/can-bo', desk), 'citizen\'s page': page(`/ho-so/${own}`, citizen), action }
}

async function many(one, n) {
  let left = n
  await Promise.all(Array.from({ length: given['at-once'] }, async (_, k) => { while (left-- > 0) await one(k) }))
}

// --- shares ---
function partOf(comm, stack, get) {
  for (const p of PARTS)
    if ((!p.get || get) && (p.thread ? p.thread.test(comm) : stack.some(f => p.call.test(f)))) return p.name
  return 'everything else'
}

async function shares(one, get) {
  const file = join(site.folder, 'perf'), sum = {}, inside = {}
  let all = 0, comm = '', stack = []
  const perf = spawn('perf', ['record', '-q', '-F', '1499', '-e', 'cpu-clock', '--call-graph', 'dwarf,16384', '-p', String(pid), '-o', file], { stdio: 'ignore' })
  await new Promise(r => setTimeout(r, 1000))
  const until = performance.now() + SECONDS_OF_PERF * 1000
  while (performance.now() < until) await many(one, 10 * given['at-once'])
  perf.kill('SIGINT')
  await once(perf, 'close')
  const end = () => {
    if (comm) { const p = partOf(comm, stack, get); sum[p] = (sum[p] ?? 0) + 1; all++; for (const f of new Set(stack)) { inside[p] ??= {}; inside[p][f] = (inside[p][f] ?? 0) + 1 } }
    comm = ''
    stack = []
  }
  const script = spawn('perf', ['script', '--no-inline', '-F', 'comm,ip,sym', '-i', file], { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const line of createInterface({ input: script.stdout })) {
    if (!line.trim()) end()
    else if (!comm) comm = line.trim()
    else stack.push(line.trim().split(' ')[1] ?? '')
  }
  end()
  rmSync(file, { force: true })
  return { sum, all, inside }
}

try {
  const run = await kinds(), took = Object.fromEntries(Object.keys(run).map(k => [k, []]))
  for (const one of Object.values(run)) await many(one, WARM)
  for (let r = 0; r < given.rounds; r++)
    for (const [kind, one] of Object.entries(run)) {
      const before = ticks()
      await many(one, given.requests)
      took[kind].push((ticks() - before) * 10000 / given.requests)
    }
  fact('# kind', 'what', 'us a request', 'share')
  for (const [kind, one] of Object.entries(run)) {
    const us = median(took[kind]), { sum, all, inside } = await shares(one, kind !== 'action')
    fact(kind, 'whole', us.toFixed(0), `(rounds ${took[kind].map(x => x.toFixed(0)).join(' ')}; ${all} samples)`)
    const line = (what, n) => fact(kind, what, (us * n / all).toFixed(1), `${(100 * n / all).toFixed(1)} %`)
    for (const what of COUNTED) line(what, sum[what] ?? 0)
    line('the four together', COUNTED.reduce((n, what) => n + (sum[what] ?? 0), 0))
    for (const what of Object.keys(sum).filter(w => !COUNTED.includes(w)).sort()) line(what, sum[what])
    for (const [what, of] of Object.entries(inside))
      for (const [f, n] of Object.entries(of).sort((a, b) => b[1] - a[1]).slice(0, given.detail)) line(`# ${what}: ${f}`, n)
  }
  console.log(`# load ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`)
} finally {
  agent.destroy()
  await site.clean()
}
