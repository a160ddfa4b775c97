// What was stored comes back as text: hostile strings are put wherever the rules let them through (names, addresses, notes, reasons,
// answers, names of files, officers, agencies), by every form that any visitor is shown; then every GET route is walked as each
// visitor, and what comes is harmless: pages, PDF, tables for spreadsheets, JSON, headers, the log.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { launch } from '../lib/browser.mjs'
import { motcua, routes, startSite } from '../lib/server.mjs'
import { MAY, PASSWORD, PLAIN, fill, makeThings, plain } from '../lib/people.mjs'
import { soon } from '../lib/soon.mjs'
import { ACTIONS, BIRTH, ELSEWHERE, HERE, PDF, addNeighbours, answers, meetNeighbours, park, readyToSend } from '../lib/parked.mjs'

const MARK = 'quet7'
const WORST = [`<img src=x onerror=alert(1)>${MARK}`, `"><script>alert(1)</script>${MARK}`, `=cmd|'/C calc'!A0 ${MARK}`, `@SUM(1+1)*${MARK}`, `' onmouseover='alert(1)' ${MARK}`,
  `</title></textarea></script><svg/onload=alert(1)>${MARK}`, `+1-1 ${MARK}`, `%0d%0aX-Evil: 1 ${MARK}`, `javascript:alert(1)//${MARK}`, `{{7*7}}\${7*7} ${MARK}`, `-2+3 '; DROP TABLE dossier; -- ${MARK}`, `](javascript:alert(1)) ${MARK}`]
let turn = 0
const worst = (most = 200) => { const s = WORST[turn++ % WORST.length]; return s.length <= most ? s : `<b>${MARK}`.slice(0, most) }

let site, people, things, parked, stored = 0
const shows = []                                          // pages that show something of it: [who, route, address]
const NAMED = "<img src=x onerror=alert(1)>'\"quet7"
function addHostile(folder) {
  addNeighbours(folder)
  const made = motcua(folder, ['user', 'add', '--login', 'nguoi-la', '--name', NAMED, '--role', `specialist@${HERE}`, '--password-stdin'], { input: `${PASSWORD}\n` })
  assert.ok([0, 1, 2].includes(made.status))
}
before(async () => {
  site = await startSite({ people: addHostile })
  people = await meetNeighbours(site)
  const mine = site.client(), done = await mine.submit('/can-bo/dang-nhap', { login: 'nguoi-la', password: PASSWORD })
  if (done.status === 303) people.hostile = mine
  things = await makeThings(people)
  parked = await park(people)
})
after(() => site.clean())

// --- storing ---

