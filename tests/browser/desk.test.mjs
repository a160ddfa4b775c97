// The officers' desk in a real browser: every page with axe, none wider than a telephone; the keyboard; intake
// at the counter with scripts and without.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { accessible, answersOf, demoCity, fillPanel, launch, signIn } from '../lib/browser.mjs'

const BIRTH = '1.001193'
const PERSON = { 'applicant.personal_number': '001191900123', 'applicant.name': 'Nguyễn Thị Thu Hà', 'applicant.phone': '0912345678',
  'applicant.address': 'Số 12 phố Hàng Bài', 'papers.giay_chung_sinh': 'original' }
let city, browser
const base = () => city.site.base
before(async () => { city = await demoCity(); browser = await launch() })
after(async () => { await browser?.close(); await city?.site.clean() })

async function officer(who, options = {}) {
  const page = await (await browser.newContext({ locale: 'vi-VN', viewport: { width: 1280, height: 900 }, ...options })).newPage()
  await signIn(page, base(), city.accounts[who], true)
  return page
}

// A birth day some days ago, so that the case is the one in time on whatever day the test runs.
const days = n => new Date(Date.now() - n * 864e5).toISOString().slice(0, 10)
const answers = () => ({ ...answersOf(BIRTH), ngay_sinh: days(5), ngay_chung_sinh: days(3) })

async function receive(page) {
  await page.goto(`${base()}/can-bo/tiep-nhan/${BIRTH}`)
  await fillPanel(page, { ...PERSON, ...answers() })
  await Promise.all([page.waitForLoadState('load'), page.locator('button[value=receive]').click()])
  await page.getByRole('heading', { name: 'Đã tiếp nhận hồ sơ' }).waitFor().catch(async () => assert.fail((await page.locator('main').innerText()).slice(0, 800)))
  return (await page.locator('output').first().innerText()).trim()
}

async function fits(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(over, 0, `${name} scrolls sideways by ${over} px`)
}

async function look(page, path) {
  await page.goto(base() + path)
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 })
    await fits(page, `${path} at ${width}`)
  }
  await accessible(page, path)
}

test('received at the counter with scripts; every page of the dossier is accessible and fits a telephone', async () => {
  const intake = await officer('intake'), code = await receive(intake), at = `/can-bo/ho-so/${code}`
  for (const path of ['/can-bo', '/can-bo?xem=all', '/can-bo?xem=overdue', '/can-bo/tiep-nhan', `/can-bo/tiep-nhan/${BIRTH}`,
    '/can-bo/tim?q=nguyen', at, `${at}/viec/correct`, `${at}/viec/withdraw`, `${at}/viec/paid`]) await look(intake, path)
  const specialist = await officer('specialist')
  for (const action of ['claim', 'check_papers', 'forward', 'supplement', 'fiscal', 'consult', 'refuse', 'pause', 'attach_result'])
    await look(specialist, `${at}/viec/${action}`)
  const leader = await officer('leader')
  for (const path of ['/can-bo/tong-quan', `${at}/viec/assign`, `${at}/viec/stop`, `${at}/viec/extend`]) await look(leader, path)
})

test('received at the counter with scripts off', async () => {
  assert.match(await receive(await officer('intake', { javaScriptEnabled: false })), /^H26\./)
})

// What the history would keep is page.url().
for (const javaScriptEnabled of [true, false])
  test(`a number typed into a search stands in its field and not in the address, scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
    const page = await officer('intake', { javaScriptEnabled }), number = '001191900123'
    for (const [from, field, to] of [['/can-bo', '#desk-q', '/can-bo/tim?q='], ['/can-bo/tim', 'main [name=q]', '/can-bo/tim?q='], [`/can-bo/tiep-nhan/${BIRTH}`, '#f-so', `/can-bo/tiep-nhan/${BIRTH}?so=`]]) {
      await page.goto(base() + from)
      await page.locator(field).fill(number)
      await Promise.all([page.waitForURL(u => u.href.startsWith(base() + to)), page.locator(field).press('Enter')])
      assert.ok(!page.url().includes(number), page.url())
      assert.equal(await page.locator(field === '#desk-q' ? 'main [name=q]' : field).inputValue(), number)
      if (javaScriptEnabled) await look(page, page.url().slice(base().length))
    }
  })

test('the work list by keyboard: j moves, Enter opens, / searches, ? helps', async () => {
  await receive(await officer('intake'))
  const page = await officer('specialist')
  await page.goto(base() + '/can-bo?xem=new')
  await page.keyboard.press('j')
  assert.equal(await page.locator('tr.row--now').count(), 1)
  await page.keyboard.press('?')
  await page.locator('dialog[open]').waitFor()
  await accessible(page, 'help of the keys')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  assert.equal(await page.evaluate(() => document.activeElement.name), 'q')
  await page.goto(base() + '/can-bo?xem=new')
  await page.keyboard.press('j')
  await Promise.all([page.waitForURL(/ho-so/), page.keyboard.press('Enter')])
})
