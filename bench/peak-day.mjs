// peak-day.mjs: the busiest day of the trial of 2021-22 through the gate, over HTTP: 7,000 submissions with their papers and what
// officers then do with each (accept, paid, forward, approve, hand over), by the curve of a day, as fast as --seconds says.
//   node bench/peak-day.mjs [--dossiers 7000] [--seconds 60] [--connections 64] [--communes 12] [--keep]
// Engine: SQLite, or PostgreSQL with MOTCUA_TEST_ENGINE and MOTCUA_TEST_PG as the tests have it.  Prints one fact a line: what, value.
import { pdf } from '../tests/lib/photos.mjs'
import http from 'node:http'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT, motcua, startSite } from '../tests/lib/server.mjs'

const { values: flags } = parseArgs({ options: { dossiers: { type: 'string', default: '7000' }, seconds: { type: 'string', default: '60' },
  connections: { type: 'string', default: '64' }, communes: { type: 'string', default: '12' }, keep: { type: 'boolean', default: false } } })
const number = name => {
  const n = Number(flags[name])
  if (!Number.isInteger(n) || n < 1) { console.error(`peak-day: --${name} ${flags[name]} is not a number`); process.exit(2) }
  return n
}
const N = number('dossiers'), SECONDS = number('seconds'), CONNECTIONS = number('connections'), COMMUNES = number('communes')
const PROCEDURES = [['1.001193', 30], ['1.004873', 25], ['1.001612', 15], ['2.000635', 30]], PASSWORD = 'Mat-khau-2026-ngay'
// Submissions by hour, as src/generate/arrivals.c has them, both ways in one.
const HOURS = [1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 3, 11, 14, 12, 6, 3, 7, 11, 10, 6, 2.5, 2, 2.5, 3, 3, 2, 1.5]
const PDF = pdf([['Giay to']])

// The same day every time.
let seed = 20220110n
const random = () => { seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn; return Number(seed >> 40n) / 2 ** 24 }
const pick = list => { let x = random() * list.reduce((a, [, w]) => a + w, 0); return list.find(([, w]) => (x -= w) < 0)?.[0] ?? list[0][0] }

// --- a site with officers in some communes ---
const made = []
const site = await startSite({ prepare: folder => {
  const run = (args, input) => {
    const done = motcua(folder, args, { input })
    if (done.status !== 0) throw new Error(done.stderr)
    return done.stdout
  }
  const codes = [...readFileSync(join(ROOT, 'catalogue/agencies.yaml'), 'utf8').matchAll(/\{code: (H26\.X\.\d{5}), unit_code: "\d{5}", name: \S+ [^}]*?valid_from: 2025-07-01/gs)]
    .map(m => m[1]).slice(0, COMMUNES)
  for (const [i, unit] of codes.entries()) {
    for (const [who, roles] of [['mc', ['intake', 'specialist']], ['ld', ['leader']]]) {
      run(['user', 'add', '--login', `${who}${i}`, '--name', 'Trần Văn Thử', ...roles.flatMap(r => ['--role', `${r}@${unit}`]), '--password-stdin'], `${PASSWORD}\n`)
    }
    const token = login => run(['token', 'create', '--login', login, '--label', 'ngay', '--write']).match(/mct_[\w-]+/)[0]
    made.push({ unit, desk: token(`mc${i}`), leader: token(`ld${i}`) })
  }
} })

// --- one request ---
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
const took = { submit: [], action: [] }, failures = new Map()
let key = 0
function post(kind, path, token, body, type = 'application/json') {
  const began = process.hrtime.bigint()
  return new Promise(done => {
    const req = http.request({ host: '127.0.0.1', port: site.port, path, method: 'POST', agent, headers: {
      authorization: `Bearer ${token}`, 'content-type': type, 'content-length': Buffer.byteLength(body), 'idempotency-key': `ngay-${process.pid}-${key++}` } }, res => {
      const parts = []
      res.on('data', p => parts.push(p))
      res.on('end', () => {
        took[kind]?.push(Number(process.hrtime.bigint() - began) / 1e6)
        const text = Buffer.concat(parts).toString()
        done({ status: res.statusCode, text, json: () => JSON.parse(text) })
      })
    })
    req.on('error', e => done({ status: 0, text: e.message }))
    req.end(body)
  })
}
const wrong = (what, answer) => {
  const say = `${what} ${answer.status} ${answer.text.slice(0, 200)}`
  failures.set(say, (failures.get(say) ?? 0) + 1)
}

