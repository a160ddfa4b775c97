// A citizen's own dossier: completing what was asked for, and withdrawing; nobody else sees it.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite } from '../lib/server.mjs'
import { act, apply, at } from '../lib/parked.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'

let site, people
before(async () => {
  site = await startSite({ people: addPeople })
  people = await meetPeople(site)
})
after(() => site.clean())

const STRANGER = { 'ho-ten': 'Lê Văn Lạ', 'so-dinh-danh': '001199000009', 'dien-thoai': '0912000999', email: '',
  password: 'hoa sen nở sớm 7', password2: 'hoa sen nở sớm 7', 'dong-y': '1' }
const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

async function received(people) {
  const code = await apply(people)
  await act(people.intake, code, 'accept', { 'papers.giay_chung_sinh': 'electronic' })
  return code
}
const status = async code => words(await people.intake.get(at(code)))

test('what was asked for is completed once, with its files, and the office goes on', async () => {
  const code = await received(people), path = `/ho-so/${code}/bo-sung`
  assert.ok([404, 409].includes((await people.citizen.get(path)).status), 'nothing was asked for yet')
  await act(people.specialist, code, 'supplement', { 'd.field.que_quan': '1', 'd.field.que_quan.reason': 'wrong_form', 'd.field.que_quan.text': 'Ghi rõ quê quán' })

  assert.match(words(await people.citizen.get(`/ho-so/${code}`)), /Ghi rõ quê quán/)
  const page = await people.citizen.get(path)
  assert.equal(page.status, 200)
  const old = await people.citizen.send(page, { v: '1' }, { action: path, files: [] })
  assert.equal(old.status, 409, words(old).slice(0, 400))
  const done = await people.citizen.submit(path, { 'loi-nhan': 'Quê quán: xã Đông Anh' }, { action: path, files: [] })
  assert.equal(done.status, 303, words(done).slice(0, 800))
  assert.match(await status(code), /Quê quán: xã Đông Anh/)
  assert.ok([404, 409].includes((await people.citizen.get(path)).status), 'it is asked for no more')
})

test('a withdrawal needs a reason and waits for the office', async () => {
  const code = await received(people), path = `/ho-so/${code}/rut`
  const bare = await people.citizen.submit(path, { 'ly-do': '' }, { action: path })
  assert.equal(bare.status, 422)
  assert.match(bare.text, /#f-ly-do/)
  const done = await people.citizen.submit(path, { 'ly-do': 'Tôi đã nộp ở nơi khác' }, { action: path })
  assert.equal(done.status, 303, words(done).slice(0, 800))
  assert.match(await status(code), /Tôi đã nộp ở nơi khác/)
  await act(people.leader, code, 'withdraw_grant', { note: 'Trả lại bản chính' })
  assert.match(words(await people.citizen.get(`/ho-so/${code}`)), /Dừng xử lý/)
})

test('another citizen, a guest and an officer’s session find none of it', async () => {
  const code = await received(people)
  const stranger = site.client()
  assert.equal((await stranger.submit('/dang-ky', STRANGER)).status, 303)
  for (const path of [`/ho-so/${code}`, `/ho-so/${code}/bo-sung`, `/ho-so/${code}/rut`, `/ho-so/${code}/tep/1`, `/ho-so/${code}/in/01`]) {
    assert.equal((await stranger.get(path)).status, 404, path)
    assert.equal((await people.guest.get(path)).status, 303, path)
    assert.equal((await people.intake.get(path)).status, 403, path)
  }
})
