// The statutory forms: PDF in one click, numbered once and without a gap, for those who may see the dossier.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, motcua } from '../lib/server.mjs'
import { BIRTH, act, addNeighbours, apply, at, meetNeighbours, park, receive } from '../lib/parked.mjs'
import { form, pdfPages, pdfText, pdfWhole } from '../lib/pdf.mjs'

let site, people, parked
before(async () => {
  site = await startSite({ people: addNeighbours })
  people = await meetNeighbours(site)
  parked = await park(people)
})
after(() => site.clean())

const numberOf = text => Number(text.match(/Số: (\d+)\/[A-Z]+/)[1])

test('a receipt has two copies, a number, and says the same when it is printed again', async () => {
  const path = `${at(parked.returned)}/in/01`, first = await people.intake.get(path)
  assert.equal(first.status, 303, 'its number is taken')
  assert.equal(first.location, `${path}?lan=1`)
  const paper = await form(people.intake, path), text = pdfText(paper.bytes)
  assert.ok(paper.headers['content-disposition'].includes(`mau-01-${parked.returned}.pdf`))
  assert.equal(pdfPages(paper.bytes), 2)
  for (const say of ['Liên 1: Giao người nộp hồ sơ', 'Liên 2: Lưu tại nơi tiếp nhận hồ sơ', 'HẸN TRẢ KẾT QUẢ', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
    'Độc lập - Tự do - Hạnh phúc', `Mã hồ sơ: ${parked.returned}`, 'Nguyễn Thị Thử', 'Đăng ký khai sinh', 'Giấy chứng sinh', 'UBND PHƯỜNG HOÀN KIẾM', 'Thông tư 03/2025/TT-VPCP'])
    assert.ok(text.includes(say), `${say}: ${text}`)
  pdfWhole(paper.bytes)
  const again = await people.intake.get(path)
  assert.equal(again.status, 200, 'no number is taken twice')
  assert.equal(numberOf(pdfText(again.bytes)), numberOf(text))
})

test('each form of a dossier is a whole PDF of its own title', async () => {
  const titles = [[parked.supplement, '02', /BỔ SUNG, HOÀN THIỆN HỒ SƠ/, /\/HDHS/], [parked.refused, '03', /TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT/, /\/TCTN/],
    [parked.stopped, '05', /DỪNG GIẢI QUYẾT HỒ SƠ/, /\/TBD/], [parked.returned, '06', /KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT/, /Người giao/]]
  for (const [code, number, title, more] of titles) {
    const paper = await form(people.intake, `${at(code)}/in/${number}`), text = pdfText(paper.bytes)
    assert.match(text, title)
    assert.match(text, more)
    pdfWhole(paper.bytes)
  }
  for (const [code, number] of [[parked.received, '02'], [parked.received, '04'], [parked.received, '08'], [parked.recorded, '01']])
    assert.equal((await people.intake.get(`${at(code)}/in/${number}`)).status, 404, number)
})

test('what is missing is a table of papers, and a request that was answered can be printed again', async () => {
  const code = await receive(people.intake, BIRTH)
  await act(people.specialist, code, 'supplement', { 'd.paper.giay_chung_sinh': '1', 'd.paper.giay_chung_sinh.reason': 'wrong_form', 'd.paper.giay_chung_sinh.text': 'Bản mờ' })
  const text = pdfText((await form(people.intake, `${at(code)}/in/02`)).bytes)
  for (const say of ['Thành phần hồ sơ', 'chứng thực', 'Bản mờ', '1. Giấy chứng sinh']) assert.ok(text.includes(say), `${say}: ${text}`)
  const first = pdfText((await form(people.intake, `${at(parked.proposed)}/in/02?lan=1`)).bytes)
  assert.match(first, /Ghi rõ quê quán/)
  assert.equal((await people.intake.get(`${at(code)}/in/02?lan=7`)).status, 404)
})

