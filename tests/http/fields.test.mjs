// Roles limited to fields of procedures (ADR 0051): who has "hộ tịch" receives, finds, counts, exports and signs no dossier of another field,
// and everything of the own one; the same from a page, a stand-in and the API.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { BIRTH, HERE, HOUSEHOLD, act, at, receive, tomorrow } from '../lib/parked.mjs'
import { PASSWORD, addPeople, meetPeople } from '../lib/people.mjs'
import { pdfText } from '../lib/pdf.mjs'
import { soon } from '../lib/soon.mjs'
import { motcua, startSite } from '../lib/server.mjs'

const CIVIL = 'G15-TP07', TRADE = 'G12-HO-KINH-DOANH'      // BIRTH is of the first, HOUSEHOLD of the second
const LIMITED = { 'ho-tich-nhan': 'intake', 'ho-tich-xu-ly': 'specialist', 'ho-tich-ky': 'leader', 'ho-tich-luu': 'archivist' }
let site, people, birth, household

const add = (folder, login, role) => motcua(folder, ['user', 'add', '--login', login, '--name', `Đào Văn ${login}`, '--role', role, '--password-stdin'], { input: `${PASSWORD}\n` })
async function enter(login) {
  people[login] = site.client()
  assert.equal((await people[login].submit('/can-bo/dang-nhap', { login, password: PASSWORD })).status, 303)
}

before(async () => {
  site = await startSite({ prepare: folder => {
    addPeople(folder)
    for (const [login, role] of Object.entries(LIMITED)) {
      const made = add(folder, login, `${role}@${HERE}:${CIVIL}`)
      assert.equal(made.status, 0, made.stderr)
    }
    for (const login of ['thay-ho-tich', 'chua-co-vai']) assert.equal(add(folder, login, `reporter@${HERE}`).status, 0)
    const both = add(folder, 'hai-linh-vuc', `specialist@${HERE}:${TRADE},${CIVIL}`)
    assert.equal(both.status, 0, both.stderr)
  } })
  people = await meetPeople(site)
  for (const login of [...Object.keys(LIMITED), 'hai-linh-vuc', 'thay-ho-tich']) await enter(login)
  birth = await receive(people.intake, BIRTH)
  household = await receive(people.intake, HOUSEHOLD)
})
after(() => site?.clean())

const day = n => tomorrow(n).split('/').reverse().join('-')
const ways = { list: '/can-bo?xem=all', newest: '/can-bo?xem=all&sap=moi', unit: `/can-bo?xem=all&don-vi=${HERE}`, csv: '/can-bo/xuat.csv?xem=all',
  number: '/can-bo/tim?q=001191000123', phone: '/can-bo/tim?q=0912345678', name: '/can-bo/tim?q=nguyen%20thi%20thu',
  register: `/can-bo/so-theo-doi/in?tu-ngay=${day(-1)}&den-ngay=${day(0)}&co-quan=${HERE}` }
const text = r => /pdf/.test(r.headers['content-type']) ? pdfText(r.bytes) : r.text

// Page, lists, exports and searches say the same of a dossier.
async function finds(who, code) {
  const client = people[who], page = await client.get(at(code))
  assert.ok([200, 404].includes(page.status), `${who}: ${page.status}`)
  for (const [way, path] of Object.entries(ways)) {
    const r = await client.open(path)
    assert.equal(r.status, 200, `${who}: ${way}`)
    assert.equal(text(r).includes(code), page.status === 200, `${who}: ${way}`)
  }
  const found = await client.get(`/can-bo/tim?q=${code}`)
  assert.equal(found.status === 303 || found.text.includes(`ho-so/${code}`), page.status === 200, `${who}: search by code`)
  return page.status === 200
}

test('each limited role finds its own field, and nothing of the other', async () => {
  for (const who of Object.keys(LIMITED)) {
    assert.equal(await finds(who, birth), true, `${who}: own field`)
    assert.equal(await finds(who, household), false, `${who}: other field`)
  }
  for (const who of ['intake', 'specialist', 'leader', 'archivist', 'hai-linh-vuc'])
    for (const code of [birth, household]) assert.equal(await finds(who, code), true, `${who}: no limit`)
})

