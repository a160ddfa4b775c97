// Help at a person's home, as a helper does it page by page.
import assert from 'node:assert/strict'
import { BIRTH, HERE, PDF, answers } from './parked.mjs'

export const PERSON = { 'ho-ten': 'Phạm Thị Cụ', 'so-dinh-danh': '001150000045', 'dien-thoai': '0912345677' }
export const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

// A smallest picture that is one: what the canvas would send.
export const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
export const signature = (content = PNG) => [['tep', { name: 'chu-ky.png', type: 'image/png', content }]]

// Begun for a person: the draft's address.
export async function begin(helper, person = {}, procedure = BIRTH) {
  const done = await helper.submit('/can-bo/ho-tro', { 'thu-tuc': procedure, ...PERSON, ...person }, { action: '/can-bo/ho-tro' })
  assert.equal(done.status, 303, words(done).slice(0, 1500))
  assert.match(done.location, /^\/nop\/[\w-]+$/)
  return done.location
}

// ... and filled in, so that it can be read out.
export async function ready(helper, person = {}) {
  const draft = await begin(helper, person)
  const put = async (part, fields, more = {}) => {
    const to = `${draft}/${part}`, done = await helper.submit(to, fields, { action: to, ...more })
    assert.ok([200, 303].includes(done.status), `${part}: ${done.status} ${words(done).slice(0, 1200)}`)
  }
  const list = await helper.get(draft), panels = [...new Set([...list.text.matchAll(/\/to-khai\/([\w.-]+)/g)].map(m => m[1]))]
  await put('nguoi-nop', { 'noi-nop': HERE, 'applicant.address': 'Số 12 phố Hàng Bài', 'nop-cho': 'chinh-minh' })
  for (const panel of panels) await put(`to-khai/${panel}`, answers(BIRTH))
  await put('giay-to', {}, { files: [['tep', PDF]] })
  await put('nhan-ket-qua', { 'cach-nhan': 'tai-quay' })
  return draft
}

export const ask = (helper, draft, cach, ticks = { 'da-doc': '1', 'dong-y': '1' }) =>
  helper.submit(`${draft}/xac-nhan`, { ...ticks, cach }, { action: `${draft}/xac-nhan` })
export const give = (helper, draft, ma) => helper.submit(`${draft}/xac-nhan/ma`, { ma }, { action: `${draft}/xac-nhan/ma` })
export const sign = (helper, draft, files = signature()) =>
  helper.submit(`${draft}/xac-nhan/chu-ky`, { 'dong-y': '1' }, { action: `${draft}/xac-nhan/chu-ky`, files })
export const codeOf = page => page.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]

export async function send(helper, draft) {
  const page = await helper.get(`${draft}/xac-nhan`)
  return helper.send(page, {}, { action: `${draft}/gui` })
}
