// Help at a person's home: who may, how the person confirms, what voids it, what the dossier says, and what is refused.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { ENGINE, sql } from '../lib/engine.mjs'
import { PERSON, ask, begin, codeOf, give, ready, send, sign, signature, words } from '../lib/assisted.mjs'
import { PASSWORD, addPeople, meetPeople } from '../lib/people.mjs'
import { motcua, startSite } from '../lib/server.mjs'
import { act } from '../lib/parked.mjs'
import { form, pdfText } from '../lib/pdf.mjs'
import { startSmtp } from '../lib/smtp.mjs'

const MAIL = 'cu.pham@vidu.vn', CITIZEN = '001191000123', ELSEWHERE = 'H26.X.00004'
let smtp, site, people, helper, other, got = 0
before(async () => {
  smtp = await startSmtp()
  site = await startSite({ flags: ['--mail-server', smtp.url, '--mail-from', 'khong-tra-loi@cong.test'], prepare: folder => {
    addPeople(folder)
    const made = motcua(folder, ['user', 'add', '--login', 'to-khac', '--name', 'Lý Thị Láng', '--role', `community@${ELSEWHERE}`, '--password-stdin'], { input: `${PASSWORD}\n` })
    assert.equal(made.status, 0, made.stderr)
    assert.equal(motcua(folder, ['user', 'verify', '--login', CITIZEN]).status, 0)
  } })
  people = await meetPeople(site)
  helper = people.community
  other = site.client()
  assert.equal((await other.submit('/can-bo/dang-nhap', { login: 'to-khac', password: PASSWORD })).status, 303)
})
after(async () => { await site?.clean(); await smtp?.close() })