test('pages, prints, files and each action of a dossier of another field are not there', async () => {
  const actions = ['claim', 'release', 'assign', 'check_papers', 'forward', 'return', 'supplement', 'fiscal', 'paid', 'consult', 'refuse', 'approve',
    'attach_result', 'stop', 'extend', 'pause', 'withdraw', 'hand_over', 'reopen', 'correct', 'name']
  const tried = new Set()
  for (const who of Object.keys(LIMITED)) {
    for (const part of ['/giay-to/tinh-trang', '/so-dinh-danh', '/in/01', '/ket-qua', ...actions.map(a => `/viec/${a}`)]) {
      const status = (await people[who].get(at(household) + part)).status
      assert.ok([403, 404].includes(status), `${who}: ${part} ${status}`)
    }
    const page = await people[who].get(at(birth))
    const csrf = page.text.match(/name="_csrf" value="([^"]+)"/)?.[1] ?? (await people[who].get('/tai-khoan/phien')).text.match(/name="_csrf" value="([^"]+)"/)?.[1]
    assert.ok(csrf, who)
    for (const action of actions) {
      const to = `${at(household)}/viec/${action}`
      const forms = (await Promise.all(['intake', 'specialist', 'leader'].map(n => people[n].get(to)))).flatMap(r => r.forms())
      const form = forms.find(f => f.action === to)       // as who may do it sends it
      if (!form) continue
      tried.add(action)
      const fields = { ...form.fields, note: 'Thử', _csrf: csrf }
      const plain = await people[who].post(to, fields)
      const done = plain.status === 415 ? await people[who].postParts(to, Object.entries(fields).flatMap(([k, v]) => [].concat(v).map(x => [k, x]))) : plain
      assert.ok([403, 404].includes(done.status), `${who}: POST ${action} ${done.status} ${done.location}`)
    }
  }
  assert.ok(tried.size >= 5, [...tried].join(' '))
  assert.equal((await people.specialist.get(`${at(household)}/viec/claim`)).status, 200, 'it is as it was: nobody took it')
})

test('counts are of the own field', async () => {
  const counts = async who => Object.fromEntries([...(await people[who].get('/can-bo?xem=all')).text.matchAll(/xem=(all|new)\b[^>]*>([\s\S]*?)<\/a>/g)]
    .map(([, view, inside]) => [view, inside.replace(/<[^>]+>/g, ' ').match(/\d+/)?.[0]]).filter(([, n]) => n).reverse())
  assert.equal((await counts('ho-tich-xu-ly')).all, '1')
  assert.equal((await counts('ho-tich-xu-ly')).new, '1')
  assert.equal((await counts('hai-linh-vuc')).all, '2')
  assert.equal((await counts('specialist')).all, '2')
  const overview = async who => (await people[who].get('/can-bo/tong-quan')).text.match(/Chưa ai nhận[\s\S]*?class="govuk-table__cell number"[^>]*>(?:<a[^>]*>)?(\d+)/)?.[1]
  assert.deepEqual([await overview('ho-tich-ky'), await overview('leader')], ['1', '2'])
})

test('at the counter only procedures of the field are offered; another is refused kindly', async () => {
  const offered = async (who, path) => (await people[who].get(path)).text
  for (const path of ['/can-bo/tiep-nhan', '/can-bo/tiep-nhan/goi-y?q=ho']) {
    assert.ok(!(await offered('ho-tich-nhan', path)).includes(HOUSEHOLD), path)
    assert.ok((await offered('intake', '/can-bo/tiep-nhan')).includes(HOUSEHOLD))
  }
  assert.ok((await offered('ho-tich-nhan', '/can-bo/tiep-nhan')).includes(BIRTH))
  const refused = await people['ho-tich-nhan'].get(`/can-bo/tiep-nhan/${HOUSEHOLD}`)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /không thuộc lĩnh vực bạn phụ trách/)
  const page = await people.intake.get(`/can-bo/tiep-nhan/${HOUSEHOLD}`)
  assert.equal(page.status, 200)
  assert.ok((await receive(people['ho-tich-nhan'], BIRTH)).startsWith(HERE), 'the own field is received')
})

test('only who has the field is offered as the next officer, and may be given it', async () => {
  const assign = async code => (await people.leader.get(`${at(code)}/viec/assign`)).text
  assert.ok((await assign(birth)).includes('ho-tich-xu-ly'))
  assert.ok(!(await assign(household)).includes('value="ho-tich-xu-ly"'))
  const page = await people.leader.get(`${at(household)}/viec/assign`)
  const given = await people.leader.send(page, { to_account: 'ho-tich-xu-ly' }, { action: `${at(household)}/viec/assign` })
  assert.equal(given.status, 422)
})

