// Who acts for whom: declared, given, confirmed, refused, ended; a dossier handed in by a mandate, from the draft to the result.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, motcua } from '../lib/server.mjs'
import { BIRTH, HERE, PDF, act, addNeighbours, answers, at, draft, meetNeighbours, receive, tomorrow } from '../lib/parked.mjs'
import { PASSWORD } from '../lib/people.mjs'
import { ROOT, declare, say, tryDeclare, verify } from '../lib/mandates.mjs'
import { send } from '../lib/vault.mjs'

const AN = '001191000123', BINH = '001088000456', CHI = '001191000789', KHONG = '001191000999'
const NAMES = { [BINH]: 'Trần Văn Bình', [CHI]: 'Lê Thị Chi', [KHONG]: 'Phạm Văn Không' }
const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
let site, people, an, binh, chi, khong
before(async () => {
  site = await startSite({ people: folder => {
    addNeighbours(folder)
    for (const [number, name] of Object.entries(NAMES)) {
      const made = motcua(folder, ['user', 'add', '--login', number, '--name', name, '--citizen', '--password-stdin'], { input: `${PASSWORD}\n` })
      assert.equal(made.status, 0, made.stderr)
    }
    for (const number of [AN, BINH, CHI]) verify(folder, number)
  } })
  people = await meetNeighbours(site)
  an = people.citizen
  const enter = async login => {
    const client = site.client()
    assert.equal((await client.submit('/dang-nhap', { login, password: PASSWORD })).status, 303)
    return client
  }
  ;[binh, chi, khong] = await Promise.all([BINH, CHI, KHONG].map(enter))
})
after(() => site?.clean())

const WHO = { 'noi-nop': HERE, 'applicant.address': 'Số 12 phố Hàng Bài', 'applicant.phone': '0912345678' }
// The draft of who acts, with the mandate chosen: the answer of the page that asks for whom.
async function begin(citizen, mandate, fields = {}) {
  const { draft: id, panels } = await draft(citizen)
  const done = await citizen.submit(`/nop/${id}/nguoi-nop`, { ...WHO, 'nop-cho': 'nguoi-khac', 'uy-quyen': mandate.split('/').at(-1), ...fields },
    { action: `/nop/${id}/nguoi-nop` })
  return { id, panels, done }
}
async function whole(citizen, mandate) {
  const { id, panels, done } = await begin(citizen, mandate), of = part => `/nop/${id}/${part}`
  assert.equal(done.status, 303, words(done).slice(0, 800))
  for (const panel of panels) await citizen.submit(of(`to-khai/${panel}`), answers(BIRTH), { action: of(`to-khai/${panel}`) })
  await citizen.submit(of('giay-to'), {}, { action: of('giay-to'), files: [['tep', PDF]] })
  await citizen.submit(of('nhan-ket-qua'), { 'cach-nhan': 'tai-quay' }, { action: of('nhan-ket-qua') })
  return `/nop/${id}`
}
const file = async (citizen, mandate) => send(citizen, await whole(citizen, mandate))

test('an account whose number nobody checked neither sees nor declares', async () => {
  assert.match(words(await khong.get(ROOT)), /chưa được xác nhận/)
  assert.equal((await khong.get(`${ROOT}/khai?ai=toi-dai-dien`)).status, 303)
  const mine = await declare(an, { ten: NAMES[KHONG], 'so-dinh-danh': KHONG })
  assert.equal((await khong.get(mine)).status, 403)
  assert.doesNotMatch((await khong.get(ROOT)).text, new RegExp(mine))
})

test('declared with evidence, seen by both, confirmed by who is represented, ended at once', async () => {
  const mandate = await declare(an)
  assert.match(words(await an.get(ROOT)), /Trần Văn Bình .*Chưa xác nhận/)
  assert.match(words(await binh.get('/ho-so')), /muốn đại diện cho bạn/)
  assert.match(words(await binh.get(mandate)), /Nguyễn Thị Thử đại diện cho Trần Văn Bình/)
  assert.doesNotMatch((await binh.get(mandate)).text, new RegExp(AN))         // numbers are masked
  assert.equal((await an.get(`${mandate}/tep/1`)).status, 200)
  assert.equal((await chi.get(mandate)).status, 404)                           // a stranger's is not there
  assert.equal((await chi.get(`${mandate}/tep/1`)).status, 404)
  assert.equal((await say(binh, mandate, 'xac-nhan')).status, 303)
  assert.match(words(await an.get(mandate)), /Đang có hiệu lực/)
  assert.match(words(await binh.get(`${mandate}/cham-dut`)), /Chấm dứt quyền đại diện này\?/)
  assert.equal((await say(binh, mandate, 'cham-dut', { 'ly-do': 'Không cần nữa' })).status, 303)
  assert.match(words(await an.get(mandate)), /Đã chấm dứt.*Không cần nữa/)
})

