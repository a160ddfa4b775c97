// Mandates as citizens declare them on the portal.
import assert from 'node:assert/strict'
import { HERE, PDF, readyToSend } from './parked.mjs'
import { send } from './vault.mjs'
import { motcua } from './server.mjs'

export const ROOT = '/tai-khoan/dai-dien', OWNER = { ten: 'Trần Văn Bình', 'so-dinh-danh': '001088000456' }
const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

// Somebody has seen the card of who signs in by this number.
export function verify(folder, number) {
  const done = motcua(folder, ['user', 'verify', '--login', number])
  assert.equal(done.status, 0, done.stderr)
}

// The form as it was answered: who acts declares it (with a paper), or who is represented gives it.
export async function tryDeclare(citizen, fields = {}, ai = 'toi-dai-dien', files = ai === 'toi-dai-dien' ? [['tep', PDF]] : []) {
  const page = await citizen.get(`${ROOT}/khai?ai=${ai}`)
  const kind = ai === 'toi-dai-dien' ? { loai: 'uy-quyen' } : {}
  return citizen.send(page, { ...kind, ...OWNER, 'pham-vi': 'tat-ca', 'so-giay-to': '15/2026 ngày 3/8/2026', ...fields }, { action: `${ROOT}/khai`, files })
}

// Its address.
export async function declare(citizen, fields, ai, files) {
  const done = await tryDeclare(citizen, fields, ai, files)
  assert.equal(done.status, 303, `declared: ${done.status} ${words(done).slice(0, 1200)}`)
  return done.location
}

// what: 'xac-nhan', 'tu-choi', 'cham-dut', each from the page that asks for it.
export async function say(citizen, mandate, what, fields = {}) {
  const page = await citizen.get(what === 'xac-nhan' ? mandate : `${mandate}/${what}`)
  return citizen.send(page, fields, { action: `${mandate}/${what}` })
}

// An application handed in for another by this mandate: its code.
export async function fileBy(citizen, mandate) {
  const path = await readyToSend(citizen)
  const done = await citizen.submit(`${path}/nguoi-nop`, { 'noi-nop': HERE, 'applicant.address': 'Số 12 phố Hàng Bài', 'applicant.phone': '0912345678',
    'nop-cho': 'nguoi-khac', 'uy-quyen': mandate.split('/').at(-1) }, { action: `${path}/nguoi-nop` })
  assert.equal(done.status, 303, words(done).slice(0, 1200))
  return send(citizen, path)
}
