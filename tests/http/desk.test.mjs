// The officers' desk: intake at the counter, the dossier, every action allowed and refused, conflicts, isolation.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, startSite, motcua } from '../lib/server.mjs'

const PASSWORD = 'Mat-khau-2026-thu', HERE = 'H26.X.00070', ELSEWHERE = 'H26.X.00004'
const OFFICERS = [['thuha', 'Đỗ Thu Hà', `intake@${HERE}`], ['minhduc', 'Lê Minh Đức', `specialist@${HERE}`],
  ['hoa', 'Phạm Thị Hoa', `leader@${HERE}`], ['nam', 'Vũ Văn Nam', `intake@${ELSEWHERE}`],
  ['lan', 'Trần Thị Lan', `specialist@${ELSEWHERE}`]]
const answers = code => JSON.parse(readFileSync(join(ROOT, 'tests/data/answers', `${code}.json`)))
const BIRTH = '1.001193'
const APPLICANT = { 'applicant.name': 'Nguyễn Thị Thu Hà', 'applicant.personal_number': '001191900123',
  'applicant.phone': '0912345678', 'applicant.address': 'Số 12 phố Hàng Bài', whom: 'self' }
const FULL = { ...answers(BIRTH), ...APPLICANT, delivery: 'desk', channel: 'direct', 'papers.giay_chung_sinh': 'original' }
const PNG = { name: 'anh.png', type: 'image/png', content: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') }

let site
const people = {}
before(async () => {
  site = await startSite({ flags: ['--clock', '2026-11-23T08:30'], prepare: folder => {
    for (const [login, name, role] of OFFICERS) {
      const made = motcua(folder, ['user', 'add', '--login', login, '--name', name, '--role', role, '--password-stdin'], { input: `${PASSWORD}\n` })
      assert.equal(made.status, 0, made.stderr)
    }
  } })
  for (const [login] of OFFICERS) {
    people[login] = site.client()
    const done = await people[login].submit('/can-bo/dang-nhap', { login, password: PASSWORD })
    assert.equal(done.status, 303, done.text)
  }
})
after(() => site.clean())

const at = code => `/can-bo/ho-so/${code}`
const text = html => html.replace(/<script[\s\S]*?<\/script>/g, ' ').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

// Receives one at the counter; its code.
async function receive(fields = {}, work = 'receive', files = []) {
  const page = await people.thuha.get(`/can-bo/tiep-nhan/${BIRTH}`)
  const done = await people.thuha.send(page, { ...FULL, ...fields, viec: work }, { action: `/can-bo/tiep-nhan/${BIRTH}`, files })
  assert.equal(done.status, 200, text(done.text).slice(0, 1500))
  const code = done.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]
  assert.ok(code, text(done.text).slice(0, 1500))
  return { code, page: done }
}

// Opens an action's page, sends its form, follows.
async function act(who, code, action, fields = {}, files) {
  const path = `${at(code)}/viec/${action}`
  return people[who].submit(path, fields, { action: path, files })
}
const did = async (who, code, action, fields, files) => {
  const done = await act(who, code, action, fields, files)
  assert.equal(done.status, 303, `${action}: ${done.status} ${text(done.text).slice(0, 1200)}`)
}

test('an officer receives at the counter: code, secret and receipt on one page', async () => {
  const { code, page } = await receive()
  assert.match(page.text, /Mã bí mật/)
  assert.match(page.text, new RegExp(`/can-bo/ho-so/${code}/in/01`))
  const show = await people.thuha.get(at(code))
  assert.equal(show.status, 200)
  assert.match(show.text, /Được tiếp nhận/)
  assert.match(show.text, /Nguyễn Thị Thu Hà/)
  assert.match(show.text, /Vì sao hạn là ngày này/)
})

test('what is missing is said at its field, and what was typed stays', async () => {
  const page = await people.thuha.get(`/can-bo/tiep-nhan/${BIRTH}`)
  const done = await people.thuha.send(page, { ...FULL, 'applicant.personal_number': '12', 'papers.giay_chung_sinh': 'missing', viec: 'receive' },
    { action: `/can-bo/tiep-nhan/${BIRTH}`, files: [] })
  assert.equal(done.status, 422)
  assert.match(done.text, /href="#f-applicant\.personal_number"/)
  assert.match(done.text, /href="#f-papers\.giay_chung_sinh"/)
  assert.match(done.text, /value="TRẦN NGUYỄN MINH AN"/)
})
