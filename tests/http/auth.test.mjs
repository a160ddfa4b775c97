// Signing in and out, registering, own settings, limits against guessing.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, motcua } from '../lib/server.mjs'

const PASSWORD = 'ba con trâu ăn cỏ ven đê'
let site
before(async () => {
  site = await startSite({ prepare: folder => {
    motcua(folder, ['user', 'add', '--login', 'lan', '--name', 'Nguyễn Lan', '--role', 'intake@H26.X.00070', '--password-stdin'], { input: PASSWORD + '\n' })
    motcua(folder, ['user', 'add', '--login', 'hoa', '--name', 'Lê Hoa', '--role', 'intake@H26.X.00070', '--password-stdin'], { input: PASSWORD + '\n' })
    motcua(folder, ['user', 'add', '--login', 'dung', '--name', 'Đỗ Dũng', '--role', 'leader@H26.X.00070', '--password-stdin'], { input: PASSWORD + '\n' })
  } })
})
after(() => site.clean())

const citizen = (number, more = {}) => ({
  'ho-ten': 'Trần An', 'so-dinh-danh': number, 'dien-thoai': '0912 345 678', email: '', password: PASSWORD, password2: PASSWORD, 'dong-y': '1', ...more,
})

test('an officer signs in, is named with the agency, and signs out', async () => {
  const c = site.client()
  const done = await c.submit('/can-bo/dang-nhap', { login: 'lan', password: PASSWORD })
  assert.equal(done.status, 303)
  assert.equal(done.location, '/can-bo')
  const page = await c.get('/can-bo/tai-khoan')
  assert.equal(page.status, 200)
  assert.match(page.text, /Nguyễn Lan/)
  assert.match(page.text, /UBND phường Hoàn Kiếm/)
  const out = await c.send(page, {}, { action: '/dang-xuat' })
  assert.equal(out.status, 303)
  assert.equal((await c.get('/can-bo/tai-khoan')).status, 303)       // to the sign-in page
})

test('the session cookie cannot be read by scripts and does not cross sites', async () => {
  const c = site.client()
  const done = await c.submit('/can-bo/dang-nhap', { login: 'lan', password: PASSWORD })
  const cookie = [].concat(done.headers['set-cookie']).find(x => /phien=/.test(x))
  assert.match(cookie, /HttpOnly/)
  assert.match(cookie, /SameSite=Lax/)
  assert.match(cookie, /phien=[\w-]{43};/)                            // 256 bits
})

test('every cookie of a site with https is bound to its host, and browsers are told to stay with https', async () => {
  const secure = await startSite({ flags: ['--base-url', 'https://dichvucong.example.vn'], prepare: folder => {
    motcua(folder, ['user', 'add', '--login', 'lan', '--name', 'Nguyễn Lan', '--role', 'intake@H26.X.00070', '--password-stdin'], { input: PASSWORD + '\n' })
  } })
  const c = secure.client(), seen = []
  const take = r => { seen.push(...[].concat(r.headers['set-cookie'] ?? [])); return r }
  take(await c.get('/?lang=en'))
  const page = take(await c.get('/can-bo/dang-nhap'))
  assert.equal(take(await c.send(page, { login: 'lan', password: PASSWORD })).status, 303)
  const own = take(await c.get('/can-bo/tai-khoan'))
  assert.equal(own.status, 200)
  take(await c.send(own, {}, { action: '/dang-xuat' }))               // leaves a notification: a cookie, too
  take(await c.get('/'))                                              // and takes it
  assert.deepEqual([...new Set(seen.map(x => x.split('=')[0]))].sort(), ['__Host-bao', '__Host-khach', '__Host-lang', '__Host-may', '__Host-phien'])
  for (const cookie of seen)
    assert.match(cookie, /^__Host-[a-z-]+=[^;]*; Path=\/; HttpOnly; SameSite=Lax(; Max-Age=\d+)?; Secure$/)
  for (const path of ['/', '/khong-co', '/healthz', '/api/v1/openapi.json', '/can-bo'])
    assert.equal((await c.get(path)).headers['strict-transport-security'], 'max-age=63072000; includeSubDomains', path)
  assert.equal((await site.client().get('/')).headers['strict-transport-security'], undefined, 'a site without https must not say so')
  await secure.clean()
})

