// wapiti and sqlmap over a running city, signed out and in: `tests/scan/run`.  Every GET address of the route table with its declared
// inputs, every form that the pages of it show.  Findings, answers of 500 and more and broken connections are failures: exit status 1.
import { spawn } from 'node:child_process'
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENGINE } from '../lib/engine.mjs'
import { routes, startSite } from '../lib/server.mjs'
import { MAY, PASSWORD, fill, makeThings, plain } from '../lib/people.mjs'
import { ACTIONS, addNeighbours, meetNeighbours, park } from '../lib/parked.mjs'
import { urlencoded } from '../lib/client.mjs'
import { HOST, between } from './proxy.mjs'

const VISITORS = ['guest', 'citizen', 'intake', 'specialist', 'leader', 'auditor', 'administrator']
// No `ssrf`, `xxe`: they call servers of the scanner's makers, and this machine talks to itself alone.  `nikto`, `wapp` fetch lists.
const MODULES = 'backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss'
const KIND = { wapiti: wapiti, sqlmap: sqlmap }

function options(argv) {
  const o = { only: VISITORS, tools: ['wapiti', 'sqlmap'], seconds: 600 }
  for (let i = 0; i < argv.length; i += 2) {
    const [flag, value] = [argv[i], argv[i + 1]]
    if (flag === '--as' && value?.split(',').every(w => VISITORS.includes(w))) o.only = value.split(',')
    else if (flag === '--with' && value?.split(',').every(w => KIND[w])) o.tools = value.split(',')
    else if (flag === '--seconds' && Number(value) > 0) o.seconds = Number(value)
    else {
      process.stderr.write(`scan: ${flag} ${value ?? ''}: see tests/scan/run --help\n`)
      process.exit(2)
    }
  }
  return o
}

// --- what is scanned ---

const action = route => ACTIONS[route.path.match(/\/viec\/(\w+)$/)?.[1]]
function addresses(who, things, parked) {
  const own = routes().filter(r => r.method === 'GET' && ['public', ...MAY[who]].includes(r.perm) && !r.path.startsWith('/a/'))
    .filter(r => !action(r) || action(r)[0] === who || !MAY[action(r)[0]])
  const news = who === 'guest' ? own : own.filter(r => r.perm !== 'public')         // what is public was scanned signed out
  return news.map(route => {
    const real = { ...things.real(route), ...(action(route) && { code: parked[action(route)[1]] }) }
    const asked = route.in.filter(i => i.name && !route.path.includes(`{${i.name}}`) && !['files', 'eform', 'json'].includes(i.kind))
    return { path: fill(route, real), query: urlencoded(Object.fromEntries(asked.map(i => [i.name, plain(i)]))) }
  })
}

// An address without what differs from dossier to dossier: each input of a route is tried once, by the first visitor who may.
const shape = path => path.split('?')[0].replace(/H26[\w.-]*|[\w-]{20,}|\d[\d.-]*/g, '{}')
const tried = new Set()
function news(requests) {
  return requests.filter(({ path, sent }) => {
    const inputs = [...new URLSearchParams(sent).keys()].filter(n => !/^_(csrf|idem)$/.test(n)).map(n => `${shape(path)} ${n}`)
    const fresh = inputs.filter(i => !tried.has(i))
    fresh.forEach(i => tried.add(i))
    return fresh.length > 0
  })
}

// Forms of those pages, as sqlmap takes them: [{ path, body }]
async function formsOf(client, pages) {
  const found = new Map()
  for (const { path } of pages) {
    const page = await client.get(path)
    if (!/html/.test(page.headers['content-type'] ?? '')) continue
    for (const f of page.forms().filter(f => f.method === 'post' && !/dang-xuat|doi-nguoi|tai-khoan\/(mat-khau|phien)|hai-lop|nop-lai/.test(f.action)))
      found.set(`${f.action || path} ${[...f.names].sort()}`, { path: f.action || path, body: urlencoded(f.fields) })
  }
  return [...found.values()]
}

// --- the two scanners ---

function run(command, args, log, seconds) {
  return new Promise(done => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let late = false
    const timer = setTimeout(() => { late = true; child.kill(command === 'wapiti' ? 'SIGKILL' : 'SIGINT') }, seconds * 1000)
    for (const to of [child.stdout, child.stderr]) to.on('data', b => { said += b })
    child.on('close', status => { clearTimeout(timer); writeFileSync(log, said); done({ status, said, late }) })
  })
}

