// Codes of six digits by mail: an address is checked, somebody signs in by one; limits and what strangers hear.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'
import { startSmtp } from '../lib/smtp.mjs'

const NUMBER = '001199000031', MAIL = 'an.tran@vidu.vn'
let smtp, site, got = 0
before(async () => {
  smtp = await startSmtp()
  site = await startSite({ flags: ['--sign-in-codes', 'yes', '--mail-server', smtp.url, '--mail-from', 'khong-tra-loi@cong.test'] })
})
after(async () => { await site.clean(); await smtp.close() })

const signedIn = c => c.cookies.has('phien')
const codeOf = letter => letter.text.match(/^\d{6}$/m)[0]
const newest = async () => smtp.letter(got++)
const wrong = code => String((Number(code) + 1) % 1e6).padStart(6, '0')

async function ask(number = NUMBER) {
  const c = site.client(), a = await c.submit('/dang-nhap-ma', { login: number })
  assert.equal(a.status, 303, a.text)
  assert.equal(a.location, '/dang-nhap-ma/nhap')
  return c
}

test('an address is checked by a code, and then opens the account', async () => {
  const c = site.client()
  assert.equal((await c.submit('/dang-ky', { 'ho-ten': 'Trần Thị An', 'so-dinh-danh': NUMBER, 'dien-thoai': '0912345678', email: MAIL,
    password: 'hoa sen nở sớm 7', password2: 'hoa sen nở sớm 7', 'dong-y': '1' })).status, 303)
  await ask()                                             // not checked yet: nothing is sent
  const page = await c.get('/tai-khoan/thu-dien-tu')
  assert.match(page.text, /Chưa xác nhận/)
  assert.equal((await c.send(page, {}, { action: '/tai-khoan/thu-dien-tu' })).status, 303)
  const letter = await newest()
  assert.equal(letter.to, MAIL)
  assert.match(letter.subject, /^Mã \d{6} của Cổng dịch vụ công/)
  assert.match(letter.text, /xác nhận địa chỉ thư/)
  const bad = await c.submit('/tai-khoan/thu-dien-tu', { ma: wrong(codeOf(letter)) }, { action: '/tai-khoan/thu-dien-tu/ma' })
  assert.equal(bad.status, 422)
  assert.equal((await c.submit('/tai-khoan/thu-dien-tu', { ma: codeOf(letter) }, { action: '/tai-khoan/thu-dien-tu/ma' })).status, 303)
  assert.match((await c.get('/tai-khoan/thu-dien-tu')).text, /Đã xác nhận/)
  assert.match((await site.client().get('/dang-nhap')).text, /Đăng nhập bằng mã gửi qua thư/)

  const d = await ask(), second = await newest(), code = codeOf(second)
  assert.match(second.text, /Dùng mã này để đăng nhập/)
  const done = await d.submit('/dang-nhap-ma/nhap', { ma: `${code.slice(0, 3)} ${code.slice(3)}` })
  assert.equal(done.status, 303, done.text)
  assert.ok(signedIn(d))
  const e = site.client()
  for (const [k, v] of d.cookies) if (k !== 'phien') e.cookies.set(k, v)
  assert.notEqual((await e.get('/dang-nhap-ma/nhap')).status, 200, 'the question is over')
})

test('a code is good once; another browser has no use for it', async () => {
  const c = await ask(), kept = c.cookies.get('ma'), code = codeOf(await newest())
  const stranger = site.client()
  assert.notEqual((await stranger.get('/dang-nhap-ma/nhap')).status, 200)
  assert.equal((await c.submit('/dang-nhap-ma/nhap', { ma: code })).status, 303)
  stranger.cookies.set('ma', kept)
  assert.equal((await stranger.submit('/dang-nhap-ma/nhap', { ma: code })).status, 422)
  assert.ok(!signedIn(stranger))
})

test('five wrong tries end a code', async () => {
  const c = await ask(), code = codeOf(await newest())
  for (let i = 0; i < 5; i++) assert.equal((await c.submit('/dang-nhap-ma/nhap', { ma: wrong(code) })).status, 422)
  assert.equal((await c.submit('/dang-nhap-ma/nhap', { ma: code })).status, 422)
  assert.ok(!signedIn(c))
  assert.equal(sql(site.folder, 'SELECT count(*) FROM sign_in_code'), '0')
})

test('who asks hears the same of every number; an account gets at most five codes an hour', async () => {
  const none = await ask('001199000099'), some = await ask()
  const say = async c => (await c.get('/dang-nhap-ma/nhap')).text.replaceAll(/name="_\w+" value="[^"]*"/g, '')
  assert.equal(await say(none), await say(some))
  for (let i = 0; i < 4; i++) await ask()
  await new Promise(done => setTimeout(done, 1500))
  assert.ok(smtp.letters.length <= got + 2, `${smtp.letters.length} letters, ${got} of them read`)
})

test('another address is not checked; no code or address is in the log or readable in the database', async () => {
  const c = site.client()
  await c.submit('/dang-nhap', { login: NUMBER, password: 'hoa sen nở sớm 7' })
  const page = await c.get('/tai-khoan')
  assert.equal((await c.send(page, { email: 'khac@vidu.vn', 'dien-thoai': '0912345678', 'mat-khau': 'hoa sen nở sớm 7' }, { action: '/tai-khoan/lien-he' })).status, 303)
  assert.match((await c.get('/tai-khoan/thu-dien-tu')).text, /Chưa xác nhận/)
  assert.equal(sql(site.folder, 'SELECT count(*) FROM mail_out'), '0', 'what was sent is gone')
  for (const l of smtp.letters) assert.ok(!site.log.includes(codeOf(l)) && !site.log.includes(l.to))
})

test('closed where a site does not allow it', async () => {
  const other = await startSite()
  for (const path of ['/dang-nhap-ma', '/dang-nhap-ma/nhap']) assert.equal((await other.client().get(path)).status, 404)
  assert.doesNotMatch((await other.client().get('/dang-nhap')).text, /mã gửi qua thư/)
  await other.clean()
})
