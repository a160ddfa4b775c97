// Photos of a telephone: the citizen sees each file's state change by itself, the officer sees one document.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accessible, launch } from '../lib/browser.mjs'
import { EICAR, haveClamd, startClamd } from '../lib/clamd.mjs'
import { at, readyToSend } from '../lib/parked.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { haveHeic, heic, jpeg, pdf, png } from '../lib/photos.mjs'
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

test('photos become one document in front of the officer, states renew themselves, axe is content', async () => {
  const path = await readyToSend(people.citizen)
  await people.citizen.send(await people.citizen.get(`${path}/giay-to`), { so: '1' }, { action: `${path}/giay-to/bo` })
  const mine = await windowOf(people.citizen, 390)
  await mine.goto(`${site.base}${path}/giay-to`)
  const files = [{ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: jpeg(['GIAY CHUNG SINH', 'Trang 1'], 150) },
    { name: 'IMG_0002.png', mimeType: 'image/png', buffer: png(['GIAY CHUNG SINH', 'Trang 2']) }]
  if (haveHeic) files.push({ name: 'IMG_0003.heic', mimeType: 'image/heic', buffer: heic(['Trang 3']) })
  await mine.locator('section.paper').first().locator('input[type=file]').setInputFiles(files)
  await Promise.all([mine.waitForLoadState('load'), mine.locator('section.paper').first().getByRole('button', { name: /Đính kèm/ }).click()])
  await mine.waitForFunction(n => document.querySelectorAll('.paper__file').length === n, files.length)
  const settled = () => !document.querySelector('.files-wait') && document.querySelectorAll('.paper__file').length > 0
  await mine.waitForFunction(settled, null)       // nobody reloads it
  assert.match(await mine.locator('main').innerText(), clamd ? /An toàn/i : /Chưa quét vi-rút/i)
  await accessible(mine, 'papers of a draft')
  await look(mine, 'nop-giay-to-390')

  const check = await people.citizen.get(`${path}/kiem-tra`)
  const code = (await people.citizen.send(check, {}, { action: `${path}/gui` })).text.match(/H26\.X\.00070-\d{6}-\d{4}/)[0]
  for (const width of [1280, 390]) {
    const desk = await windowOf(people.intake, width)
    await desk.goto(site.base + at(code))
    assert.match(await desk.locator('#giay-to').innerText(), new RegExp(`Bản PDF của giấy tờ\\s*${files.length} trang`))
    await desk.locator('.document summary').first().click()
    await desk.waitForFunction(() => document.querySelector('.document img')?.naturalWidth > 0)
    await accessible(desk, `dossier at ${width}`)
    await look(desk, `ho-so-${width}`)
    await desk.context().close()
  }
  const follow = await windowOf(people.citizen, 390)
  await follow.goto(`${site.base}/ho-so/${code}`)
  assert.match(await follow.locator('#giay-to').innerText(), /\(PDF\)/)
  await accessible(follow, 'own dossier')
  await look(follow, 'ho-so-cua-toi-390')
})

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