async function wapiti(o, at, folder, pages) {
  const report = join(folder, 'wapiti.json'), base = `http://127.0.0.1:${at.port}`
  const starts = pages.flatMap(p => ['-s', `${base}${p.path}${p.query ? `?${p.query}` : ''}`])
  const { status, said, late } = await run('wapiti', ['-u', `${base}/`, ...starts, '--scope', 'domain', '-m', MODULES, '-d', '1', '--max-links-per-page', '20', '--max-files-per-dir', '20',
    '--max-scan-time', String(o.seconds / 4), '--max-attack-time', String(Math.ceil(o.seconds / 16)), '--max-parameters', '40', '-t', '20', '-v', '1', '--no-bugreport', '--flush-session', '--store-session', folder, '--store-config', folder,
    '--endpoint', `${base}/khong-co`, '-f', 'json', '-o', report], join(folder, 'wapiti.log'), o.seconds * 2)
  let doc
  const modules = new Set([...said.matchAll(/Launching module (\w+)/g)].map(m => m[1])), short = (said.match(/Max attack time was reached/g) ?? []).length
  at.note = `${modules.size} modules, ${short} of them to the end of their share of the time`
  if (late) { at.note = 'cut off by its time, no report'; return ['wapiti: cut off by its time before its report: give it more --seconds'] }
  try { doc = JSON.parse(readFileSync(report)) } catch { return [`wapiti: no report (status ${status}): ${said.slice(-600)}`] }
  return ['vulnerabilities', 'anomalies'].flatMap(sort => Object.entries(doc[sort] ?? {}).flatMap(([name, list]) =>
    list.map(f => `wapiti ${name}: ${f.method} ${f.path} ${f.parameter ?? ''}: ${f.info}`)))
}

async function sqlmap(o, at, folder, pages, forms) {
  const requests = join(folder, 'requests'), out = join(folder, 'sqlmap')
  mkdirSync(out, { recursive: true })
  const all = news([...pages.filter(p => p.query).map(p => ({ path: p.path, sent: p.query, head: `GET ${p.path}?${p.query}` })),
    ...forms.map(f => ({ path: f.path, sent: f.body, head: `POST ${f.path}`, body: f.body }))])
  if (!all.length) { at.note = 'nothing that another visitor did not try'; return [] }
  writeFileSync(join(folder, 'inputs.txt'), all.flatMap(r => [...new URLSearchParams(r.sent).keys()].map(n => `${r.head} ${n}\n`)).join(''))
  // WebScarab's log of a conversation: one file of requests with a line between.
  writeFileSync(requests, all.map(r => `======================================================\n12:00:00  http://127.0.0.1:${at.port}  [127.0.0.1]\n======================================================\n` +
    `${r.head} HTTP/1.1\r\nHost: 127.0.0.1:${at.port}\r\n${r.body !== undefined ? 'Content-Type: application/x-www-form-urlencoded\r\n' : ''}\r\n${r.body ?? ''}\r\n`).join('') +
    '======================================================\n')
  const { status, said, late } = await run('sqlmap', ['-l', requests, '--batch', '--disable-coloring', '--flush-session', '--output-dir', out, '--results-file', join(out, 'results.csv'),
    '--dbms', ENGINE === 'pg' ? 'PostgreSQL' : 'SQLite', '--technique', 'BEUST', '--time-sec', '4', '--level', '1', '--risk', '1', '--threads', '4', '--timeout', '20', '--skip', '_csrf,_idem', '--ignore-code', '400,401,403,404,409,413,422,429', '--ignore-stdin', '--answers', 'redirect=N,anti-CSRF=N'], join(folder, 'sqlmap.log'), o.seconds)
  const begun = (said.match(/testing if (GET|POST|URI|\(custom\) POST) parameter|(GET|POST) parameter '[^']*' (does not|appears)/g) ?? []).length
  if (status !== 0 && !late) return [`sqlmap: status ${status}: ${said.slice(-600)}`]
  if (!begun) return [`sqlmap: tried nothing of ${all.length} requests: ${said.slice(-600)}`]
  at.note = `${all.length} requests given, ${(said.match(/does not seem to be injectable/g) ?? []).length} inputs found not injectable${late ? ', cut off by its time' : ''}`
  // What it thought at first and took back after its own check ("false positive or unexploitable") is in the log that is kept.
  return [...said.matchAll(/^.*(is vulnerable|^Parameter: |identified the following injection).*$/gm)].map(m => `sqlmap ${m[0].trim()}`)
}

// --- all of it ---

// What wapiti asks for and nobody should give, and what shows that it is not missing.
const EXPLAINED = [
  [/X-Frame-Options is not set/, at => at.open.length === 0, "frame-ancestors 'none' stood in every answer, which browsers prefer to that header"],
  [/X-XSS-Protection is not set/, at => at.open.length === 0, 'the filter it switches on is gone from browsers and made holes; the policy allows no inline script, in every answer'],
]
function judge(at, found) {
  const why = f => EXPLAINED.find(([what, shown]) => what.test(f) && shown(at))?.[2]
  for (const f of found.filter(why)) console.log(`explained\t${f}: ${why(f)}`)
  return found.filter(f => !why(f))
}

// Of the forms of whoever is signed in; a guest is not.
async function tokenOf(client, who) {
  if (who === 'guest') return undefined
  return (await client.get(who === 'citizen' ? '/tai-khoan' : '/can-bo/tai-khoan')).text.match(/name="_csrf" value="([^"]+)"/)?.[1]
}

