// The pad on which a person signs at home: nothing drawn, or a touch by mistake, is noticed kindly and sends nothing; a signature goes.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { sql } from '../lib/engine.mjs'
import { ask, ready } from '../lib/assisted.mjs'
import { launch } from '../lib/browser.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { startSite } from '../lib/server.mjs'

let site, browser, page, draft
before(async () => {
  site = await startSite({ people: addPeople })
  const { community } = await meetPeople(site)
  draft = await ready(community)
  assert.equal((await ask(community, draft, 'chu-ky')).location, `${draft}/xac-nhan/chu-ky`)
  browser = await launch()
  page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
  await page.context().addCookies([{ name: 'phien', value: community.cookies.get('phien'), url: `http://127.0.0.1:${site.port}` }])
  await page.goto(`http://127.0.0.1:${site.port}${draft}/xac-nhan/chu-ky`)
})
after(async () => { await browser?.close(); await site?.clean() })

const send = () => page.getByRole('button', { name: 'Xác nhận bằng chữ ký' }).click()
const said = () => page.getByText('Ô chữ ký còn trống').first()
async function draw(...by) {
  const pad = page.locator('canvas.sign')
  await pad.scrollIntoViewIfNeeded()
  const { x, y } = await pad.boundingBox()
  await page.mouse.move(x + 30, y + 30)
  await page.mouse.down()
  for (const [dx, dy] of by) await page.mouse.move(x + 30 + dx, y + 30 + dy)
  await page.mouse.up()
}

test('an empty pad and a touch by mistake are noticed, and nothing is sent', async () => {
  await page.getByRole('checkbox').check()
  await send()
  await said().waitFor()
  await draw([2, 1])
  await send()
  await said().waitFor()
  assert.equal(new URL(page.url()).pathname, `${draft}/xac-nhan/chu-ky`)
  assert.equal(sql(site.folder, 'SELECT count(*) FROM assist WHERE way <> 0').trim(), '0')
})

test('a signature is sent', async () => {
  await draw([40, 20], [80, 5], [120, 40], [160, 10])
  assert.ok(await said().isHidden())
  await send()
  await page.waitForURL(u => u.pathname === `${draft}/xac-nhan`)
  assert.equal(sql(site.folder, 'SELECT count(*) FROM assist WHERE way = 3').trim(), '1')
})
