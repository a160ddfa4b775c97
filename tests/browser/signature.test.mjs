// A person signs on the helper's screen, with a finger on a telephone and with a mouse: what was drawn is what arrives; a tap is no
// signature, a cleared one neither, and the page does not scroll away under the finger.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { launch } from '../lib/browser.mjs'
import { ask, codeOf, ready, words } from '../lib/assisted.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { startSite } from '../lib/server.mjs'

let site, people, browser
before(async () => {
  site = await startSite({ people: addPeople })
  people = await meetPeople(site)
  browser = await launch()
})
after(async () => { await browser?.close(); await site?.clean() })

// The page to sign, in a window of the helper's.
async function signing(options) {
  const draft = await ready(people.community)
  assert.equal((await ask(people.community, draft, 'chu-ky')).location, `${draft}/xac-nhan/chu-ky`)
  const context = await browser.newContext({ locale: 'vi-VN', ...options })
  await context.addCookies([...people.community.cookies].map(([name, value]) => ({ name, value, url: site.base })))
  const page = await context.newPage()
  await page.goto(`${site.base}${draft}/xac-nhan/chu-ky`)
  await page.locator('canvas.sign').scrollIntoViewIfNeeded()
  return { draft, context, page }
}

// What the form would send: its name, and how many points of the picture are ink; null: no file.
const inked = page => page.evaluate(async () => {
  const file = document.querySelector('[data-sign] input[type=file]').files[0]
  if (!file) return null
  const picture = await createImageBitmap(file), sheet = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
  sheet.drawImage(picture, 0, 0)
  const { data } = sheet.getImageData(0, 0, picture.width, picture.height)
  let ink = 0, left = picture.width, right = 0
  for (let i = 0; i < data.length; i += 4) if (data[i] < 128 && data[i + 2] > 100) { ink++; const x = i / 4 % picture.width; left = Math.min(left, x); right = Math.max(right, x) }
  return { name: file.name, type: file.type, ink, from: left / picture.width, to: right / picture.width }
})

// Points of a wave from a fifth to four fifths of the box.
async function wave(page) {
  const box = await page.locator('canvas.sign').boundingBox()
  return Array.from({ length: 25 }, (_, i) => ({ x: box.x + box.width * (0.2 + 0.6 * i / 24), y: box.y + box.height * (0.5 + 0.3 * Math.sin(i)) }))
}

// The finger of a hand: chromium makes pointer events of it, and would scroll if the page let it.
async function finger(context, page) {
  const cdp = await context.newCDPSession(page), send = (type, ...touchPoints) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints })
  return async ([first, ...rest]) => {
    await send('touchStart', first)
    for (const point of rest) await send('touchMove', point)
    await send('touchEnd')
  }
}

async function mouse(page, [first, ...rest]) {
  await page.mouse.move(first.x, first.y)
  await page.mouse.down()
  for (const { x, y } of rest) await page.mouse.move(x, y)
  await page.mouse.up()
}

const confirm = page => page.locator('main form:has([data-sign]) button:not([type=button])').click()

test('a finger on a telephone: drawn, cleared, drawn again, confirmed and sent', async () => {
  const { draft, context, page } = await signing({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const draw = await finger(context, page), stroke = await wave(page), before = await page.evaluate('scrollY')
  await draw(stroke.slice(0, 1))
  assert.equal(await inked(page), null, 'a tap is no signature')
  await draw(stroke)
  const drawn = await inked(page)
  assert.equal(`${drawn.name} ${drawn.type}`, 'chu-ky.png image/png')
  assert.ok(drawn.ink > 2000, `${drawn.ink} points of ink`)
  assert.ok(drawn.from > 0.17 && drawn.from < 0.23 && drawn.to > 0.77 && drawn.to < 0.83, `under the finger: ${drawn.from} to ${drawn.to}`)
  assert.equal(await page.evaluate('scrollY'), before, 'the page stays under the finger')

  await page.locator('[data-sign] button').click()
  assert.equal(await inked(page), null, 'cleared')
  await page.locator('main input[type=checkbox]').check()
  await confirm(page)
  await page.locator('[data-sign]').getByText('Ô chữ ký còn trống').waitFor()     // before anything is sent
  assert.ok(page.url().endsWith(`${draft}/xac-nhan/chu-ky`), 'an empty box confirms nothing')

  await page.locator('canvas.sign').scrollIntoViewIfNeeded()
  await draw(await wave(page))
  await page.locator('main input[type=checkbox]').check()
  await Promise.all([page.waitForURL(`${site.base}${draft}/xac-nhan`), confirm(page)])
  assert.match(await page.locator('main').innerText(), /Người dân đã xác nhận/)
  await page.locator(`main form[action="${draft}/gui"] button`).click()
  await page.getByText('Hãy để người dân chụp lại').waitFor()
  const code = codeOf({ text: await page.content() }), desk = await people.intake.get(`/can-bo/ho-so/${code}`)
  assert.match(words(desk), /Chữ ký xác nhận của người dân chu-ky\.png.*xác nhận bằng chữ ký lúc \d/)
  await context.close()
})

test('a mouse at the counter: two strokes are one picture', async () => {
  const { draft, context, page } = await signing({ viewport: { width: 1280, height: 900 } }), stroke = await wave(page)
  await mouse(page, stroke.slice(0, 12))
  const first = await inked(page)
  await mouse(page, stroke.slice(12))
  const both = await inked(page)
  assert.ok(both.ink > first.ink && both.to > first.to && Math.abs(both.from - first.from) < 0.001, `${JSON.stringify(first)}, then ${JSON.stringify(both)}`)
  await page.locator('main input[type=checkbox]').check()
  await Promise.all([page.waitForURL(`${site.base}${draft}/xac-nhan`), confirm(page)])
  await context.close()
})
