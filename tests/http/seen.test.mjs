// Data seen: what is logged and what for, numbers that are masked, the citizen who asks why, the auditor's search, what is unusual.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { sql } from '../lib/engine.mjs'
import { act, at, receive } from '../lib/parked.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { startSite } from '../lib/server.mjs'
import { first } from '../lib/vault.mjs'

const HERE = 'H26.X.00070', NUMBER = '001191000123', PHONE = '0912345678'
let site, people, code
before(async () => {
  site = await startSite({ prepare: addPeople })
  people = await meetPeople(site)
  code = await first(people)
})
after(() => site?.clean())

const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const rows = where => Number(sql(site.folder, `SELECT count(*) FROM access_log l WHERE ${where}`))
const dossier = of => `l.dossier = (SELECT id FROM dossier WHERE code = '${of}')`

test('each way to a person is logged with its purpose and the agency of that time', async () => {
  await people.specialist.get(at(code))
  await people.specialist.get('/can-bo?xem=all')
  await people.specialist.open(`/can-bo/tim?q=${NUMBER}`)
  await people.specialist.get('/can-bo/xuat.csv?xem=all')
  await people['reading token'].get(`/api/v1/dossiers?agency=${HERE}`)
  await people['reading token'].get(`/api/v1/dossiers/${code}`)
  for (const purpose of ['work', 'list', 'search', 'export', 'system'])
    assert.ok(rows(`${dossier(code)} AND l.purpose = '${purpose}'`) > 0, purpose)
  assert.equal(rows("l.account <> 0 AND l.purpose = ''"), 0, 'no entry without a purpose')
  assert.equal(rows(`${dossier(code)} AND l.unit = 0`), 0, 'no entry without an agency')
})

test('a list is an entry once a day for each officer and dossier; the search every time', async () => {
  const listed = () => rows(`${dossier(code)} AND l.purpose = 'list'`), found = () => rows(`${dossier(code)} AND l.purpose = 'search'`)
  await people.leader.get('/can-bo?xem=all')
  const before = listed(), searched = found()
  await people.leader.get('/can-bo?xem=all')
  assert.equal(listed(), before)
  for (let i = 0; i < 2; i++) await people.leader.open(`/can-bo/tim?q=${NUMBER}`)
  assert.equal(found(), searched + 2)
})

test('numbers are masked until a reason is given, and the reason is seen by the citizen', async () => {
  const page = await people.specialist.get(at(code))
  assert.match(words(page), /số định danh 001•••••0123/)
  assert.ok(!page.text.includes(NUMBER) && !page.text.includes(PHONE), 'nowhere on the page')
  const path = `${at(code)}/so-dinh-danh`
  assert.equal((await people.specialist.submit(path, { 'ly-do': '' }, { action: path })).status, 422)
  assert.equal((await people.specialist.submit(path, { 'ly-do': 'missing' }, { action: path })).status, 422, 'a reason of something else')
  const open = await people.specialist.submit(path, { 'ly-do': 'contact' }, { action: path })
  assert.equal(open.status, 200)
  assert.ok(open.text.includes(NUMBER) && open.text.includes(PHONE))
  assert.equal(rows(`${dossier(code)} AND l.what = 'unmask' AND l.purpose = 'contact'`), 1)
  assert.match(words(await people.citizen.get('/tai-khoan/nhat-ky')), /Xem đầy đủ số định danh, số điện thoại Liên hệ với người nộp/)
})

test('the citizen asks why, the leader answers, nobody asks twice', async () => {
  const looks = await people.citizen.get('/tai-khoan/nhat-ky'), ask = looks.text.match(/\/tai-khoan\/nhat-ky\/[\w-]+\/hoi/)[0]
  assert.match(words(looks), /Trần Văn Thử.*phường Hoàn Kiếm/i)
  const form = await people.citizen.get(ask)
  assert.match(words(form), /phải trả lời trong 10 ngày làm việc/)
  assert.equal((await people.citizen.send(form, { 'cau-hoi': 'a' }, { action: ask })).status, 422)
  assert.equal((await people.citizen.send(form, { 'cau-hoi': 'Vì sao hồ sơ của tôi được mở hôm nay?' }, { action: ask })).status, 303)
  assert.equal((await people.citizen.submit(ask, { 'cau-hoi': 'Hỏi lần nữa về lượt này' }, { action: ask })).status, 409)
  assert.equal((await people.specialist.get('/can-bo/cau-hoi')).status, 403)
  const waiting = await people.leader.get('/can-bo/cau-hoi')
  assert.match(words(waiting), /Vì sao hồ sơ của tôi được mở hôm nay/)
  const done = await people.leader.send(waiting, { 'tra-loi': 'Chuyên viên kiểm tra giấy tờ của hồ sơ.' }, { action: '/can-bo/cau-hoi' })
  assert.equal(done.status, 303)
  assert.match(words(await people.citizen.get('/tai-khoan/cau-hoi')), /Đã trả lời.*Chuyên viên kiểm tra giấy tờ của hồ sơ/)
  assert.doesNotMatch(words(await people.leader.get('/can-bo/cau-hoi')), /Vì sao hồ sơ của tôi/)
})

