// Agencies in public and in administration: the tree by date, officers, roles, stand-ins, delegations.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, motcua } from '../lib/server.mjs'
import { said, soon } from '../lib/soon.mjs'

const PASSWORD = 'ba con trâu ăn cỏ ven đê'
const WARD = '/quan-tri/co-quan/H26.X.00070/2025-07-01'
let site
const add = (folder, login, name, role) =>
  motcua(folder, ['user', 'add', '--login', login, '--name', name, '--role', role, '--password-stdin'], { input: PASSWORD + '\n' })
before(async () => {
  site = await startSite({ prepare: folder => {
    add(folder, 'quantri', 'Quản Trị', 'administrator@H26')
    add(folder, 'phuong', 'Quản Trị Phường', 'administrator@H26.X.00070')
    add(folder, 'lan', 'Nguyễn Lan', 'intake@H26.X.00070')
    add(folder, 'xa', 'Trần Xa', 'leader@H26.X.00082')
  } })
})
after(() => site.clean())

async function officer(login, password = PASSWORD) {
  const c = site.client()
  const done = await c.submit('/can-bo/dang-nhap', { login, password })
  assert.equal(done.status, 303, login)
  return c
}
const iso = days => new Date(Date.now() + 7 * 3600e3 + days * 86400e3).toISOString().slice(0, 10)

// Servers load a change of the tree some seconds later: asks again until `good` says yes.
async function eventually(ask, good) {
  let last
  await soon(async () => good(last = await ask()), () => said(last))
  return last
}
const shows = (path, what) => eventually(() => site.client().get(path), r => what.test(r.text))

test('the public list: search without diacritics, the ended only when asked for', async () => {
  const c = site.client()
  const all = await c.get('/co-quan')
  assert.equal(all.status, 200)
  assert.match(all.text, /Xã, phường <span class="count">126</)
  assert.match(all.text, /1022/)
  assert.doesNotMatch(all.text, /Quận Ba Đình/)
  const found = await c.get('/co-quan?q=hoan%20kiem')
  assert.match(found.text, /Phường Hoàn Kiếm/)
  assert.doesNotMatch(found.text, /Phường Cửa Nam</)
  assert.match((await c.get('/co-quan?q=quan%20ba%20dinh&cu=1')).text, /Quận Ba Đình/)
  assert.match((await c.get('/co-quan?q=kh%C3%B4ng%20c%C3%B3')).text, /Không tìm thấy cơ quan nào/)
})

test('one agency: what it was, what it became, the same code on another date', async () => {
  const c = site.client()
  const now = await c.get('/co-quan/H26.X.00004')
  assert.match(now.text, /<h1>Phường Ba Đình<\/h1>/)
  assert.match(now.text, /Trước đây là/)
  const before = await c.get('/co-quan/H26.X.00004?ngay=2025-06-30')
  assert.match(before.text, /<h1>Phường Trúc Bạch<\/h1>/)
  assert.match(before.text, /đã kết thúc hoạt động/)
  const district = await c.get('/co-quan/H26.X.001')
  assert.match(district.text, /Quận Ba Đình/)
  assert.match(district.text, /Hồ sơ do <a [^>]*>Phường Ba Đình<\/a> tiếp tục giải quyết/)
  assert.match((await c.get('/co-quan/000.00.16.H26')).text, /Sở Tư pháp/)         // the older form of a code
  assert.equal((await c.get('/co-quan/H26.99')).status, 404)
  assert.equal((await c.get('/co-quan/xyz')).status, 404)
  assert.equal((await c.get('/co-quan/H26.16?ngay=hom-nay')).status, 400)
})

test('administration is for administrators', async () => {
  const c = await officer('lan')
  for (const path of ['/quan-tri/co-quan', '/quan-tri/can-bo', WARD, WARD + '/sua', '/quan-tri/can-bo/them'])
    assert.equal((await c.get(path)).status, 403, path)
  assert.equal((await site.client().get('/quan-tri/co-quan')).status, 303)
})

