// Dossiers that stand still where each page and each action of the desk can be seen: made by HTTP, as officers do it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pdf } from './photos.mjs'
import { ROOT, motcua } from './server.mjs'
import { SECRET, addConfidential } from './confidential.mjs'
import { PASSWORD, addPeople, meetPeople } from './people.mjs'

export const HERE = 'H26.X.00070', ELSEWHERE = 'H26.X.00004', BIRTH = '1.001193', HOUSEHOLD = '1.001612'
const APPLICANT = { 'applicant.name': 'Nguyễn Thị Thử', 'applicant.personal_number': '001191000123', 'applicant.phone': '0912345678',
  'applicant.address': 'Số 12 phố Hàng Bài', whom: 'self', delivery: 'desk', channel: 'direct' }
export const PDF = { name: 'giay to.pdf', type: 'application/pdf',
  content: pdf([['Giay to kem theo ho so']]) }
export const answers = code => JSON.parse(readFileSync(join(ROOT, 'tests/data/answers', `${code === SECRET ? BIRTH : code}.json`)))
export const at = code => `/can-bo/ho-so/${code}`

// Who sees an action's page with its form, and on which of the parked dossiers.
export const ACTIONS = {
  claim: ['specialist', 'received'], release: ['specialist', 'claimed'], assign: ['leader', 'received'], accept: ['intake', 'recorded'],
  refuse_intake: ['intake', 'recorded'], check_papers: ['specialist', 'claimed'], forward: ['specialist', 'claimed'], return: ['leader', 'to_sign'],
  supplement: ['specialist', 'claimed'], supplement_agree: ['leader', 'proposed'], supplement_deny: ['leader', 'proposed'],
  fiscal: ['specialist', 'claimed'], paid: ['intake', 'fiscal'], consult: ['specialist', 'claimed'], opinion: ['neighbour', 'asked'],
  refuse: ['leader', 'to_sign'], approve: ['leader', 'to_sign'], attach_result: ['specialist', 'claimed'], stop: ['leader', 'claimed'],
  extend: ['leader', 'long'], pause: ['specialist', 'claimed'], resume: ['specialist', 'paused'], withdraw: ['intake', 'received'],
  withdraw_grant: ['leader', 'withdrawing'], withdraw_deny: ['leader', 'withdrawing'], answer_supplement: ['intake', 'supplement'],
  name: ['leader', 'secret'], unname: ['leader', 'secret'], hand_over: ['intake', 'done'], reopen: ['leader', 'done'], correct: ['intake', 'received'],
}

// For startSite({ people: addNeighbours }): everybody of people.mjs, and an officer who is asked for an opinion.
export function addNeighbours(folder) {
  addPeople(folder)
  addConfidential(folder)
  const made = motcua(folder, ['user', 'add', '--login', 'nguoi-noi-khac', '--name', 'Lý Thị Láng', '--role', `specialist@${ELSEWHERE}`, '--password-stdin'],
    { input: `${PASSWORD}\n` })
  assert.equal(made.status, 0, made.stderr)
}

export async function meetNeighbours(site) {
  const people = await meetPeople(site)
  people.neighbour = site.client()
  assert.equal((await people.neighbour.submit('/can-bo/dang-nhap', { login: 'nguoi-noi-khac', password: PASSWORD })).status, 303)
  return people
}

// Opens an action's page, sends its form; it must be done.
export async function act(client, code, action, fields = {}, files) {
  const path = `${at(code)}/viec/${action}`, done = await client.submit(path, fields, { action: path, files })
  assert.equal(done.status, 303, `${action}: ${done.status} ${done.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 1500)}`)
}

// Receives one at the counter: its code.
export async function receive(intake, procedure = BIRTH, fields = {}, work = 'receive') {
  const path = `/can-bo/tiep-nhan/${procedure}`, page = await intake.get(path)
  const papers = Object.fromEntries(page.forms().flatMap(f => [...f.names]).filter(n => /^papers\.[^.]+$/.test(n)).map(n => [n, 'original']))
  const done = await intake.send(page, { ...answers(procedure), ...papers, ...APPLICANT, ...fields, _viec: work }, { action: path, files: [] })
  const code = done.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]
  assert.ok(code, `received: ${done.status} ${done.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 1500)}`)
  return code
}

// A draft of the citizen's, with a file attached: { draft, panels: ['...'] }.
export async function draft(citizen, procedure = BIRTH) {
  const path = `/thu-tuc/${procedure}/nop`
  const begun = await citizen.submit(path, {}, { action: path })
  const id = begun.location?.match(/\/nop\/([\w-]+)/)?.[1]
  assert.ok(id, `a draft: ${begun.status}`)
  const list = await citizen.get(`/nop/${id}`)
  const panels = [...new Set([...list.text.matchAll(/\/to-khai\/([\w.-]+)/g)].map(m => m[1]))]
  return { draft: id, panels }
}

const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

