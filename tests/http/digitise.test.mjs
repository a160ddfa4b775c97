// The digitisation desk: a pile with sheets of three dossiers, codes that are nobody's, pages that are moved, damaged files, a
// register keyed by two with its sample, a scanner's folder, and what is counted.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { motcua, startSite } from '../lib/server.mjs'
import { ELSEWHERE, HERE, act, addNeighbours, at, draft, meetNeighbours, receive, signed } from '../lib/parked.mjs'
import { PASSWORD } from '../lib/people.mjs'
import { encrypted, jpeg, pdf } from '../lib/photos.mjs'
import { addKeys } from '../lib/keys.mjs'
import { soon } from '../lib/soon.mjs'
import { DESK, cut, documents, file, joined, send, settled, sheet, work } from '../lib/scans.mjs'

const BIRTH = 'giay_chung_sinh'
const words = html => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
let site, people
before(async () => {
  site = await startSite({ people: addNeighbours, prepare: addMore, flags: ['--scan-folder', 'scanner'] })
  people = await meetNeighbours(site)
  for (const [who, login] of [['second', 'nguoi-thu-hai'], ['far', 'nguoi-o-xa']]) {
    people[who] = site.client()
    assert.equal((await people[who].submit('/can-bo/dang-nhap', { login, password: PASSWORD })).status, 303)
  }
})
after(() => site?.clean())

function addMore(folder) {
  for (const [login, role] of [['nguoi-thu-hai', `intake@${HERE}`], ['nguoi-o-xa', `intake@${ELSEWHERE}`]])
    assert.equal(motcua(folder, ['user', 'add', '--login', login, '--name', `Cán bộ ${login}`, '--role', role, '--password-stdin'],
      { input: `${PASSWORD}\n` }).status, 0)
  mkdirSync(join(folder, 'scanner', HERE), { recursive: true })
  addKeys(folder, [{ name: 'tiep-nhan', person: 'nguoi-intake', holder: 'Trần Văn Thử' }])
}

const page = (...lines) => pdf([lines])
const blank = () => pdf([['']])