test('forms that are refused', async () => {
  const refused = async (fields, want, who = an, ai, files) => {
    const r = await tryDeclare(who, fields, ai, files)
    assert.ok([400, 422].includes(r.status), `${JSON.stringify(fields)}: ${r.status}`)
    assert.match(words(r), want)
  }
  await refused({}, /đính kèm giấy tờ chứng minh/, an, 'toi-dai-dien', [])
  await refused({ 'so-dinh-danh': AN }, /đại diện cho chính mình/)
  await refused({ 'so-dinh-danh': '12' }, /12 chữ số/)
  await refused({ loai: 'to-chuc', 'ma-so-thue': '12' }, /Mã số thuế gồm 10 chữ số/)
  await refused({ 'pham-vi': 'linh-vuc', 'linh-vuc': 'KHONG-CO' }, /Không có lĩnh vực/)
  await refused({ 'pham-vi': 'thu-tuc' }, /Hãy chọn lĩnh vực, thủ tục/)
  await refused({ 'den-ngay': '01/01/2020' }, /Ngày cuối phải sau/)
  // An organisation that one does not represent names nobody.
  const none = await chi.get(`${ROOT}/khai?ai=cho-to-chuc`)
  assert.match(words(none), /chưa là người đại diện theo pháp luật của tổ chức nào/)
  assert.doesNotMatch(none.text, /name="ma-so-thue"/)
  const form = await chi.get(`${ROOT}/khai?ai=cho-toi`)
  const r = await chi.send(form, { ai: 'cho-to-chuc', 'ma-so-thue': '0109999999', ten: 'Trần Văn Bình', 'so-dinh-danh': BINH, 'pham-vi': 'tat-ca' }, { action: `${ROOT}/khai` })
  assert.equal(r.status, 403)
})

