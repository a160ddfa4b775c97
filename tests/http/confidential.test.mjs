// A confidential dossier from the counter to the hand-over: found by who is named to it, by nobody else, in no list, search, export, book,
// counter, API or look-up; its procedure is called by the name that the package gives it.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { addConfidential, COVER, OPEN_NAME, SECRET } from '../lib/confidential.mjs'
import { HERE, act, at, receive, tomorrow } from '../lib/parked.mjs'
import { PASSWORD, addPeople, meetPeople } from '../lib/people.mjs'
import { pdfText } from '../lib/pdf.mjs'
import { soon } from '../lib/soon.mjs'
import { motcua, startSite } from '../lib/server.mjs'

let site, people, code
const OTHERS = { second: `specialist@${HERE}`, above: 'leader@H26', city: 'specialist@H26' }

before(async () => {
  site = await startSite({ prepare: folder => {
    addPeople(folder)
    addConfidential(folder)
    for (const [login, role] of Object.entries(OTHERS)) {
      const made = motcua(folder, ['user', 'add', '--login', login, '--name', 'Lý Thị Khác', '--role', role, '--password-stdin'], { input: `${PASSWORD}\n` })
      assert.equal(made.status, 0, made.stderr)
    }
  } })
  people = await meetPeople(site)
  for (const login of Object.keys(OTHERS)) {
    people[login] = site.client()
    assert.equal((await people[login].submit('/can-bo/dang-nhap', { login, password: PASSWORD })).status, 303)
  }
})
after(() => site?.clean())

const day = n => tomorrow(n).split('/').reverse().join('-')
const WAYS = { list: '/can-bo?xem=all', csv: '/can-bo/xuat.csv?xem=all', number: '/can-bo/tim?q=001191000123', name: '/can-bo/tim?q=nguyen%20thi%20thu' }
const ways = { ...WAYS, book: `/can-bo/so-theo-doi/in?tu-ngay=${day(-1)}&den-ngay=${day(0)}&co-quan=${HERE}` }
// The choices of a filter are the public catalogue's, whatever dossiers there are.
const text = r => /pdf/.test(r.headers['content-type']) ? pdfText(r.bytes) : r.text.replace(/<option[^>]*>[^<]*/g, '')

// Page, lists, exports, search by number, name and code: all of them say the same.
async function finds(who) {
  const client = people[who], page = await client.get(at(code))
  assert.ok([200, 404].includes(page.status), `${who}: ${page.status}`)
  for (const [way, path] of Object.entries(ways)) {
    const r = await client.open(path)
    if (r.status === 403) continue
    assert.equal(text(r).includes(code), page.status === 200, `${who}: ${way} (${page.status})`)
    assert.ok(!text(r).includes(OPEN_NAME), `${who}: ${way} says the procedure's name`)
  }
  const found = await client.get(`/can-bo/tim?q=${code}`)
  assert.equal(found.status === 303 || found.text.includes(`ho-so/${code}`), page.status === 200, `${who}: search by code`)
  for (const part of ['/viec/claim', '/giay-to/tinh-trang', '/so-dinh-danh', '/in/01'])
    if (page.status === 404) assert.equal((await client.get(at(code) + part)).status, 404, `${who}: ${part}`)
  return page.status === 200
}

async function named(when, ...expected) {
  for (const who of ['intake', 'specialist', 'second', 'leader', 'archivist', 'above', 'city'])
    assert.equal(await finds(who), expected.includes(who), `${when}: ${who}`)
}

test('received at the counter: intake and the leader of the agency', async () => {
  code = await receive(people.intake, SECRET)
  await named('received', 'intake', 'leader')
  const other = await receive(people.intake)
  assert.equal((await people.second.get(at(other))).status, 200, 'a dossier that is not confidential is as before')
})

test('its work is in nobody else\'s numbers', async () => {
  const numbers = async who => [...(await people[who].get('/can-bo?xem=all')).text.matchAll(/xem=(all|new)\b[^>]*>([\s\S]*?)<\/a>/g)]
    .map(([, view, inside]) => `${view} ${inside.replace(/<[^>]+>/g, ' ').match(/\d+/)?.[0]}`).find(n => /^all \d/.test(n))
  assert.deepEqual([await numbers('second'), await numbers('leader')], ['all 1', 'all 2'])
})

test('assigned: intake has handed it on, and finds it no more', async () => {
  await act(people.leader, code, 'assign', { to_account: 'nguoi-specialist' })
  await named('assigned', 'specialist', 'leader')
})