// What a person types into on this form: { name: most characters }
function written(page, action) {
  const html = [...page.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].find(([, head]) => head.includes(`action="${action}"`))?.[2] ?? ''
  return Object.fromEntries([...html.matchAll(/<(input|textarea)\b([^>]*)>/g)].filter(([, tag, text]) => tag === 'textarea' || /type="(text|search|url)"/.test(text) || !/type=/.test(text))
    .map(([, , text]) => [text.match(/ name="([^"]+)"/)?.[1], Number(text.match(/maxlength="(\d+)"/)?.[1] ?? 200)]).filter(([name]) => name))
}
const faults = r => [...r.text.matchAll(/href="#f-([^"]+)"/g)].map(m => m[1])

// Everything hostile at first; what is refused by name becomes what it was, the rest stays.  True: something hostile was stored.
async function stubborn(client, page, action, files) {
  const fields = Object.fromEntries(Object.entries(written(page, action)).map(([name, most]) => [name, worst(most)]))
  const kinds = new Map(routes().filter(r => r.method === 'POST').flatMap(r => r.in.map(i => [i.name, i])))
  const had = page.forms().find(f => f.action === action)?.fields ?? {}, refused = {}
  for (let i = 0; i < 8 && page.forms().some(f => f.action === action); i++) {
    const r = await client.send(page, fields, { action, files })
    assert.ok(r.status < 500, `${action}: ${r.status} ${JSON.stringify(fields)}`)
    harmless(action, r)
    if (r.status !== 422) return [200, 303].includes(r.status) && Object.values(fields).some(v => v?.includes(MARK))
    for (const name of faults(r)) {
      const ways = [had[name] || undefined, kinds.has(name) ? plain(kinds.get(name)) : PLAIN.text, PLAIN.text, PLAIN.date, undefined]
      const tried = refused[name] = (refused[name] ?? -1) + 1
      fields[name] = ways.filter((w, i) => w !== undefined || i === 4)[tried]
    }
    page = r
  }
  return false
}

const KEEP = /dang-xuat|doi-nguoi|mat-khau|phien|hai-lop|ket-thuc|\/xoa$|ban-moi|vai-tro|lam-thay|\/lich|\/tep\/|dang-nhap|dang-ky|tra-cuu|xac-thuc|ma-truy-cap|nhan-viec/
const action = route => ACTIONS[route.path.match(/\/viec\/(\w+)$/)?.[1]]
const addressOf = route => fill(route, { ...things.real(route), ...(action(route) && { code: parked[action(route)[1]] }) })
const may = who => routes().filter(r => r.method === 'GET' && (MAY[who] ?? MAY.specialist).includes(r.perm))
const who = name => people[name]

test('a counter takes a dossier with hostile answers, a citizen sends one', async () => {
  const path = `/can-bo/tiep-nhan/${BIRTH}`, page = await people.intake.get(path)
  const good = { ...answers(BIRTH), 'applicant.personal_number': '001191000123', 'applicant.phone': '0912345678', whom: 'self', delivery: 'desk', channel: 'direct', 'papers.giay_chung_sinh': 'original', _viec: 'receive' }
  // Each text by itself, so that one refused does not keep the others out.
  const names = Object.keys({ ...written(page, path), ...answers(BIRTH) }).filter(n => !/personal_number|phone|date|_csrf/.test(n))
  let fields = Object.fromEntries(names.map(n => [n, worst(60)])), done
  for (let i = 0; i < 12; i++) {
    done = await people.intake.send(page, { 'applicant.name': 'Nguyễn Thị Thử', 'applicant.address': 'Số 12 phố Hàng Bài', ...good, ...fields }, { action: path, files: [['files', { ...PDF, name: `<img src=x onerror=alert(1)>${MARK}.pdf` }]] })
    if (done.status !== 422) break
    for (const n of faults(done)) delete fields[n]
    if (!faults(done).length) break
  }
  const code = done.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]
  assert.ok(code && Object.keys(fields).length > 3, `${done.status}: ${JSON.stringify(fields)} ${done.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 500)}`)
  things.hostile = code
  harmless(path, done)
  const draft = await readyToSend(people.citizen)
  await people.citizen.submit(`${draft}/giay-to`, {}, { action: `${draft}/giay-to`, files: [['tep', { ...PDF, name: `"><script>alert(1)</script>${MARK}.pdf` }]] })
})

test('every form that a visitor is shown', async () => {
  for (const name of ['citizen', 'intake', 'specialist', 'leader', 'archivist', 'auditor', 'administrator', 'hostile'].filter(who))
    for (const route of may(name).filter(r => r.perm !== 'public' && !(action(r) && action(r)[0] !== name))) {
      const page = await who(name).get(addressOf(route))
      if (!/html/.test(page.headers['content-type'] ?? '')) continue
      for (const form of page.forms().filter(f => f.method === 'post' && !KEEP.test(f.action)))
        stored += await stubborn(who(name), page, form.action)
    }
  console.log(`stored-hostile: ${stored} forms took something hostile`)
  assert.ok(stored >= 14, `${stored} forms`)
})

// --- looking ---

function harmlessPage(at, text) {
  const body = text.replace(/<!--[\s\S]*?-->/g, '')
  assert.doesNotMatch(body, /<script(?![^>]* src="\/a\/)/i, `${at}: a script that is not ours`)
  for (const [tag] of body.matchAll(/<[a-z][^>]*>/gi)) {
    const bare = tag.replace(/"[^"]*"|'[^']*'/g, '""')
    assert.doesNotMatch(bare, /\son\w+\s*=/i, `${at}: ${tag}`)
    assert.doesNotMatch(bare, /quet7|alert/, `${at}: ${tag}`)
    assert.doesNotMatch(tag, /(href|src|action)="\s*(javascript|data:text)/i, `${at}: ${tag}`)
  }
  assert.doesNotMatch(body, /\b49\b 49|49quet7/, `${at}: a template was run`)
}

// A cell that a spreadsheet would run.
function harmlessTable(at, text) {
  for (const [, quoted, bare] of text.matchAll(/(?:^|[,;\n])(?:"((?:[^"]|"")*)"|([^",;\n]*))/g)) {
    const cell = quoted ?? bare ?? ''
    assert.ok(!/^[=+@\t\r]/.test(cell) && !/^-(?!\d+([.,]\d+)?$)/.test(cell), `${at}: ${cell}`)
  }
}

function harmlessPdf(at, bytes) {
  const got = spawnSync('qpdf', ['--qdf', '--object-streams=disable', '-', '-'], { input: bytes, maxBuffer: 1 << 26 })
  const text = (got.stdout?.length ? got.stdout : bytes).toString('latin1')
  assert.doesNotMatch(text, /\/(JavaScript|JS|OpenAction|Launch|AA)\b/, at)
  for (const [, name] of text.matchAll(/\/U?F \((.*?)\)/g)) assert.equal(name, 'niem-phong.json', `${at}: the only file in a PDF is a receipt's proof`)
}

