// A citizen applies for a birth registration, at telephone width, with scripts on.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { accessible, answersOf, demoCity, fillPanel, launch, signIn } from '../lib/browser.mjs'

let city, browser, page
before(async () => {
  city = await demoCity()
  browser = await launch()
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'vi-VN' })
  page = await context.newPage()
})
after(async () => { await browser?.close(); await city?.site.clean() })

// Presses the page's one primary button and waits for the answer, whatever it is.
async function submit(p) {
  const answer = p.waitForResponse(r => r.request().method() === 'POST' && !r.url().includes('/tu-luu/'))
  await p.locator('main form > button.govuk-button:not(.govuk-visually-hidden)').last().click()
  const r = await answer
  if (r.status() === 303) await p.waitForURL(new URL(await r.headerValue('location'), p.url()).href)
  else await p.waitForLoadState()
}

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

test('finds the procedure without diacritics', async () => {
  await page.goto(city.site.base + '/')
  await accessible(page, 'home')
  await page.locator('main [name=q]').fill('dang ky khai sinh')
  await page.keyboard.press('Enter')
  await page.waitForURL(/thu-tuc\?q=/)
  await accessible(page, 'procedures')
  await page.getByRole('link', { name: 'Đăng ký khai sinh', exact: true }).click()
  await page.waitForURL(/1\.001193/)
  await accessible(page, 'procedure')
})

test('applies, part by part, and receives a code and a secret', async () => {
  await signIn(page, city.site.base, city.accounts.citizen)
  await page.goto(city.site.base + '/thu-tuc/1.001193/nop')
  await accessible(page, 'start')
  await page.getByRole('button', { name: 'Bắt đầu' }).click()
  await page.waitForURL(/\/nop\/[^/]+$/)
  await accessible(page, 'task list')
  const draft = page.url()

  await page.goto(draft + '/nguoi-nop')
  await page.locator('[name="noi-nop"]').selectOption('H26.X.00070')
  await page.locator('[name="applicant.address"]').fill('Số 12 phố Hàng Bài')
  await accessible(page, 'who')
  await page.getByRole('button', { name: 'Lưu và tiếp tục' }).last().click()

  const answers = answersOf('1.001193')
  await page.waitForURL(/to-khai/)
  for (let i = 0; i < 12; i++) {
    if (!page.url().includes('/to-khai/')) break
    await fillPanel(page, answers)
    await accessible(page, page.url())
    const before = page.url()
    await submit(page)
    assert.notEqual(page.url(), before, `the panel was taken: ${await page.locator('.govuk-error-summary').allInnerTexts()}`)
  }
  assert.match(page.url(), /giay-to$/)
  await accessible(page, 'papers')
  await page.locator('input[type=file]').first().setInputFiles({ name: 'giay chung sinh.pdf', mimeType: 'application/pdf', buffer: PDF })
  const attach = page.getByRole('button', { name: 'Đính kèm' }).first()
  if (await attach.isVisible()) await attach.click()
  await page.getByText('Đã có tệp').first().waitFor()
  await page.goto(draft + '/nhan-ket-qua')
  await page.locator('[value="tai-quay"]').check()
  await accessible(page, 'delivery')
  await page.getByRole('button', { name: 'Lưu và tiếp tục' }).click()
  await page.waitForURL(/kiem-tra$/)
  await accessible(page, 'check')
  await page.getByRole('button', { name: 'Gửi hồ sơ' }).click()
  await page.getByRole('heading', { name: 'Đã gửi hồ sơ' }).waitFor()
  await accessible(page, 'sent')
  const [code, secret] = await page.locator('.code__text').allInnerTexts()
  assert.match(code, /^H26\.X\.00070-\d{6}-\d{4}$/)
  assert.match(secret, /^[2-9A-HJ-NP-Z]{8}$/)

  await page.goto(city.site.base + '/ho-so/' + code)
  await accessible(page, 'follow')
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(city.site.base + '/tra-cuu')
  await stranger.locator('[name=ma]').fill(code)
  await submit(stranger)
  assert.match(await stranger.locator('main').innerText(), /Mới đăng ký/)
  assert.doesNotMatch(await stranger.locator('main').innerText(), /Thu Hà|MINH AN/)
  await stranger.goto(city.site.base + '/tra-cuu')
  await stranger.locator('[name=ma]').fill(code)
  await stranger.locator('[name="bi-mat"]').fill(secret)
  await submit(stranger)
  assert.match(await stranger.locator('main').innerText(), /Thu Hà/)
  await accessible(stranger, 'look-up')
})