test('what is the other side\'s is not said by this one; an old screen is told so; forged ids lead nowhere', async () => {
  const mandate = await declare(an), form = await binh.get(mandate)
  const token = form.text.match(/name="_csrf" value="([^"]+)"/)[1], mine = (await an.get(ROOT + '/khai')).text.match(/name="_csrf" value="([^"]+)"/)[1]
  const post = (client, csrf, path, v = 1) => client.request('POST', path, { body: `_csrf=${csrf}&_idem=${Math.random()}&v=${v}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  assert.equal((await post(an, mine, `${mandate}/xac-nhan`)).status, 403)
  assert.equal((await post(an, mine, `${mandate}/tu-choi`)).status, 403)
  assert.equal((await post(binh, token, `${mandate}/xac-nhan`, 7)).status, 409)
  assert.equal((await post(binh, token, `${ROOT}/khongcotokennay/xac-nhan`)).status, 404)
  const strange = (await chi.get(ROOT + '/khai')).text.match(/name="_csrf" value="([^"]+)"/)[1]
  for (const what of ['xac-nhan', 'tu-choi', 'cham-dut']) assert.equal((await post(chi, strange, `${mandate}/${what}`)).status, 404)
  assert.equal((await say(binh, mandate, 'tu-choi', { 'ly-do': 'Tôi không ủy quyền' })).status, 303)
  assert.match(words(await an.get(mandate)), /Không được công nhận.*Tôi không ủy quyền/)
})

test('a draft offers what serves; ended, out of scope and another\'s do not', async () => {
  const good = await declare(an, { 'pham-vi': 'thu-tuc', 'thu-tuc': BIRTH }), other = await declare(an, { 'pham-vi': 'thu-tuc', 'thu-tuc': '1.001612' })
  const ended = await declare(an), strange = await declare(chi)
  await say(an, ended, 'cham-dut')
  const { id, done } = await begin(an, good)
  assert.equal(done.status, 303)
  const page = await an.get(`/nop/${id}/nguoi-nop`), token = m => m.split('/').at(-1)
  assert.match(page.text, new RegExp(`value="${token(good)}" selected`))
  for (const m of [other, ended, strange]) assert.doesNotMatch(page.text, new RegExp(token(m)))
  assert.match(page.text, /value="Trần Văn Bình"/)
  assert.equal((await begin(an, other)).done.status, 422)
  assert.equal((await begin(an, ended)).done.status, 422)
  assert.equal((await begin(an, strange)).done.status, 404)
  assert.equal((await begin(an, '/khongcotokennay')).done.status, 404)
})

test('a mandate that ends before the draft is sent does not serve', async () => {
  const mandate = await declare(an), path = await whole(an, mandate)
  await say(binh, mandate, 'cham-dut')
  const check = await an.get(`${path}/kiem-tra`), sent = await an.send(check, {}, { action: `${path}/gui` })
  assert.equal(sent.status, 422)
  assert.match(words(sent), /Quyền đại diện này đã chấm dứt/)
})

test('handed in: both see it, the officer checks, then accepts; ended, only the owner sees it and gets the result', async () => {
  const mandate = await declare(an), code = await file(an, mandate), { intake, specialist, leader } = people
  assert.equal((await an.get(`/ho-so/${code}`)).status, 200)
  assert.equal((await binh.get(`/ho-so/${code}`)).status, 200)
  assert.equal((await chi.get(`/ho-so/${code}`)).status, 404)
  assert.match((await binh.get('/ho-so')).text, new RegExp(code))
  assert.match(words(await intake.get(at(code))), /Quyền đại diện .*Chưa kiểm tra/)
  const early = await intake.submit(`${at(code)}/viec/accept`, {}, { action: `${at(code)}/viec/accept` })
  assert.equal(early.status, 409)
  assert.match(words(early), /Chưa kiểm tra căn cứ đại diện/)
  const page = `${at(code)}/dai-dien`
  assert.equal((await specialist.submit(page, {}, { action: page }).catch(() => ({ status: 'no form' }))).status, 'no form')
  assert.equal((await people.neighbour.get(page)).status, 404)
  assert.equal((await intake.get(`${page}/tep/1`)).status, 200)
  assert.equal((await intake.submit(page, { 'ket-qua': 'khong' }, { action: page })).status, 422)
  assert.equal((await intake.submit(page, { 'ket-qua': 'dung' }, { action: page })).status, 303)
  assert.match(words(await an.get(mandate)), /Cán bộ/)
  await act(intake, code, 'accept')

  assert.equal((await say(binh, mandate, 'cham-dut')).status, 303)
  assert.equal((await an.get(`/ho-so/${code}`)).status, 404)
  assert.doesNotMatch((await an.get('/ho-so')).text, new RegExp(code))
  assert.equal((await binh.get(`/ho-so/${code}`)).status, 200)
  assert.match(words(await intake.get(page)), /không còn hiệu lực/)
  await act(specialist, code, 'claim')
  await act(specialist, code, 'forward')
  await act(leader, code, 'approve', { number: '12/KS', note: 'Đồng ý' })
  const to = fields => intake.submit(`${at(code)}/viec/hand_over`, { to_paper: 'Căn cước', ...fields }, { action: `${at(code)}/viec/hand_over` })
  const kind = await to({ to_name: 'Nguyễn Thị Thử', to_number: AN })
  assert.equal(kind.status, 422)
  assert.match(words(kind), /không còn hiệu lực. Hãy trao kết quả cho chủ hồ sơ/)
  assert.equal((await to({ to_name: NAMES[BINH], to_number: BINH })).status, 303)
})

test('refused at the intake, with the reason: the dossier is not accepted, who acts sees it no more', async () => {
  const mandate = await declare(an), code = await file(an, mandate), page = `${at(code)}/dai-dien`
  assert.equal((await people.intake.submit(page, { 'ket-qua': 'khong', 'ly-do': 'Giấy không có chữ ký' }, { action: page })).status, 303)
  const accept = await people.intake.submit(`${at(code)}/viec/accept`, {}, { action: `${at(code)}/viec/accept` })
  assert.equal(accept.status, 409)
  assert.match(words(await an.get(mandate)), /Giấy không có chữ ký/)
  assert.equal((await an.get(`/ho-so/${code}`)).status, 404)
  assert.equal((await begin(an, mandate)).done.status, 422)
})

test('at the counter the officer records what was shown', async () => {
  const owner = { whom: 'person', 'owner.name': NAMES[BINH], 'owner.personal_number': BINH, 'representative.basis': 'Giấy ủy quyền', 'representative.basis_number': '15/2026' }
  const code = await receive(people.intake, BIRTH, { ...owner, 'mandate.kind': 'uy-quyen', 'mandate.ends': tomorrow(30) })
  const page = words(await people.intake.get(`${at(code)}/dai-dien`))
  assert.match(page, /Đang có hiệu lực.*Giấy tờ cán bộ đã xem tại quầy: 15\/2026/)
  assert.match(page, new RegExp(code))
  assert.equal((await an.get(`/ho-so/${code}`)).status, 200)
  const list = await binh.get(ROOT), mandate = [...list.text.matchAll(/\/tai-khoan\/dai-dien\/[\w-]{20,}/g)][0][0]
  assert.equal((await say(binh, mandate, 'cham-dut')).status, 303)
  assert.equal((await an.get(`/ho-so/${code}`)).status, 404)
  assert.equal((await binh.get(`/ho-so/${code}`)).status, 200)
})

test('given by who is represented it holds at once; the journal of administration tells no number', async () => {
  const given = await declare(binh, { ten: 'Lê Thị Chi', 'so-dinh-danh': CHI, 'pham-vi': 'linh-vuc', 'linh-vuc': 'G15-TP07' }, 'cho-toi').catch(e => e)
  const whole = typeof given === 'string' ? given : await declare(binh, { ten: 'Lê Thị Chi', 'so-dinh-danh': CHI }, 'cho-toi')
  assert.match(words(await chi.get(whole)), /Đang có hiệu lực/)
  assert.equal((await say(chi, whole, 'cham-dut')).status, 303)
  assert.match(words(await binh.get(whole)), /Đã chấm dứt/)
})