test('a dossier of the field goes from hand to hand among limited officers, and is signed', async () => {
  await act(people['ho-tich-ky'], birth, 'assign', { to_account: 'ho-tich-xu-ly' })
  await act(people['ho-tich-xu-ly'], birth, 'check_papers', { 'papers.giay_chung_sinh': 'original' })
  await act(people['ho-tich-xu-ly'], birth, 'forward', { note: 'Hồ sơ đủ' })
  if ((await people['ho-tich-nhan'].get(at(birth))).text.includes('/viec/paid')) await act(people['ho-tich-nhan'], birth, 'paid', { number: 'BL 0000001' })
  await act(people['ho-tich-ky'], birth, 'approve', { number: '12/2026' }, [])
  await act(people['ho-tich-nhan'], birth, 'hand_over', { to_name: 'Nguyễn Thị Thử', to_number: '001191000123', to_paper: 'thẻ căn cước', delivery: 'desk' })
})

test('a stand-in of a limited officer has the same limits', async () => {
  const made = await people.administrator.submit('/quan-tri/can-bo/ho-tich-xu-ly/lam-thay',
    { 'nguoi-thay': 'thay-ho-tich', 'tu-ngay': day(0), 'den-ngay': day(2), 'ly-do': 'Nghỉ phép' }, { action: '/quan-tri/can-bo/ho-tich-xu-ly/lam-thay' })
  assert.equal(made.status, 303, made.text)
  await enter('thay-ho-tich')
  const mine = await receive(people.intake, BIRTH)
  assert.equal(await finds('thay-ho-tich', mine), true)
  assert.equal(await finds('thay-ho-tich', household), false)
})

test('fields are chosen on the page of a role and shown with it; the session ends', async () => {
  const form = '/quan-tri/can-bo/chua-co-vai/vai-tro'
  await enter('chua-co-vai')
  const page = await people.administrator.get(form)
  assert.match(page.text, /Hộ tịch/)
  const given = await people.administrator.send(page, { 'vai-tro': 'specialist', 'co-quan': HERE, 'tu-ngay': day(0), 'linh-vuc': TRADE }, { action: form })
  assert.equal(given.status, 303, given.text)
  assert.equal((await people['chua-co-vai'].get('/can-bo')).status, 303, 'signed out')
  await enter('chua-co-vai')
  assert.equal(await finds('chua-co-vai', household), true)
  assert.equal((await people['chua-co-vai'].get(at(birth))).status, 404)
  const shown = (await people.administrator.get('/quan-tri/can-bo/chua-co-vai')).text
  assert.match(shown, /Lĩnh vực: Thành lập và hoạt động của hộ kinh doanh/)
})

test('a role that has no dossiers, and a field that nobody knows, are refused by name', async () => {
  const form = '/quan-tri/can-bo/chua-co-vai/vai-tro'
  const refused = await people.administrator.submit(form, { 'vai-tro': 'auditor', 'co-quan': HERE, 'tu-ngay': day(0), 'linh-vuc': CIVIL }, { action: form })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /không giới hạn theo lĩnh vực được/)
  for (const role of [`auditor@${HERE}:${CIVIL}`, `leader@${HERE}:G99-XX`, `leader@${HERE}:`]) {
    const made = add(site.folder, 'khong-duoc', role)
    assert.equal(made.status, 2, role)
    assert.match(made.stderr, /FIELDS/)
  }
})

test('an API token of a limited officer lists, reads and follows its field alone', async () => {
  const made = motcua(site.folder, ['token', 'create', '--login', 'ho-tich-xu-ly', '--label', 'Thử'])
  assert.equal(made.status, 0, made.stderr)
  const token = made.stdout.match(/token (\S+)/)?.[1]
  assert.ok(token, made.stdout)
  const ask = path => site.client({ token }).get(path)
  await soon(async () => (await ask('/api/v1/events')).text.includes(birth), 'the event is among the events')      // held back a few seconds
  for (const path of [`/api/v1/dossiers?agency=${HERE}`, '/api/v1/events']) {
    const r = await ask(path)
    assert.equal(r.status, 200, r.text)
    assert.ok(r.text.includes(birth) && !r.text.includes(household), path)
  }
  assert.equal((await ask(`/api/v1/dossiers/${birth}`)).status, 200)
  assert.equal((await ask(`/api/v1/dossiers/${household}`)).status, 404)
})

test('the archive, the book of numbers and what is counted by unit', async () => {
  const book = (await people['ho-tich-ky'].get(`/can-bo/so-cap-so?don-vi=${HERE}`))
  assert.equal(book.status, 200)
  const lists = await people['ho-tich-luu'].get('/can-bo/luu-tru')
  assert.equal(lists.status, 403)
  assert.match(lists.text, /giới hạn theo lĩnh vực/)
})

test('the database is whole', async () => {
  const deep = motcua(site.folder, ['check', '--deep'])
  assert.equal(deep.status, 0, deep.stdout + deep.stderr)
})
