// Papers from a telephone over a bad line: the link is cut in the middle, the page is loaded anew, a kind that is not taken is chosen;
// what is whole is attached, nothing is sent twice from the beginning, and the page says at every moment how it stands.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { randomBytes, createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pdfOf } from '../lib/ballast.mjs'
import { accessible, demoCity, launch, signIn } from '../lib/browser.mjs'
import { sleep, soon } from '../lib/soon.mjs'

const MB = 1 << 20, folder = mkdtempSync(join(tmpdir(), 'motcua-tep-'))
const pictures = process.env.MOTCUA_PICTURES
const make = (name, size, head) => {
  const path = join(folder, name), bytes = head ? Buffer.concat([Buffer.from(head, 'latin1'), randomBytes(size)]) : pdfOf(size)
  writeFileSync(path, bytes)
  return { path, bytes, sum: createHash('sha256').update(bytes).digest('hex') }
}
let city, browser, page, context, draft
const shot = async name => { if (pictures) { mkdirSync(pictures, { recursive: true }); await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true }) } }

before(async () => {
  city = await demoCity()
  browser = await launch()
  context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  page = await context.newPage()
  await signIn(page, city.site.base, city.accounts.citizen)
  await page.goto(`${city.site.base}/thu-tuc/1.001193/nop`)
  await Promise.all([page.waitForURL(/\/nop\/[^/]+$/), page.locator('main form button').first().click()])
  draft = new URL(page.url()).pathname
  await page.goto(`${city.site.base}${draft}/giay-to`)
})
after(async () => { await browser?.close(); await city?.site.clean(); rmSync(folder, { recursive: true, force: true }) })

let line
const slow = async (bytes, offline = false) => {
  line ??= await context.newCDPSession(page)
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', { offline, latency: 20, downloadThroughput: -1, uploadThroughput: bytes })
}
const parts = () => city.site.lines().filter(l => l.msg === 'request' && l.route === '/tai-len/{upload}/{offset}' && l.status === '200').length
const box = () => page.locator('section.paper').first()
const row = name => box().locator('.uploads li', { hasText: name })
const attached = async name => {
  const href = await box().locator('.paper__file a', { hasText: name }).first().getAttribute('href')
  return (await context.request.get(city.site.base + href)).body()
}

test('the link is cut in the middle: it waits, goes on by itself and ends right', async () => {
  const file = make('giay-chung-sinh.pdf', 3 * MB)
  await slow(600_000)
  await box().locator('input[type=file]').first().setInputFiles(file.path)
  await page.waitForFunction(() => document.querySelector('.uploads progress')?.value > 500_000)
  await slow(600_000, true)
  await row('giay-chung-sinh').getByText('Mất kết nối').waitFor()
  await shot('upload-cut')
  await box().getByRole('button', { name: 'Đính kèm' }).click()            // sent too early: it waits for its file
  await soon(() => parts() >= 1, 'something was there before the cut')
  await slow(-1)
  await page.locator('.paper__file', { hasText: 'giay-chung-sinh.pdf' }).waitFor()
  assert.ok((await attached('giay-chung-sinh.pdf')).equals(file.bytes))
  assert.equal(await page.locator('.uploads li').count(), 0, 'what was taken is not offered again')
})

