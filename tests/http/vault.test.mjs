// The personal vault: what a first dossier hands in is not asked for again; who sees it; links, reports, what is wrong leaves.
import test, { before, after } from 'node:test'
import { randomUUID } from 'node:crypto'
import assert from 'node:assert/strict'
import { sql } from '../lib/engine.mjs'
import { sealedIs } from '../lib/numbers.mjs'
import { startSite } from '../lib/server.mjs'
import { PDF, act, addNeighbours, at, draft, meetNeighbours, receive } from '../lib/parked.mjs'
import { ALLOWANCE, DISABILITY, NUMBER, attach, filled, first, declared, newest, send, share } from '../lib/vault.mjs'

let site, people, code
before(async () => {
  site = await startSite({ people: addNeighbours })
  people = await meetNeighbours(site)
  code = await first(people)
})
after(() => site.clean())
const key = () => ({ headers: { 'idempotency-key': randomUUID() } })
// "a.0.b": 1 -> { a: [{ b: 1 }] }: the API takes answers as they are kept; what no condition asks for is left out.
function nested(flat) {
  const out = {}
  for (const [key, value] of Object.entries(flat)) {
    const path = key.split('.')
    path.slice(0, -1).reduce((at, k, i) => (at[k] ??= /^\d+$/.test(path[i + 1]) ? [] : {}), out)[path.at(-1)] = value === 'true' ? true : value
  }
  return out
}
const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

test('an accepted paper is in the vault with number, dossier and officer', async () => {
  const list = await people.citizen.get('/kho-giay-to'), item = await people.citizen.get(await newest(people.citizen))
  assert.match(words(list), new RegExp(`Giấy xác nhận khuyết tật số ${NUMBER}`))
  assert.match(words(item), new RegExp(`trong hồ sơ ${code}`))
  assert.match(words(item), /Trần Văn Thử/)
  assert.match(words(item), /Bản do người dân tải lên/)
  const file = await people.citizen.get(`${await newest(people.citizen)}/tep/1`)
  assert.equal(file.status, 200)
  assert.match((await people.citizen.get(`${await newest(people.citizen)}/in`)).text, new RegExp(NUMBER))
})

test('the list is filtered and sorted in the address', async () => {
  const get = async q => words(await people.citizen.get('/kho-giay-to' + q))
  assert.match(await get('?loai=khuyet_tat&tinh-trang=in-force&sort=-han'), new RegExp(NUMBER))
  assert.doesNotMatch(await get('?tinh-trang=expired'), new RegExp(NUMBER))
  assert.equal((await people.citizen.get('/kho-giay-to?sort=x')).status, 400)
})

test('the second dossier is asked for nothing again, and says so to both sides', async () => {
  const path = await filled(people.citizen), papers = await people.citizen.get(`${path}/giay-to`)
  assert.match(words(papers), new RegExp(`Thành phố đã có: Giấy xác nhận khuyết tật số ${NUMBER}.*bạn không phải nộp lại`))
  const second = await send(people.citizen, path)
  assert.match(words(await people.intake.get(at(second))), new RegExp(NUMBER))
  await act(people.intake, second, 'accept')
  assert.match(words(await people.citizen.get(await newest(people.citizen))), new RegExp(`Dùng trong hồ sơ ${second}`))
})

test('a fact that is held fills the form, and says where it is from', async () => {
  const { draft: id } = await draft(people.citizen, '1.001653')
  const panel = await people.citizen.get(`/nop/${id}/to-khai/giay_cu`)
  assert.match(panel.text, new RegExp(`name="gxn_so"[^>]*value="${NUMBER}"|value="${NUMBER}"[^>]*name="gxn_so"`))
  assert.match(words(panel), new RegExp(`Lấy từ giấy tờ thành phố đã có: Giấy xác nhận khuyết tật số ${NUMBER}`))
})