const letter = async () => smtp.letter(got++)
const linkOf = page => page.text.match(/\/xac-nhan\/[\w-]{20,}/)[0]
const gui = async (client, draft) => client.post(`${draft}/gui`, { _csrf: (await client.get('/can-bo/ho-tro')).text.match(/name="_csrf" value="([^"]+)"/)[1], _idem: randomUUID() })

test('a helper sees what one helps with, and no search, no list, no paper', async () => {
  assert.equal((await helper.get('/can-bo/ho-tro')).status, 200)
  for (const path of ['/can-bo/tim', '/can-bo/tiep-nhan', '/can-bo/so-theo-doi', '/ho-so', '/kho-giay-to', '/quan-tri/can-bo', '/thu-tuc/1.001193/nop'])
    assert.equal((await helper.get(path)).status, 403, path)
  for (const role of ['specialist', 'leader', 'reporter', 'citizen'])
    assert.equal((await people[role].get('/can-bo/ho-tro')).status, 403, role)
})

test('begun with the person; another helper, of the same rights, does not find it', async () => {
  const draft = await begin(helper)
  const page = await helper.get(draft)
  assert.match(words(page), /Bạn đang hỗ trợ Phạm Thị Cụ/)
  assert.match((await helper.get('/can-bo/ho-tro')).text, new RegExp(`${draft}"[^>]*>Phạm Thị Cụ`))
  for (const path of ['', '/nguoi-nop', '/giay-to', '/kiem-tra', '/xac-nhan', '/xac-nhan/ma', '/xac-nhan/chu-ky'])
    for (const who of [other, people.intake]) assert.equal((await who.get(draft + path)).status, 404, path)
  assert.equal((await people.citizen.get(draft)).status, 404)
  assert.equal((await helper.get(`${draft}/xac-nhan`)).status, 409, 'not filled in yet')
  const where = await helper.get(`${draft}/nguoi-nop`), units = where.text.match(/<select[^>]*noi-nop[\s\S]*?<\/select>/)[0]
  assert.equal([...units.matchAll(/value="H26[^"]*"/g)].length, 1, 'the own agency alone')
  assert.equal((await helper.submit(`${draft}/xoa`, {}, { action: `${draft}/xoa` })).location, '/can-bo/ho-tro')
})

test('what the city holds of a person is not told to a helper', async () => {
  const draft = await begin(helper, { 'so-dinh-danh': CITIZEN })
  assert.doesNotMatch((await helper.get(`${draft}/giay-to`)).text, /Thành phố đã có/)
})

test('nothing is handed in without confirmation; a signature does; a change voids it', async () => {
  const draft = await ready(helper)
  assert.equal((await gui(helper, draft)).status, 409)
  assert.doesNotMatch((await helper.get(`${draft}/kiem-tra`)).text, /\/gui"/)
  const read = await helper.get(`${draft}/xac-nhan`)
  assert.match(words(read), /Đọc lại cho người dân nghe.*Phạm Thị Cụ 001150000045/)
  assert.equal((await ask(helper, draft, 'chu-ky', { 'dong-y': '1' })).status, 422, 'it was not read out')
  assert.equal((await ask(helper, draft, 'chu-ky', { 'da-doc': '1' })).status, 422, 'the person did not agree')
  assert.equal((await ask(helper, draft, 'chu-ky')).location, `${draft}/xac-nhan/chu-ky`)
  const blank = await sign(helper, draft, [])
  assert.equal(blank.status, 422, 'no signature')
  assert.match(words(blank), /Ô chữ ký còn trống\. Hãy để người dân ký, hoặc chọn ảnh chụp trang đã ký/)
  assert.equal((await sign(helper, draft)).location, `${draft}/xac-nhan`)
  assert.match(words(await helper.get(`${draft}/xac-nhan`)), /Người dân đã xác nhận bằng chữ ký/)

  const to = `${draft}/nhan-ket-qua`
  assert.equal((await helper.submit(to, { 'cach-nhan': 'buu-chinh', 'dia-chi-nhan': 'Số 9' }, { action: to })).status, 303)
  assert.match(words(await helper.get(`${draft}/xac-nhan`)), /Phải xác nhận lại/)
  assert.equal((await gui(helper, draft)).status, 409, 'what was confirmed is not this')
  assert.equal((await sign(helper, draft)).status, 303)
  const sent = await send(helper, draft), code = codeOf(sent)
  assert.ok(code, words(sent).slice(0, 1500))
  assert.match(words(sent), /Hãy để người dân chụp lại/)
  assert.equal((await helper.get(draft)).status, 404)
  assert.equal((await helper.get(`/can-bo/ho-so/${code}`)).status, 403, 'nothing after')

  const desk = await people.intake.get(`/can-bo/ho-so/${code}`), text = words(desk)
  assert.match(text, /người hỗ trợ: Trần Văn Thử \(Tổ công nghệ số cộng đồng, UBND phường Hoàn Kiếm\)/)
  assert.match(text, /Nộp với sự hỗ trợ tại nhà của Trần Văn Thử[^.]*\. Người dân đã nghe đọc lại và xác nhận bằng chữ ký lúc \d/)
  assert.match(text, /chu-ky\.png/)
  assert.equal((await people.guest.get(`/can-bo/ho-so/${code}/tep/2`)).status, 303)
  const secret = words(sent).match(/tra cứu ([0-9A-Z]{4}[ -]?[0-9A-Z]{4})/)[1]
  const seen = await people.guest.submit('/tra-cuu', { ma: code, 'bi-mat': secret }, { action: '/tra-cuu' })
  assert.match(words(await people.guest.follow(seen)), /Nộp với sự hỗ trợ tại nhà của Trần Văn Thử/)
  await act(people.intake, code, 'accept')                                       // the receipt says who helped, and how it was confirmed
  const receipt = pdfText((await form(people.intake, `/can-bo/ho-so/${code}/in/01`)).bytes).replace(/\s+/g, ' ')
  assert.match(receipt, /Nộp với sự hỗ trợ tại nhà của Trần Văn Thử \(Tổ công nghệ số cộng đồng, UBND phường Hoàn Kiếm\)\. Người dân đã nghe đọc lại và xác nhận bằng chữ ký lúc \d/)
  assert.match(sql(site.folder, 'SELECT way, length(confirmed), length(signature) FROM assist WHERE dossier <> 0'), /^3\D64\D64/)
})

test('a code by mail; five wrong ones end it; the secret goes to the person alone', async () => {
  const draft = await ready(helper, { 'thu-dien-tu': MAIL })
  const asked = await ask(helper, draft, 'thu')
  assert.equal(asked.location, `${draft}/xac-nhan/ma`, words(asked).slice(0, 1500))
  const first = await letter(), code = first.text.match(/^\d{6}$/m)[0]
  assert.equal(first.to, MAIL)
  assert.match(first.text, /Trần Văn Thử \(Tổ công nghệ số cộng đồng, UBND phường Hoàn Kiếm\) đang giúp bạn nộp hồ sơ/)
  const wrong = String((Number(code) + 1) % 1e6).padStart(6, '0')
  for (let i = 0; i < 4; i++) assert.match(words(await give(helper, draft, wrong)), /Mã không đúng/)
  const fifth = await give(helper, draft, wrong)
  assert.equal(fifth.status, 422)
  assert.match(words(fifth), /Đã nhập sai 5 lần/)
  assert.match(words(await give(helper, draft, code)), /Mã đã hết hạn hoặc chưa có/)
  assert.equal(sql(site.folder, `SELECT count(*) FROM assist WHERE code = '${code}'`).trim(), '0')

  await ask(helper, draft, 'thu')
  const second = (await letter()).text.match(/^\d{6}$/m)[0]
  assert.equal((await give(helper, draft, `${second.slice(0, 3)} ${second.slice(3)}`)).location, `${draft}/xac-nhan`)
  const sent = await send(helper, draft), dossier = codeOf(sent)
  assert.ok(dossier, words(sent).slice(0, 1500))
  assert.doesNotMatch(words(sent), /tra cứu [0-9A-Z]{4}[ -]?[0-9A-Z]{4} /, 'the secret is not on the helper\'s screen')
  const told = await letter()
  assert.match(told.text, new RegExp(dossier))
  assert.match(told.text, /Mã bí mật để tra cứu: \w{4}/)
  assert.match(words(await people.intake.get(`/can-bo/ho-so/${dossier}`)), /mã gửi đến thư điện tử c•••@vidu\.vn \(địa chỉ do người hỗ trợ nhập, chưa được kiểm tra\)/)
})

test('a change after the code was sent asks again', async () => {
  const draft = await ready(helper, { 'thu-dien-tu': MAIL }), to = `${draft}/nhan-ket-qua`
  await ask(helper, draft, 'thu')
  const code = (await letter()).text.match(/^\d{6}$/m)[0]
  await helper.submit(to, { 'cach-nhan': 'truc-tuyen' }, { action: to })
  assert.match(words(await give(helper, draft, code)), /Nội dung đã thay đổi sau khi lấy mã/)
})

test('the person\'s own device: an account that is known keeps the dossier; no helper opens it', async () => {
  const draft = await ready(helper, { 'ho-ten': 'Nguyễn Thị Thử', 'so-dinh-danh': CITIZEN })
  const page = await ask(helper, draft, 'thiet-bi'), link = linkOf(page)
  assert.equal(page.status, 200)
  for (const who of [helper, other, people.intake]) assert.match(words(await who.get(link)), /người hỗ trợ không xác nhận thay được/)
  const phone = site.client(), shown = await phone.get(link)
  assert.match(words(shown), /Trần Văn Thử .* đang giúp bạn nộp hồ sơ này.*Nguyễn Thị Thử/)
  assert.equal((await phone.send(shown, {}, { action: link })).status, 422, 'without agreeing')
  const agreed = await phone.send(shown, { 'dong-y': '1' }, { action: link })
  const code = words(agreed).match(/người hỗ trợ (\d{6})/)[1]
  assert.equal((await phone.get(link)).status, 404, 'once')
  assert.equal((await give(helper, draft, code)).status, 303)
  const dossier = codeOf(await send(helper, draft))
  assert.match((await people.citizen.get('/ho-so')).text, new RegExp(dossier))
  const own = await people.citizen.get(`/ho-so/${dossier}`)
  assert.match(words(own), /Nộp với sự hỗ trợ tại nhà .* mã trên thiết bị của người dân/)
  assert.equal((await phone.get('/xac-nhan/khong-co-duong-dan-nay')).status, 404)
})

test('nobody helps oneself, and an officer of intake helps as well', async () => {
  const draft = await ready(people.intake)
  assert.equal((await sign(people.intake, draft)).status, 303)
  const code = codeOf(await send(people.intake, draft))
  assert.match(words(await people.leader.get(`/can-bo/ho-so/${code}`)), /cán bộ tiếp nhận, UBND phường Hoàn Kiếm/)
})

test('a signature that is taken away again confirms nothing', async () => {
  const draft = await ready(helper)
  await sign(helper, draft)
  const token = (await helper.get(`${draft}/xac-nhan`)).text.match(/name="_csrf" value="([^"]+)"/)[1]
  assert.equal((await helper.post(`${draft}/giay-to/bo`, { so: '2', _csrf: token, _idem: randomUUID() })).status, 303)
  assert.equal((await gui(helper, draft)).status, 409)
  assert.equal((await sign(helper, draft)).status, 303)
  assert.ok(codeOf(await send(helper, draft)))
})

test('a confirmation, a link and an unfinished draft do not last', { skip: ENGINE !== 'sqlite' && ENGINE !== 'pg' }, async () => {
  const draft = await ready(helper)
  await sign(helper, draft)
  sql(site.folder, 'UPDATE assist SET confirmed_at = confirmed_at - 3601 WHERE ended_at = 0')
  assert.equal((await gui(helper, draft)).status, 409)
  const link = linkOf(await ask(helper, draft, 'thiet-bi'))
  assert.equal((await site.client().get(link)).status, 200)
  sql(site.folder, 'UPDATE assist SET asked_at = asked_at - 601 WHERE ended_at = 0')
  assert.equal((await site.client().get(link)).status, 404)
})

test('as many in a day as the rules say; what comes to nothing is an alarm', async () => {
  let last
  for (let i = 0; i < 25; i++) {
    last = await other.submit('/can-bo/ho-tro', { 'thu-tuc': '1.001193', ...PERSON }, { action: '/can-bo/ho-tro' })
    if (last.status !== 303) break
    assert.equal((await other.submit(`${last.location}/xoa`, {}, { action: `${last.location}/xoa` })).status, 303)
  }
  assert.equal(last.status, 429)
  assert.ok(Number(last.headers['retry-after']) > 0)
  assert.equal(sql(site.folder, 'SELECT count(*) FROM assist a JOIN account u ON u.id = a.helper WHERE u.login = \'to-khac\'').trim(), '20')
  for (let i = 0; i < 300; i++) {
    if (sql(site.folder, 'SELECT n FROM access_alarm WHERE alarm = 4').trim() === '20') return
    await new Promise(done => setTimeout(done, 200))
  }
  assert.fail('no alarm')
})