test('the log tells of sign-ins and refusals, by number and way, and of nothing that was typed', async () => {
  const c = site.client(), from = site.log.length
  await c.submit('/can-bo/dang-nhap', { login: 'hoa', password: 'q-sai-hẳn-rồi' })
  assert.equal((await c.submit('/can-bo/dang-nhap', { login: 'hoa', password: PASSWORD })).status, 303)
  assert.equal((await c.get('/quan-tri/co-quan')).status, 403)
  const page = await c.get('/can-bo/tai-khoan')
  assert.equal((await c.send(page, { _csrf: 'x'.repeat(64) }, { action: '/dang-xuat' })).status, 403)
  assert.equal((await c.send(page, {}, { action: '/dang-xuat' })).status, 303)
  await site.logged(/what=signed-out/, from)
  const lines = site.log.slice(from).split('\n').filter(l => /msg=security /.test(l))
  const told = lines.map(l => [l.match(/what=(\S+)/)[1], l.match(/route=(\S+)/)[1], /level=warn/.test(l)])
  for (const want of [['wrong', '/can-bo/dang-nhap', false], ['signed-in', '/can-bo/dang-nhap', false], ['denied', '/quan-tri/co-quan', false],
    ['forged', '/dang-xuat', true], ['signed-out', '/dang-xuat', false]])
    assert.ok(told.some(t => JSON.stringify(t) === JSON.stringify(want)), `${want}: ${lines.join('\n')}`)
  for (const l of lines) assert.match(l, /^t=\S+Z level=(info|warn) msg=security what=\S+ id=\S+ account=\d+ by=\d+ address=127\.0\.0\.1 route=\S+ detail=/)
  assert.doesNotMatch(site.log, /q-sai|hoa\b/)
})

test('a wrong password and an unknown login get the same answer', async () => {
  const wrong = await site.client().submit('/can-bo/dang-nhap', { login: 'hoa', password: 'không phải mật khẩu' })
  const nobody = await site.client().submit('/can-bo/dang-nhap', { login: 'khong.ai', password: 'không phải mật khẩu' })
  for (const r of [wrong, nobody]) {
    assert.equal(r.status, 422)
    assert.match(r.text, /Tên đăng nhập hoặc mật khẩu không đúng/)
  }
})

test('a citizen does not come in by the officers’ door, nor an officer by the citizens’', async () => {
  assert.equal((await site.client().submit('/dang-nhap', { login: 'lan', password: PASSWORD })).status, 422)
})

test('the sign-in goes back to where one came from, and nowhere else', async () => {
  for (const [tiep, want] of [['/can-bo/tai-khoan', '/can-bo/tai-khoan'], ['//evil.example/', '/can-bo'], ['https://evil.example/', '/can-bo'],
    ['/\\evil.example', '/can-bo'], ['can-bo', '/can-bo']]) {
    const c = site.client()
    const page = await c.get('/can-bo/dang-nhap?tiep=' + encodeURIComponent(tiep))
    const done = await c.send(page, { login: 'lan', password: PASSWORD })
    assert.equal(done.location, want, tiep)
  }
})

test('five wrong passwords close the login for a while, whoever asks', async () => {
  const c = site.client()
  for (let i = 0; i < 5; i++)
    assert.equal((await c.submit('/can-bo/dang-nhap', { login: 'dung', password: 'sai mật khẩu ' + i })).status, 422)
  const closed = await c.submit('/can-bo/dang-nhap', { login: 'dung', password: PASSWORD })
  assert.equal(closed.status, 429)
  assert.ok(Number(closed.headers['retry-after']) > 0)
  assert.equal((await site.client().submit('/can-bo/dang-nhap', { login: 'lan', password: PASSWORD })).status, 303)
})