test('an officer sees a held paper through a dossier in reach only, and the holder sees that', async () => {
  const path = await filled(people.citizen), used = await send(people.citizen, path), held = `${at(used)}/giay-to-da-co/${DISABILITY}`
  const dossier = await people.intake.get(at(used))
  assert.ok(dossier.text.includes(`href="${held}"`))
  assert.match(words(await people.intake.get(held)), /Thành phố đã có, dùng trong hồ sơ/)
  assert.equal((await people.intake.get(`${held}/tep/1`)).status, 200)
  assert.equal((await people.intake.get(`${at(code)}/giay-to-da-co/${DISABILITY}`)).status, 404, 'that dossier brought it itself')
  assert.equal((await people.neighbour.get(held)).status, 404, 'not in reach')
  assert.equal((await people.citizen.get(held)).status, 403)
  assert.match(words(await people.citizen.get(await newest(people.citizen))), /Trần Văn Thử: xem trong hồ sơ của bạn/)
  await act(people.intake, used, 'accept')
  assert.match(words(await people.intake.get(at(used))), /Cơ quan nhà nước đã có/)
})

test('at the counter the officer is told what need not be asked for', async () => {
  const land = { house: '1.013229', build: '1.013225' }, number = 'CS 01234/2020'
  const brought = await receive(people.intake, land.house, { so_gcn: number })             // shown there as an original
  const path = `/can-bo/tiep-nhan/${land.build}`, page = await people.intake.open(`${path}?so=001191000123`)
  assert.match(words(page), new RegExp(`Thành phố đã có: Giấy chứng nhận quyền sử dụng đất[^.]*số ${number}[^.]*trong hồ sơ`))
  assert.match(page.text, /name="papers.giay_to_dat"[^]*?value="held" selected/)
  const got = await receive(people.intake, land.build, { 'papers.giay_to_dat': 'held' })
  const held = await people.intake.get(`${at(got)}/giay-to-da-co/giay_to_dat`)
  assert.match(words(held), new RegExp(`${number}.*${brought}.*Cán bộ đã đối chiếu bản chính`))
  assert.doesNotMatch(words(await people.intake.open(`${path}?so=001199000009`)), /không yêu cầu nộp lại/)
})

test('another paper may be handed in instead', async () => {
  const path = await filled(people.citizen), page = await people.citizen.get(`${path}/giay-to`)
  const other = await people.citizen.send(page, { 'giay-to': DISABILITY, dung: '' }, { action: `${path}/giay-to-da-co` })
  assert.equal(other.status, 303)
  assert.match(words(await people.citizen.get(`${path}/giay-to`)), /Dùng giấy tờ này/)
  assert.ok(!(await people.citizen.get(`${path}/kiem-tra`)).text.includes('/gui"'), 'declined and nothing attached: it cannot be sent')
  await attach(people.citizen, path)
  await send(people.citizen, path)
})

test('nobody else sees it', async () => {
  const path = await newest(people.citizen), stranger = site.client()
  await stranger.submit('/dang-ky', { 'ho-ten': 'Lê Văn Lạ', 'so-dinh-danh': '001199000009', 'dien-thoai': '0912000999', email: '',
    password: 'hoa sen nở sớm 7', password2: 'hoa sen nở sớm 7', 'dong-y': '1' })
  for (const p of [path, `${path}/tep/1`, `${path}/in`]) {
    assert.equal((await stranger.get(p)).status, 404, p)
    assert.equal((await people.guest.get(p)).status, 303, p)
    assert.equal((await people.intake.get(p)).status, 403, p)
  }
  const draft = await filled(stranger)
  assert.doesNotMatch(words(await stranger.get(`${draft}/giay-to`)), /Thành phố đã có/)
})

