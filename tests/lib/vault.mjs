// A person's papers in the vault: made by a first dossier, whose papers an officer accepts.
import assert from 'node:assert/strict'
import { HERE, PDF, act, answers, draft } from './parked.mjs'

export const ALLOWANCE = '1.001776', DISABILITY = 'giay_khuyet_tat', NUMBER = '77/UBND-GXN'
const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
export const declared = { ...answers(ALLOWANCE), viec: 'moi', nhom: 'khuyet_tat', kt_gxn: NUMBER, kt_muc: 'nang', 'dt_noi_cu_tru.commune': '00070' }

// A draft filled in up to its papers: its address.  whom: fields of the person it is handed in for.
export async function filled(citizen, procedure = ALLOWANCE, said = declared, whom = {}) {
  const { draft: id } = await draft(citizen, procedure), of = part => `/nop/${id}/${part}`
  const put = async (part, fields) => {
    const done = await citizen.submit(of(part), fields, { action: of(part) })
    assert.ok([200, 303].includes(done.status), `${part}: ${done.status} ${words(done).slice(0, 800)}`)
  }
  await put('nguoi-nop', { 'noi-nop': HERE, 'applicant.address': 'Số 12 phố Hàng Bài', 'applicant.phone': '0912345678', 'nop-cho': 'chinh-minh', ...whom })
  const seen = new Set()                                  // answers decide which panels follow
  for (let more = true; more;) {
    const list = await citizen.get(`/nop/${id}`)
    const panels = [...new Set([...list.text.matchAll(/\/to-khai\/([\w.-]+)/g)].map(m => m[1]))].filter(p => !seen.has(p))
    more = panels.length > 0
    for (const panel of panels.slice(0, 1)) { seen.add(panel); await put(`to-khai/${panel}`, said) }
  }
  await put('nhan-ket-qua', { 'cach-nhan': 'tai-quay' })
  return `/nop/${id}`
}

export async function attach(citizen, path, paper = DISABILITY, file = PDF) {
  const page = await citizen.get(`${path}/giay-to`)
  const done = await citizen.send(page, { 'giay-to': paper }, { action: `${path}/giay-to`, files: [['tep', file]] })
  assert.equal(done.status, 303, `${paper}: ${words(done).slice(0, 800)}`)
}

export async function send(citizen, path) {
  const check = await citizen.get(`${path}/kiem-tra`)
  const sent = await citizen.send(check, {}, { action: `${path}/gui` })
  const code = sent.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]
  assert.ok(code, `sent: ${sent.status} ${words(sent).slice(0, 1200)}`)
  return code
}

// The first dossier: uploaded, sent, accepted.  Its code.
export async function first({ citizen, intake }) {
  const path = await filled(citizen)
  await attach(citizen, path)
  const code = await send(citizen, path)
  await act(intake, code, 'accept', { [`papers.${DISABILITY}`]: 'electronic' })
  return code
}

// The address of the newest paper in the vault.
export async function newest(citizen, asked = '') {
  const list = await citizen.get(`/kho-giay-to${asked}`)
  const found = list.text.match(/\/kho-giay-to\/[\w-]{10,}/)?.[0]
  assert.ok(found, words(list).slice(0, 800))
  return found
}

export async function share(citizen, path, fields = {}) {
  const page = await citizen.get(path)
  const made = await citizen.send(page, { 'muc-dich': 'Nộp cho trường của con', 'so-ngay': '7', ...fields }, { action: `${path}/chia-se` })
  const token = made.text.match(/\/chia-se\/([\w-]{20,})/)?.[1]
  return { made, token, path: `/chia-se/${token}` }
}
