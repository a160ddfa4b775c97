// Every page of the route table in a real browser, as somebody who may see it: no violation of WCAG 2.2 AA at desk and at
// telephone width, no weak contrast in the dark; no error in the console, no request to another host, a title, one heading, nothing
// wider than the telephone.  A page that `addresses()` has nothing for is a failure.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { demoCity, launch, violations } from '../lib/browser.mjs'
import { routes } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'
import * as archive from '../lib/archive.mjs'
import * as assisted from '../lib/assisted.mjs'
import { code } from '../lib/totp.mjs'
import * as scans from '../lib/scans.mjs'
import * as vault from '../lib/vault.mjs'
import * as mandates from '../lib/mandates.mjs'
import { ACTIONS, BIRTH, HERE, HOUSEHOLD, PDF, act, addNeighbours, at, draft, meetNeighbours, park } from '../lib/parked.mjs'

const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 900 }
// Those that need an identity provider, a mail server or a security key: sign-in.test.mjs and officers-signin.test.mjs look at them.
const ELSEWHERE = /^(\/can-bo)?\/dang-nhap\/\{nha\}|^\/lien-ket$|^\/da-dang-xuat\/|^\/dang-nhap-ma|^\/tai-khoan\/thu-dien-tu$|^\/can-bo\/tai-khoan\/hai-lop\/khoa\//
const pages = routes().filter(r => r.method === 'GET' && ['portal', 'desk', 'admin'].includes(r.face) && !ELSEWHERE.test(r.path))

// What has the address of a page and is none.
const NO_PAGE = { '/goi-y': 'application/json', '/can-bo/tiep-nhan/goi-y': 'application/json', '/can-bo/xuat.csv': 'text/csv',
  '/can-bo/ho-so/{code}/tep/{so}': 'application/pdf', '/nop/{draft}/tep/{so}': 'application/pdf',
  '/can-bo/ho-so/{code}/in/{mau}': 'application/pdf', '/ho-so/{code}/in/{mau}': 'application/pdf', '/can-bo/so-theo-doi/in': 'application/pdf',
  '/kho-giay-to/{giay}/tep/{so}': 'application/pdf', '/chia-se/{token}/tep/{so}': 'application/pdf',
  '/can-bo/ho-so/{code}/giay-to-da-co/{paper}/tep/{so}': 'application/pdf',
  '/tai-khoan/dai-dien/{uy-quyen}/tep/{so}': 'application/pdf', '/can-bo/ho-so/{code}/dai-dien/tep/{so}': 'application/pdf',
  '/quan-tri/thu-tuc/{code}/{version}/{name}': 'text/yaml' }

let city, browser, people, things
before(async () => {
  city = await demoCity(addNeighbours)
  people = await meetNeighbours(city.site)
  const { login, password } = city.accounts.citizen
  people.citizen = city.site.client()
  assert.equal((await people.citizen.submit('/dang-nhap', { login, password })).status, 303)
  things = await makeThings()
  browser = await launch()
})
after(async () => { await browser?.close(); await city?.site.clean() })

