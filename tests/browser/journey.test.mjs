// A paper's journey, whole: photos of a telephone, scanned, made one PDF, accepted into the vault, the result signed; and the
// second dossier of the same person asks for nothing again, counted on the agency's page.  At telephone width, axe on each page.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accessible, demoCity, fillPanel, launch, signIn } from '../lib/browser.mjs'
import { haveClamd, startClamd } from '../lib/clamd.mjs'
import { act, submit } from '../lib/job.mjs'
import { haveHeic, heic, jpeg, png } from '../lib/photos.mjs'
import { pdfText } from '../lib/pdf.mjs'
import { motcua } from '../lib/server.mjs'
import { ALLOWANCE, DISABILITY, NUMBER, declared } from '../lib/vault.mjs'

const HERE = 'H26.X.00070', PHONE = { viewport: { width: 390, height: 844 } }, DESK = { viewport: { width: 1280, height: 900 } }
let clamd, city, browser
before(async () => {
  clamd = haveClamd ? await startClamd() : null
  city = await demoCity(addDeputy, { flags: clamd ? ['--clamd', clamd.socket, '--scan-required', 'yes'] : [] })
  browser = await launch()
})
after(async () => { await browser?.close(); await city?.site.clean(); await clamd?.stop() })

// The head of the department examines, the chairman signs: two leaders.
const DEPUTY = { login: 'truong-phong', password: 'Mat-khau-2026-thu' }
function addDeputy(folder) {
  const made = motcua(folder, ['user', 'add', '--login', DEPUTY.login, '--name', 'Vũ Thị Kiểm', '--role', `leader@${HERE}`, '--password-stdin'], { input: `${DEPUTY.password}\n` })
  assert.equal(made.status, 0, made.stderr)
}

const base = () => city.site.base
const window_ = async options => (await browser.newContext({ locale: 'vi-VN', ...options })).newPage()
const text = page => page.locator('main').innerText()

// Axe on the page as it stands; MOTCUA_PICTURES=FOLDER keeps a picture to look at.
async function look(page, name) {
  await accessible(page, name)
  if (!process.env.MOTCUA_PICTURES) return
  mkdirSync(process.env.MOTCUA_PICTURES, { recursive: true })
  await page.screenshot({ path: join(process.env.MOTCUA_PICTURES, `${name.replaceAll(' ', '-')}.png`), fullPage: true })
}

async function person(who, options) {
  const page = await window_(options)
  await signIn(page, base(), who === 'deputy' ? DEPUTY : city.accounts[who], who !== 'citizen')
  return page
}

