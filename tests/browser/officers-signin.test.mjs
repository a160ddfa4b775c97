// Officers' sign-in in a real browser, from the link for a first password to the end of a session from another browser: codes of an
// authenticator, recovery codes, security keys (the browser's own virtual ones), the switch at a counter.  At desk and telephone width.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { launch, violations } from '../lib/browser.mjs'
import { motcua, startSite } from '../lib/server.mjs'
import { soon } from '../lib/soon.mjs'
import { code, later } from '../lib/totp.mjs'

const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 900 }
const SITE = 'http://cong.localhost', HERE = 'H26.X.00070', PASSWORD = 'một câu của riêng tôi', SECOND = `${SITE}/can-bo/tai-khoan/hai-lop`
let site, browser, page, links, totp, codes, keys
const heard = []

const link = folder => login => {
  const made = motcua(folder, ['user', 'add', '--login', login, '--name', `Nguyễn ${login}`, '--role', `leader@${HERE}`, '--link'])
  assert.equal(made.status, 0, made.stderr)
  return made.stdout.match(/\/can-bo\/dat-mat-khau\/[\w-]{43}/)[0]
}
before(async () => {
  site = await startSite({ flags: ['--base-url', SITE, '--second-factor', 'leader', '--counter-names', 'yes'],
    prepare: folder => { links = Object.fromEntries(['lan', 'hoa'].map(login => [login, link(folder)(login)])) } })
  browser = await launch([`--host-resolver-rules=MAP cong.localhost:80 127.0.0.1:${site.port}`])
  page = await (await browser.newContext({ viewport: DESK })).newPage()
  page.on('console', m => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) heard.push(m.text()) })
  page.on('pageerror', e => heard.push(String(e)))
})
after(async () => { await browser?.close(); await site?.clean() })