// A scan may end its own session or shut its account: a page of the account is looked at every few seconds, and who is out signs in again.
const LOGIN = who => (who === 'citizen' ? ['/dang-nhap', '001191000123'] : ['/can-bo/dang-nhap', `nguoi-${who}`])
function watch(at, client, who) {
  const lost = []
  let looking = Promise.resolve()
  const look = async () => {
    if (await tokenOf(client, who)) return
    lost.push(at.requests)
    const [path, login] = LOGIN(who), done = await client.submit(path, { login, password: PASSWORD })
    at.dead = done.status === 303 ? undefined : `${done.status} after ${at.requests} requests`
    at.renew(await tokenOf(client, who))
  }
  const next = () => { looking = looking.then(look).catch(e => { at.dead = String(e) }) }
  const timer = who === 'guest' ? undefined : setInterval(next, 3000)
  return { async end() { clearInterval(timer); if (who !== 'guest') next(); await looking; return lost } }
}

async function scan(o, site, client, who, pages, tool, folder) {
  if (who === 'guest') await client.get('/tra-cuu')             // the cookie that its forms are bound to
  const at = await between(site, client, await tokenOf(client, who)), begun = Date.now(), guard = watch(at, client, who)
  const forms = tool === 'sqlmap' ? await formsOf(client, pages) : []
  const found = judge(at, await KIND[tool](o, at, folder, pages, forms))
  const lost = await guard.end()
  at.close()
  if (lost.length) console.log(`session\t${who}\t${tool}\tsigned in anew ${lost.length} times, after ${lost.join(', ')} requests`)
  if (at.dead) found.push(`${tool}: the session ended and a new sign-in was refused: ${at.dead}`)
  found.push(...at.broken.slice(0, 20).map(b => `answer ${b}`), ...at.cut.slice(0, 20).map(b => `cut off: ${b}`), ...at.open.slice(0, 20).map(b => `without its policy: ${b}`))
  console.log(`${who}\t${tool}\t${pages.length} addresses\t${at.requests} requests\t${Math.round((Date.now() - begun) / 1000)} s\t${JSON.stringify(at.statuses)}\t${at.note ?? ''}\t${found.length} findings`)
  for (const f of found) console.log(`FINDING\t${who}\t${f}`)
  return found.length
}

const o = options(process.argv.slice(2)), work = process.env.SCAN_KEEP ?? mkdtempSync(join(tmpdir(), 'motcua-scan-'))
const site = await startSite({ people: addNeighbours, flags: ['--behind-proxy', 'yes', '--base-url', `https://${HOST}`] })
let findings = 0
try {
  const people = await meetNeighbours(site), things = await makeThings(people), parked = await park(people)
  for (const who of o.only)
    for (const tool of o.tools) {
      const folder = join(work, `${who}-${tool}`)
      mkdirSync(folder, { recursive: true })
      findings += await scan(o, site, people[who], who, addresses(who, things, parked), tool, folder)
    }
  const errors = site.lines().filter(l => l.level === 'error')
  for (const e of errors.slice(0, 20)) console.log(`FINDING\tlog\t${JSON.stringify(e)}`)
  findings += errors.length
  console.log(`${findings} findings`)
} finally {
  await site.clean()
  if (!process.env.SCAN_KEEP) rmSync(work, { recursive: true, force: true })
}
process.exitCode = findings ? 1 : 0
