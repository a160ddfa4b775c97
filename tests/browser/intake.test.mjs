// An infected file: told kindly, never shown.  (What becomes of good ones: journey.test.mjs.)
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accessible, launch } from '../lib/browser.mjs'
import { EICAR, haveClamd, startClamd } from '../lib/clamd.mjs'
import { at, readyToSend } from '../lib/parked.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { pdf } from '../lib/photos.mjs'
import { startSite } from '../lib/server.mjs'

let clamd, site, people, browser
before(async () => {
  clamd = haveClamd ? await startClamd() : null
  site = await startSite({ people: addPeople, flags: clamd ? ['--clamd', clamd.socket] : [] })
  people = await meetPeople(site)
  browser = await launch()
})
after(async () => { await browser?.close(); await site?.clean(); await clamd?.stop() })

// A window in which the client of the HTTP scenarios is signed in.
async function windowOf(client, width, options = {}) {
  const context = await browser.newContext({ locale: 'vi-VN', viewport: { width, height: 900 }, ...options })
  await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: site.base })))
  return context.newPage()
}
// MOTCUA_PICTURES=FOLDER keeps pictures to look at.
async function look(page, name) {
  if (!process.env.MOTCUA_PICTURES) return
  mkdirSync(process.env.MOTCUA_PICTURES, { recursive: true })
  await page.screenshot({ path: join(process.env.MOTCUA_PICTURES, `${name}.png`), fullPage: true })
}

test('an infected file is told kindly, and the administrator sees it', { skip: !haveClamd }, async () => {
  const path = await readyToSend(people.citizen)
  const evil = Buffer.concat([pdf([['x', `y${Math.random()}`]]), Buffer.from(`%${EICAR}\n`)])
  await people.citizen.submit(`${path}/giay-to`, {}, { action: `${path}/giay-to`, files: [['tep', { name: 'giay.pdf', type: 'application/pdf', content: evil }]] })
  const mine = await windowOf(people.citizen, 390)
  await mine.goto(`${site.base}${path}/giay-to`)
  await mine.waitForFunction(() => /Có mã độc/i.test(document.querySelector('main').innerText), null)
  await accessible(mine, 'an infected file')
  await look(mine, 'nop-ma-doc-390')
  const check = await people.citizen.get(`${path}/kiem-tra`)
  const code = (await people.citizen.send(check, {}, { action: `${path}/gui` })).text.match(/H26\.X\.00070-\d{6}-\d{4}/)[0]
  const desk = await windowOf(people.intake, 1280)
  await desk.goto(site.base + at(code))
  await accessible(desk, 'dossier with an infected file')
  await look(desk, 'ho-so-ma-doc-1280')
  for (const width of [1280, 390]) {
    const admin = await windowOf(people.administrator, width)
    await admin.goto(`${site.base}/quan-tri/giay-to`)
    await accessible(admin, `administration at ${width}`)
    await look(admin, `quan-tri-giay-to-${width}`)
  }
})