function harmless(at, r) {
  assert.ok(r.status < 500, `${at}: ${r.status}`)
  assert.ok(!('x-evil' in r.headers), `${at}: a header was injected`)
  for (const [name, value] of Object.entries(r.headers)) assert.doesNotMatch(String(value), /[\x00-\x08\x0a-\x1f\x7f]/, `${at}: ${name}`)
  const type = r.headers['content-type'] ?? ''
  if (/html/.test(type)) harmlessPage(at, r.text)
  else if (/csv/.test(type)) harmlessTable(at, r.text)
  else if (/json/.test(type)) assert.doesNotThrow(() => r.json(), at)
  else if (/pdf/.test(type)) harmlessPdf(at, r.bytes)
  else assert.match(type, /^(image\/|text\/(plain|css|javascript|yaml)|font\/|application\/(zip|octet-stream|manifest)|$)/, `${at}: ${type}`)
  assert.equal(r.headers['x-content-type-options'], 'nosniff', at)
}

test('every page, file and table, as each visitor', async () => {
  let shown = 0, walked = 0
  for (const name of Object.keys(people).filter(n => n !== 'neighbour' && !/token/.test(n)))
    for (const route of may(name)) {
      const ways = new Set([addressOf(route)])
      if (route.path.includes('{code}') && /ho-so/.test(route.path)) for (const code of [things.hostile, parked.refused, parked.supplement, parked.done]) ways.add(fill(route, { ...things.real(route), code }))
      for (const path of ways) {
        const asked = /xuat\.csv|^\/can-bo$/.test(route.path) ? '?xem=all' : /tim$/.test(route.path) ? '?q=001191000123' : ''
        const r = await who(name).get(path + asked)
        harmless(`${name} ${path}`, r)
        walked++
        shown += r.text.includes(MARK)
        if (r.text.includes(MARK) && /html/.test(r.headers['content-type'] ?? '')) shows.push([name, route.path, path + asked])
      }
    }
  for (const name of ['reading token', 'writing token'])
    for (const path of [`/api/v1/dossiers?agency=${HERE}`, `/api/v1/dossiers/${things.hostile}`, '/api/v1/events', '/api/v1/agencies', '/api/v1/openapi.json']) {
      const r = await people[name].get(path)
      harmless(`${name} ${path}`, r)
      shown += r.text.includes(MARK)
    }
  console.log(`stored-hostile: ${walked} pages walked, ${shown} show what was stored`)
  assert.ok(shown >= 40, `only ${shown} of ${walked} show anything of it`)
})

// Each page of a route once: a script that ran would open a dialog, and what the policy stops is told by the browser.
test('in a real browser nothing of it runs, and the policy has nothing to stop', async () => {
  const browser = await launch(), told = [], looked = new Set()
  const listen = page => {
    page.on('dialog', d => { told.push(`${page.url()}: a dialog: ${d.message()}`); d.dismiss() })
    page.on('console', m => /Content Security Policy|Refused to/.test(m.text()) && told.push(`${page.url()}: ${m.text()}`))
    page.on('pageerror', e => told.push(`${page.url()}: ${e.message}`))
    page.on('request', r => new URL(r.url()).origin !== site.base && !r.url().startsWith('data:') && told.push(`${page.url()} asks ${r.url()}`))
    return page
  }
  const contexts = new Map()
  try {
    for (const [name, route, path] of shows.filter(([, route]) => !looked.has(route) && looked.add(route))) {
      if (!contexts.has(name)) {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
        await context.addCookies([...people[name].cookies].map(([k, v]) => ({ name: k, value: v, url: site.base })))
        contexts.set(name, listen(await context.newPage()))
      }
      const page = contexts.get(name), r = await page.goto(site.base + path)
      assert.ok(r.status() < 500, path)
      await page.mouse.move(400, 300)                       // what waits for onmouseover
    }
    assert.deepEqual(told, [])
    const [page] = contexts.values()                        // and it would have been told: the same by hand
    await page.evaluate(html => document.body.insertAdjacentHTML('beforeend', html), WORST[0])
    await soon(() => told.length > 0, 'the browser tells what it stops')
  } finally { await browser.close() }
  console.log(`stored-hostile: ${looked.size} pages in the browser`)
  assert.ok(looked.size >= 20, `only ${looked.size} pages`)
})

test('the log holds whole lines without control bytes, and nothing of what was typed', () => {
  for (const line of site.log.split('\n')) {
    assert.doesNotMatch(line, /[\x00-\x08\x0b-\x1f\x7f]/)
    assert.ok(line === '' || /^t=\d{4}-|^motcua|^Listening/.test(line), line)
    assert.doesNotMatch(line, /quet7|alert\(1\)/)
  }
  assert.deepEqual(site.lines().filter(l => l.level === 'error').slice(0, 3), [])
})