// From the start to the page of papers: the draft's address.
async function declare(page, look = async () => {}) {
  await page.goto(`${base()}/thu-tuc/${ALLOWANCE}/nop`)
  await submit(page, page.getByRole('button', { name: 'Bắt đầu' }))
  const draft = page.url()
  await page.goto(draft + '/nguoi-nop')
  await page.locator('[name="noi-nop"]').selectOption(HERE)
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

async function finish(page, draft, look = async () => {}) {
  await page.goto(draft + '/nhan-ket-qua')
  await page.locator('[value="tai-quay"]').check()
  await submit(page)
  await look(page, 'check')
  assert.equal(await submit(page, page.getByRole('button', { name: 'Gửi hồ sơ' })), 200)
  return (await page.locator('.code__text').first().innerText()).trim()
}

// What a telephone sends of one paper: three pages, one turned, of two kinds (and PNG, a picture of a screen).
const PHOTOS = [{ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: jpeg(['GIAY XAC NHAN KHUYET TAT', `So: ${NUMBER}`], 150) },
  { name: 'IMG_0002.jpg', mimeType: 'image/jpeg', buffer: jpeg(['Trang 2'], 150) },
  { name: 'IMG_0003.png', mimeType: 'image/png', buffer: png(['Trang 3']) }]
if (haveHeic) PHOTOS.push({ name: 'IMG_0004.heic', mimeType: 'image/heic', buffer: heic(['Trang 4']) })

async function photograph(page) {
  const paper = page.locator('section.paper').first()
  await paper.locator('input[type=file]').setInputFiles(PHOTOS)
  const attach = paper.getByRole('button', { name: /Đính kèm/ })
  if (await attach.isVisible()) await Promise.all([page.waitForLoadState('load'), attach.click()])
  await page.waitForFunction(n => document.querySelectorAll('.paper__file').length === n, PHOTOS.length)
  await page.waitForFunction(() => !document.querySelector('.files-wait'), null)       // nobody reloads it
  assert.match(await text(page), clamd ? /An toàn/i : /Chưa quét vi-rút/i)
}

async function openDocument(page, code, width) {
  await page.goto(`${base()}/can-bo/ho-so/${code}`)
  assert.match(await page.locator('#giay-to').innerText(), new RegExp(`Bản PDF của giấy tờ\\s*${PHOTOS.length} trang`))
  await page.locator('.document summary').first().click()
  await page.waitForFunction(() => document.querySelector('.document img')?.naturalWidth > 0)
  const pdf = await page.context().request.get(base() + await page.locator('.document a').first().getAttribute('href'))
  assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-')
  await look(page, `dossier of photos ${width}`)
}

// Drafted by the specialist, signed by the leader: the page says by itself when it is done.  The signed file.
async function signResult(people, code) {
  const { specialist, deputy, leader } = people, path = `${base()}/can-bo/ho-so/${code}/ket-qua`
  await act(specialist, base(), code, 'claim', {}, async () => {})
  await specialist.goto(`${base()}/can-bo/ho-so/${code}`)
  if (await specialist.locator('a[href$="/viec/check_papers"]').count()) await act(specialist, base(), code, 'check_papers', {}, async () => {})
  await specialist.goto(`${path}?mau=quyet_dinh`)
  await specialist.locator('[name="f.trich_yeu"]').fill('trợ cấp xã hội hằng tháng')
  await specialist.locator('[name="f.noi_dung"]').fill('Trợ cấp xã hội hằng tháng cho người khuyết tật nặng.')
  await look(specialist, 'result drafted')
  await submit(specialist, specialist.locator('main form[action$="/ket-qua"] button').last())
  await act(specialist, base(), code, 'forward', { note: 'Đã soạn quyết định' }, async () => {})
  await act(deputy, base(), code, 'forward', { note: 'Đã kiểm soát' }, async () => {})
  await leader.goto(path)
  await look(leader, 'result to sign')
  await leader.locator('[name="chuc-vu"]').fill('Chủ tịch')
  assert.equal(await submit(leader, leader.locator('main form[action$="/ky"] button').last()), 303)
  await leader.getByRole('link', { name: /tệp có chữ ký số/ }).first().waitFor()          // nobody reloads it
  await look(leader, 'result signed')
  const file = await leader.context().request.get(base() + await leader.getByRole('link', { name: /tệp có chữ ký số/ }).first().getAttribute('href'))
  return file.body()
}

test('from a telephone’s photos to the dossier that asks for nothing again', async () => {
  const people = { citizen: await person('citizen', PHONE), intake: await person('intake', DESK), specialist: await person('specialist', DESK), deputy: await person('deputy', DESK),
    leader: await person('leader', DESK) }
  const { citizen, intake } = people

  const first = await declare(citizen)
  await photograph(citizen)
  await look(citizen, 'papers of photos')
  const brought = await finish(citizen, first)
  await openDocument(intake, brought, 1280)
  const small = await person('intake', PHONE)
  await openDocument(small, brought, 390)
  await citizen.goto(`${base()}/ho-so/${brought}`)
  assert.match(await citizen.locator('#giay-to').innerText(), /\(PDF\)/)
  await look(citizen, 'own dossier')
  await act(intake, base(), brought, 'accept', {}, async () => {})

  await citizen.goto(base() + '/kho-giay-to')
  await look(citizen, 'vault')
  await citizen.getByRole('link', { name: new RegExp(NUMBER) }).first().click()
  assert.match(await text(citizen), new RegExp(`trong hồ sơ ${brought}`))
  await look(citizen, 'vault item')

  const signed = await signResult(people, brought)
  assert.match(signed.toString('latin1'), /ETSI\.CAdES\.detached/)
  assert.match(pdfText(signed), /QUYẾT ĐỊNH/)

  const second = await declare(citizen, look)
  assert.match(await text(citizen), new RegExp(`Thành phố đã có: Giấy xác nhận khuyết tật số ${NUMBER}`))
  assert.match(await text(citizen), /bạn không phải nộp lại/)
  assert.equal(await citizen.locator('section[aria-label="Giấy xác nhận khuyết tật"] input[type=file]').count(), 0, 'nothing is asked for again')
  await look(citizen, 'papers held')
  const spared = await finish(citizen, second, look)
  await intake.goto(`${base()}/can-bo/ho-so/${spared}`)
  await look(intake, 'dossier held')
  await intake.locator(`a[href$="/giay-to-da-co/${DISABILITY}"]`).click()
  await look(intake, 'held paper')
  await act(intake, base(), spared, 'accept', {}, name => look(intake, name))

  await citizen.goto(`${base()}/co-quan/${HERE}`)
  const page = await text(citizen)
  assert.match(page, /100,0%\s*hồ sơ không phải nộp lại giấy tờ nào/)
  assert.match(page, /100,0%\s*giấy tờ đã có được dùng lại/)
  assert.match(page, /Đạt mục tiêu/)
  assert.match(page, /Số hóa giấy tờ và kết quả/)
  await look(citizen, 'agency')
  for (const [address, width] of [['/thong-ke', 390], ['/thong-ke/so-hoa', 390], ['/thong-ke/so-hoa', 1280], [`/thong-ke/so-hoa?co-quan=${HERE}`, 390]]) {
    const stranger = await window_({ viewport: { width, height: 900 } })
    await stranger.goto(base() + address)
    assert.match(await text(stranger), /kết quả có bản điện tử/)
    await look(stranger, `figures ${address.replaceAll(/[/?=]/g, '.')} ${width}`)
    await stranger.context().close()
  }
})

test('with scripts off the paper of the first dossier is offered all the same', async () => {
  const citizen = await person('citizen', { ...PHONE, javaScriptEnabled: false })
  const draft = await declare(citizen)
  assert.match(await text(citizen), /bạn không phải nộp lại/)
  await submit(citizen, citizen.getByRole('button', { name: 'Nộp giấy tờ khác' }).first())
  await submit(citizen, citizen.getByRole('button', { name: 'Dùng giấy tờ này' }).first())
  await finish(citizen, draft)
})
