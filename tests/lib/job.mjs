// The main job, as each person does it: the same steps with scripts on and off.
import { pdf } from './photos.mjs'
import assert from 'node:assert/strict'
import { answersOf, fillPanel } from './browser.mjs'
import { pdfText } from './pdf.mjs'

export const PDF = pdf([['Giay to']])
const PRIMARY = 'main form > button.govuk-button:not(.govuk-visually-hidden), main form > .actions > button.govuk-button, main form button.btn'

// Presses the page's primary button and waits for the answer, whatever it is.
export async function submit(page, button = page.locator(PRIMARY).last()) {
  const answer = page.waitForResponse(r => r.request().method() === 'POST' && !r.url().includes('/tu-luu/'))
  const asks = await button.getAttribute('data-confirm')
  await button.click()
  const sure = page.locator('dialog[open] form button').first()      // asked once before what ends something
  if (asks && await page.evaluate(() => document.documentElement.classList.contains('js'))) await sure.click()
  const r = await answer
  if (r.status() === 303) await page.waitForURL(new URL(await r.headerValue('location'), page.url()).href)
  else await page.waitForLoadState()
  return r.status()
}

// `look(name)` is called on every page: axe, or nothing.
export async function apply(page, base, look) {
  await page.goto(base + '/thu-tuc/1.001193/nop')
  await look('start')
  await submit(page, page.getByRole('button', { name: 'Bắt đầu' }))
  await look('task list')
  const draft = page.url()

  await page.goto(draft + '/nguoi-nop')
  await page.locator('[name="noi-nop"]').selectOption('H26.X.00070')
  await page.locator('[name="applicant.address"]').fill('Số 12 phố Hàng Bài')
  await look('who')
  await submit(page)

  const answers = answersOf('1.001193')
  for (let i = 0; i < 12 && page.url().includes('/to-khai/'); i++) {
    await fillPanel(page, answers)
    await look(new URL(page.url()).pathname.split('/').at(-1))
    const before = page.url()
    await submit(page)
    assert.notEqual(page.url(), before, `the panel was taken: ${await page.locator('.govuk-error-summary').allInnerTexts()}`)
  }
  assert.match(page.url(), /giay-to$/)
  await look('papers')
  await page.locator('input[type=file]').first().setInputFiles({ name: 'giay chung sinh.pdf', mimeType: 'application/pdf', buffer: PDF })
  const attach = page.getByRole('button', { name: 'Đính kèm' }).first()
  if (await attach.isVisible()) await attach.click()
  await page.getByText('Đã có tệp').first().waitFor()
  await page.goto(draft + '/nhan-ket-qua')
  await page.locator('[value="tai-quay"]').check()
  await look('delivery')
  await submit(page)
  await look('check')
  assert.equal(await submit(page, page.getByRole('button', { name: 'Gửi hồ sơ' })), 200)
  await look('sent')
  const [code, secret] = await page.locator('.code__text').allInnerTexts()
  assert.match(code, /^H26\.X\.00070-\d{6}-\d{4}$/)
  assert.match(secret, /^[2-9A-HJ-NP-Z]{8}$/)
  return { code, secret }
}

// One action of an officer: its page, its fields, its button.
export async function act(page, base, code, action, fields, look) {
  const path = `/can-bo/ho-so/${code}/viec/${action}`
  await page.goto(base + path)
  for (const [name, value] of Object.entries(fields)) await page.locator(`main [name="${name}"]`).first().fill(value)
  await look(`${action}`)
  const status = await submit(page, page.locator(`main form[action="${path}"] button.govuk-button, main form[action="${path}"] button`).last())
  assert.equal(status, 303, `${action}: ${await page.locator('main').innerText()}`)
}

// Received, examined, signed, handed over: each officer in her own window.
export async function resolve(people, base, code, look) {
  const { intake, specialist, leader } = people
  await intake.goto(base + '/can-bo')
  await look(intake, 'work list')
  assert.match(await intake.locator('main').innerText(), new RegExp(code.replaceAll('.', '\\.')))
  await intake.goto(base + '/can-bo/ho-so/' + code)
  await look(intake, 'dossier')
  await act(intake, base, code, 'claim', {}, n => look(intake, n))
  await act(intake, base, code, 'accept', {}, n => look(intake, n))
  const receipt = await intake.context().request.get(base + `/can-bo/ho-so/${code}/in/01`)
  assert.equal(receipt.headers()['content-type'], 'application/pdf')
  assert.match(pdfText(await receipt.body()), /HẸN TRẢ KẾT QUẢ/)
  await act(specialist, base, code, 'claim', {}, n => look(specialist, n))
  await act(specialist, base, code, 'check_papers', {}, n => look(specialist, n))
  await act(specialist, base, code, 'forward', { note: 'Đủ điều kiện' }, n => look(specialist, n))
  await act(leader, base, code, 'claim', {}, n => look(leader, n))
  await act(leader, base, code, 'approve', { number: '01/2026' }, n => look(leader, n))
  await act(intake, base, code, 'claim', {}, n => look(intake, n))
  await act(intake, base, code, 'hand_over', { to_number: '001191900123', to_paper: 'Thẻ căn cước' }, n => look(intake, n))
  await intake.goto(base + '/can-bo/ho-so/' + code)
  assert.match(await intake.locator('main').innerText(), /Đã trả kết quả/)
}

export async function lookUp(page, base, code, secret) {
  await page.goto(base + '/tra-cuu')
  await page.locator('[name=ma]').fill(code)
  if (secret) await page.locator('[name="bi-mat"]').fill(secret)
  await submit(page)
  return page.locator('main').innerText()
}
