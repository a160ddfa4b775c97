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
  const done = await people.thuha.send(page, { ...FULL, ...fields, _viec: work }, { action: `/can-bo/tiep-nhan/${BIRTH}`, files })
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
  const done = await people.thuha.send(page, { ...FULL, 'applicant.personal_number': '12', 'papers.giay_chung_sinh': 'missing', _viec: 'receive' },
    { action: `/can-bo/tiep-nhan/${BIRTH}`, files: [] })
  assert.equal(done.status, 422)
  assert.match(done.text, /href="#f-applicant\.personal_number"/)
  assert.match(done.text, /href="#f-papers\.giay_chung_sinh"/)
  assert.match(done.text, /value="TRẦN NGUYỄN MINH AN"/)
})

test('the main job: claim, forward, sign, hand over; every step on the timeline', async () => {
  const { code } = await receive()
  await did('minhduc', code, 'claim')
  await did('minhduc', code, 'check_papers', { 'papers.giay_chung_sinh': 'original' })
  await did('minhduc', code, 'forward', { note: 'Hồ sơ đủ' })
  await did('thuha', code, 'paid', { number: 'BL 0000001' })
  await did('hoa', code, 'approve', { number: '12/2026', signer: 'Phạm Thị Hoa' }, [['files', PNG]])
  const refused = await act('thuha', code, 'hand_over', { to_name: 'Nguyễn Thị Thu Hà', to_number: '', delivery: 'desk' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /href="#f-to_number"/)
  await did('thuha', code, 'hand_over', { to_name: 'Nguyễn Thị Thu Hà', to_number: '001191900123', to_paper: 'thẻ căn cước', delivery: 'desk' })
  const show = await people.thuha.get(at(code)), all = text(show.text)
  for (const line of ['Đã trả kết quả', 'Đã ký duyệt kết quả', 'Đã chuyển sang bước tiếp theo', 'Đã nhận xử lý', 'Đã tiếp nhận hồ sơ'])
    assert.ok(all.includes(line), line)
  const file = show.text.match(new RegExp(`${at(code)}/tep/(\\d+)`))[0]
  const got = await people.hoa.get(file)
  assert.equal(got.headers['content-type'], 'image/png')
  assert.equal((await people.nam.get(file)).status, 404)
})

test('incomplete papers: recorded, asked for once with all defects, completed, accepted', async () => {
  const { code, page } = await receive({ 'papers.giay_chung_sinh': 'missing' }, 'record')
  assert.match(page.text, /viec\/supplement/)
  const form = await people.thuha.get(`${at(code)}/viec/supplement`)
  assert.match(form.text, /name="d\.paper\.giay_chung_sinh" value="1" checked/)
  const none = await act('thuha', code, 'supplement', { 'd.paper.giay_chung_sinh': undefined })
  assert.equal(none.status, 422)
  await did('thuha', code, 'supplement', { 'd.field.so_chung_sinh': '1', 'd.field.so_chung_sinh.reason': 'mismatch', 'd.field.so_chung_sinh.text': 'Ghi đúng số trên giấy chứng sinh' })
  const show = text((await people.thuha.get(at(code))).text)
  assert.match(show, /Yêu cầu bổ sung giấy tờ/)
  assert.match(show, /Ghi đúng số trên giấy chứng sinh/)
  assert.equal((await act('thuha', code, 'answer_supplement', {})).status, 422)
  await did('thuha', code, 'answer_supplement', { 'papers.giay_chung_sinh': 'original', so_chung_sinh: '4321' }, [['tep.giay_chung_sinh', PNG]])
  await did('thuha', code, 'accept', { 'papers.giay_chung_sinh': 'original' })
  assert.match(text((await people.thuha.get(at(code))).text), /Được tiếp nhận/)
})

test('a second request waits for the leader, who agrees or not', async () => {
  const { code } = await receive()
  const ask = { 'd.field.que_quan': '1', 'd.field.que_quan.reason': 'wrong_form', 'd.field.que_quan.text': 'Ghi rõ quê quán' }
  await did('minhduc', code, 'claim')
  await did('minhduc', code, 'supplement', ask)
  await did('thuha', code, 'answer_supplement', { note: 'Đã ghi đúng theo giấy khai sinh của cha' })
  await did('minhduc', code, 'supplement', ask)
  assert.match(text((await people.minhduc.get(at(code))).text), /Chờ lãnh đạo duyệt/)
  assert.equal((await act('minhduc', code, 'supplement', ask).catch(e => ({ status: e.message }))).status.toString().includes('no form'), true)
  assert.equal((await act('hoa', code, 'supplement_deny', { note: '' })).status, 422)
  await did('hoa', code, 'supplement_deny', { note: 'Thông tin đã đủ' })
  await did('minhduc', code, 'supplement', ask)
  assert.match((await people.hoa.get(`${at(code)}/viec/supplement_agree`)).text, /Ghi rõ quê quán/)
  await did('hoa', code, 'supplement_agree')
  assert.match(text((await people.minhduc.get(at(code))).text), /Yêu cầu bổ sung giấy tờ/)
})

test('refusing at intake needs a ground, and ends the dossier', async () => {
  const { code } = await receive({ 'papers.giay_chung_sinh': 'missing' }, 'record')
  const bare = await act('thuha', code, 'refuse_intake', { ground: '', reason: 'not_competent' })
  assert.equal(bare.status, 422)
  assert.match(bare.text, /href="#f-ground"/)
  await did('thuha', code, 'refuse_intake', { ground: 'Điều 17 Nghị định 118/2025/NĐ-CP', reason: 'not_competent', note: 'Hãy nộp tại nơi cư trú' })
  const show = text((await people.thuha.get(at(code))).text)
  assert.match(show, /Không được tiếp nhận/)
  assert.match(show, /Không thuộc thẩm quyền giải quyết của cơ quan\. Hãy nộp tại nơi cư trú/)
  assert.equal((await people.thuha.get(`${at(code)}/viec/accept`)).text.includes('Hiện không làm được việc này'), true)
})

test('refusal on the merits, return of a step, reopening', async () => {
  const { code } = await receive()
  await did('minhduc', code, 'forward')
  await did('hoa', code, 'return', { note: 'Xem lại họ tên' })
  await did('minhduc', code, 'forward')
  await did('hoa', code, 'refuse', { reason: 'not_eligible', ground: 'Điều 13 Luật Hộ tịch' })
  assert.match(text((await people.hoa.get(at(code))).text), /Đã từ chối giải quyết/)
  await did('hoa', code, 'reopen', { note: 'Căn cứ ghi sai' })
  assert.match(text((await people.hoa.get(at(code))).text), /Đang xử lý/)
})

test('stop, withdrawal granted and denied, pause and resume, fiscal obligation', async () => {
  const a = (await receive()).code, b = (await receive()).code, k = (await receive()).code
  await did('hoa', a, 'stop', { reason: 'duplicate', ground: 'Điều 20 Nghị định 118/2025/NĐ-CP' })
  assert.match(text((await people.hoa.get(at(a))).text), /Dừng xử lý/)
  await did('thuha', b, 'withdraw', { note: 'Nộp nhầm nơi' })
  await did('hoa', b, 'withdraw_deny', { note: 'Đã làm xong, mời nhận kết quả' })
  await did('thuha', b, 'withdraw', { note: 'Vẫn muốn rút' })
  await did('hoa', b, 'withdraw_grant')
  assert.match(text((await people.hoa.get(at(b))).text), /Dừng xử lý/)
  await did('minhduc', k, 'pause', { pause: 'publicity', number: '12/TB-UBND', note: 'Niêm yết 7 ngày' })
  assert.match(text((await people.minhduc.get(at(k))).text), /Đang tạm dừng/)
  await did('minhduc', k, 'resume')
  const wrong = await act('minhduc', k, 'fiscal', { amount: '0', note: 'Lệ phí' })
  assert.equal(wrong.status, 422)
  await did('minhduc', k, 'fiscal', { amount: '50.000', number: 'TB 7', note: 'Lệ phí bổ sung', moment: '30/11/2026' })
  assert.match(text((await people.minhduc.get(at(k))).text), /50\.000 đ/)
  await did('thuha', k, 'paid', { number: 'BL 9' })
  assert.match(text((await people.minhduc.get(at(k))).text), /Đang xử lý/)
})

test('another agency is asked, takes the question and answers; nobody else sees the dossier', async () => {
  const { code } = await receive()
  assert.equal((await people.lan.get(at(code))).status, 404)
  assert.equal((await people.nam.get(`${at(code)}/viec/claim`)).status, 404)
  await did('minhduc', code, 'consult', { to_unit: ELSEWHERE, note: 'Cha mẹ có đăng ký kết hôn ở đó không?', moment: '25/11/2026' })
  const page = await people.lan.get(at(code))
  assert.equal(page.status, 200)
  assert.match((await people.lan.get(`${at(code)}/viec/opinion`)).text, /đăng ký kết hôn ở đó không/)
  await did('lan', code, 'opinion', { note: 'Có, số 45/2019' }, [['files', PNG]])
  assert.match(text((await people.minhduc.get(at(code))).text), /Có, số 45\/2019/)
})

test('an officer with an old screen gets 409 with what changed, keeps what was typed, and can go on', async () => {
  const { code } = await receive()
  const page = await people.minhduc.get(`${at(code)}/viec/forward`)
  await did('thuha', code, 'correct', { note: 'Sửa số điện thoại', 'applicant.phone': '0987654321' })
  const late = await people.minhduc.send(page, { note: 'Ghi chú của tôi' }, { action: `${at(code)}/viec/forward` })
  assert.equal(late.status, 409)
  const said = text(late.text)
  assert.match(said, /Đã sửa giấy tiếp nhận/)
  assert.match(said, /Sửa số điện thoại/)
  assert.match(late.text, /Ghi chú của tôi/)
  const again = await people.minhduc.send(late, {}, { action: `${at(code)}/viec/forward` })
  assert.equal(again.status, 303)
})

test('assign, release, extend with an apology once', async () => {
  const { code } = await receive()
  await did('hoa', code, 'assign', { to_account: 'minhduc' })
  assert.match(text((await people.hoa.get(at(code))).text), /Lê Minh Đức/)
  assert.equal((await act('hoa', code, 'assign', { to_account: 'nobody' })).status, 422)
  await did('minhduc', code, 'release')
  const late = await people.hoa.get(`${at(code)}/viec/extend`)
  assert.match(late.text, /Đã quá thời điểm được hẹn lại|Ngày hẹn trả mới/)
})

test('the work list: views, filters in the address, bulk work, export without formulas', async () => {
  const codes = [(await receive()).code, (await receive()).code]
  const list = await people.minhduc.get('/can-bo?xem=new')
  for (const code of codes) assert.ok(list.text.includes(code), code)
  const taken = await people.minhduc.send(list, { chon: [...codes, 'H26.X.00070-261123-9999'], viec: 'claim' }, { action: '/can-bo/nhan-viec' })
  assert.equal(taken.status, 303)
  const mine = await people.minhduc.follow(taken)
  assert.match(mine.text, /Xong 2 hồ sơ; 1 hồ sơ không làm được/)
  for (const code of codes) assert.ok(mine.text.includes(code), code)
  const none = await people.minhduc.get('/can-bo?xem=mine&kenh=postal')
  assert.match(none.text, /Không có hồ sơ nào khớp với bộ lọc/)
  assert.equal((await people.minhduc.get('/can-bo?xem=nonsense')).status, 400)
  assert.equal((await people.minhduc.get('/can-bo?nguoi=nobody')).status, 400)
  const csv = await people.minhduc.get('/can-bo/xuat.csv?xem=mine')
  assert.match(csv.headers['content-type'], /text\/csv/)
  assert.ok(csv.text.includes(codes[0]))
  const other = await people.nam.get('/can-bo?xem=all')
  for (const code of codes) assert.ok(!other.text.includes(code), code)
})

test('rights: who may not intake, decide or read is refused, strangers sign in', async () => {
  const { code } = await receive()
  assert.equal((await people.minhduc.get('/can-bo/tiep-nhan')).status, 403)
  assert.equal((await people.minhduc.get(`${at(code)}/viec/stop`)).status, 403)
  assert.equal((await people.nam.get(at(code))).status, 404)
  assert.equal((await site.client().get(at(code))).status, 303)
  const page = await people.hoa.get(`${at(code)}/viec/claim`)
  const forged = await people.hoa.post(`${at(code)}/viec/claim`, { v: '1', _csrf: 'x', _idem: 'y' })
  assert.equal(forged.status, 403)
  assert.equal(page.status, 200)
})

test('a scan of the card fills the person in', async () => {
  const page = await people.thuha.open(`/can-bo/tiep-nhan/${BIRTH}?so=${encodeURIComponent('001088900456||Trần Quốc Bảo|02091988|Nam|Số 3 phố Huế|01012022')}`)
  assert.match(page.text, /value="Trần Quốc Bảo"/)
  assert.match(page.text, /value="Số 3 phố Huế"/)
})

test('search finds by code, number and name without diacritics, in reach only', async () => {
  const { code } = await receive({ 'applicant.name': 'Đặng Thị Hồng Nhung' })
  const straight = await people.thuha.get(`/can-bo/tim?q=${code}`)
  assert.equal(straight.location, at(code))
  assert.ok((await people.thuha.open('/can-bo/tim?q=001191900123')).text.includes(code))
  assert.ok((await people.thuha.get('/can-bo/tim?q=dang%20thi%20hong')).text.includes(code))
  const other = await people.nam.get('/can-bo/tim?q=dang%20thi%20hong')
  assert.match(other.text, /Không tìm thấy hồ sơ nào/)
})

test('the overview counts by officer, and its numbers open the lists behind them', async () => {
  const { code } = await receive()
  await did('minhduc', code, 'claim')
  const page = await people.hoa.get('/can-bo/tong-quan')
  const link = page.text.match(/\/can-bo\?xem=all&amp;don-vi=H26\.X\.00070&amp;nguoi=minhduc/)?.[0]
  assert.ok(link, text(page.text))
  assert.ok((await people.hoa.get(link.replaceAll('&amp;', '&'))).text.includes(code))
  assert.equal((await people.hoa.get(`/can-bo/tong-quan?don-vi=${ELSEWHERE}`)).status, 404)
  assert.equal((await people.minhduc.get('/can-bo/tong-quan')).status, 403)
})

test('a row more of a group on the correction page corrects nothing yet', async () => {
  const copies = '2.000815', path = `/can-bo/tiep-nhan/${copies}`
  const page = await people.thuha.get(path)
  const more = await people.thuha.send(page, { ...answers(copies), ...APPLICANT, them: 'giay_to' }, { action: path, files: [] })
  assert.equal(more.status, 200)
  assert.match(more.text, /name="giay_to\.2\.ten"/)
  const papers = Object.fromEntries([...page.text.matchAll(/<select class="govuk-select" name="(papers\.[a-z_]+)"/g)].map(([, n]) => [n, 'original']))
  const done = await people.thuha.send(await people.thuha.get(path), { ...answers(copies), ...APPLICANT, ...papers, delivery: 'desk', _viec: 'receive' }, { action: path, files: [] })
  const code = done.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]
  assert.ok(code, text(done.text).slice(0, 1500))
  const again = await act('thuha', code, 'correct', { them: 'giay_to', note: 'Thêm một giấy tờ' })
  assert.equal(again.status, 200)
  assert.match(again.text, /name="giay_to\.2\.ten"/)
  const dropped = await act('thuha', code, 'correct', { bo: 'giay_to.1', note: 'Bớt một giấy tờ' })
  assert.ok(!/name="giay_to\.1\.ten"/.test(dropped.text))
  assert.doesNotMatch(text((await people.thuha.get(at(code))).text), /Đã sửa giấy tiếp nhận/)
})
