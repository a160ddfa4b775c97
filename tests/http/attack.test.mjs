// What an attacker tried and got, once: each stays closed.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, motcua } from '../lib/server.mjs'
import { PASSWORD, addPeople, meetPeople } from '../lib/people.mjs'
import { PDF, draft, receive } from '../lib/parked.mjs'
import { form, pdfText } from '../lib/pdf.mjs'

const CITY = 'H26', HERE = 'H26.X.00070'
let site, people
before(async () => {
  site = await startSite({ people: addPeople, prepare: folder => {
    for (const [login, role] of [['quan-tri-tp', `administrator@${CITY}`], ['quan-tri-phuong', `administrator@${HERE}`], ['nghi-viec', `administrator@${CITY}`]]) {
      const made = motcua(folder, ['user', 'add', '--login', login, '--name', 'Trần Văn Thử', '--role', role, '--password-stdin'], { input: `${PASSWORD}\n` })
      assert.equal(made.status, 0, made.stderr)
    }
  } })
  people = await meetPeople(site)
})
after(() => site.clean())

async function officer(login) {
  const c = site.client(), done = await c.submit('/can-bo/dang-nhap', { login, password: PASSWORD })
  assert.equal(done.status, 303, login)
  return c
}

test('a closed account of the city is not taken over by who administers one commune', async () => {
  const city = await officer('quan-tri-tp'), commune = await officer('quan-tri-phuong'), at = '/quan-tri/can-bo/nghi-viec'
  assert.equal((await commune.get(at)).status, 404, 'while it is open')
  const closed = await city.submit(`${at}/sua`, { 'lam-viec': undefined }, { action: `${at}/sua` })
  assert.equal(closed.status, 303, closed.text)
  for (const page of ['', '/sua', '/vai-tro', '/lam-thay', '/mat-khau'])
    assert.equal((await commune.get(at + page)).status, 404, `when it is closed: ${page}`)
  assert.equal((await city.get(at)).status, 200, 'the city still sees it')
  const opened = await city.submit(`${at}/sua`, { 'lam-viec': '1' }, { action: `${at}/sua` })
  assert.equal(opened.status, 303, opened.text)
})

test('a cursor that was made up is refused, or an empty page', async () => {
  for (const cursor of ['_-9223372036854775808', '_ 1', '-1', "'", '9223372036854775808', '__1', '1-2-3-4'])
    for (const [who, path] of [['intake', '/can-bo?tu='], ['intake', '/can-bo/tim?q=nguyen&tu='], ['intake', '/can-bo/so-theo-doi/in?tu='], ['citizen', '/ho-so?tu=']]) {
      const r = await people[who].get(path + encodeURIComponent(cursor))
      assert.ok([200, 400].includes(r.status), `${path}${cursor}: ${r.status}`)
    }
})

test('a file that somebody handed in may load and run nothing', async () => {
  const { draft: id } = await draft(people.citizen), at = `/nop/${id}`
  const done = await people.citizen.submit(`${at}/giay-to`, {}, { action: `${at}/giay-to`, files: [['tep', PDF]] })
  assert.equal(done.status, 303, done.text)
  const file = await people.citizen.get(`${at}/tep/1`)
  assert.equal(file.headers['content-type'], 'application/pdf')
  assert.equal(file.headers['x-content-type-options'], 'nosniff')
  assert.match(file.headers['content-security-policy'], /^default-src 'none'; (?!.*(script|style)-src)/)
})

test('a long foreign member of a body is named, in whole characters', async () => {
  const r = await people['writing token'].postJson('/api/v1/dossiers', { ['x' + 'ă'.repeat(60)]: 1 })
  assert.equal(r.status, 422)
  assert.ok(r.json().errors.some(e => /^xă+$/.test(e.name)), r.text)
})

test('a long note of a paper ends with a whole character, and nothing behind it is read', async () => {
  const code = await receive(people.intake, '1.001193', { 'papers.giay_chung_sinh.note': 'ữ'.repeat(450) })
  const paper = await form(people.intake, `/can-bo/ho-so/${code}/in/01`)
  const runs = pdfText(paper.bytes).match(/ữ[ữ\s]{9,}/g).join('')        // over lines and pages, in both copies
  assert.equal(runs.replace(/\s/g, '').length, 2 * 400)
})

// Last: it closes the look-up to this address for an hour.
test('one address does not try secrets of many dossiers, and no header makes it another', async () => {
  const guest = site.client(), codes = []
  for (let i = 0; i < 7; i++) codes.push(await receive(people.intake))
  const form = await guest.get('/tra-cuu')
  const look = (ma, secret, i) => guest.send(form, { ma, 'bi-mat': secret, _idem: `thu-${ma}-${i}` }, { action: '/tra-cuu', headers: { 'x-forwarded-for': `10.0.0.${i}` } })
  const got = []
  for (const code of codes) for (let i = 0; i < 9; i++) got.push((await look(code, `AAAAAA2${i}`, i)).status)
  assert.deepEqual([...new Set(got.slice(0, 60))], [200])
  assert.deepEqual([...new Set(got.slice(60))], [429])
  assert.equal((await look(codes[0], undefined, 99)).status, 200, 'without a secret nothing is guessed')
})
