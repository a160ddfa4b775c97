// Results from the draft to the public check: five sorts issued by the real flow, each file valid for pdfsig and read back by pdftotext.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addKeys } from '../lib/keys.mjs'
import { PDF, act, at, receive } from '../lib/parked.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { motcua, serveAgain, startSite } from '../lib/server.mjs'
import { openSealed } from '../lib/numbers.mjs'
import { sql } from '../lib/engine.mjs'
import { soon } from '../lib/soon.mjs'

const HERE = 'H26.X.00070'
let site, people, keys
const work = mkdtempSync(join(tmpdir(), 'motcua-results-'))
before(async () => {
  site = await startSite({ people: addPeople, prepare: folder => {
    keys = addKeys(folder, [{ name: 'lanh-dao', person: 'nguoi-leader', holder: 'Trần Văn Thử' },
      { name: 'phuong', agency: HERE, holder: 'UBND phường Hoàn Kiếm' }, { name: 'ma', holder: 'Mã QR' }])
  } })
  people = await meetPeople(site)
})
after(() => { if (process.env.MOTCUA_LOG) writeFileSync(process.env.MOTCUA_LOG, site.log); rmSync(work, { recursive: true, force: true }); return site.clean() })

const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const run = (program, ...args) => spawnSync(program, args, { encoding: 'utf8' })

// Who examines writes the draft, then sends it to the leader.
async function prepare(procedure, template, fields, files, answers) {
  const { intake, specialist } = people, code = await receive(intake, procedure, answers)
  await act(specialist, code, 'claim')
  const page = await specialist.get(at(code))
  if (page.text.includes('viec/check_papers')) {
    const check = await specialist.get(`${at(code)}/viec/check_papers`)
    const papers = Object.fromEntries(check.forms().flatMap(f => [...f.names]).filter(n => /^papers\.[^.]+$/.test(n)).map(n => [n, 'original']))
    await act(specialist, code, 'check_papers', papers)
  }
  const path = `${at(code)}/ket-qua`, form = await specialist.get(template ? `${path}?mau=${template}` : path)
  assert.equal(form.status, 200, words(form).slice(0, 600))
  const done = await specialist.send(form, fields, { action: path, files: files ?? [] })
  assert.equal(done.status, 303, `${procedure}: ${done.status} ${words(done).slice(0, 1500)}`)
  await act(specialist, code, 'forward', { note: 'Đã soạn kết quả' })
  if ((await intake.get(at(code))).text.includes(`${at(code)}/viec/paid`)) await act(intake, code, 'paid', { number: 'BL 1' })
  return code
}

async function sign(code) {
  const { leader } = people, path = `${at(code)}/ket-qua`, page = await leader.get(path)
  const done = await leader.send(page, { 'chuc-vu': 'Chủ tịch' }, { action: `${path}/ky` })
  assert.equal(done.status, 303, `${code}: ${words(done).slice(0, 1500)}`)
  return issued(code)
}