// The demo's own dossiers, the parked ones, a draft with a file.
async function makeThings() {
  const parked = await park(people), { draft: id, panels } = await draft(people.citizen)
  const papers = await people.citizen.get(`/nop/${id}/giay-to`)
  const kept = await people.citizen.send(papers, { 'giay-to': 'giay_chung_sinh' }, { action: `/nop/${id}/giay-to`, files: [['tep', PDF]] })
  assert.equal(kept.status, 303, 'a file is attached to the draft')
  const [asked, open] = [...new Set((await people.citizen.get('/ho-so')).text.match(/(?<=href="\/ho-so\/)H26[^"/]+/g))]
  await act(people.intake, asked, 'supplement', { 'd.field.que_quan': '1', 'd.field.que_quan.reason': 'wrong_form', 'd.field.que_quan.text': 'Ghi rõ quê quán' })
  const draftOf = `${at(parked.to_sign)}/ket-qua`
  const saved = await people.leader.send(await people.leader.get(`${draftOf}?mau=quyet_dinh`), { 'f.noi_dung': 'Đồng ý.' }, { action: draftOf, files: [] })
  assert.equal(saved.status, 303, 'the draft of a result is saved')
  const helped = await assisted.ready(people.community)
  const forPerson = (await assisted.ask(people.community, helped, 'thiet-bi')).text.match(/\/xac-nhan\/[\w-]{20,}/)[0]
  sql(city.site.folder, 'UPDATE assist SET asked_at = asked_at + 7200')      // a link lasts ten minutes, this walk longer
  const finished = city.dossiers.find(d => d.code.startsWith('H26.X.002-')).code
  await vault.first(people)
  const held = await vault.newest(people.citizen), shared = await vault.share(people.citizen, held)
  await people.guest.send(await people.guest.get(shared.path), {}, { action: shared.path })
  const offered = await vault.filled(people.citizen), used = await vault.send(people.citizen, await vault.filled(people.citizen))
  await people.citizen.send(await people.citizen.get(held), { 'noi-dung': 'Số đúng là 78/UBND-GXN' }, { action: `${held}/bao-sai` })
  const pile = scans.joined([await scans.sheet(people.intake, parked.received, 'giay_chung_sinh'), scans.page('GIAY CHUNG SINH', 'So: 12/2026'), scans.page('')])
  const { path: batch } = await scans.cut(people.intake, [scans.file(pile)], { ten: 'Hồ sơ buổi sáng' })
  const { path: register } = await scans.cut(people.intake, [scans.file(scans.page('So 1'))], { loai: 'so_khai_sinh', moi: '1' })
  assert.equal((await scans.work(people.intake, `${register}/1`, { viec: 'nhap', 'f.so': '1' })).status, 303)
  await archive.outlive(city.site, parked.returned)
  const destruction = await archive.listed(people.archivist, parked.returned)
  const invited = await invite('axe.mot')
  await secondStep(await invite('axe.hai'))
  mandates.verify(city.site.folder, city.accounts.citizen.login)
  const mandate = await mandates.declare(people.citizen), acted = await mandates.fileBy(people.citizen, mandate)
  return { mandate, acted, helped, forPerson, destruction, invited, batch, register, parked, draft: id, panels, asked, open, finished, held, shared: shared.path, offered, used }
}

// A new officer's link for the first password.
async function invite(login) {
  const made = await people.administrator.submit('/quan-tri/can-bo/them', { login, 'ho-ten': 'Trần Mới', 'vai-tro': 'intake', 'co-quan': HERE })
  return made.text.match(/\/can-bo\/dat-mat-khau\/[\w-]{43}/)[0]
}

