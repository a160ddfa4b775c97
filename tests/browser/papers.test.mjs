// Asked once: a first dossier whose papers are handed in and accepted; a second that asks for nothing again; the rate on the
// agency's page.  At telephone width with axe on every page, then with scripts off.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { accessible, demoCity, fillPanel, launch, signIn } from '../lib/browser.mjs'
import { PDF, act, submit } from '../lib/job.mjs'
import { ALLOWANCE, DISABILITY, NUMBER, declared } from '../lib/vault.mjs'

const PHONE = { viewport: { width: 390, height: 844 } }, DESK = { viewport: { width: 1280, height: 900 } }
let city, browser
before(async () => { city = await demoCity(); browser = await launch() })
after(async () => { await browser?.close(); await city?.site.clean() })

const base = () => city.site.base
const window_ = async options => (await browser.newContext({ locale: 'vi-VN', ...options })).newPage()
const shot = async (page, name) => process.env.MOTCUA_PICTURES && page.screenshot({ path: `${process.env.MOTCUA_PICTURES}/${name}.png`, fullPage: true })

// From the start to the page of papers.
async function declare(page, look) {
  await page.goto(`${base()}/thu-tuc/${ALLOWANCE}/nop`)
  await submit(page, page.getByRole('button', { name: 'Bắt đầu' }))
  const draft = page.url()
  await page.goto(draft + '/nguoi-nop')
  await page.locator('[name="noi-nop"]').selectOption('H26.X.00070')
  await page.locator('[name="applicant.address"]').fill('Số 12 phố Hàng Bài')
  await submit(page)
  for (let i = 0; i < 12 && page.url().includes('/to-khai/'); i++) {
    const panel = page.url().split('/').at(-1)
    await look(page, `panel ${panel}`)
    await fillPanel(page, declared)
    await submit(page)
    assert.ok(!page.url().endsWith(panel), `the panel was taken: ${await page.locator('.govuk-error-summary').allInnerTexts()}`)
  }
  assert.match(page.url(), /giay-to$/)
  return draft
}

async function finish(page, draft, look) {
  await page.goto(draft + '/nhan-ket-qua')
  await page.locator('[value="tai-quay"]').check()
  await submit(page)
  await look(page, 'check')
  assert.equal(await submit(page, page.getByRole('button', { name: 'Gửi hồ sơ' })), 200)
  return (await page.locator('.code__text').first().innerText()).trim()
}

async function askedOnce(options, look) {
  const citizen = await window_({ ...PHONE, ...options }), intake = await window_({ ...DESK, ...options })
  await signIn(citizen, base(), city.accounts.citizen)
  await signIn(intake, base(), city.accounts.intake, true)

  const first = await declare(citizen, async () => {})
  await citizen.locator('input[type=file]').first().setInputFiles({ name: 'giay xac nhan.pdf', mimeType: 'application/pdf', buffer: PDF })
  const attach = citizen.getByRole('button', { name: 'Đính kèm' }).first()
  if (await attach.isVisible()) await attach.click()
  await citizen.getByText('Đã có tệp').first().waitFor()
  const brought = await finish(citizen, first, async () => {})
  await act(intake, base(), brought, 'accept', {}, async () => {})

  await citizen.goto(base() + '/kho-giay-to')
  await look(citizen, 'vault')
  await citizen.getByRole('link', { name: new RegExp(NUMBER) }).first().click()
  assert.match(await citizen.locator('main').innerText(), new RegExp(`trong hồ sơ ${brought}`))
  await look(citizen, 'vault-item')

  const second = await declare(citizen, look)
  const papers = await citizen.locator('main').innerText()
  assert.match(papers, new RegExp(`Thành phố đã có: Giấy xác nhận khuyết tật số ${NUMBER}`))
  assert.match(papers, /bạn không phải nộp lại/)
  assert.equal(await citizen.locator(`section[aria-label="Giấy xác nhận khuyết tật"] input[type=file]`).count(), 0, 'nothing is asked for again')
  await look(citizen, 'papers-held')
  const spared = await finish(citizen, second, look)
  await intake.goto(`${base()}/can-bo/ho-so/${spared}`)
  await look(intake, 'dossier-held')
  await intake.locator(`a[href$="/giay-to-da-co/${DISABILITY}"]`).click()
  await look(intake, 'held-paper')
  await act(intake, base(), spared, 'accept', {}, name => look(intake, name))
  return { citizen, brought, spared }
}

test('the second dossier asks for nothing again, and the agency’s page counts it', async () => {
  const look = async (page, name) => { await accessible(page, name); await shot(page, name) }
  const { citizen } = await askedOnce({}, look)
  await citizen.goto(base() + '/co-quan/H26.X.00070')
  const page = await citizen.locator('main').innerText()
  assert.match(page, /100,0%\s*hồ sơ không phải nộp lại giấy tờ nào/)
  assert.match(page, /100,0%\s*giấy tờ đã có được dùng lại/)
  assert.match(page, /Đạt mục tiêu/)
  await look(citizen, 'agency')
})

test('with scripts off the paper of the first dossier is offered all the same', async () => {
  const citizen = await window_({ ...PHONE, javaScriptEnabled: false }), look = async () => {}
  await signIn(citizen, base(), city.accounts.citizen)
  const draft = await declare(citizen, look)
  assert.match(await citizen.locator('main').innerText(), /bạn không phải nộp lại/)
  await submit(citizen, citizen.getByRole('button', { name: 'Nộp giấy tờ khác' }).first())
  await submit(citizen, citizen.getByRole('button', { name: 'Dùng giấy tờ này' }).first())
  await finish(citizen, draft, look)
})