test('contacts and leaders: saved, shown in public, a second screen is refused', async () => {
  const c = await officer('phuong')
  const one = await c.get(WARD + '/sua'), two = await c.get(WARD + '/sua')
  const done = await c.send(one, { 'duong-day-nong': '024 3333 4444', 'lanh-dao': 'Chủ tịch UBND; Nguyễn Văn Mẫu; 024 3333 5555\nPhó Chủ tịch' })
  assert.equal(done.status, 303)
  assert.equal(done.location, WARD)
  const shown = await shows('/co-quan/H26.X.00070', /024 3333 4444/)
  assert.match(shown.text, /024 3333 4444/)
  assert.match(shown.text, /Nguyễn Văn Mẫu/)
  assert.match(shown.text, /Phó Chủ tịch/)
  assert.equal((await c.send(two, { 'duong-day-nong': '024 9999 9999' })).status, 409)
  const wrong = await c.submit(WARD + '/sua', { 'duong-day-nong': 'gọi sau', 'lanh-dao': '; không chức danh' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /href="#f-duong-day-nong"/)
  assert.match(wrong.text, /href="#f-lanh-dao"/)
  assert.match(wrong.text, /value="gọi sau"/)
})

test('an administrator of one ward changes nothing in another', async () => {
  const c = await officer('phuong')
  assert.equal((await c.get('/quan-tri/co-quan/H26.X.00082/2025-07-01/sua')).status, 403)
  const page = await c.get(WARD + '/sua')
  const r = await c.send(page, { ten: 'Phường Khác' }, { })
  assert.equal(r.status, 303)             // the own one may be corrected ...
  await c.submit(WARD + '/sua', { ten: 'Phường Hoàn Kiếm' })
  const form = (await c.get(WARD + '/sua')).forms().find(f => f.action.endsWith('/sua'))
  const other = await c.post('/quan-tri/co-quan/H26.X.00082/2025-07-01/sua', form.fields)
  assert.equal(other.status, 403)         // ... another one not, by its address either
})

test('a block below a ward', async () => {
  const c = await officer('phuong')
  const fields = { ten: 'Tổ dân phố số 1', ma: 'H26.X.00070.T01', 'ma-tam': '1', loai: 'block', 'truc-thuoc': 'H26.X.00070', 'tu-ngay': '01/01/2026', 'mot-cua': undefined }
  const done = await c.submit('/quan-tri/co-quan/them', fields)
  assert.equal(done.status, 303, done.text)
  assert.match((await shows('/co-quan/H26.X.00070', /Tổ dân phố số 1/)).text, /Tổ dân phố số 1/)
  const again = await c.submit('/quan-tri/co-quan/them', fields)
  assert.equal(again.status, 422)
  assert.match(again.text, /href="#f-ma"/)
  const rows = [
    ['a village below a city', { 'truc-thuoc': 'H26', loai: 'village', ma: 'H26.X.V1' }, ['f-truc-thuoc', 403]],
    ['a commune without unit code', { loai: 'commune', ma: 'H26.X.V2', 'truc-thuoc': 'H26' }, ['f-ma-don-vi', 403]],
    ['no name', { ten: '', ma: 'H26.X.V3' }, ['f-ten', 422]],
    ['a code that is none', { ma: 'khong-phai', ten: 'Thôn A' }, ['f-ma', 422]],
    ['a day before the ward', { ma: 'H26.X.V4', 'tu-ngay': '01/01/2020' }, ['f-truc-thuoc', 422]],
  ]
  for (const [name, more, [field, status]] of rows) {
    const r = await c.submit('/quan-tri/co-quan/them', { ...fields, ...more })
    assert.equal(r.status, status, `${name}: ${r.status}`)
    if (status === 422) assert.match(r.text, new RegExp(`href="#${field}"`), name)
  }
})

test('a new version from today: officers move along, the old name stays with the old date', async () => {
  const c = await officer('quantri')
  const path = '/quan-tri/co-quan/H26.X.00025/2025-07-01'
  const done = await c.submit(path + '/ban-moi', { ten: 'Phường Giảng Võ Mới', 'tu-ngay': iso(0) })
  assert.equal(done.status, 303, done.text)
  assert.equal(done.location, `/quan-tri/co-quan/H26.X.00025/${iso(0)}`)
  assert.match((await shows('/co-quan/H26.X.00025', /<h1>Phường Giảng Võ Mới/)).text, /<h1>Phường Giảng Võ Mới<\/h1>/)
  assert.match((await c.get('/co-quan/H26.X.00025?ngay=2026-01-01')).text, /<h1>Phường Giảng Võ<\/h1>/)
  const past = await c.submit('/quan-tri/co-quan/H26.X.00028/2025-01-01/ban-moi', { ten: 'X', 'tu-ngay': iso(0) })
  assert.equal(past.status, 409)
})

test('the end of an agency needs a successor and a confirmation', async () => {
  const c = await officer('quantri')
  const path = '/quan-tri/co-quan/H26.X.SDL/2015-09-01'
  const rows = [
    ['no confirmation', { 'den-ngay': iso(10), 'ke-tuc': 'H26.19' }, 'chac-chan'],
    ['no successor', { 'den-ngay': iso(10), 'ke-tuc': '', 'chac-chan': '1' }, 'ke-tuc'],
    ['a successor that is none', { 'den-ngay': iso(10), 'ke-tuc': 'H26.99', 'chac-chan': '1' }, 'ke-tuc'],
    ['itself', { 'den-ngay': iso(10), 'ke-tuc': 'H26.X.SDL', 'chac-chan': '1' }, 'ke-tuc'],
    ['two, each the whole', { 'den-ngay': iso(10), 'ke-tuc': 'H26.19\nH26.02', cach: 'full', 'chac-chan': '1' }, 'ke-tuc'],
    ['before it began', { 'den-ngay': '2010-01-01', 'ke-tuc': 'H26.16', 'chac-chan': '1' }, 'den-ngay'],
  ]
  for (const [name, fields, field] of rows) {
    const r = await c.submit(path + '/ket-thuc', fields)
    assert.equal(r.status, 422, `${name}: ${r.status}`)
    assert.match(r.text, new RegExp(`href="#f-${field}"`), name)
  }
  const done = await c.submit(path + '/ket-thuc', { 'den-ngay': iso(10), 'ke-tuc': 'H26.19', cach: 'full', 'chac-chan': '1' })
  assert.equal(done.status, 303, done.text)
  assert.match((await shows('/co-quan/H26.X.SDL', /Nhập toàn bộ/)).text, /Nhập toàn bộ vào: <a [^>]*>Sở Văn hóa và Thể thao/)
  const root = await c.submit('/quan-tri/co-quan/H26/2008-08-01/ket-thuc', { 'den-ngay': iso(10), 'ke-tuc': 'H26.19', 'chac-chan': '1' })
  assert.equal(root.status, 409)          // what lies below comes first
})

test('delegated competence by a decision with dates, and its end', async () => {
  const c = await officer('quantri')
  const path = '/quan-tri/co-quan/H26.16/2008-08-01'
  const fields = { 'co-quan': 'H26.100', 'thu-tuc': '2.000635', 'quyet-dinh': '12/QĐ-STP', 'ngay-quyet-dinh': iso(-5), 'tu-ngay': iso(0), 'den-ngay': iso(30) }
  for (const [name, more, field] of [
    ['to itself', { 'co-quan': 'H26.16' }, 'co-quan'], ['no number', { 'quyet-dinh': '' }, 'quyet-dinh'],
    ['decided afterwards', { 'ngay-quyet-dinh': iso(3) }, 'ngay-quyet-dinh'], ['ends before it begins', { 'den-ngay': iso(-1) }, 'den-ngay'],
  ]) {
    const r = await c.submit(path + '/uy-quyen', { ...fields, ...more })
    assert.equal(r.status, 422, name)
    assert.match(r.text, new RegExp(`href="#f-${field}"`), name)
  }
  assert.equal((await c.submit(path + '/uy-quyen', fields)).status, 303)
  const page = await c.get(path)
  assert.match(page.text, /12\/QĐ-STP/)
  assert.equal((await c.send(page, {}, { action: path + '/uy-quyen/ket-thuc' })).status, 303)
  assert.equal((await c.get(path)).forms().filter(f => f.action.endsWith('/uy-quyen/ket-thuc')).length, 0)
})

test('a new officer gets a link for the first password that is shown once', async () => {
  const c = await officer('phuong')
  const fields = { login: 'moi', 'ho-ten': 'Lê Mới', 'dien-thoai': '', email: '', 'vai-tro': 'intake', 'co-quan': 'H26.X.00070' }
  const page = await c.submit('/quan-tri/can-bo/them', fields)
  assert.equal(page.status, 200, page.text)
  const link = /\/can-bo\/dat-mat-khau\/[\w-]{43}/.exec(page.text)[0], password = 'một câu chưa ai biết'
  assert.ok(!(await c.get('/quan-tri/can-bo/moi')).text.includes(link))
  const own = site.client()
  assert.equal((await own.submit(link, { password, password2: password })).location, '/can-bo/dang-nhap')
  assert.equal((await own.submit('/can-bo/dang-nhap', { login: 'moi', password })).location, '/can-bo')
  for (const [name, more, field] of [
    ['a login that is taken', {}, 'login'], ['a login in capitals', { login: 'LAN' }, 'login'], ['no name', { login: 'b1', 'ho-ten': '' }, 'ho-ten'],
    ['no role', { login: 'b2', 'vai-tro': '' }, 'vai-tro'], ['no agency', { login: 'b3', 'co-quan': '' }, 'co-quan'],
    ['an agency that is none', { login: 'b4', 'co-quan': 'H26.99' }, 'co-quan'],
  ]) {
    const r = await c.submit('/quan-tri/can-bo/them', { ...fields, ...more })
    assert.equal(r.status, 422, name)
    assert.match(r.text, new RegExp(`href="#f-${field}"`), name)
  }
  assert.equal((await c.submit('/quan-tri/can-bo/them', { ...fields, login: 'b5', 'co-quan': 'H26.X.00082' })).status, 403)
})

test('roles: given from a date, ended at once; another ward’s officer is not found', async () => {
  const c = await officer('phuong')
  assert.equal((await c.get('/quan-tri/can-bo/xa')).status, 404)
  assert.doesNotMatch((await c.get('/quan-tri/can-bo')).text, /Trần Xa/)
  const role = { 'vai-tro': 'specialist', 'co-quan': 'H26.X.00070', 'tu-ngay': iso(0), 'den-ngay': '' }
  assert.equal((await c.submit('/quan-tri/can-bo/lan/vai-tro', role)).status, 303)
  const twice = await c.submit('/quan-tri/can-bo/lan/vai-tro', role)
  assert.equal(twice.status, 422)
  assert.match(twice.text, /đã có vai trò này/)
  const page = await c.get('/quan-tri/can-bo/lan')
  const end = page.forms().filter(f => f.action.endsWith('/vai-tro/ket-thuc')).find(f => f.fields['vai-tro'] === 'specialist')
  assert.equal((await c.post(end.action, end.fields)).status, 303)
  const after = (await c.get('/quan-tri/can-bo/lan')).forms().filter(f => f.action.endsWith('/vai-tro/ket-thuc'))
  assert.deepEqual(after.map(f => f.fields['vai-tro']), ['intake'])
})

test('who holds a role above the ward cannot be managed from the ward', async () => {
  const city = await officer('quantri'), ward = await officer('phuong')
  await city.submit('/quan-tri/can-bo/them', { login: 'hai.noi', 'ho-ten': 'Hai Nơi', 'vai-tro': 'intake', 'co-quan': 'H26.X.00070' })
  assert.equal((await ward.get('/quan-tri/can-bo/hai.noi')).status, 200)
  await city.submit('/quan-tri/can-bo/hai.noi/vai-tro', { 'vai-tro': 'leader', 'co-quan': 'H26.16', 'tu-ngay': iso(0), 'den-ngay': '' })
  assert.equal((await ward.get('/quan-tri/can-bo/hai.noi')).status, 404)
  assert.equal((await ward.get('/quan-tri/can-bo/quantri/mat-khau')).status, 404)
})

test('a stand-in for some days', async () => {
  const c = await officer('quantri')
  const fields = { 'nguoi-thay': 'lan', 'tu-ngay': iso(0), 'den-ngay': iso(2), 'ly-do': 'Nghỉ phép' }
  for (const [name, more, field] of [
    ['nobody', { 'nguoi-thay': 'khong.co' }, 'nguoi-thay'], ['the absent officer', { 'nguoi-thay': 'xa' }, 'nguoi-thay'],
    ['ends before it begins', { 'den-ngay': iso(-1) }, 'den-ngay'], ['no reason', { 'ly-do': '' }, 'ly-do'],
  ]) {
    const r = await c.submit('/quan-tri/can-bo/xa/lam-thay', { ...fields, ...more })
    assert.equal(r.status, 422, name)
    assert.match(r.text, new RegExp(`href="#f-${field}"`), name)
  }
  assert.equal((await c.submit('/quan-tri/can-bo/xa/lam-thay', fields)).status, 303)
  const page = await c.get('/quan-tri/can-bo/xa')
  assert.match(page.text, /Nghỉ phép/)
  assert.equal((await c.send(page, {}, { action: '/quan-tri/can-bo/xa/lam-thay/ket-thuc' })).status, 303)
})

test('a reset password ends sessions and is asked about first', async () => {
  const c = await officer('quantri'), xa = await officer('xa')
  assert.equal((await c.submit('/quan-tri/can-bo/xa/mat-khau', {})).status, 422)
  const page = await c.submit('/quan-tri/can-bo/xa/mat-khau', { 'chac-chan': '1' })
  const link = /\/can-bo\/dat-mat-khau\/[\w-]{43}/.exec(page.text)[0], password = 'một câu chưa ai dùng'
  assert.equal((await xa.get('/can-bo/tai-khoan')).status, 303)
  assert.equal((await site.client().submit(link, { password, password2: password })).status, 303)
  assert.equal((await site.client().submit('/can-bo/dang-nhap', { login: 'xa', password })).status, 303)
})

test('an account that is closed is out at once; nobody closes the own one', async () => {
  const c = await officer('quantri'), lan = await officer('lan')
  assert.equal((await c.submit('/quan-tri/can-bo/lan/sua', { 'lam-viec': undefined })).status, 303)
  assert.equal((await lan.get('/can-bo/tai-khoan')).status, 303)
  assert.equal((await site.client().submit('/can-bo/dang-nhap', { login: 'lan', password: PASSWORD })).status, 422)
  assert.equal((await c.submit('/quan-tri/can-bo/lan/sua', { 'lam-viec': '1' })).status, 303)
  await officer('lan')
  assert.equal((await c.submit('/quan-tri/can-bo/quantri/sua', { 'lam-viec': undefined })).status, 422)
})

test('administrators see lists with filters', async () => {
  const c = await officer('quantri')
  assert.match((await c.get('/quan-tri/co-quan?q=tu%20phap')).text, /Sở Tư pháp/)
  assert.doesNotMatch((await c.get('/quan-tri/co-quan?loai=department')).text, /Phường Hoàn Kiếm/)
  const first = await c.get('/quan-tri/co-quan')
  assert.match(first.text, /tu=100/)
  assert.equal((await c.get('/quan-tri/co-quan?tu=100')).status, 200)
  assert.equal((await c.get('/quan-tri/co-quan?loai=planet')).status, 400)
  assert.match((await c.get('/quan-tri/can-bo?q=nguyen')).text, /Nguyễn Lan/)
})