test('a link shows one paper until it is revoked, and each opening is logged', async () => {
  const path = await newest(people.citizen), { made, token, path: link } = await share(people.citizen, path)
  assert.equal(made.status, 200)
  assert.ok(token)
  assert.ok(!(await people.citizen.get(path)).text.includes(token), 'shown once')
  const offered = await people.guest.get(link)
  assert.equal(offered.status, 200)
  assert.ok(!offered.text.includes(NUMBER), 'a preview of the link shows nothing of it')
  assert.equal((await people.guest.get(`${link}/tep/1`)).status, 303, 'nothing is seen before it is opened')
  const seen = await people.guest.send(offered, {}, { action: link })
  assert.equal(seen.status, 200)
  assert.match(words(seen), new RegExp(NUMBER))
  assert.match(words(seen), /Nộp cho trường của con/)
  assert.doesNotMatch(seen.text, /001191000123/)
  assert.equal((await people.guest.get(`${link}/tep/1`)).status, 200)
  const item = await people.citizen.get(path)
  assert.match(words(item), /1 lần/)
  assert.match(words(item), /Người có liên kết chia sẻ: mở liên kết/)
  const ref = item.text.match(/name="lien-ket" value="([^"]+)"/)[1]
  assert.equal((await people.citizen.send(item, { 'lien-ket': ref }, { action: `${path}/thu-hoi` })).status, 303)
  for (const p of [link, `${link}/tep/1`, '/chia-se/khongcolienketnay']) assert.equal((await people.guest.get(p)).status, 404, p)
  assert.equal((await share(people.citizen, path, { 'so-ngay': '91' })).made.status, 422)
  assert.equal((await share(people.citizen, path, { 'muc-dich': '' })).made.status, 422)
})

test('who types another’s number puts nothing under it, and ends nothing there', async () => {
  const mine = () => sql(site.folder, `SELECT id FROM vault_item WHERE state = 1 AND ${sealedIs(site.folder, 'vault_item.holder', '001191000123')} ORDER BY id`)
  const before = mine(), stranger = site.client()
  assert.ok(before)
  const done = await stranger.submit('/dang-ky', { 'ho-ten': 'Lê Văn Lạ', 'so-dinh-danh': '001090000077', 'dien-thoai': '0912000999', email: '', password: 'hoa sen nở sớm 7', password2: 'hoa sen nở sớm 7', 'dong-y': '1' })
  assert.equal(done.status, 303, words(done).slice(0, 900))
  const path = await filled(stranger, ALLOWANCE, { ...declared, kt_gxn: '666/GIA' }, { 'applicant.personal_number': '001191000123', 'applicant.name': 'Nguyễn Thị Thử' })
  await attach(stranger, path, DISABILITY, { ...PDF, content: Buffer.concat([PDF.content, Buffer.from('% giả')]) })
  await act(people.intake, await send(stranger, path), 'accept', { [`papers.${DISABILITY}`]: 'electronic' })
  assert.equal(mine(), before)
  assert.doesNotMatch(words(await people.citizen.get('/kho-giay-to')), /666\/GIA/)
  assert.match(words(await stranger.get('/kho-giay-to')), /666\/GIA/)
})

test('a link of an account that is closed shows nothing', async () => {
  const { path: link } = await share(people.citizen, await newest(people.citizen)), status = async () => (await people.guest.get(link)).status
  const active = on => sql(site.folder, `UPDATE account SET active = ${on} WHERE kind = 1`)
  assert.equal(await status(), 200)
  active(0)
  assert.equal(await status(), 404, 'nobody could revoke it any more')
  active(1)
  assert.equal(await status(), 200)
})

test('the agency’s page and the figures count what was used and what was handed in again', async () => {
  for (const path of ['/co-quan/H26.X.00070', '/thong-ke', '/thong-ke?co-quan=H26.X.00070']) {
    const page = words(await site.client().get(path))
    assert.match(page, /Giấy tờ không phải nộp lại/, path)
    assert.match(page, /75,0% hồ sơ không phải nộp lại giấy tờ nào/, path)
    assert.match(page, /3\/4 \(75,0%\)/, path)
  }
  assert.doesNotMatch(words(await people.guest.get('/co-quan/H26.X.00004')), /không phải nộp lại giấy tờ nào/)
})