test('a pile with sheets of three dossiers finds its dossiers, and is attached with who and when', async () => {
  const codes = []
  for (let i = 0; i < 3; i++) codes.push(await receive(people.intake))
  const parts = []
  for (const [i, code] of codes.entries()) parts.push(await sheet(people.intake, code, BIRTH), page('GIAY CHUNG SINH', `Ho va ten: BE SO ${i}`, `So: ${i}/2026`), blank())
  const { path, page: batch } = await cut(people.intake, [file(joined(parts))], { ten: 'Ba hồ sơ' })
  const found = documents(batch)
  for (const [i, code] of codes.entries()) {
    assert.match(found[i + 1], new RegExp(`${code.replaceAll('.', '\\.')}.*Giấy chứng sinh`), `document ${i + 1}`)
    assert.match(found[i + 1], /Trang trắng.*Lấy lại/, 'the blank back is dropped and shown')
  }
  assert.match(found[0], /Tờ phân cách/)
  const first = await settled(people.intake, `${path}/1`)
  assert.match(first.text, /name="f\.ho_ten"[^>]*value="BE SO 0/, 'what was read is proposed')
  const done = await work(people.intake, `${path}/1`, { viec: 'gan', 'f.so': '0/2026', 'f.ho_ten': 'Bé Số Không' })
  assert.equal(done.status, 303, words(done.text).slice(0, 500))
  assert.equal(done.location, `${path}/2`, 'on to the next document')
  const dossier = await people.intake.get(at(codes[0]))
  assert.match(dossier.text, /Đã số hóa giấy tờ/)
  assert.match(dossier.text, /so-hoa-[A-Z0-9]{8}-1\.pdf/)
  const copy = await people.intake.get(`${path}/1/ban-so`)
  assert.equal(copy.bytes.subarray(0, 5).toString(), '%PDF-')
  assert.match(copy.bytes.toString('latin1'), /ETSI\.CAdES\.detached/, 'signed by the officer who has a key')
  writeFileSync(join(site.folder, 'copy.pdf'), copy.bytes)
  const judged = motcua(site.folder, ['verify', 'copy.pdf'])
  assert.equal(judged.status, 0, judged.stdout + judged.stderr)
  const shown = words((await people.intake.get(`${path}/1`)).text)
  assert.match(shown, /Bé Số Không.*Người nhập Trần Văn Thử.*Xác nhận lúc/)
  for (const n of [2, 3]) assert.equal((await work(people.intake, `${path}/${n}`, { viec: 'gan' })).status, 303)
  assert.match((await people.intake.get(path)).text, /Đã xong/)
  assert.equal((await work(people.intake, `${path}/1`, { viec: 'bo' }).catch(e => e)).status ?? 'no form', 'no form', 'what is finished is not dropped')
})

test('codes that are nobody’s, of another agency, or none: an officer of the agency chooses', async () => {
  const theirs = await receive(people.intake)
  const parts = [page('Khong co ma'), await sheet(people.far, null, 'moi'), page('Chua biet'), await sheet(people.intake, theirs, BIRTH), page('Cua noi khac')]
  const { path, page: batch } = await cut(people.far, [file(joined(parts))])
  const found = documents(batch)
  assert.match(found[1], /Không có mã nào/)
  assert.match(found[2], /Không có mã nào/)
  assert.match(found[3], /Không có hồ sơ nào mang mã này thuộc đơn vị bạn/)
  const refused = await work(people.far, `${path}/3`, { viec: 'chon', ma: theirs })
  assert.equal(refused.status, 404, 'a dossier that is not reached does not exist')
  assert.equal((await work(people.far, `${path}/3`, { viec: 'gan' })).status, 422)
  assert.equal((await people.intake.get(path)).status, 404, 'nor does the batch for others')
  assert.equal((await people.far.get(`${DESK}/to.pdf?ma=${theirs}`)).status, 404)
  assert.equal((await work(people.far, `${path}/1`, { viec: 'chon' })).status, 422, 'a code is asked for')
})

test('pages are turned, moved, dropped, taken back and cut off; an old screen is refused', async () => {
  const code = await receive(people.intake)
  const { path } = await cut(people.intake, [file(joined([page('Mot'), page('Hai'), page('Ba')])), file(await jpeg(['Bon']), 'bon.jpg', 'image/jpeg')])
  const edit = async fields => {
    const shown = await people.intake.get(path), v = shown.text.match(/name="v" value="(\d+)"/)[1]
    return people.intake.send(shown, { v, den: undefined, ...fields }, { action: `${path}/trang` })
  }
  const pages = async n => documents(await people.intake.get(path))[n]?.match(/Trang \d+/g)
  const old = (await people.intake.get(path)).text.match(/name="v" value="(\d+)"/)[1]
  assert.deepEqual(await pages(1), ['Trang 1', 'Trang 2', 'Trang 3', 'Trang 4'])
  assert.equal((await edit({ trang: 3, viec: 'len' })).status, 303)
  assert.deepEqual(await pages(1), ['Trang 1', 'Trang 3', 'Trang 2', 'Trang 4'])
  assert.equal((await edit({ trang: 2, viec: 'tach' })).status, 303)
  assert.deepEqual(await pages(2), ['Trang 2', 'Trang 4'])
  assert.equal((await edit({ trang: 4, viec: 'chuyen', den: 1 })).status, 303)
  assert.deepEqual(await pages(1), ['Trang 1', 'Trang 3', 'Trang 4'])
  assert.equal((await edit({ trang: 1, viec: 'phai' })).status, 303)
  assert.equal((await edit({ trang: 2, viec: 'bo' })).status, 303)
  assert.match(documents(await people.intake.get(path))[2], /Đã bỏ/, 'without a page it is no document')
  assert.equal((await edit({ trang: 2, viec: 'lay-lai' })).status, 303)
  assert.match(documents(await people.intake.get(path))[2], /Chờ chọn hồ sơ/)
  assert.equal((await edit({ v: old, trang: 1, viec: 'bo' })).status, 409)
  assert.equal((await edit({ trang: 1, viec: 'chuyen', den: 77 })).status, 422)
  assert.equal((await people.intake.get(`${path}/trang/1`)).headers['content-type'], 'image/jpeg')
  for (const fields of [{ viec: 'chon', ma: code }, { viec: 'chon', ma: code, 'giay-to': BIRTH, 'hinh-thuc': 'certified' }, { viec: 'gan' }]) {
    const done = await work(people.intake, `${path}/1`, fields)
    assert.equal(done.status, 303, words(done.text).slice(0, 600))
  }
  assert.match((await people.intake.get(at(code))).text, /so-hoa-[A-Z0-9]{8}-1\.pdf/)
})

test('a damaged file is refused with its reason, office files at once', async () => {
  const cutOff = await people.intake.submit(DESK, {}, { action: DESK, files: [file(pdf([['Mot trang']]).subarray(0, 300))] })
  assert.equal(cutOff.status, 422, 'half a file is refused before it is a batch')
  const closed = await people.intake.submit(DESK, {}, { action: DESK, files: [file(await encrypted([['Co mat khau']]))] })
  assert.equal(closed.status, 422)
  assert.match(closed.text, /có mật khẩu/)
  const answer = await people.intake.submit(DESK, {}, { action: DESK, files: [file(Buffer.from('chỉ là chữ'), 'a.txt', 'text/plain')] })
  assert.equal(answer.status, 422)
  assert.match(answer.text, /tệp văn bản thô/)
  assert.equal((await people.intake.submit(DESK, {}, { action: DESK, files: [] })).status, 422)
})

test('a register: two key independently, a third decides, a sample controls', async () => {
  const { path } = await cut(people.intake, [file(joined([page('So 1'), page('So 2')]))], { loai: 'so_khai_sinh', moi: '1', 'nhap-hai': '1', ten: 'Sổ 1998' })
  const [one, two, three] = [people.intake, people.second, people.archivist]
  for (const n of [1, 2]) assert.equal((await work(one, `${path}/${n}`, { viec: 'nhap', 'f.so': `${n}`, 'f.ho_ten': 'Nguyễn Văn A', 'f.ngay_sinh': '1/2/1998' })).status, 303)
  assert.match((await one.get(`${path}/1`)).text, /Lần nhập này phải do người khác làm/)
  const seen = await two.get(`${path}/1`)
  assert.ok(!seen.text.includes('Nguyễn Văn A'), 'the second sees nothing of the first')
  assert.equal((await work(two, `${path}/1`, { viec: 'nhap', 'f.so': '1', 'f.ho_ten': 'Nguyễn Văn A', 'f.ngay_sinh': '32/2/1998' })).status, 422)
  assert.equal((await work(two, `${path}/1`, { viec: 'nhap', 'f.so': '1', 'f.ho_ten': 'Nguyễn Văn A', 'f.ngay_sinh': '01/02/1998' })).status, 303)
  assert.match(documents(await two.get(path))[1], /Đã nhập xong/, 'they agree')
  assert.equal((await work(two, `${path}/2`, { viec: 'nhap', 'f.so': '2', 'f.ho_ten': 'Nguyễn Văn Á', 'f.ngay_sinh': '01/02/1998' })).status, 303)
  const differs = await three.get(`${path}/2`)
  assert.match(words(differs.text), /Người thứ nhất: “Nguyễn Văn A”, người thứ hai: “Nguyễn Văn Á”/)
  assert.equal((await work(three, `${path}/2`, { viec: 'nhap', 'f.so': '2', 'f.ho_ten': 'Nguyễn Văn Á', 'f.ngay_sinh': '01/02/1998' })).status, 303)
  const sample = await one.get(`${path}/mau`), drawn = [...sample.text.matchAll(/so-hoa\/[A-Z0-9]{8}\/(\d+)"/g)].map(m => m[1])
  assert.ok(drawn.length > 0, 'something is drawn')
  assert.ok(!(await one.get(`${path}/${drawn[0]}`)).text.includes('Ghi kết quả kiểm tra'), 'not by who keyed')
  for (const n of drawn) {
    const who = (await three.get(`${path}/${n}`)).text.includes('Ghi kết quả kiểm tra') ? three : people.fourth ??= await fourth()
    assert.equal((await work(who, `${path}/${n}`, { viec: 'mau', loi: '2' })).status, 303)
  }
  assert.match(words((await one.get(path)).text), /Lô này phải nhập lại/)
  assert.match(documents(await one.get(path))[1], /Chờ nhập và kiểm tra/)
})

async function fourth() {
  assert.equal(motcua(site.folder, ['user', 'add', '--login', 'nguoi-thu-tu', '--name', 'Người Thứ Tư', '--role', `intake@${HERE}`, '--password-stdin'], { input: `${PASSWORD}\n` }).status, 0)
  const client = site.client()
  assert.equal((await client.submit('/can-bo/dang-nhap', { login: 'nguoi-thu-tu', password: PASSWORD })).status, 303)
  return client
}

test('what a scanner writes is taken when it stands still, and moved', async () => {
  const code = await receive(people.intake), folder = join(site.folder, 'scanner', HERE)
  writeFileSync(join(folder, 'scan0001.pdf'), joined([await sheet(people.intake, code, BIRTH), page('Tu may quet')]))
  writeFileSync(join(folder, 'ghi chu.txt'), 'không phải bản quét')
  const taken = () => existsSync(join(folder, 'done')) && existsSync(join(folder, 'refused')) && !readdirSync(folder).some(n => /\.(pdf|txt)$/.test(n))
  await soon(taken, () => readdirSync(folder).join(' '))
  assert.deepEqual(readdirSync(folder).sort(), ['done', 'refused', 'taken'])
  assert.match(readdirSync(join(folder, 'done'))[0], /scan0001\.pdf$/)
  assert.equal(readdirSync(join(folder, 'refused')).filter(n => n.endsWith('ghi chu.txt')).length, 1)
  const list = await people.intake.get(DESK)
  assert.match(list.text, /từ máy quét/)
  const path = list.text.match(/href="(\/can-bo\/so-hoa\/[A-Z0-9]{8})"/)[1]
  assert.match(documents(await settled(people.intake, path))[1], new RegExp(code))
  writeFileSync(join(folder, 'khoa.pdf'), await encrypted([['Co mat khau']]))
  await soon(async () => /Không đọc được/.test((await people.intake.get(DESK)).text), 'a batch that cannot be read is not said')
  const newest = (await people.intake.get(DESK)).text.match(/href="(\/can-bo\/so-hoa\/[A-Z0-9]{8})"/)[1]
  assert.match(words((await people.intake.get(newest)).text), /Không xử lý được lô quét này.*mật khẩu/, 'a batch that cannot be read says why')
})

const HELD = { 'can-cu': 'Kế hoạch 12/KH-UBND', 'co-quan': HERE }

test('what ended is counted with the event that ends it, and a copy that comes later moves it', async () => {
  const row = async () => (await people.leader.get(`${DESK}/tien-do.csv`)).text.split('\r\n').find(l => l.includes(HERE))?.split(',').slice(-8)
  assert.equal((await row())?.[1] ?? '0', '0', 'nothing ended yet')
  const code = await signed(people, [])
  assert.deepEqual((await row()).slice(1, 3), ['1', '0'], 'a result, not digital')
  await act(people.intake, code, 'hand_over', { to_name: 'Nguyễn Thị Thử', to_number: '001191000123', to_paper: 'Căn cước' })
  assert.deepEqual((await row()).slice(1, 3), ['1', '0'], 'handing over changes nothing')
  const { path } = await cut(people.intake, [file(page('KET QUA'))])
  for (const fields of [{ viec: 'chon', ma: code }, { viec: 'chon', ma: code, 'giay-to': 'ket-qua' }, { viec: 'gan' }])
    assert.equal((await work(people.intake, `${path}/1`, fields)).status, 303)
  assert.deepEqual((await row()).slice(1, 3), ['1', '1'], 'digital now')
  assert.match((await people.leader.get(`${DESK}/tien-do`)).text, /100,0 %/)
  assert.ok((await people.reporter.get(`${DESK}/tien-do.csv`)).text.includes(HERE), 'statistics are the work of who reports')
  const links = async who => (await people[who].get(`${DESK}/tien-do`)).text.includes('/tien-do.csv')
  assert.deepEqual([await links('reporter'), await links('archivist')], [true, false], 'the table is offered to who may have it')
  assert.match(words((await people.leader.get(`${DESK}/tien-do?nam=2021`)).text), /Quyết định 468/)
  const seen = words((await people.guest.get('/thong-ke/so-hoa')).text)
  assert.match(seen, /100,0% kết quả có bản điện tử/)
  assert.match(seen, /Cấp xã: xã, phường.*0,0% 0\/1.*100,0% 1\/1/, 'its paper is on paper, its result is digital')
  assert.match(words((await people.guest.get(`/thong-ke/so-hoa?co-quan=${HERE}&nam=2024`)).text), /Số liệu số hóa năm 2024.*chưa có hồ sơ nào giải quyết xong/)
  assert.match(words((await people.guest.get(`/co-quan/${HERE}`)).text), /Số hóa theo năm.*100,0% 1\/1/)
  assert.match(words((await people.guest.get('/thong-ke')).text), /Số hóa giấy tờ và kết quả/)
})

test('a leader sets the agency’s own aims, and everybody sees how far it is', async () => {
  const { leader, intake, archivist, guest } = people, path = `${DESK}/chi-tieu`, year = new Date(Date.now() + 7 * 3600e3).getUTCFullYear()
  const set = fields => leader.submit(path, { ...HELD, nam: String(year), 'ket-qua': '95', 'giay-to': '60', ...fields }, { action: path })
  for (const who of [intake, archivist]) assert.equal((await who.get(path)).status, 403)
  assert.match(words((await leader.get(path)).text), /Cơ quan chưa đặt chỉ tiêu riêng/)
  for (const [fields, say] of [[{ 'can-cu': '' }, /Thấp hơn chỉ tiêu chung/], [{ 'ket-qua': '101' }, /./], [{ nam: String(year - 1) }, /năm nay hoặc năm sau/],
    [{ 'giay-to': '' }, /./]]) {
    const refused = await set(fields)
    assert.equal(refused.status, 422, JSON.stringify(fields))
    assert.match(words(refused.text), say)
  }
  assert.equal((await set({ 'co-quan': ELSEWHERE })).status, 404, 'of another agency')
  assert.equal((await set({})).status, 303)
  assert.equal((await set({ 'ket-qua': '100', 'giay-to': '70' })).status, 303)
  const seen = words((await leader.get(path)).text)
  assert.match(seen, /đạt chỉ tiêu 100%/)
  assert.match(seen, /chưa đạt chỉ tiêu 70%/)
  assert.match(seen, /100 % 70 % Kế hoạch 12\/KH-UBND.*95 % 60 %/, 'the newest first, the older one is its history')
  assert.match(words((await leader.get(`${DESK}/tien-do`)).text), /đạt chỉ tiêu 100%.*chưa đạt chỉ tiêu 70%/)
  assert.match(words((await guest.get('/thong-ke/so-hoa')).text), /đạt chỉ tiêu 100%/)
  assert.match(words((await guest.get(`/co-quan/${HERE}`)).text), /đạt chỉ tiêu 100%/)
})

test('what was read on a scan and confirmed fills the next form', async () => {
  const { intake, citizen } = people, MARRIAGE = '1.004746'
  assert.equal(motcua(site.folder, ['user', 'verify', '--login', '001191000123']).status, 0)
  const code = await receive(intake, MARRIAGE, { dk_so: '11/1999' })
  const { path } = await cut(intake, [file(joined([await sheet(intake, code, 'ban_sao_ket_hon'), page('GIAY CHUNG NHAN KET HON')]))])
  const done = await work(intake, `${path}/1`, { viec: 'gan', 'f.ho_ten': 'Nguyễn Thị Thử', 'f.so': '77/2001', 'f.ngay': '05/06/2001', 'f.noi': 'UBND phường Hàng Bài' })
  assert.equal(done.status, 303, words(done.text).slice(0, 500))
  const { draft: id, panels } = await draft(citizen, MARRIAGE)
  const forms = (await Promise.all(panels.map(p => citizen.get(`/nop/${id}/to-khai/${p}`)))).map(p => p.text).join('\n')
  const value = name => forms.match(new RegExp(`<(?:input|textarea)[^>]*name="${name}"[^>]*>`))?.[0].match(/value="([^"]*)"/)?.[1]
  assert.equal(value('dk_so'), '77/2001', 'as the officer read it, not as it was typed')
  assert.match(forms, /05\/06\/2001/)
  assert.match(words(forms), /Lấy từ giấy tờ thành phố đã có: Giấy chứng nhận kết hôn[^.]*số 77\/2001/)
})

test('the database agrees with the store and with itself', async () => {
  const checked = motcua(site.folder, ['check', '--deep'])
  assert.equal(checked.status, 0, checked.stdout + checked.stderr)
})