// What the desk says when the server has signed: { token, number, file }.
async function issued(code) {
  const found = await soon(async () => {
    const page = await people.leader.get(`${at(code)}/ket-qua`)
    assert.doesNotMatch(page.text, /Lần ký trước không thành công/, words(page))
    return page.text.match(/\/can-bo\/ket-qua\/([\w-]+)"[^>]*>Số ([^<]+)</)
  }, () => `${code} was not signed:\n${site.log.split('\n').filter(l => /result/.test(l)).join('\n')}`)
  const file = await people.leader.get(`/can-bo/ket-qua/${found[1]}/tep`)
  assert.equal(file.status, 200)
  return { token: found[1], number: found[2], bytes: file.bytes }
}

function keep(name, bytes) {
  const path = join(work, `${name}.pdf`)
  writeFileSync(path, bytes)
  return path
}

function valid(path) {
  const nss = join(work, 'nss')
  run('mkdir', '-p', nss)
  run('certutil', '-d', `sql:${nss}`, '-N', '--empty-password')
  run('certutil', '-d', `sql:${nss}`, '-A', '-n', 'goc', '-t', 'CT,C,C', '-i', join(keys, 'trust/root.pem'))
  return run('pdfsig', '-nssdir', `sql:${nss}`, path).stdout
}

const SORTS = [
  { procedure: '2.000635', template: 'trich_luc_khai_sinh', fields: { 'f.ho_ten': 'NGUYỄN GIA BẢO', 'f.ngay_sinh': '15/04/2020', 'f.gioi_tinh': 'Nam', 'f.noi_sinh': 'Bệnh viện Phụ sản Hà Nội',
    'f.que_quan': 'Hà Nội', 'f.noi_dang_ky': 'UBND phường Hàng Bài', 'f.so_dang_ky': '15/2020', 'f.quyen_so': '01/2020', 'f.ngay_dang_ky': '20/04/2020', 'f.dan_toc': 'Kinh', 'f.quoc_tich': 'Việt Nam',
    'f.me_ho_ten': 'Trần Thị Ánh Ngọc', 'f.so_dinh_danh': '001220000123', 'vi-sao-so': 'new_number', 'go-lai-so': '001220000123' },
    text: ['TRÍCH LỤC KHAI SINH', 'NGUYỄN GIA BẢO', 'ngày mười lăm, tháng tư, năm hai nghìn không trăm hai mươi', 'TRẦN THỊ ÁNH NGỌC'], number: /^01\/TLKS-BS$/ },
  { procedure: '1.004873', template: 'xac_nhan_hon_nhan', fields: {}, answers: { 'noi_cu_tru_can_cu.commune': '00070' }, text: ['GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN', 'Giấy này có giá trị đến hết ngày'], number: /^01\/UBND-XNTTHN$/ },
  { procedure: '2.000815', template: 'chung_thuc_ban_sao', fields: { 'f.ten_giay_to': 'Bằng tốt nghiệp đại học', 'f.co_quan_cap': 'Đại học Quốc gia Hà Nội' }, files: [['quet', PDF]],
    text: ['Chứng thực bản sao điện tử này đúng với bản chính', 'Bằng tốt nghiệp đại học'], number: /^1-SCT\/BSĐT$/ },
  { procedure: '1.001612', template: 'ho_kinh_doanh', fields: { 'f.ten_ho': 'Phở Bát Đàn', 'f.tru_so': '49 phố Bát Đàn', 'f.von': '150.000.000', 'f.nganh_nghe.0.ten': 'Nhà hàng ăn uống', 'f.nganh_nghe.0.ma': '5610' },
    text: ['GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH', 'PHỞ BÁT ĐÀN', 'một trăm năm mươi triệu đồng'], number: /^01\/2026\/HKD$/ },
  { procedure: '1.001193', template: 'quyet_dinh', fields: { 'f.trich_yeu': 'đăng ký khai sinh quá hạn', 'f.noi_dung': 'Cho phép đăng ký khai sinh quá hạn đối với trẻ.\nGiao công chức tư pháp - hộ tịch ghi sổ.' },
    text: ['QUYẾT ĐỊNH', 'Về việc đăng ký khai sinh quá hạn', 'Giao công chức tư pháp - hộ tịch ghi sổ'], number: /^1\/QĐ-UBND$/ },
]
const made = {}

for (const sort of SORTS)
  test(`${sort.template} is issued: valid for pdfsig, and no more after one flipped byte; read back by pdftotext`, async () => {
    const code = await prepare(sort.procedure, sort.template, sort.fields, sort.files, sort.answers)
    const { leader } = people
    const seen = await leader.get(`${at(code)}/ket-qua/ban-du-thao.pdf`)
    assert.equal(seen.status, 200)
    assert.match(run('pdftotext', '-layout', keep('draft', seen.bytes), '-').stdout, /Số: \.\.\.\.\.\./)
    const picture = await leader.get(`${at(code)}/ket-qua/trang/1`)
    assert.equal(picture.status, 200)
    assert.deepEqual([...picture.bytes.subarray(0, 2)], [0xff, 0xd8])
    const result = made[sort.template] = { code, ...await sign(code) }
    assert.match(result.number, sort.number)
    const path = keep(sort.template, result.bytes), report = valid(path)
    assert.equal(report.match(/Signature is Valid/g)?.length, 2, report)
    assert.match(report, /ETSI\.CAdES\.detached/)
    assert.match(report, /Total document signed/)
    const reasons = [...result.bytes.toString('latin1').matchAll(/\/Reason\s*<([0-9A-Fa-f]+)>/g)].map(([, hex]) => Buffer.from(hex, 'hex').subarray(2).swap16().toString('utf16le'))
    assert.equal(reasons.length, 2)
    for (const reason of reasons) assert.ok(reason.endsWith(`, số ${result.number}`), `act and number, nobody's name: ${reason}`)
    const text = run('pdftotext', '-layout', path, '-').stdout.replace(/\s+/g, ' ')
    for (const want of [...sort.text, `Số: ${result.number}`, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Trần Văn Thử', 'CHỦ TỊCH']) assert.ok(text.includes(want), `${want} in ${text}`)
    const broken = Buffer.from(result.bytes)
    broken[Math.floor(broken.length / 3)] ^= 1
    assert.doesNotMatch(valid(keep('broken', broken)), /Signature is Valid[\s\S]*Signature is Valid/)
    const dossier = await leader.get(at(code))
    assert.match(words(dossier), /Đã xử lý xong/)
    assert.ok(words(dossier).includes(result.number))
    if (process.env.MOTCUA_KEEP) writeFileSync(join(process.env.MOTCUA_KEEP, `${sort.template}.pdf`), result.bytes)
  })

test('the public check: by the file, by the token, by the code on the paper', async () => {
  const { guest } = people, { bytes, token } = made.quyet_dinh
  const send = (name, content, type = 'application/pdf') => guest.submit('/xac-thuc', {}, { action: '/xac-thuc', files: [['tep', { name, type, content }]] })
  const good = await send('kq.pdf', bytes)
  assert.equal(good.status, 200, words(good))
  assert.match(words(good), /Thật, nguyên vẹn và còn hiệu lực/)
  assert.match(words(good), /N\. T\. T\./)
  assert.doesNotMatch(good.text, /Nguyễn Thị Thử/)
  const broken = Buffer.from(bytes)
  broken[Math.floor(bytes.length / 3)] ^= 1
  assert.match(words(await send('sua.pdf', broken)), /đã bị thay đổi|Không xác nhận được/)
  const foreign = Buffer.concat([PDF.content, Buffer.from('% chỉ để kiểm tra')])
  assert.match(words(await send('la.pdf', foreign)), /Không xác nhận được/)
  const name = createHash('sha256').update(foreign).digest('hex')
  assert.ok(!readdirSync(site.folder, { recursive: true }).some(p => p.endsWith(name.slice(2))), 'of a file that is only checked nothing stays')
  assert.equal((await send('anh.txt', Buffer.from('xin chào'), 'text/plain')).status, 422)
  assert.match(words(await guest.get(`/xac-thuc/${token}`)), /Thật, nguyên vẹn và còn hiệu lực/)
  assert.match(words(await guest.get('/xac-thuc/khong-co-ma-nay')), /Không xác nhận được/)
  assert.equal((await guest.get('/xac-thuc')).status, 200)
  const png = run('pdftoppm', '-r', '150', '-png', keep('qr', bytes), join(work, 'qr'))
  assert.equal(png.status, 0)
  const code = run('sh', '-c', `zbarimg -q --raw ${join(work, 'qr')}*.png`).stdout.trim()
  if (code) {
    assert.match(code, /\/xac-thuc\/MC1\./)
    const claim = code.match(/\/xac-thuc\/(\S+)/)[1]
    assert.match(words(await guest.get(`/xac-thuc/${claim}`)), /Mã QR có chữ ký riêng/)
    assert.match(words(await guest.get(`/xac-thuc/${claim.slice(0, -6)}AAAAAA`)), /thay đổi|Không xác nhận được/)
  }
})

test('a result that holds a person number is in that person’s vault', async () => {
  const rows = sql(site.folder, 'SELECT number FROM vault_item WHERE source = 1').trim().split('\n')
  assert.match(rows.map(r => openSealed(site.folder, r)).join(' '), /TLKS-BS/)
})

test('the register: gapless, with CSV; a revoked one says so to everybody', async () => {
  const { leader, guest, specialist } = people, { token, number } = made.quyet_dinh
  const book = await specialist.get('/can-bo/so-cap-so?so=quyet_dinh&nam=2026')
  assert.ok(book.text.includes(number), words(book))
  assert.equal((await specialist.get('/can-bo/so-cap-so')).status, 200)
  const csv = await specialist.get('/can-bo/so-cap-so.csv?so=quyet_dinh&nam=2026')
  assert.match(csv.text, /1\/QĐ-UBND/)
  assert.equal((await leader.get('/can-bo/ky-ket-qua')).status, 200)
  const page = await leader.get(`/can-bo/ket-qua/${token}`), path = `/can-bo/ket-qua/${token}/thu-hoi`
  assert.equal((await leader.send(page, { reason: '', 'ly-do': 'issued_wrong' }, { action: path })).status, 422)
  assert.equal((await leader.send(page, { reason: 'Cấp nhầm cho ông Nguyễn Văn Nhầm', 'ly-do': 'missing' }, { action: path })).status, 422, 'a reason of another list')
  assert.doesNotMatch((await specialist.get(`/can-bo/ket-qua/${token}`)).text, /thu-hoi/)
  const done = await leader.send(await leader.get(`/can-bo/ket-qua/${token}`), { reason: 'Cấp nhầm cho ông Nguyễn Văn Nhầm', 'ly-do': 'issued_wrong' }, { action: path })
  assert.equal(done.status, 303, words(done))
  const said = words(await guest.get(`/xac-thuc/${token}`))
  assert.match(said, /không còn hiệu lực/)
  assert.match(said, /Cấp không đúng đối tượng/)
  assert.doesNotMatch(said, /Nguyễn Văn Nhầm/, 'what officers write to each other is not for everybody')
  assert.match(words(await specialist.get(`/can-bo/ket-qua/${token}`)), /Nguyễn Văn Nhầm/)
  assert.match((await guest.get(`/xac-thuc/${token}?lang=en`)).text, /Issued to somebody not entitled/)
  await guest.get('/xac-thuc?lang=vi')
})

test('several at once; a correction takes the place of the old result', async () => {
  const { leader } = people
  const old = made.ho_kinh_doanh, again = { 'f.ten_ho': 'Phở Bát Đàn mới', 'f.tru_so': '49 phố Bát Đàn', 'f.von': '1', 'f.nganh_nghe.0.ten': 'Ăn uống', thay: old.number }
  const codes = [await prepare('1.001612', 'ho_kinh_doanh', again), await prepare('1.001193', 'quyet_dinh', { 'f.trich_yeu': 'một việc khác', 'f.noi_dung': 'Đồng ý.' })]
  const page = await leader.get('/can-bo/ky-ket-qua')
  const chosen = codes.map(code => page.text.match(new RegExp(`value="(${code}:\\d+:\\d+)"`))?.[1])
  assert.ok(chosen.every(Boolean), words(page))
  const form = page.forms().find(f => f.action === '/can-bo/ky-ket-qua')
  assert.ok(form)
  for (const value of chosen) {
    const now = await leader.get('/can-bo/ky-ket-qua')
    const done = await leader.send(now, { chon: value, 'chuc-vu': 'Phó Chủ tịch' }, { action: '/can-bo/ky-ket-qua' })
    assert.equal(done.status, 303, words(done))
  }
  for (const code of codes) await issued(code)
  assert.match(words(await people.guest.get(`/xac-thuc/${old.token}`)), /Đã được thay thế/)
})

test('what is missing is named; no draft is signed, nothing is signed twice', async () => {
  const { intake, specialist, leader } = people, code = await receive(intake, '1.001193')
  const path = `${at(code)}/ket-qua`, form = await specialist.get(`${path}?mau=quyet_dinh`)
  const bad = await specialist.send(form, { 'f.trich_yeu': '', 'f.noi_dung': '' }, { action: path, files: [] })
  assert.equal(bad.status, 422)
  assert.match(bad.text, /#f-f\.trich_yeu/)
  assert.equal((await leader.get(`${path}/ban-du-thao.pdf`)).status, 404)
  const ok = await specialist.send(await specialist.get(`${path}?mau=quyet_dinh`), { 'f.trich_yeu': 'x', 'f.noi_dung': 'y' }, { action: path, files: [] })
  assert.equal(ok.status, 303, words(ok))
  const drop = await specialist.send(await specialist.get(path), { reason: 'soạn nhầm' }, { action: `${path}/bo` })
  assert.equal(drop.status, 303, words(drop))
  const twice = await leader.post(`${at(made.trich_luc_khai_sinh.code)}/ket-qua/ky`, { v: 1, rv: 1, 'chuc-vu': 'Chủ tịch' })
  assert.ok([403, 409].includes(twice.status), `${twice.status}`)
})

test('a number that is nobody’s of the dossier is declared and typed twice, or refused', async () => {
  const { intake, specialist } = people, code = await receive(intake, '1.001193'), path = `${at(code)}/ket-qua`
  await act(specialist, code, 'claim').catch(() => null)
  const fields = { 'f.trich_yeu': 'một việc', 'f.noi_dung': 'Đồng ý.' }
  const send = async more => specialist.send(await specialist.get(`${path}?mau=quyet_dinh`), { ...fields, ...more }, { action: path, files: [] })
  const slip = await send({ 'f.so_dinh_danh': '001191000999' })
  assert.equal(slip.status, 422)
  assert.match(words(slip), /không phải của người nào trong hồ sơ/)
  assert.match(slip.text, /name="vi-sao-so"[\s\S]*name="go-lai-so"/)
  assert.equal((await send({ 'f.so_dinh_danh': '001191000999', 'vi-sao-so': 'issued_wrong', 'go-lai-so': '001191000999' })).status, 422, 'a reason of another list')
  assert.equal((await send({ 'f.so_dinh_danh': '001191000999', 'vi-sao-so': 'for_another', 'go-lai-so': '001191000998' })).status, 422, 'not the same twice')
  const declared = await send({ 'f.so_dinh_danh': '001191000999', 'vi-sao-so': 'for_another', 'go-lai-so': '001191000999' })
  assert.equal(declared.status, 303, words(declared))
  assert.match(words(await specialist.get(path)), /Người nộp hồ sơ yêu cầu giấy tờ về người khác/)
  assert.equal((await send({ 'f.so_dinh_danh': '001191000999' })).status, 303, 'what was declared stays')
  assert.equal((await send({ 'f.so_dinh_danh': '001191000998' })).status, 422, 'for that number alone')
})

test('a server that is killed between number and file: the next one signs, no number is lost', async () => {
  const code = await prepare('1.001193', 'quyet_dinh', { 'f.trich_yeu': 'việc bị ngắt', 'f.noi_dung': 'Đồng ý.' })
  const { leader } = people, path = `${at(code)}/ket-qua`, page = await leader.get(path)
  await leader.send(page, { 'chuc-vu': 'Chủ tịch' }, { action: `${path}/ky` }).catch(() => null)
  await site.stop('SIGKILL')
  site = await serveAgain(site)
  people = await meetPeople(site)
  sql(site.folder, "UPDATE result SET try_at = 0 WHERE state = 2")     // the lease of the dead server is over
  const result = await issued(code)
  assert.equal(valid(keep('killed', result.bytes)).match(/Signature is Valid/g)?.length, 2)
  const deep = motcua(site.folder, ['check', '--deep'])
  assert.equal(deep.status, 0, deep.stdout + deep.stderr)
})