test('papers declared held over the API are kept, and unknown ones refused', async () => {
  const api = people['writing token'], answers = nested(declared)
  const body = { procedure: ALLOWANCE, agency: 'H26.X.00070', channel: 'online', answers,
    parties: [{ role: 'applicant', kind: 'person', name: 'Nguyễn Thị Thử', personal_number: '001191000123', phone: '0912345678', address: 'Số 12 phố Hàng Bài' }],
    papers: [{ paper: DISABILITY, form: 'held' }] }
  const made = await api.postJson('/api/v1/dossiers', body, key())
  assert.equal(made.status, 201, made.text)
  const doc = JSON.parse((await api.get(`/api/v1/dossiers/${JSON.parse(made.text).code}`)).text)
  assert.equal(doc.papers.find(p => p.paper === DISABILITY)?.form, 'held', JSON.stringify(doc.papers))
  const wrong = await api.postJson('/api/v1/dossiers', { ...body, papers: [{ paper: 'khong_co', form: 'held' }] }, key())
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /papers\.khong_co/)
})

test('what is wrong is reported, corrected by the agency, and seen by both', async () => {
  const path = await newest(people.citizen)
  const sent = await people.citizen.send(await people.citizen.get(path), { 'noi-dung': 'Số đúng là 78/UBND-GXN' }, { action: `${path}/bao-sai` })
  assert.equal(sent.status, 303)
  assert.match(words(await people.citizen.get(path)), /Đang chờ cơ quan/)
  const list = await people.intake.get('/can-bo/bao-sai')
  assert.match(words(list), /Số đúng là 78/)
  assert.doesNotMatch(words(await people.neighbour.get('/can-bo/bao-sai')), /Số đúng là 78/)
  assert.equal((await people.intake.send(list, { viec: 'sua', 'tra-loi': '' }, { action: '/can-bo/bao-sai' })).status, 422)
  const done = await people.intake.send(list, { viec: 'sua', so: '78/UBND-GXN', 'tra-loi': 'Đã sửa số' }, { action: '/can-bo/bao-sai' })
  assert.equal(done.status, 303, words(done).slice(0, 600))
  assert.match(words(await people.citizen.get(path)), /78\/UBND-GXN.*Đã sửa số/)
})

test('a paper that its dossier turns out to have wrong leaves, and is asked for again', async () => {
  await act(people.specialist, code, 'supplement', { [`d.paper.${DISABILITY}`]: '1', [`d.paper.${DISABILITY}.reason`]: 'wrong_form', [`d.paper.${DISABILITY}.text`]: 'Giấy không đọc được' })
  assert.match(words(await people.citizen.get('/kho-giay-to?tinh-trang=corrected')), /Giấy xác nhận khuyết tật/)
  const path = await filled(people.citizen)
  assert.doesNotMatch(words(await people.citizen.get(`${path}/giay-to`)), /Thành phố đã có/)
})

test('handed in for another: the own upload stays seen, what an officer scanned in its place is that person’s', async () => {
  const number = '001185004567', has = async () => /90\/UBND-GXN/.test(words(await people.citizen.get('/kho-giay-to?tinh-trang=in-force')))
  const path = await filled(people.citizen, ALLOWANCE, { ...declared, kt_gxn: '90/UBND-GXN' }, { 'nop-cho': 'nguoi-khac', 'owner.name': 'Trần Thị Khác', 'owner.personal_number': number, 'representative.basis': 'Giấy ủy quyền' })
  await attach(people.citizen, path)
  const handed = await send(people.citizen, path)
  await act(people.intake, handed, 'accept', { [`papers.${DISABILITY}`]: 'electronic' })
  assert.ok(await has(), 'who handed it in may see it again')
  await act(people.specialist, handed, 'supplement', { [`d.paper.${DISABILITY}`]: '1', [`d.paper.${DISABILITY}.reason`]: 'wrong_form', [`d.paper.${DISABILITY}.text`]: 'Giấy không đọc được' })
  const scanned = { ...PDF, content: Buffer.concat([PDF.content, Buffer.from('% quét từ bản chính')]) }
  await act(people.intake, handed, 'answer_supplement', { [`papers.${DISABILITY}`]: 'original' }, [[`tep.${DISABILITY}`, scanned]])
  assert.equal(sql(site.folder, `SELECT v.account FROM vault_item v JOIN dossier d ON d.id = v.dossier WHERE d.code = '${handed}' AND v.state = 1`).trim(), '0')
  assert.ok(!await has(), 'an officer’s scan of another’s paper is not theirs')
})