// An officer with a second factor, whose password was right a moment ago: people.half.
async function secondStep(link) {
  const login = 'axe.hai', password = 'một câu dài của tôi', root = '/can-bo/tai-khoan/hai-lop', c = city.site.client()
  people.half = city.site.client()
  await c.submit(link, { password, password2: password })
  await c.submit('/can-bo/dang-nhap', { login, password })
  await c.submit(root, { 'mat-khau': password }, { action: `${root}/bat-dau` })
  const page = await c.get(root), key = page.text.match(/second-key">([A-Z2-7 ]+)</)[1]
  assert.equal((await c.send(page, { ma: code(key) }, { action: `${root}/xac-nhan` })).status, 200)
  assert.equal((await people.half.submit('/can-bo/dang-nhap', { login, password })).location, '/can-bo/dang-nhap/ma')
  people.second = c
}

const first = async (client, path, pattern) => {
  const found = (await client.get(path)).text.match(pattern)
  assert.ok(found, `${path} has ${pattern}`)
  return found[0].replaceAll('&amp;', '&')
}

// [route's pattern, who, address, what must be on the page]
async function addresses() {
  const { mandate, acted, helped, forPerson, destruction, batch, register, parked, draft: id, panels, asked, open, finished, held, shared, offered, used } = things, out = []
  const add = (pattern, who, path = pattern, has) => out.push({ pattern, who, path, has,
    dark: !/\/viec\/(?!supplement$)/.test(pattern) && !out.some(a => a.pattern === pattern) })     // actions share one page
  for (const p of ['/', '/thu-tuc', '/thong-ke', '/co-quan', '/nhat-ky-niem-phong', '/tra-cuu', '/dang-nhap', '/dang-ky', '/can-bo/dang-nhap']) add(p, 'guest')
  add('/', 'citizen', '/?lang=en')
  add('/thu-tuc', 'guest', '/thu-tuc?q=khai+sinh')
  add('/thu-tuc', 'guest', '/thu-tuc?q=khong-co-gi-nhu-the')
  add('/thu-tuc/{code}', 'guest', `/thu-tuc/${BIRTH}`)
  add('/thu-tuc/{code}', 'guest', `/thu-tuc/${HOUSEHOLD}?lang=en`)
  add('/thu-tuc/{code}', 'guest', '/thu-tuc/9.999999')
  add('/goi-y', 'guest', '/goi-y?q=khai')
  add('/tra-cuu', 'guest', `/tra-cuu?ma=${finished}`)
  add('/co-quan', 'guest', '/co-quan?q=hoan+kiem&cu=1')
  add('/co-quan/{code}', 'guest', `/co-quan/${HERE}`)
  add('/co-quan/{code}', 'guest', '/co-quan/H26.X.002?ngay=2025-01-01')
  for (const p of ['/tai-khoan', '/tai-khoan/nhat-ky', '/ho-so']) add(p, 'citizen')
  add('/thu-tuc/{code}/nop', 'citizen', `/thu-tuc/${BIRTH}/nop`)
  for (const part of ['', '/nguoi-nop', '/giay-to', '/nhan-ket-qua', '/kiem-tra', '/xoa']) add(`/nop/{draft}${part}`, 'citizen', `/nop/${id}${part}`)
  for (const panel of panels) add('/nop/{draft}/to-khai/{panel}', 'citizen', `/nop/${id}/to-khai/${panel}`)
  add('/can-bo/ho-tro', 'community', '/can-bo/ho-tro?lang=vi', 'Đang làm dở')
  for (const part of ['', '/nguoi-nop', '/kiem-tra', '/xac-nhan', '/xac-nhan/ma', '/xac-nhan/chu-ky']) add(`/nop/{draft}${part}`, 'community', helped + part)
  add('/xac-nhan/{token}', 'guest', forPerson, 'Phạm Thị Cụ')       // in whatever language the window stands
  add('/nop/{draft}/giay-to', 'citizen', `${offered}/giay-to?lang=vi`, 'Không phải nộp lại')
  add('/xac-thuc', 'guest')
  add('/can-bo/ho-so/{code}/ket-qua', 'leader', `${at(parked.to_sign)}/ket-qua`, 'Bản dự thảo')
  add('/can-bo/ho-so/{code}/ket-qua', 'leader', `${at(parked.to_sign)}/ket-qua?mau=trich_luc_khai_sinh`)
  add('/can-bo/ho-so/{code}/ket-qua', 'specialist', `${at(parked.long)}/ket-qua?mau=ho_kinh_doanh`, 'Ngành, nghề')
  add('/can-bo/ky-ket-qua', 'leader')
  add('/can-bo/so-cap-so', 'leader')
  const issued = await first(people.leader, '/can-bo/so-cap-so', /\/can-bo\/ket-qua\/[\w-]+/)
  add('/can-bo/ket-qua/{token}', 'leader', issued, 'Thu hồi')
  add('/xac-thuc/{ma}', 'guest', `${issued.replace('/can-bo/ket-qua/', '/xac-thuc/')}?lang=vi`, 'Thật, nguyên vẹn')
  add('/tai-khoan/dai-dien', 'citizen', '/tai-khoan/dai-dien?lang=vi', 'Trần Văn Bình')
  add('/tai-khoan/dai-dien', 'citizen', '/tai-khoan/dai-dien?lang=en', 'I act for others')
  for (const who of ['toi-dai-dien', 'cho-toi', 'cho-to-chuc']) add('/tai-khoan/dai-dien/khai', 'citizen', `/tai-khoan/dai-dien/khai?ai=${who}&lang=vi`)
  add('/tai-khoan/dai-dien/{uy-quyen}', 'citizen', mandate)
  for (const part of ['tu-choi', 'cham-dut']) add(`/tai-khoan/dai-dien/{uy-quyen}/${part}`, 'citizen', `${mandate}/${part}`)
  add('/tai-khoan/dai-dien/{uy-quyen}/tep/{so}', 'citizen', `${mandate}/tep/1`)
  add('/can-bo/ho-so/{code}', 'intake', at(acted), 'Kiểm tra căn cứ đại diện')
  add('/can-bo/ho-so/{code}/dai-dien', 'intake', `${at(acted)}/dai-dien`, 'Giấy tờ chứng minh có đúng không')
  add('/can-bo/ho-so/{code}/dai-dien/tep/{so}', 'intake', `${at(acted)}/dai-dien/tep/1`)
  add('/kho-giay-to', 'citizen')
  add('/kho-giay-to', 'citizen', '/kho-giay-to?tinh-trang=expired')
  add('/kho-giay-to/{giay}', 'citizen', held)
  add('/kho-giay-to/{giay}/in', 'citizen', `${held}/in`)
  add('/kho-giay-to/{giay}/tep/{so}', 'citizen', `${held}/tep/1`)
  add('/can-bo/ho-so/{code}/giay-to-da-co/{paper}', 'intake', `${at(used)}/giay-to-da-co/${vault.DISABILITY}`)
  add('/can-bo/ho-so/{code}/giay-to-da-co/{paper}/tep/{so}', 'intake', `${at(used)}/giay-to-da-co/${vault.DISABILITY}/tep/1`)
  add('/can-bo/bao-sai', 'intake', '/can-bo/bao-sai', 'Số đúng là 78')
  add('/can-bo/bao-sai', 'leader')
  add('/co-quan/{code}', 'guest', `/co-quan/${HERE}?lang=en`, 'asked for again')
  add('/chia-se/{token}', 'guest', shared)
  add('/chia-se/{token}/tep/{so}', 'guest', `${shared}/tep/1`)
  add('/ho-so/{code}', 'citizen', `/ho-so/${asked}`)
  add('/ho-so/{code}', 'citizen', `/ho-so/${open}`)
  add('/ho-so/{code}/bo-sung', 'citizen', `/ho-so/${asked}/bo-sung`)
  add('/ho-so/{code}/rut', 'citizen', `/ho-so/${open}/rut`)
  add('/ho-so/{code}/in/{mau}', 'citizen', `/ho-so/${asked}/in/02`)

  for (const view of ['new', 'mine', 'soon', 'overdue', 'waiting', 'all']) add('/can-bo', 'specialist', `/can-bo?xem=${view}`)
  add('/can-bo', 'administrator', '/can-bo')
  for (const p of ['/can-bo/tai-khoan', '/can-bo/tim', '/can-bo/so-theo-doi', '/can-bo/so-theo-doi/in', '/can-bo/xuat.csv']) add(p, 'intake')
  add('/can-bo/tim', 'intake', '/can-bo/tim?q=nguyen')
  add('/can-bo/so-hoa', 'intake')
  add('/can-bo/so-hoa/{lo}', 'intake', batch)
  add('/can-bo/so-hoa/{lo}/{vb}', 'intake', `${batch}/1`)
  add('/can-bo/so-hoa/{lo}/{vb}', 'archivist', `${register}/1`, 'Ghi kết quả kiểm tra')
  add('/can-bo/so-hoa/{lo}/mau', 'archivist', `${register}/mau`)
  add('/can-bo/so-hoa/to', 'intake', `/can-bo/so-hoa/to?ma=${parked.received}`)
  add('/can-bo/so-hoa/tien-do', 'leader')
  add('/can-bo/so-hoa/chi-tieu', 'leader')
  add('/thong-ke/so-hoa', 'guest')
  add('/thong-ke/so-hoa', 'guest', `/thong-ke/so-hoa?co-quan=${HERE}&lang=en`)
  for (const view of ['het-han', 'giu-lai', 'con-han', 'vinh-vien', 'da-huy']) add('/can-bo/luu-tru', 'archivist', `/can-bo/luu-tru?xem=${view}`)
  add('/can-bo/luu-tru/ho-so/{code}', 'archivist', `/can-bo/luu-tru/ho-so/${parked.returned}`, 'Trong danh mục hủy')
  add('/can-bo/luu-tru/huy', 'leader')
  add('/can-bo/luu-tru/huy/{dm}', 'leader', destruction, 'Không đồng ý')
  add('/can-bo/tong-quan', 'leader')
  add('/can-bo/tiep-nhan', 'intake')
  add('/can-bo/tiep-nhan/goi-y', 'intake', '/can-bo/tiep-nhan/goi-y?q=khai')
  for (const p of [BIRTH, HOUSEHOLD]) add('/can-bo/tiep-nhan/{procedure}', 'intake', `/can-bo/tiep-nhan/${p}`)
  for (const [name, code] of Object.entries({ ...parked, finished }))
    add('/can-bo/ho-so/{code}', ['to_sign', 'withdrawing'].includes(name) ? 'leader' : 'intake', at(code))
  for (const [word, [who, where]] of Object.entries(ACTIONS)) {
    const path = `${at(parked[where])}/viec/${word}`
    add(`/can-bo/ho-so/{code}/viec/${word}`, who, path, `action="${path}"`)
  }
  add('/can-bo/ho-so/{code}/viec/extend', 'leader', `${at(parked.done)}/viec/extend`)              // why it cannot be done now
  add('/can-bo/ho-so/{code}/tep/{so}', 'leader', await first(people.leader, at(parked.done), new RegExp(`${at(parked.done)}/tep/\\d+`)))
  for (const [code, forms] of [[parked.received, ['01']], [parked.supplement, ['02']], [parked.refused, ['03']], [parked.stopped, ['05']], [finished, ['05']]])
    for (const form of forms) add('/can-bo/ho-so/{code}/in/{mau}', 'intake', `${at(code)}/in/${form}`)

  for (const p of ['/quan-tri/giay-to', '/quan-tri/lich', '/quan-tri/cau-hinh', '/quan-tri/thu-tuc', '/quan-tri/co-quan', '/quan-tri/co-quan/them', '/quan-tri/can-bo',
    '/quan-tri/can-bo/them']) add(p, 'administrator')
  for (const p of ['/quan-tri/nhat-ky', '/quan-tri/canh-bao', '/quan-tri/quyen']) add(p, 'auditor')
  const journal = '/quan-tri/nhat-ky/quan-tri'
  for (const p of [journal, `${journal}/in`]) add(p, 'administrator')
  add(`${journal}/{muc}`, 'administrator', await first(people.administrator, journal, /\/quan-tri\/nhat-ky\/quan-tri\/[0-9a-f]{16}/))
  const look = await first(people.citizen, '/tai-khoan/nhat-ky', /\/tai-khoan\/nhat-ky\/[\w-]+\/hoi/)
  add('/tai-khoan/nhat-ky/{luot}/hoi', 'citizen', look)
  await people.citizen.submit(look, { 'cau-hoi': 'Vì sao hồ sơ của tôi được mở?' }, { action: look })
  add('/tai-khoan/cau-hoi', 'citizen')
  add('/can-bo/cau-hoi', 'leader')
  add('/tai-khoan/du-lieu', 'citizen')
  await people.citizen.submit('/tai-khoan/du-lieu', { muc: 'ho-ten', 'gia-tri': 'Nguyễn Thị Hà', 'ly-do': 'Giấy khai sinh ghi khác', 'co-quan': 'H26.X.00070' }, { action: '/tai-khoan/du-lieu/sua' })
  add('/can-bo/sua-thong-tin', 'leader')
  add('/can-bo/sua-thong-tin/{yeu-cau}', 'leader', await first(people.leader, '/can-bo/sua-thong-tin', /\/can-bo\/sua-thong-tin\/[\w-]+/))
  add('/can-bo/ho-so/{code}/so-dinh-danh', 'intake', `${at(parked.received)}/so-dinh-danh`)
  add('/quan-tri/tep/{ten}', 'administrator', '/quan-tri/tep/rules.yaml')
  add('/quan-tri/thu-tuc/{code}', 'administrator', `/quan-tri/thu-tuc/${HOUSEHOLD}`)
  add('/quan-tri/thu-tuc/{code}/so-sanh', 'administrator', `/quan-tri/thu-tuc/${HOUSEHOLD}/so-sanh?tu=1&den=2`)
  add('/quan-tri/thu-tuc/{code}/{version}/{name}', 'administrator', `/quan-tri/thu-tuc/${HOUSEHOLD}/1/procedure.yaml`)
  const unit = await first(people.administrator, '/quan-tri/co-quan?q=hoan+kiem', new RegExp(`/quan-tri/co-quan/${HERE.replaceAll('.', '\\.')}/[\\d-]+`))
  for (const part of ['', '/sua', '/ban-moi', '/ket-thuc', '/uy-quyen']) add(`/quan-tri/co-quan/{code}/{ngay}${part}`, 'administrator', unit + part)
  for (const part of ['', '/sua', '/vai-tro', '/lam-thay', '/mat-khau', '/hai-lop']) add(`/quan-tri/can-bo/{login}${part}`, 'administrator', `/quan-tri/can-bo/nguoi-specialist${part}`)
  add('/can-bo/dang-nhap/ma', 'half')
  add('/can-bo/tai-khoan/hai-lop', 'intake')
  add('/can-bo/tai-khoan/hai-lop', 'second')
  add('/can-bo/dat-mat-khau/{token}', 'guest', things.invited)
  add('/quan-tri/lich', 'intake')                                                                 // not hers: the page that says so
  return out
}

// --- windows: two pages at a time, kept for each person --------------------------------------------------------------------------

const contexts = new Map(), free = [new Map(), new Map()], waiting = []

async function contextOf(who) {
  if (!contexts.has(who)) {
    const context = await browser.newContext({ viewport: DESK, locale: 'vi-VN' })
    await context.addCookies([...people[who].cookies].map(([name, value]) => ({ name, value, url: city.site.base })))
    contexts.set(who, context)
  }
  return contexts.get(who)
}

async function windowOf(slot, who) {
  if (!slot.has(who)) {
    const page = await (await contextOf(who)).newPage(), heard = []
    page.on('console', m => { if (m.type() === 'error' && !/status of (40|42)/.test(m.text())) heard.push(`console: ${m.text()}`) })
    page.on('pageerror', e => heard.push(`script: ${e.message}`))
    page.on('request', r => { if (!r.url().startsWith(city.site.base + '/') && !r.url().startsWith('data:')) heard.push(`another host: ${r.url()}`) })
    slot.set(who, { page, heard })
  }
  return slot.get(who)
}

// work({ page, heard }) in a window of this person.
async function inWindow(who, work) {
  while (!free.length) await new Promise(go => waiting.push(go))
  const slot = free.pop()
  try {
    const w = await windowOf(slot, who)
    w.heard.length = 0
    await w.page.setViewportSize(DESK)
    return await work(w)
  } finally {
    free.push(slot)
    waiting.shift()?.()
  }
}

// Colours that fade have faded.
const still = page => page.evaluate(() => {
  for (const a of document.getAnimations()) try { a.finish() } catch { a.cancel() }
})

// Everything this file asks of a page that stands in a window.
async function inspect({ page, heard }, dark) {
  const found = []
  const say = (where, list) => found.push(...list.map(x => `${where}: ${x}`))
  const { title, h1, lang } = await page.evaluate(() => ({ title: document.title, lang: document.documentElement.lang,
    h1: [...document.querySelectorAll('h1')].map(e => e.textContent.trim()) }))
  if (title.length < 5) found.push(`title: "${title}"`)
  if (h1.length !== 1 || !h1[0]) found.push(`h1: ${JSON.stringify(h1)}`)
  if (!['vi', 'en'].includes(lang)) found.push(`lang: "${lang}"`)
  say('desk', await violations(page))
  if (dark) {
    await page.emulateMedia({ colorScheme: 'dark' })
    await still(page)
    say('dark', await violations(page, ['color-contrast', 'link-in-text-block']))
    await page.emulateMedia({ colorScheme: 'light' })
  }
  await page.setViewportSize(PHONE)
  await still(page)
  say('telephone', await violations(page))
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (wide > 0) found.push(`telephone: ${wide} px wider than the screen`)
  return [...found, ...heard]
}

async function look({ pattern, who, path, has, dark }) {
  if (NO_PAGE[pattern]) {
    const r = await people[who].follow(await people[who].get(path))
    assert.equal(r.status, 200, path)
    assert.ok(r.headers['content-type'].startsWith(NO_PAGE[pattern]), r.headers['content-type'])
    return
  }
  await inWindow(who, async w => {
    const r = await w.page.goto(city.site.base + path)
    assert.ok((await r.headerValue('content-type')).startsWith('text/html'), 'a page')
    assert.ok(!w.page.url().includes('dang-nhap') || path.includes('dang-nhap'), 'not the sign-in page instead')
    if (has) assert.ok((await r.text()).includes(has), `the page has ${has}`)
    assert.deepEqual(await inspect(w, dark), [], path)
  })
}

test('every page of the route table', { concurrency: 2 }, async t => {
  const all = await addresses(), known = new Set(all.map(a => a.pattern))
  assert.deepEqual(pages.map(r => r.path).filter(p => !known.has(p)), [], 'pages without an address in this file')
  assert.deepEqual([...known].filter(p => !pages.some(r => r.path === p)), [], 'addresses of routes that are gone')
  await Promise.all(all.map(a => t.test(`${a.path} (${a.who})`, () => look(a))))
})

// Forms sent empty: the page again, with its faults.
test('pages that name what is wrong', { concurrency: 2 }, async t => {
  const { parked, draft: id, panels, open } = things
  const forms = [['guest', '/dang-ky', 'ho-ten'], ['guest', '/can-bo/dang-nhap', 'login'], ['guest', '/tra-cuu', 'ma'], ['citizen', `/nop/${id}/nguoi-nop`, 'noi-nop'],
    ['citizen', `/nop/${id}/to-khai/${panels[0]}`], ['citizen', `/ho-so/${open}/rut`, 'ly-do'], ['intake', `/can-bo/tiep-nhan/${BIRTH}`],
    ['intake', `${at(parked.recorded)}/viec/refuse_intake`, 'ground'], ['administrator', '/quan-tri/can-bo/them', 'login'], ['administrator', '/quan-tri/co-quan/them', 'ma']]
  await Promise.all(forms.map(([who, path]) => t.test(path, () => inWindow(who, async w => {
    await w.page.goto(city.site.base + path)
    const action = await w.page.evaluate(() => {
      const form = [...document.querySelectorAll('main form')].find(f => f.method === 'post' && !f.matches('.filters, .search'))
      for (const e of form.elements) {
        e.required = false
        if (e.type === 'text' || e.type === 'tel' || e.type === 'email' || e.tagName === 'TEXTAREA') e.value = ''
      }
      HTMLFormElement.prototype.submit.call(form)
      return form.action
    })
    await w.page.waitForLoadState('load')
    await w.page.locator('.govuk-error-summary').waitFor()
    const links = await w.page.evaluate(() => [...document.querySelectorAll('.govuk-error-summary a')].map(a => a.getAttribute('href'))
      .filter(h => !document.getElementById(h.slice(1))))
    assert.deepEqual(links, [], `${action}: each fault leads to its field`)
    assert.deepEqual(await inspect(w, true), [], path)
  }))))
})