// --- each procedure once by hand: its papers, its fees ---
function nested(flat) {
  const out = {}
  for (const [name, value] of Object.entries(flat)) {
    const path = name.split('.')
    let at = out
    path.slice(0, -1).forEach((part, i) => { at = at[part] ??= /^\d+$/.test(path[i + 1]) ? [] : {} })
    at[path.at(-1)] = value
  }
  return out
}
const moved = v => /^2026-(0[6-9]|1\d)-\d\d$/.test(v) ? new Date(Date.now() + 7 * 36e5 - (Date.parse('2026-11-22') - Date.parse(v))).toISOString().slice(0, 10) : v
const body = (p, office) => {
  const answers = nested(Object.fromEntries(Object.entries(p.answers).map(([k, v]) => [k, k.endsWith('.commune') ? office.unit.slice(-5) : moved(v)])))
  return JSON.stringify({ procedure: p.code, agency: office.unit, channel: 'online', answers, papers: p.papers.map(paper => ({ paper, files: [office.file] })),
    parties: [{ role: 'applicant', kind: 'person', name: answers.nguoi_yeu_cau_ho_ten, personal_number: answers.nguoi_yeu_cau_so_dinh_danh, phone: '0900123456', address: 'Số 12 phố Hàng Bài' }] })
}
const boundary = '----ngay', upload = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="trang.pdf"\r\nContent-Type: application/pdf\r\n\r\n${PDF}\r\n--${boundary}--\r\n`
async function learn(code) {
  const office = made[0], p = { code, answers: JSON.parse(readFileSync(join(ROOT, 'tests/data/answers', `${code}.json`))), papers: [], steps: [] }
  let first = await post('', '/api/v1/dossiers', office.desk, body(p, office))
  if (first.status === 422) {
    p.papers = [...first.text.matchAll(/"papers\.([\w-]+)"/g)].map(m => m[1])
    first = await post('', '/api/v1/dossiers', office.desk, body(p, office))
  }
  if (first.status !== 201) throw new Error(`${code}: ${first.status} ${first.text}`)
  let version = 1
  for (const action of ['accept', 'paid', 'forward', 'approve', 'hand_over']) {
    const done = await post('', `/api/v1/dossiers/${first.json().code}/actions`, action === 'approve' ? office.leader : office.desk,
      JSON.stringify({ action, version, ...MORE[action] }))
    if (done.status === 200) { p.steps.push(action); version = done.json().version }
    else if (action !== 'paid') throw new Error(`${code} ${action}: ${done.status} ${done.text}`)
  }
  return p
}
const MORE = { paid: { fee: '', number: 'BL-1' }, approve: { number: '01/2026' },
  hand_over: { to_name: 'Nguyễn Thị Thu Hà', to_number: '001191900123', to_paper: 'Thẻ căn cước' } }
for (const office of made)       // a file is whose hands it in
  office.file = (await post('', '/api/v1/files', office.desk, upload, `multipart/form-data; boundary=${boundary}`)).json().items[0].file
const known = new Map()
for (const [code] of PROCEDURES) known.set(code, await learn(code))
took.submit.length = took.action.length = 0

// --- the day: when each is handed in, and what follows ---
const second = hour => (hour / 24) * SECONDS
const plan = Array.from({ length: N }, () => {
  const p = known.get(pick(PROCEDURES))
  return { at: second(pick(HOURS.map((w, h) => [h, w])) + random()), p, office: made[Math.floor(random() * made.length)],
    gaps: p.steps.map(() => second(random() * 2.5)) }
}).sort((a, b) => a.at - b.at)
const began = Date.now()
const until = at => new Promise(done => setTimeout(done, Math.max(0, at * 1000 - (Date.now() - began))))
let submitted = 0, acted = 0, finished = 0
async function life({ at, p, office, gaps }) {
  await until(at)
  const first = await post('submit', '/api/v1/dossiers', office.desk, body(p, office))
  if (first.status !== 201) return wrong('submit', first)
  submitted++
  const path = `/api/v1/dossiers/${first.json().code}/actions`
  let version = 1
  for (const [i, action] of p.steps.entries()) {
    at += gaps[i]
    await until(at)
    const done = await post('action', path, action === 'approve' ? office.leader : office.desk, JSON.stringify({ action, version, ...MORE[action] }))
    if (done.status !== 200) return wrong(action, done)
    version = done.json().version
    acted++
  }
  finished++
}
await Promise.all(plan.map(life))
const seconds = (Date.now() - began) / 1000

// --- facts ---
const fact = (what, value) => console.log(`${what}\t${value}`)
const quantile = (list, q) => { const v = [...list].sort((a, b) => a - b); return v.length ? v[Math.min(v.length - 1, Math.floor(v.length * q))].toFixed(1) : '-' }
fact('submitted', submitted); fact('actions', acted); fact('returned', finished)
fact('seconds', seconds.toFixed(1)); fact('requests a second', ((submitted + acted) / seconds).toFixed(0))
for (const kind of ['submit', 'action']) for (const [name, q] of [['p50', 0.5], ['p99', 0.99], ['max', 1]]) fact(`${kind} ${name} ms`, quantile(took[kind], q))
const bad = [...failures.values()].reduce((a, b) => a + b, 0)
fact('failures', bad)
for (const [say, n] of [...failures].slice(0, 5)) console.error(`${n} times: ${say}`)
await site.stop()
const deep = motcua(site.folder, ['check', '--deep'])
fact('findings of check --deep', deep.stdout.match(/findings (\d+)/)?.[1] ?? `status ${deep.status}: ${deep.stderr}`)
if (flags.keep) fact('kept', site.folder); else await site.clean()
agent.destroy()
process.exit(bad || deep.status ? 1 : 0)
