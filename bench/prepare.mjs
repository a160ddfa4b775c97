// prepare.mjs PORT CONFIG OUT CODES: signs in whom the bench plays, hands in papers, does every step once by hand and writes what was
// sent: OUT/plan.json (for bench/day), OUT/body.json (a submission with its papers), OUT/env (what wrk's scripts read).
// CODES is a file with a code of the database a line.
import { pdf } from '../tests/lib/photos.mjs'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, urlencoded } from '../tests/lib/client.mjs'

const [port, config, out, codesFile] = process.argv.slice(2)
const root = join(dirname(fileURLToPath(import.meta.url)), '..'), HERE = 'H26.X.00070', PASSWORD = 'Mat-khau-2026-bench', SESSIONS = 8
const server = { port: Number(port) }
const motcua = (args, input) => execFileSync(join(root, 'build/motcua'), [...args, '--config', config], { encoding: 'utf8', input })
const fail = (what, answer) => { console.error(`prepare: ${what}: ${answer.status} ${answer.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 800)}`); process.exit(1) }
const jar = client => [...client.cookies].map(([k, v]) => `${k}=${v}`).join('; ')

// --- who ---
const stamp = Date.now().toString(36)
async function officers(role) {
  const login = `bench-${role}-${stamp}`
  motcua(['user', 'add', '--login', login, '--name', 'Trần Văn Thử', '--role', `${role}@${HERE}`, '--password-stdin'], `${PASSWORD}\n`)
  const list = []
  for (let i = 0; i < SESSIONS; i++) {
    const client = new Client(server), done = await client.submit('/can-bo/dang-nhap', { login, password: PASSWORD })
    if (done.status !== 303) fail(`sign-in of ${login}`, done)
    list.push(client)
  }
  return { login, list }
}
const intake = await officers('intake'), specialist = await officers('specialist')
const token = motcua(['token', 'create', '--login', intake.login, '--label', 'bench', '--write']).match(/mct_[\w-]+/)[0]
const api = new Client(server, { token })

// --- papers, and a submission that names them ---
const PDF = page => pdf([[`Trang ${page}`]])
const files = await api.postParts('/api/v1/files', [1, 2, 3].map(n => ['file', { name: `trang ${n}.pdf`, type: 'application/pdf', content: PDF(n) }]))
if (files.status !== 201) fail('papers', files)
let body = readFileSync(join(root, 'bench/submission.json'), 'utf8')
files.json().items.forEach((f, i) => { body = body.replace(`@FILE${i + 1}@`, f.file) })
body = JSON.stringify(JSON.parse(body))
async function submission() {
  const answer = await api.postJson('/api/v1/dossiers', body, { headers: { 'idempotency-key': `${stamp}-${Math.random()}` } })
  if (answer.status !== 201) fail('submission', answer)
  return answer.json().code
}

// --- the steps, each done once: the form as it was sent is the plan's ---
const code = await submission(), CHAIN = [['accept', intake], ['claim', specialist], ['check_papers', specialist]], steps = []
const fieldsOf = (page, action) => page.forms().find(f => f.action === action)?.fields
for (const [action, who] of CHAIN) {
  const path = `/can-bo/ho-so/${code}/viec/${action}`, client = who.list[0], page = await client.get(path), fields = fieldsOf(page, path)
  if (!fields) fail(`the page of ${action}`, page)
  if (Number(fields.v) !== steps.length + 1) fail(`${action} follows version ${fields.v}, not ${steps.length + 1}`, page)
  const done = await client.post(path, fields)
  if (done.status !== 303) fail(action, done)
  const { _csrf, _idem, v, ...rest } = fields
  steps.push({ action, body: urlencoded(rest) })
}
async function signed(list, path, action) {
  const who = []
  for (const client of list) {
    const page = await client.get(path), fields = page.forms().find(f => f.method === 'post' && (!action || f.action === action))?.fields
    if (!fields?._csrf) fail(`no form on ${path}`, page)
    who.push({ cookie: jar(client), csrf: fields._csrf })
  }
  return who
}
steps[0].who = await signed(intake.list, `/can-bo/ho-so/${code}`)
steps[1].who = steps[2].who = await signed(specialist.list, `/can-bo/ho-so/${code}`)
const guests = Array.from({ length: SESSIONS }, () => new Client(server))
const lookers = await signed(guests, '/tra-cuu', '/tra-cuu')

// --- the plan ---
const codes = readFileSync(codesFile, 'utf8').split('\n').filter(Boolean), desk = steps[0].who[0].cookie
const search = '/thu-tuc?q=' + encodeURIComponent('khai sinh'), find = '/can-bo/tim?q=' + encodeURIComponent('Nguyễn Văn An')
for (const [path, client] of [[search, guests[0]], [find, intake.list[0]], ['/can-bo', intake.list[0]]]) {
  const page = await client.get(path)
  if (page.status !== 200) fail(path, page)
}
const pages = [['page', 20, '/thu-tuc/1.001193'], ['page', 10, '/thu-tuc/1.001612'], ['page', 10, search], ['page', 5, '/'], ['look', 20, '/tra-cuu'],
  ['list', 10, '/can-bo', desk], ['show', 10, '/can-bo/ho-so/', desk]].map(([kind, weight, path, cookie = '']) => ({ kind, weight, path, cookie }))
writeFileSync(join(out, 'plan.json'), JSON.stringify({ pages, steps, lookers, codes, token, body }))
writeFileSync(join(out, 'body.json'), body)
writeFileSync(join(out, 'first'), await submission())
writeFileSync(join(out, 'env'), Object.entries({ TOKEN: token, BODY: join(out, 'body.json'), WRK_COOKIE: desk, COOKIE: lookers[0].cookie, CSRF: lookers[0].csrf,
  CODES: codes.slice(0, 400).join(' '), FIELD: 'ma', SEARCH: search, FIND: find }).map(([k, v]) => `export ${k}='${v}'\n`).join(''))
process.exit(0)