test('a citizen registers, is signed in, and signs in again', async () => {
  const c = site.client()
  const done = await c.submit('/dang-ky', citizen('001090000001'))
  assert.equal(done.status, 303)
  assert.equal(done.location, '/ho-so')
  assert.equal((await c.get('/tai-khoan')).status, 200)
  assert.equal((await c.get('/can-bo/tai-khoan')).status, 403)
  const again = site.client()
  assert.equal((await again.submit('/dang-nhap', { login: '001090000001', password: PASSWORD })).status, 303)
})

test('registration refuses what is wrong, beside the field, and keeps what was typed', async t => {
  const rows = [
    ['no name', { 'ho-ten': '' }, 'ho-ten'],
    ['eleven digits', { 'so-dinh-danh': '00109000001' }, 'so-dinh-danh'],
    ['a province that is none', { 'so-dinh-danh': '099090000001' }, 'so-dinh-danh'],
    ['a number with letters', { 'so-dinh-danh': '00109000000a' }, 'so-dinh-danh'],
    ['no telephone', { 'dien-thoai': '' }, 'dien-thoai'],
    ['no real e-mail', { email: 'an@' }, 'email'],
    ['a short password', { password: 'ngắn', password2: 'ngắn' }, 'password'],
    ['everybody’s password', { password: '1234567890', password2: '1234567890' }, 'password'],
    ['the own number as password', { password: '001090000009x', password2: '001090000009x' }, 'password'],
    ['typed twice differently', { password2: PASSWORD + '!' }, 'password2'],
    ['no consent', { 'dong-y': undefined }, 'dong-y'],
  ]
  for (const [name, more, field] of rows)
    await t.test(name, async () => {
      const r = await site.client().submit('/dang-ky', citizen('001090000009', more))
      assert.ok([400, 422].includes(r.status), String(r.status))
      assert.match(r.text, new RegExp(`href="#f-${field}"`))
      assert.ok(!r.text.includes(PASSWORD), 'a password is never shown again')
      if (field !== 'ho-ten')
        assert.match(r.text, /value="Trần An"/)
    })
  assert.equal((await site.client().submit('/dang-nhap', { login: '001090000009', password: PASSWORD })).status, 422)
})

test('a number that has an account cannot register again', async () => {
  await site.client().submit('/dang-ky', citizen('001090000002'))
  const r = await site.client().submit('/dang-ky', citizen('001090000002', { 'ho-ten': 'Kẻ Khác' }))
  assert.equal(r.status, 422)
  assert.match(r.text, /đã có tài khoản/)
})

