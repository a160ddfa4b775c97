// One dossier, from a citizen's browser to the returned result: with scripts at telephone width and axe on every page,
// then with scripts off.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { accessible, demoCity, launch, signIn } from '../lib/browser.mjs'
import { apply, lookUp, resolve } from '../lib/job.mjs'

let city, browser
before(async () => { city = await demoCity(); browser = await launch() })
after(async () => { await browser?.close(); await city?.site.clean() })

const window_ = async options => (await browser.newContext({ locale: 'vi-VN', ...options })).newPage()
const PHONE = { viewport: { width: 390, height: 844 } }, DESK = { viewport: { width: 1280, height: 900 } }

async function officers(options) {
  const people = {}
  for (const who of ['intake', 'specialist', 'leader']) {
    people[who] = await window_({ ...DESK, ...options })
    await signIn(people[who], city.site.base, city.accounts[who], true)
  }
  return people
}

async function wholeJob(options, look) {
  const base = city.site.base
  const citizen = await window_({ ...PHONE, ...options }), stranger = await window_({ ...PHONE, ...options })
  await signIn(citizen, base, city.accounts.citizen)
  const { code, secret } = await apply(citizen, base, name => look(citizen, name))

  assert.match(await lookUp(stranger, base, code), /Mới đăng ký/)
  await look(stranger, 'look-up by code')
  assert.doesNotMatch(await stranger.locator('main').innerText(), /Thu Hà|MINH AN/, 'a code alone names nobody')

  await resolve(await officers(options), base, code, look)

  await citizen.goto(base + '/ho-so/' + code)
  assert.match(await citizen.locator('main').innerText(), /Đã trả kết quả/)
  await look(citizen, 'follow')
  const all = await lookUp(stranger, base, code, secret)
  assert.match(all, /Đã trả kết quả/)
  assert.match(all, /Thu Hà/, 'the secret opens the rest')
  assert.match(all, /Vì sao là ngày này/, 'the due date explains itself')
  await look(stranger, 'look-up with the secret')
}

test('finds the procedure without diacritics', async () => {
  const page = await window_(PHONE)
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

test('the main job, with axe on every page', () => wholeJob({}, accessible))

test('the main job with scripts off', () => wholeJob({ javaScriptEnabled: false }, async () => {}))
