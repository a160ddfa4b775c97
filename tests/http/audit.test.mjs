// Who saw whose data: auditors of their reach, citizens of their own dossiers.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, motcua } from '../lib/server.mjs'

const PASSWORD = 'ba con trâu ăn cỏ ven đê'
let site
const add = (folder, login, name, role) =>
  motcua(folder, ['user', 'add', '--login', login, '--name', name, '--role', role, '--password-stdin'], { input: PASSWORD + '\n' })
before(async () => {
  site = await startSite({ prepare: folder => {
    add(folder, 'quantri', 'Quản Trị', 'administrator@H26')
    add(folder, 'kiemtra', 'Kiểm Tra', 'auditor@H26')
    add(folder, 'kiemtra2', 'Kiểm Tra Phường', 'auditor@H26.X.00082')
    add(folder, 'lan', 'Nguyễn Lan', 'intake@H26.X.00070')
  } })
})
after(() => site.clean())

async function officer(login) {
  const c = site.client()
  assert.equal((await c.submit('/can-bo/dang-nhap', { login, password: PASSWORD })).status, 303)
  return c
}

test('what an administrator saw of an officer is in the log, within the auditor’s reach only', async () => {
  const admin = await officer('quantri')
  assert.equal((await admin.get('/quan-tri/can-bo/lan')).status, 200)
  const all = await (await officer('kiemtra')).get('/quan-tri/nhat-ky')
  assert.equal(all.status, 200)
  assert.match(all.text, /Quản Trị <span class="muted">quantri<\/span>/)
  assert.match(all.text, /Xem tài khoản cán bộ/)
  const ward = await (await officer('kiemtra2')).get('/quan-tri/nhat-ky')
  assert.equal(ward.status, 200)
  assert.doesNotMatch(ward.text, /quantri/)
})

test('filters by officer and by dossier; reading the log is logged', async () => {
  const c = await officer('kiemtra')
  await c.get('/quan-tri/nhat-ky')
  const own = await c.get('/quan-tri/nhat-ky?can-bo=kiemtra')
  assert.match(own.text, /Xem nhật ký truy cập/)
  assert.doesNotMatch(own.text, /Xem tài khoản cán bộ/)
  assert.match((await c.get('/quan-tri/nhat-ky?ho-so=H26.X.00070-260101-0001')).text, /Không có lượt xem nào/)
  assert.match((await c.get('/quan-tri/nhat-ky?ho-so=H26.X.00070-260101-0001&can-bo=lan')).text, /Không có lượt xem nào/)
  assert.equal((await c.get('/quan-tri/nhat-ky?ho-so=khong')).status, 400)
  assert.equal((await c.get('/quan-tri/nhat-ky?tu=zz')).status, 200)
})

test('only auditors read it; a citizen reads of the own dossiers', async () => {
  assert.equal((await (await officer('lan')).get('/quan-tri/nhat-ky')).status, 403)
  assert.equal((await (await officer('quantri')).get('/quan-tri/nhat-ky')).status, 403)
  const c = site.client()
  await c.submit('/dang-ky', { 'ho-ten': 'Trần An', 'so-dinh-danh': '001090000001', 'dien-thoai': '0912345678', email: '', password: PASSWORD, password2: PASSWORD, 'dong-y': '1' })
  assert.match((await c.get('/tai-khoan')).text, /href="\/tai-khoan\/nhat-ky"/)
  assert.match((await c.get('/tai-khoan/nhat-ky')).text, /Chưa có ai xem hồ sơ của bạn/)
  assert.equal((await (await officer('lan')).get('/tai-khoan/nhat-ky')).status, 403)
})