test('contacts: saved, and a second screen does not overwrite the first', async () => {
  const c = site.client()
  await c.submit('/dang-ky', citizen('001090000003'))
  const one = await c.get('/tai-khoan'), two = await c.get('/tai-khoan')
  assert.equal((await c.send(one, { 'dien-thoai': '0987654321', email: 'an@vidu.vn' }, { action: '/tai-khoan/lien-he' })).status, 422, 'the password is asked for')
  const wrong = await c.send(one, { 'dien-thoai': '0987654321', email: 'an@vidu.vn', 'mat-khau': 'không phải' }, { action: '/tai-khoan/lien-he' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /Mật khẩu hiện tại không đúng/)
  assert.doesNotMatch((await c.get('/tai-khoan')).text, /0987654321/)
  assert.equal((await c.send(wrong, { 'dien-thoai': '0987654321', email: 'an@vidu.vn', 'mat-khau': PASSWORD }, { action: '/tai-khoan/lien-he' })).status, 303)
  assert.match((await c.get('/tai-khoan')).text, /Số điện thoại hoặc địa chỉ thư được đổi/)
  assert.match((await c.get('/tai-khoan')).text, /0987654321/)
  assert.equal((await c.send(two, { 'dien-thoai': '0911111111', email: '', 'mat-khau': PASSWORD }, { action: '/tai-khoan/lien-he' })).status, 409)
  assert.match((await c.get('/tai-khoan')).text, /0987654321/)
})

test('a new password: the old one must be right, other sessions end', async () => {
  const c = site.client(), other = site.client()
  const fresh = 'một câu dài mà dễ nhớ'
  await c.submit('/dang-ky', citizen('001090000004'))
  await other.submit('/dang-nhap', { login: '001090000004', password: PASSWORD })
  const wrong = await c.submit('/tai-khoan', { 'mat-khau-cu': 'sai rồi sai rồi', password: fresh, password2: fresh }, { action: '/tai-khoan/mat-khau' })
  assert.equal(wrong.status, 422)
  const done = await c.submit('/tai-khoan', { 'mat-khau-cu': PASSWORD, password: fresh, password2: fresh }, { action: '/tai-khoan/mat-khau' })
  assert.equal(done.status, 303)
  assert.equal((await c.get('/tai-khoan')).status, 200)
  assert.equal((await other.get('/tai-khoan')).status, 303)
  assert.equal((await site.client().submit('/dang-nhap', { login: '001090000004', password: PASSWORD })).status, 422)
  assert.equal((await site.client().submit('/dang-nhap', { login: '001090000004', password: fresh })).status, 303)
})

test('own sessions are listed; one or all others are ended, after the password', async () => {
  const c = site.client(), others = [site.client(), site.client(), site.client()], action = '/tai-khoan/phien'
  await c.submit('/dang-ky', citizen('001090000005'))
  for (const other of others) await other.submit('/dang-nhap', { login: '001090000005', password: PASSWORD })
  const live = async () => (await Promise.all(others.map(async o => (await o.get('/tai-khoan')).status))).filter(s => s === 200).length
  const page = await c.get('/tai-khoan'), ref = page.text.match(/<input[^>]*name="phien"[^>]*value="([\w-]+)"/)[1]
  assert.match(page.text, /Phiên này/)
  assert.equal((await c.submit('/tai-khoan', { phien: ref, 'mat-khau': '' }, { action })).status, 422, 'without the password')
  assert.equal((await c.submit('/tai-khoan', { phien: ref, 'mat-khau': 'sai rồi sai rồi' }, { action })).status, 422, 'with a wrong one')
  assert.equal((await c.submit('/tai-khoan', { phien: '', 'mat-khau': PASSWORD }, { action })).status, 422, 'which?')
  assert.equal(await live(), 3)
  assert.equal((await c.submit('/tai-khoan', { phien: ref, 'mat-khau': PASSWORD }, { action })).status, 303)
  assert.equal(await live(), 2)
  assert.equal((await c.submit('/tai-khoan', { phien: 'moi-phien-khac', 'mat-khau': PASSWORD }, { action })).status, 303)
  assert.equal(await live(), 0)
  assert.equal((await c.get('/tai-khoan')).status, 200, 'the own one goes on')
})

test('a stranger cannot end somebody’s session', async () => {
  const c = site.client(), stranger = site.client()
  await c.submit('/dang-ky', citizen('001090000006'))
  await stranger.submit('/dang-ky', citizen('001090000007'))
  const page = await stranger.get('/tai-khoan')
  const csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)[1]
  const r = await stranger.post('/tai-khoan/phien', { _csrf: csrf, _idem: 'x'.repeat(22), phien: '0123456789abcdef', 'mat-khau': PASSWORD })
  assert.equal(r.status, 404)
  assert.equal((await c.get('/tai-khoan')).status, 200)
})

test('a temporary password leads to the page that changes it', async () => {
  const out = motcua(site.folder, ['user', 'add', '--login', 'moi.den', '--name', 'Mới Đến', '--role', 'intake@H26.X.00070'])
  const password = /password (\S+)/.exec(String(out.stdout ?? out))[1]
  const c = site.client()
  const done = await c.submit('/can-bo/dang-nhap', { login: 'moi.den', password })
  assert.equal(done.location, '/can-bo/tai-khoan')
  assert.match((await c.follow(done)).text, /mật khẩu tạm/)
})

test('a site that has no accounts of its own registers nobody', async () => {
  const other = await startSite({ flags: ['--local-accounts', 'no'] })
  try {
    const c = other.client()
    assert.doesNotMatch((await c.get('/dang-nhap')).text, /dang-ky/)
    assert.equal((await c.get('/dang-ky')).status, 404)
  } finally { await other.clean() }
})