test('named by a leader, and no longer', async () => {
  assert.equal((await people.specialist.get(`${at(code)}/viec/name`)).status, 403)
  await act(people.leader, code, 'name', { to_account: 'second', note: 'Phối hợp thẩm định' })
  await named('named', 'specialist', 'second', 'leader')
  const page = (await people.leader.get(at(code))).text
  assert.match(page, /Hồ sơ mật/)
  assert.match(page, /Đã cho một cán bộ xem hồ sơ mật/)
  await act(people.leader, code, 'unname', { to_account: 'second' })
  await named('no longer', 'specialist', 'leader')
})

test('the API and the feed name it to nobody who is not named', async () => {
  const later = await receive(people.intake)              // the feed tells in order: where this one stands, the other would
  await soon(async () => (await people['reading token'].get('/api/v1/events')).text.includes(later), 'a later event is in the feed')
  for (const path of [`/api/v1/dossiers?agency=${HERE}`, '/api/v1/events'])
    assert.ok(!(await people['reading token'].get(path)).text.includes(code), path)
  assert.equal((await people['reading token'].get(`/api/v1/dossiers/${code}`)).status, 404)
})

test('without its secret it is not there; a code that nobody has says the same', async () => {
  const plainWords = r => r.text.replaceAll(/<input[^>]*>/g, '').replace(/\s+/g, ' ').replaceAll(/H26\.X\.00070-\d{6}-\d{4}/g, 'CODE')
  const ask = fields => site.client().submit('/tra-cuu', fields, { action: '/tra-cuu' })
  const [none, open, wrong] = [await ask({ ma: 'H26.X.00070-260101-9999' }), await ask({ ma: code }), await ask({ ma: code, 'bi-mat': 'AAAAAAAA' })]
  assert.deepEqual([none.status, open.status, wrong.status], [404, 404, 404])
  assert.equal(plainWords(open), plainWords(none))
  assert.match(none.text, /Không tìm thấy hồ sơ này/)
  const proof = await site.client().get(`/tra-cuu/bien-nhan?ma=${code}`)
  assert.equal(proof.status, 404)
})

test('the citizen reads the own dossier', async () => {
  const own = (await people.citizen.get('/tai-khoan')).text
  if (own.includes(code)) assert.equal((await people.citizen.get(`/ho-so/${code}`)).status, 200)
})

test('an auditor sees that it was looked at, and nobody in it', async () => {
  const rows = (await people.auditor.get(`/quan-tri/nhat-ky.csv?ho-so=${code}`)).text
  assert.ok(rows.includes(code))
  assert.ok(!rows.split('\n').filter(l => l.includes(code)).some(l => l.includes('Nguyễn Thị Thử')))
  const person = (await people.auditor.get('/quan-tri/nhat-ky.csv?nguoi=001191000123')).text
  assert.ok(!person.includes(code), 'no way from a person to it')
})

test('signed and handed over, the number is in the book without whose it is', async () => {
  await act(people.specialist, code, 'check_papers', { 'papers.giay_chung_sinh': 'original' })
  await act(people.specialist, code, 'forward', { note: 'Hồ sơ đủ' })
  await named('to be signed', 'leader')
  await act(people.leader, code, 'name', { to_account: 'nguoi-intake', note: 'Ghi nhận lệ phí' })
  if ((await people.intake.get(at(code))).text.includes('/viec/paid')) await act(people.intake, code, 'paid', { number: 'BL 0000001' })
  await act(people.leader, code, 'unname', { to_account: 'nguoi-intake' })
  assert.equal((await people.intake.get(at(code))).status, 404)
  await act(people.leader, code, 'approve', { number: '12/2026' }, [])
  await act(people.intake, code, 'hand_over', { to_name: 'Nguyễn Thị Thử', to_number: '001191000123', to_paper: 'thẻ căn cước', delivery: 'desk' })
  assert.equal((await people.leader.get(at(code))).status, 200)
  assert.equal((await people.intake.get(at(code))).status, 404)
  assert.equal((await people.second.get(at(code))).status, 404)
})

test('the database is whole, and the public figures name the cover', async () => {
  const deep = motcua(site.folder, ['check', '--deep'])
  assert.equal(deep.status, 0, deep.stdout + deep.stderr)
  const figures = (await site.client().get('/thong-ke')).text
  assert.ok(!figures.includes(OPEN_NAME))
  assert.ok(figures.includes(COVER))
  assert.ok(!site.server?.log.includes(OPEN_NAME) && !site.log.includes(OPEN_NAME), 'the log does not name it')
})