// A draft of the citizen's that can be sent: its address.
export async function readyToSend(citizen, files = [['tep', PDF]]) {
  const { draft: id, panels } = await draft(citizen), of = part => `/nop/${id}/${part}`
  const put = async (part, fields, more = {}) => {
    const done = await citizen.submit(of(part), fields, { action: of(part), ...more })
    assert.ok([200, 303].includes(done.status), `${part}: ${done.status} ${words(done).slice(0, 800)}`)
    return done
  }
  await put('nguoi-nop', { 'noi-nop': HERE, 'applicant.address': 'Số 12 phố Hàng Bài', 'applicant.phone': '0912345678', 'nop-cho': 'chinh-minh' })
  for (const panel of panels) await put(`to-khai/${panel}`, answers(BIRTH))
  await put('giay-to', {}, { files })
  await put('nhan-ket-qua', { 'cach-nhan': 'tai-quay' })
  return `/nop/${id}`
}

// Applies on the portal as a citizen does, page by page: the code.
export async function apply({ citizen }) {
  const path = await readyToSend(citizen)
  const check = await citizen.get(`${path}/kiem-tra`)
  const sent = await citizen.send(check, {}, { action: `${path}/gui` })
  const code = sent.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]
  assert.ok(code, `sent: ${sent.status} ${words(sent).slice(0, 1200)}`)
  return code
}

const DEFECT = { 'd.field.que_quan': '1', 'd.field.que_quan.reason': 'wrong_form', 'd.field.que_quan.text': 'Ghi rõ quê quán' }

// { name: code }, each standing at another place of its life.
export async function park({ intake, specialist, leader, neighbour }) {
  const p = {}
  p.recorded = await receive(intake, BIRTH, { 'papers.giay_chung_sinh': 'missing' }, 'record')
  p.received = await receive(intake)
  p.claimed = await receive(intake)
  await act(specialist, p.claimed, 'claim')
  p.long = await receive(intake, HOUSEHOLD)
  await act(specialist, p.long, 'claim')

  p.secret = await receive(intake, SECRET)
  await act(leader, p.secret, 'name', { to_account: 'nguoi-archivist', note: 'Phối hợp' })

  p.supplement = await receive(intake)
  await act(specialist, p.supplement, 'supplement', DEFECT)
  p.proposed = await receive(intake)
  await act(specialist, p.proposed, 'supplement', DEFECT)
  await act(intake, p.proposed, 'answer_supplement', { note: 'Đã ghi đúng' }, [])
  await act(specialist, p.proposed, 'supplement', DEFECT)

  p.fiscal = await receive(intake)
  await act(specialist, p.fiscal, 'fiscal', { amount: '50.000', number: 'TB 7', note: 'Lệ phí bổ sung', moment: '' })
  p.asked = await receive(intake)
  await act(specialist, p.asked, 'consult', { to_unit: ELSEWHERE, note: 'Cha mẹ có đăng ký kết hôn ở đó không?', moment: tomorrow(7) })
  p.paused = await receive(intake)
  await act(specialist, p.paused, 'pause', { pause: 'publicity', number: '12/TB-UBND', note: 'Niêm yết 7 ngày' })

  p.to_sign = await receive(intake)
  await act(specialist, p.to_sign, 'check_papers', { 'papers.giay_chung_sinh': 'original' })
  await act(specialist, p.to_sign, 'forward', { note: 'Hồ sơ đủ' })
  await pay(intake, p.to_sign)
  p.withdrawing = await receive(intake)
  await act(intake, p.withdrawing, 'withdraw', { note: 'Nộp nhầm nơi' })
  p.stopped = await receive(intake)
  await act(leader, p.stopped, 'stop', { reason: 'duplicate', ground: 'Điều 20 Nghị định 118/2025/NĐ-CP' })

  p.done = await signed({ intake, specialist, leader })
  p.returned = await signed({ intake, specialist, leader })
  await act(intake, p.returned, 'hand_over', { to_name: 'Nguyễn Thị Thử', to_number: '001191000123', to_paper: 'thẻ căn cước', delivery: 'desk' })
  p.refused = await receive(intake, BIRTH, { 'papers.giay_chung_sinh': 'missing' }, 'record')
  await act(intake, p.refused, 'refuse_intake', { ground: 'Điều 17 Nghị định 118/2025/NĐ-CP', reason: 'not_competent', note: 'Hãy nộp tại nơi cư trú' })
  return p
}

async function pay(intake, code) {
  if ((await intake.get(at(code))).text.includes(`${at(code)}/viec/paid`)) await act(intake, code, 'paid', { number: 'BL 0000001' })
}

export async function signed({ intake, specialist, leader }, files = [['files', PDF]]) {
  const code = await receive(intake)
  await act(specialist, code, 'check_papers', { 'papers.giay_chung_sinh': 'original' })
  await act(specialist, code, 'forward', { note: 'Hồ sơ đủ' })
  await pay(intake, code)
  await act(leader, code, 'approve', { number: '12/2026' }, files)
  return code
}

// A day of the next weeks as pages write it.
export const tomorrow = (days = 1) => new Date(Date.now() + 7 * 3600e3 + days * 86400e3).toISOString().slice(0, 10).split('-').reverse().join('/')