test('after a reload the same file goes on where it stood, and a whole one is still there', async () => {
  const whole = make('anh-1.pdf', 20_000), big = make('anh-2.pdf', 3 * MB)
  await box().locator('input[type=file]').first().setInputFiles(whole.path)
  await row('anh-1').getByText('Đã tải lên').waitFor()
  await page.route(/\/tai-len\/[^/]+\/\d+$/, async route => { await sleep(1500); await route.continue().catch(() => {}) })
  const begun = parts()
  await box().locator('input[type=file]').first().setInputFiles(big.path)
  await soon(() => parts() > begun, 'no part arrives')
  const sent = parts()
  await page.reload()
  await row('anh-1').getByText('Đã tải lên').waitFor()
  await row('anh-2').getByText('chọn lại đúng tệp này').waitFor()
  assert.equal(await page.locator('.uploads li').count(), 2, 'each in its own box')
  await accessible(page, 'papers with files under way')
  await shot('upload-reload')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await box().locator('input[type=file]').first().setInputFiles(big.path)
  await row('anh-2').getByText('Đã tải lên').waitFor()
  const first = city.site.lines().filter(l => l.msg === 'request' && l.route === '/tai-len/{upload}' && l.method === 'GET' && l.status === '200')
  assert.ok(first.length >= 1, 'it asked where it stands')
  assert.ok(parts() - sent <= 6, `${parts() - sent} parts after the reload`)
  await Promise.all([page.waitForNavigation(), box().getByRole('button', { name: 'Đính kèm' }).click()])
  for (const [name, f] of [['anh-1.pdf', whole], ['anh-2.pdf', big]]) assert.ok((await attached(name)).equals(f.bytes), name)
})

test('a file that is chosen before the script has come travels, too', async () => {
  const early = make('som.pdf', 20_000)
  let come
  const here = new Promise(go => { come = go })
  await page.route(/app-[0-9a-f]+\.js$/, async route => { await here; await route.continue() })
  await page.goto(`${city.site.base}${draft}/giay-to`, { waitUntil: 'commit' })
  await box().locator('input[type=file]').first().setInputFiles(early.path)
  come()
  await row('som').getByText('Đã tải lên').waitFor()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await row('som').getByRole('button', { name: /Bỏ tệp này/ }).click()
  await row('som').waitFor({ state: 'detached' })
})

test('several at once, one of a kind that is not taken: said kindly, cancelled, the others go', async () => {
  const good = [make('mat-truoc.png', 4_000_000, '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0'), make('mat-sau.pdf', 60_000)]
  const word = make('don.docx', 60_000, `PK\x03\x04\x14\0\x06\0\x08\0${'\0'.repeat(16)}\x13\0\0\0[Content_Types].xml`)
  await box().locator('input[type=file]').first().setInputFiles([good[0].path, word.path, good[1].path])
  await row('mat-truoc').getByText('Đã tải lên').waitFor()
  await row('mat-sau').getByText('Đã tải lên').waitFor()
  await row('don.docx').getByText(/Word, Excel/).waitFor().catch(async e => assert.fail(`${e.message}\n${await box().innerText()}\n${city.site.log.split('\n').filter(l => /tai-len/.test(l)).slice(-12).join('\n')}`))
  assert.ok(await page.getByRole('button', { name: 'Chụp ảnh' }).first().isVisible(), 'a telephone offers its camera')
  await shot('upload-several')
  await row('don.docx').getByRole('button', { name: /Bỏ tệp này/ }).click()
  await Promise.all([page.waitForNavigation(), box().getByRole('button', { name: 'Đính kèm' }).click()])
  for (const f of ['mat-truoc.png', 'mat-sau.pdf']) assert.equal(await box().locator('.paper__file', { hasText: f }).count(), 1)
  assert.equal(await box().locator('.paper__file', { hasText: 'don.docx' }).count(), 0)
  const told = (await box().locator('.paper__file').allInnerTexts()).join(' ')
  assert.ok(told.indexOf('mat-truoc') < told.indexOf('mat-sau'), `in the order in which they were chosen: ${told}`)
})

test('the counter takes files the same way, with all of the form in one answer', async () => {
  const desk = await browser.newContext({ viewport: { width: 1280, height: 900 } }), at = await desk.newPage(), file = make('quet.pdf', 300_000)
  await signIn(at, city.site.base, city.accounts.intake, true)
  await at.goto(`${city.site.base}/can-bo/tiep-nhan/1.001193`)
  const field = at.locator('[data-parts] input[type=file]').first(), name = await field.getAttribute('name')
  await field.setInputFiles(file.path)
  await at.getByText('Đã tải lên').first().waitFor()
  if (pictures) await at.screenshot({ path: join(pictures, 'upload-counter.png'), fullPage: true })
  assert.equal(await at.locator(`input[type=hidden][name="${name}"]`).count(), 1)
  await desk.close()
})