test('many printers at once: one number a dossier, no gap between dossiers', async () => {
  const codes = []
  for (let i = 0; i < 6; i++) codes.push(await receive(people.intake))
  const seen = await Promise.all(codes.flatMap(code => [1, 2, 3, 4].map(async i => {
    const who = i % 2 ? people.intake : people.leader
    return [code, numberOf(pdfText((await form(who, `${at(code)}/in/01`)).bytes))]
  })))
  const given = new Map()
  for (const [code, n] of seen) {
    assert.ok(!given.has(code) || given.get(code) === n, `${code}: ${given.get(code)} and ${n}`)
    given.set(code, n)
  }
  const sorted = [...given.values()].sort((a, b) => a - b)
  assert.deepEqual(sorted, codes.map((_, i) => sorted[0] + i))
})

test('a corrected receipt names the one that it replaces, which is void', async () => {
  const code = await receive(people.intake), path = `${at(code)}/in/01`
  const old = numberOf(pdfText((await form(people.intake, path)).bytes))
  await act(people.intake, code, 'correct', { note: 'Sai địa chỉ', 'applicant.address': 'Số 20 phố Tràng Tiền' })
  const text = pdfText((await form(people.intake, path)).bytes)
  assert.notEqual(numberOf(text), old)
  assert.match(text, new RegExp(`Thay thế giấy tiếp nhận số 0?${old}/TNHS`))
  const before = pdfText((await form(people.intake, `${path}?lan=1`)).bytes)
  assert.equal(numberOf(before), old)
})

test('the citizen prints her receipt; others, and the inner slip, are not hers', async () => {
  const code = await apply(people)
  await act(people.intake, code, 'accept')
  const page = await people.citizen.get(`/ho-so/${code}`)
  assert.match(page.text, new RegExp(`href="/ho-so/${code}/in/01" target="_blank"`))
  assert.ok(pdfText((await form(people.citizen, `/ho-so/${code}/in/01`)).bytes).includes(code))
  assert.equal((await people.citizen.get(`/ho-so/${parked.returned}/in/06`)).status, 404)
  assert.equal((await people.guest.get(`${at(parked.returned)}/in/01`)).status, 303)
  assert.equal((await people.neighbour.get(`${at(parked.received)}/in/01`)).status, 404)
})

test('the register is landscape, over pages, and of the days that are asked for', async () => {
  const page = await people.intake.get('/can-bo/so-theo-doi')
  assert.match(page.text, /Lập sổ để in/)
  const paper = await form(people.intake, '/can-bo/so-theo-doi/in'), text = pdfText(paper.bytes)
  for (const say of ['SỔ THEO DÕI HỒ SƠ', parked.received, parked.refused, 'Số 12 phố Hàng Bài', 'Tổng cộng']) assert.equal(text.includes(say), say !== parked.refused, say)
  assert.ok(pdfPages(paper.bytes) >= 2)
  pdfWhole(paper.bytes)
  assert.match(pdfText((await form(people.intake, '/can-bo/so-theo-doi/in?tu-ngay=2020-01-01&den-ngay=2020-02-01')).bytes), /Thông tư 01\/2018\/TT-VPCP.*Tổng cộng 0 hồ sơ/s)
  for (const bad of ['tu-ngay=2020-01-01&den-ngay=2026-01-01', 'tu-ngay=2026-02-01&den-ngay=2026-01-01', 'tu-ngay=x'])
    assert.equal((await people.intake.get(`/can-bo/so-theo-doi/in?${bad}`)).status, 400, bad)
  assert.equal((await people.intake.get('/can-bo/so-theo-doi/in?co-quan=khong-co')).status, 404)
})

test('who printed what and when is in the log of accesses, and the numbers agree', async () => {
  await form(people.leader, `${at(parked.returned)}/in/01`)
  const log = await people.auditor.get(`/quan-tri/nhat-ky?ho-so=${parked.returned}`)
  assert.match(log.text, /print of form 01 \(1\)/)
  const check = motcua(site.folder, ['check', '--deep'])
  assert.equal(check.status, 0, check.stdout + check.stderr)
})