// No violation, nothing wider than the telephone; PICTURES=FOLDER keeps what was seen.
async function look(name, on = page) {
  for (const [size, view] of [['desk', DESK], ['phone', PHONE]]) {
    await on.setViewportSize(view)
    assert.deepEqual(await violations(on), [], `${name} ${size}`)
    assert.ok(await on.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${size}: wider than the window`)
    if (process.env.PICTURES) await on.screenshot({ path: join(process.env.PICTURES, `${name}-${size}.png`), fullPage: true })
  }
  await on.setViewportSize(DESK)
}
const click = (name, on = page) => on.locator('main').getByRole('button', { name, exact: true }).click()
const part = (title, on = page) => on.locator('main form').filter({ has: on.getByRole('button', { name: title, exact: true }) })
async function give(login, on = page) {
  await on.goto(`${SITE}/can-bo/dang-nhap`)
  await on.getByLabel('Tên đăng nhập').fill(login)
  await on.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD)
  await click('Đăng nhập', on)
}
async function step(text, on = page) {
  await on.getByLabel(/^Mã (xác thực|dự phòng)$/).fill(text)
  await click('Đăng nhập', on)
}
const inside = (on = page) => on.waitForURL(`${SITE}/can-bo`)
const out = async (on = page) => { await on.goto(`${SITE}/can-bo/tai-khoan`); await click('Đăng xuất', on); await on.waitForURL(`${SITE}/`) }

test('a first password by the one-time link', async () => {
  await page.goto(SITE + links.lan)
  await look('link')
  await page.getByLabel('Mật khẩu mới', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Nhập lại mật khẩu mới').fill(PASSWORD)
  await click('Đặt mật khẩu')
  await page.waitForURL(`${SITE}/can-bo/dang-nhap`)
  assert.equal((await page.goto(SITE + links.lan)).status(), 404, 'once')
  await give('lan')
  await page.waitForURL(u => u.pathname === '/can-bo/tai-khoan/hai-lop')
  assert.match(await page.textContent('main'), /bắt buộc có xác thực hai lớp/)
  await look('must')
})

test('an authenticator is set up, its codes and a recovery code open', async () => {
  const form = part('Tiếp tục')
  await form.getByLabel('Mật khẩu hiện tại').fill(PASSWORD)
  await click('Tiếp tục')
  totp = await page.locator('.second-key').textContent()
  await look('pending')
  await page.getByLabel('Mã xác thực').fill(code(totp))
  await click('Bật xác thực hai lớp')
  codes = await page.locator('.second-codes code').allTextContents()
  assert.equal(codes.length, 10)
  await look('recovery')
  await page.getByRole('link', { name: 'Đã cất mã, vào làm việc' }).click()
  await inside()
  await out()
  await give('lan')
  await step('000000')
  await page.locator('#ma-error').waitFor()
  await look('step-wrong')
  await step(codes[0])
  await inside()
  await out()
  await give('lan')
  await step(later(totp))
  await inside()
})

const authenticator = async on => {
  const cdp = await on.context().newCDPSession(on)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } })
  return { cdp, authenticatorId }
}
async function connect(name) {
  const form = part('Thêm khóa bảo mật')
  await form.getByLabel('Tên khóa').fill(name)
  await form.getByLabel('Mật khẩu hiện tại').fill(PASSWORD)
  await click('Thêm khóa bảo mật')
  await page.getByRole('heading', { name: 'Thêm khóa bảo mật', level: 1 }).waitFor()
  await look('key-new')
  await click(`Kết nối khóa “${name}”`)
}

test('a security key: added, the same one refused, used at the sign-in', async () => {
  keys = await authenticator(page)
  await page.goto(SECOND)
  await connect('Khóa đeo chìa')
  await page.getByText('Đã thêm khóa bảo mật').waitFor()
  const { credentials } = await keys.cdp.send('WebAuthn.getCredentials', { authenticatorId: keys.authenticatorId })
  assert.equal(credentials.length, 1)
  assert.equal(credentials[0].rpId, 'cong.localhost')
  await look('keys')
  await connect('Lần nữa')
  await page.getByText('Khóa này đã được đăng ký rồi. Hãy dùng khóa khác.').waitFor()
  await look('key-known')
  await out()
  await give('lan')
  await page.waitForURL(u => u.pathname === '/can-bo/dang-nhap/ma')
  await look('step-key')
  await click('Dùng khóa bảo mật')
  await inside()
  await page.goto(SECOND)
  assert.doesNotMatch(await page.textContent('table'), /Chưa dùng/)
})

test('a key that somebody copied: its counter goes back', async () => {
  const { credentials: [one] } = await keys.cdp.send('WebAuthn.getCredentials', { authenticatorId: keys.authenticatorId })
  await out()
  await keys.cdp.send('WebAuthn.removeCredential', { authenticatorId: keys.authenticatorId, credentialId: one.credentialId })
  await keys.cdp.send('WebAuthn.addCredential', { authenticatorId: keys.authenticatorId, credential: { ...one, signCount: 0 } })
  await give('lan')
  await page.waitForURL(u => u.pathname === '/can-bo/dang-nhap/ma')
  await click('Dùng khóa bảo mật')
  await page.locator('#khoa-error').waitFor()
  assert.match(await page.textContent('main'), /có thể đã bị sao chép/)
  await look('step-copied')
  await step(codes[1])
  await page.waitForURL(`${SITE}/can-bo/tai-khoan`)
  assert.match(await page.textContent('main'), /số đếm của nó lùi lại/)
  await look('told')
})

test('removing a key asks first', async () => {
  await page.goto(SECOND)
  await page.getByRole('link', { name: /Bỏ khóa này/ }).click()
  await page.getByRole('heading', { name: 'Bỏ khóa “Khóa đeo chìa”?' }).waitFor()
  await look('key-remove')
  await page.getByLabel('Mật khẩu hiện tại').fill(PASSWORD)
  await click('Bỏ khóa bảo mật')
  await page.getByText('Đã bỏ khóa bảo mật').waitFor()
  assert.equal(await page.locator('main table').count(), 0)
})

test('without script a code serves, and the page says why the key does not', async () => {
  await connect('Khóa mới')
  await page.getByText('Đã thêm khóa bảo mật').waitFor()
  const plain = await (await browser.newContext({ viewport: PHONE, javaScriptEnabled: false })).newPage()
  await give('lan', plain)
  await plain.waitForURL(u => u.pathname === '/can-bo/dang-nhap/ma')
  assert.ok(await plain.getByText('Khóa bảo mật cần JavaScript. Không bật được thì dùng mã dưới đây.').isVisible())
  assert.equal(await plain.getByRole('button', { name: 'Dùng khóa bảo mật' }).isVisible(), false)
  await step(codes[2], plain)
  await inside(plain)
  await plain.goto(SECOND)
  assert.ok(await plain.getByText('Thêm khóa cần JavaScript').isVisible())
  await plain.context().close()
})

test('a session is ended from another browser', async () => {
  const other = await (await browser.newContext({ viewport: DESK })).newPage()
  await give('lan', other)
  await step(codes[3], other)
  await inside(other)
  await page.goto(`${SITE}/can-bo/tai-khoan`)
  const rows = page.locator('section[aria-labelledby=phien] tbody tr')
  assert.ok(await rows.count() >= 2)
  await look('sessions')
  const form = page.locator('section[aria-labelledby=phien] form').first()
  await form.getByLabel('Mọi phiên khác, trừ phiên này').check()
  await form.getByLabel('Mật khẩu hiện tại').fill(PASSWORD)
  await form.getByRole('button', { name: 'Kết thúc phiên' }).click()
  await soon(async () => await rows.count() === 1, () => 'the others are still there')
  await other.goto(`${SITE}/can-bo/tai-khoan`)
  await other.waitForURL(u => u.pathname === '/can-bo/dang-nhap')
  await page.goto(`${SITE}/can-bo/tai-khoan`)
  assert.match(await page.textContent('main'), /Nguyễn lan/, 'the own one goes on')
  await other.context().close()
})

test('the switch at a counter leaves nothing behind', async () => {
  await page.goto(`${SITE}/can-bo`)
  await page.goto(`${SITE}/can-bo/tai-khoan`)
  await page.evaluate(async () => {
    localStorage.setItem('of', 'lan'); sessionStorage.setItem('of', 'lan')
    if (window.caches) await (await caches.open('of')).put('/x', new Response('lan'))
  })
  await page.getByRole('button', { name: 'Đổi người dùng' }).click()
  await page.waitForURL(`${SITE}/can-bo/dang-nhap`)
  await look('switched')
  const left = () => page.evaluate(async () => ({ local: localStorage.length, caches: window.caches ? (await caches.keys()).length : 0,
    bases: (await indexedDB.databases()).length }))
  await soon(async () => Object.values(await left()).every(n => n === 0), () => 'the browser keeps something of who was here')
  const cookies = (await page.context().cookies()).map(c => c.name)
  assert.ok(!cookies.includes('phien') && !cookies.includes('buoc-hai'), cookies.join(' '))
  for (let i = 0; i < 3; i++) {
    await page.goBack()
    await soon(async () => !/Nguyễn lan/.test(await page.content()), () => `the back button shows who was here: ${page.url()}`)
    await soon(() => new URL(page.url()).pathname === '/can-bo/dang-nhap', () => `back leads to ${page.url()}`)
  }
  await page.goto(`${SITE}/can-bo/dang-nhap`)
  await page.getByRole('link', { name: 'lan', exact: true }).click()
  assert.equal(await page.getByLabel('Tên đăng nhập').inputValue(), 'lan')
  assert.equal(await page.getByLabel('Mật khẩu', { exact: true }).inputValue(), '')
  await page.goto(SITE + links.hoa)
  await page.getByLabel('Mật khẩu mới', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Nhập lại mật khẩu mới').fill(PASSWORD)
  await click('Đặt mật khẩu')
  await give('hoa')
  await page.waitForURL(u => u.pathname === '/can-bo/tai-khoan/hai-lop')
  assert.doesNotMatch(await page.textContent('body'), /Nguyễn lan|Khóa mới/)
  assert.deepEqual(heard.filter(t => !/Opener-Policy header has been ignored|Not supported for insecure origins/.test(t)), [])
})