test('auditors search by person, officer, agency, purpose and day, and take it away as CSV', async () => {
  const get = async q => (await people.auditor.open(`/quan-tri/nhat-ky${q}`)), today = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10)
  assert.ok(words(await get(`?nguoi=${NUMBER}`)).includes(code))
  assert.match(words(await get('?nguoi=001191000999')), /Không có lượt xem nào/)
  assert.ok(words(await get(`?co-quan=${HERE}&muc-dich=search&tu-ngay=${today}&den-ngay=${today}`)).includes('Tìm thấy khi tìm kiếm'))
  assert.match(words(await get('?tu-ngay=2020-01-01&den-ngay=2020-01-02')), /Không có lượt xem nào/)
  assert.match(words(await get('?co-quan=H26.X.00004')), /Không có lượt xem nào/)
  assert.equal((await get('?co-quan=khong-co')).status, 400)
  const csv = await get(`.csv?ho-so=${code}&can-bo=nguoi-specialist`), lines = csv.text.trim().split('\r\n')
  assert.match(csv.headers['content-disposition'], /nhat-ky-truy-cap/)
  assert.match(lines[0], /at,name,login,agency,what,purpose,dossier,person/)
  assert.ok(lines.length > 2 && lines.slice(1).every(l => l.includes('nguoi-specialist') && l.includes(code)), csv.text)
})

// Thresholds are data: this site's are low, by the page of its administrator.
test('many persons without work raise an alarm, which an auditor closes with a word', async () => {
  const path = '/quan-tri/tep/rules.yaml', page = await people.administrator.get(path), form = page.forms().find(f => f.action === path)
  const field = [...form.names].find(n => /persons: 60/.test(form.fields[n] ?? ''))
  assert.ok(field, `the file stands in its page: ${[...form.names]}`)
  const said = await people.administrator.send(page, { [field]: form.fields[field].replace('persons: 60', 'persons: 3') }, { action: path })
  assert.equal(said.status, 303, words(said).slice(0, 800))
  for (let i = 0; i < 4; i++) await people.archivist.get(at(await receive(people.intake)))
  await act(people.specialist, code, 'claim')
  let alarms
  for (let i = 0; i < 150; i++) {
    alarms = await people.auditor.get('/quan-tri/canh-bao')
    if (alarms.text.includes('nguoi-archivist')) break
    await new Promise(r => setTimeout(r, 200))
  }
  assert.match(words(alarms), /nguoi-archivist Chưa xem xét Mở nhiều hồ sơ không thuộc việc của mình: 4 hồ sơ/)
  assert.doesNotMatch(words(alarms), /nguoi-intake/, 'who received them has work in them')
  for (let i = 0; i < 150 && !/motcua_access_alarms_open 1/.test((await site.client().get('/metrics')).text); i++) await new Promise(r => setTimeout(r, 200))
  assert.match((await site.client().get('/metrics')).text, /motcua_access_alarms_open 1/)
  assert.match(words(await people.auditor.get('/quan-tri/nhat-ky')), /Có lượt xem bất thường/)
  const closed = await people.auditor.send(alarms, { 'ket-luan': 'Kiểm kê kho, có phân công.' }, { action: '/quan-tri/canh-bao' })
  assert.equal(closed.status, 303)
  assert.match(words(await people.auditor.get('/quan-tri/canh-bao')), /Đã xem xét.*Kiểm kê kho, có phân công/)
})

test('the table of rights: on a page and as a command', async () => {
  const page = await people.auditor.get('/quan-tri/quyen?vai-tro=reporter&q=/can-bo')
  assert.match(words(page), /GET \/can-bo\/tai-khoan/)
  assert.doesNotMatch(words(page), /\/can-bo\/tim/)
  assert.equal(page.text.match(/<th scope="col"/g).length, 3, 'address, permission, and the role that was asked for')
  assert.match(words(page), /chỉ thuộc một số lĩnh vực.*chỉ dành cho người có mọi lĩnh vực/)
  assert.equal((await people.administrator.get('/quan-tri/quyen')).status, 200)
  assert.equal((await people.leader.get('/quan-tri/quyen')).status, 403)
})
