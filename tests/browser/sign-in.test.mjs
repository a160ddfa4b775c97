// Signing in at an identity provider and by a code, in a real browser: every page of it, at desk and at telephone width.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { launch, violations } from '../lib/browser.mjs'
import { startSite } from '../lib/server.mjs'
import { Identity, SITE } from '../lib/identity.mjs'
import { startSmtp } from '../lib/smtp.mjs'

const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 900 }
const PASSWORD = 'hoa sen nở sớm 7'
let identity, smtp, site, browser, page
const heard = []

before(async () => {
  identity = await Identity.start()
  identity.manual = true
  identity.people = { chi: { SoDinhDanh: '001199000013', HoVaTen: 'Phạm Thị Chi', SoDienThoai: '0912345678' } }
  identity.user = 'chi'
  smtp = await startSmtp()
  site = await startSite({ flags: ['--base-url', SITE, '--sign-in-codes', 'yes', '--mail-server', smtp.url, '--mail-from', 'thu@cong.test'],
    prepare: folder => { identity.configure(folder) } })
  browser = await launch([`--host-resolver-rules=MAP cong.test:80 127.0.0.1:${site.port}`])
  page = await (await browser.newContext({ viewport: DESK })).newPage()
  // The test's site has no TLS, and the browser says so.
  page.on('console', m => { if (m.type() === 'error' && page.url().startsWith(SITE) && !/Opener-Policy header has been ignored|Not supported for insecure origins/.test(m.text())) heard.push(m.text()) })
  page.on('pageerror', e => heard.push(String(e)))
})
after(async () => { await browser?.close(); await site?.clean(); await smtp?.close(); await identity?.close() })

// No violation, nothing wider than the telephone; PICTURES=FOLDER keeps what was seen.
async function look(name) {
  for (const [size, view] of [['desk', DESK], ['phone', PHONE]]) {
    await page.setViewportSize(view)
    assert.deepEqual(await violations(page), [], `${name} ${size}`)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${size}: wider than the window`)
    if (process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, `${name}-${size}.png`), fullPage: true })
  }
  await page.setViewportSize(DESK)
}
const click = (name, role = 'button') => page.getByRole(role, { name, exact: true }).click()

test('the national identity: offered, an unchecked account asked about, in, out again', async () => {
  const squatter = site.client()
  assert.equal((await squatter.submit('/dang-ky', { 'ho-ten': 'Ai Đó', 'so-dinh-danh': '001199000013', 'dien-thoai': '0987654321', email: '',
    password: PASSWORD, password2: PASSWORD, 'dong-y': '1' })).status, 303)
  await page.goto(`${SITE}/dang-nhap?tiep=%2Ftai-khoan`)
  await look('sign-in')
  await click('Đăng nhập bằng VNeID')
  await page.waitForURL(u => u.origin === identity.issuer)
  await click('Đồng ý đăng nhập')
  await page.waitForURL(`${SITE}/lien-ket`)
  await look('join')
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD)
  await click('Liên kết')
  await page.waitForURL(`${SITE}/tai-khoan`)
  assert.match(await page.textContent('main'), /Phạm Thị Chi/)
  await page.locator('main').getByRole('button', { name: 'Đăng xuất' }).click()
  await page.waitForURL(`${SITE}/da-dang-xuat/vneid`)
  await look('signed-out')
  await click('Đăng xuất khỏi VNeID')
  await page.waitForURL(u => u.origin === identity.issuer && u.pathname === '/session/end')
  assert.deepEqual(heard, [])
})

test('the provider is away: a page with a way on', async () => {
  await page.context().clearCookies()
  heard.length = 0
  await page.goto(`${SITE}/dang-nhap`)
  identity.deny = 'access_denied'
  identity.manual = false
  await click('Đăng nhập bằng VNeID')
  await page.waitForURL(u => u.pathname === '/dang-nhap/vneid/ve')
  await look('failed')
  await page.goto(`${SITE}/dang-nhap?muc=2&tiep=/ho-so`)
  await look('stronger')
  heard.length = 0
})

test('a code by mail', async () => {
  const c = site.client()
  const made = await c.submit('/dang-ky', { 'ho-ten': 'Lê An', 'so-dinh-danh': '001199000014', 'dien-thoai': '0987654321', email: 'an@vidu.vn',
    password: PASSWORD, password2: PASSWORD, 'dong-y': '1' })
  assert.equal(made.status, 303)
  await page.context().addCookies([{ name: 'phien', value: c.cookies.get('phien'), url: SITE }])
  await page.goto(`${SITE}/tai-khoan/thu-dien-tu`)
  await look('address')
  await click('Gửi mã cho tôi')
  const code = (await smtp.letter(0)).text.match(/^\d{6}$/m)[0]
  await page.getByLabel('Mã trong thư').fill(code)
  await click('Xác nhận')
  await page.getByText('Đã xác nhận', { exact: true }).waitFor()
  await page.context().clearCookies()
  await page.goto(`${SITE}/dang-nhap-ma`)
  await look('ask')
  await page.getByLabel('Số định danh cá nhân').fill('001199000014')
  await click('Gửi mã cho tôi')
  await page.waitForURL(`${SITE}/dang-nhap-ma/nhap`)
  await look('give')
  await page.getByLabel('Mã trong thư').fill((await smtp.letter(1)).text.match(/^\d{6}$/m)[0])
  await page.locator('main').getByRole('button', { name: 'Đăng nhập' }).click()
  await page.waitForURL(`${SITE}/ho-so`)
  assert.deepEqual(heard, [])
})
