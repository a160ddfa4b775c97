// What happens to a paper after it arrived: scan, states, one PDF of photos; nothing infected reaches an officer.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { EICAR, haveClamd, startClamd } from '../lib/clamd.mjs'
import { sql } from '../lib/engine.mjs'
import { act, at, readyToSend } from '../lib/parked.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { encrypted, haveHeic, heic, jpeg, pdf, png } from '../lib/photos.mjs'
import { motcua, serveAgain, startSite } from '../lib/server.mjs'
import { sleep, soon } from '../lib/soon.mjs'

const words = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const file = (name, type, content) => ['tep', { name, type, content }]
const attach = (citizen, path, files) => citizen.submit(`${path}/giay-to`, {}, { action: `${path}/giay-to`, files })
// A PDF in order with the scanner's test string in it.
const EVIL = pdf([['Giay', EICAR.toString().replace(/[\\()]/g, c => `\\${c}`)]])
const evil = () => Buffer.concat([EVIL, Buffer.from(`%${EICAR}\n`)])

const until = async (what, ok) => {
  let is
  await soon(async () => ok(is = await what()), () => `still ${is}`)
  return is
}
const waiting = site => sql(site.folder, 'SELECT (SELECT count(*) FROM content WHERE due_at IS NOT NULL) + (SELECT count(*) FROM paper_document WHERE due_at IS NOT NULL)').trim()
const settled = site => until(() => waiting(site), n => n === '0')
async function send(people, path) {
  const check = await people.citizen.get(`${path}/kiem-tra`)
  const sent = await people.citizen.send(check, {}, { action: `${path}/gui` })
  return sent.text.match(/H26\.X\.00070-\d{6}-\d{4}/)[0]
}


// A content that nobody handed in before: what was found clean once stays so.
async function applyWithNew(people) {
  const path = await readyToSend(people.citizen)
  assert.equal((await attach(people.citizen, path, [file('moi.pdf', 'application/pdf', pdf([[`Moi ${Math.random()}`]]))])).status, 303)
  await people.citizen.send(await people.citizen.get(`${path}/giay-to`), { so: '1' }, { action: `${path}/giay-to/bo` })
  return send(people, path)
}

let clamd, site, people
before(async () => {
  clamd = haveClamd ? await startClamd() : null
  site = await startSite({ people: addPeople, flags: clamd ? ['--clamd', clamd.socket] : [] })
  people = await meetPeople(site)
})
after(async () => { await site.clean(); await clamd?.stop() })

test('an infected file never reaches an officer, is told kindly, and is asked for anew', { skip: !haveClamd }, async () => {
  const path = await readyToSend(people.citizen)
  assert.equal((await attach(people.citizen, path, [file('xau.pdf', 'application/pdf', evil())])).status, 303)
  await settled(site)
  const mine = await people.citizen.get(`${path}/giay-to`)
  assert.match(words(mine), /Có mã độc/)
  assert.match(words(mine), /không nhận được vì lý do an toàn/)
  assert.doesNotMatch(mine.text, /Eicar/i, 'the name of it is not for citizens')
  assert.equal((await people.citizen.get(`${path}/tep/2`)).status, 403)

  const code = await send(people, path), page = await people.intake.get(at(code))
  assert.match(words(page), /có mã độc nên không mở được/)
  assert.doesNotMatch(page.text, new RegExp(`href="${at(code)}/tep/2"`))
  for (const p of [`${at(code)}/tep/2`, `${at(code)}/tep/2/anh`]) {
    const answer = await people.intake.get(p)
    assert.equal(answer.status, 403, p)
    assert.ok(!answer.bytes.includes(EICAR), 'not a byte of it')
  }
  assert.equal((await people.citizen.get(`/ho-so/${code}/tep/2`)).status, 403)
  const path2 = `${at(code)}/viec/accept`
  const refused = await people.intake.submit(path2, { 'papers.giay_chung_sinh': 'electronic' }, { action: path2 })
  assert.equal(refused.status, 422, words(refused).slice(0, 500))
  assert.match(words(refused), /mã độc/)
  const accepted = await people.intake.submit(path2, { 'papers.giay_chung_sinh': 'original' }, { action: path2 })
  assert.equal(accepted.status, 303, 'the paper itself was shown at the counter')

  const ask = await people.specialist.get(`${at(code)}/viec/supplement`)
  assert.match(ask.text, /name="d\.paper\.giay_chung_sinh" value="1" checked/)
  assert.match(ask.text, /không nhận được vì lý do an toàn/)
})

test('photos of a telephone become one PDF, shown first, with the photos below it', async () => {
  const path = await readyToSend(people.citizen)
  await people.citizen.send(await people.citizen.get(`${path}/giay-to`), { so: '1' }, { action: `${path}/giay-to/bo` })
  const photos = [file('1.jpg', 'image/jpeg', jpeg(['Trang 1', 'Giay chung sinh'])), file('2.png', 'image/png', png(['Trang 2']))]
  if (haveHeic) photos.push(file('3.heic', 'image/heic', heic(['Trang 3'])))
  assert.equal((await attach(people.citizen, path, photos)).status, 303)
  const state = await people.citizen.get(`${path}/giay-to/tinh-trang`)
  assert.equal(state.status, 200)
  await settled(site)
  const later = await people.citizen.get(`${path}/giay-to/tinh-trang`)
  assert.equal(later.json().waiting, 0)
  assert.notEqual(later.json().version, state.json().version)
  const code = await send(people, path), page = await people.intake.get(at(code))
  assert.match(words(page), new RegExp(`Bản PDF của giấy tờ ${photos.length} trang`))
  const made = await people.intake.get(`${at(code)}/tai-lieu/giay_chung_sinh/0`)
  assert.equal(made.status, 200)
  assert.equal(made.headers.get?.('content-type') ?? made.headers['content-type'], 'application/pdf')
  assert.ok(made.bytes.subarray(0, 5).equals(Buffer.from('%PDF-')))
  const first = await people.intake.get(`${at(code)}/tai-lieu/giay_chung_sinh/0/anh`)
  assert.deepEqual([first.status, first.bytes[0], first.bytes[1]], [200, 0xff, 0xd8])
  assert.equal((await people.intake.get(`${at(code)}/tep/2/anh`)).status, 200)
  assert.equal((await people.intake.get(`${at(code)}/giay-to/tinh-trang`)).json().waiting, 0)
  assert.equal((await people.citizen.get(`/ho-so/${code}/tai-lieu/giay_chung_sinh/0`)).status, 200)
  assert.equal((await people.citizen.get(`/ho-so/${code}/giay-to/tinh-trang`)).status, 200)
  assert.match(words(await people.citizen.get(`/ho-so/${code}`)), new RegExp(`\\(PDF\\) ${photos.length} trang`))
  assert.equal((await people.intake.get(`${at(code)}/tai-lieu/giay_chung_sinh/1`)).status, 404)
  await act(people.intake, code, 'accept', { 'papers.giay_chung_sinh': 'electronic' })
  assert.match(words(page), clamd ? /An toàn/ : /Chưa quét vi-rút/)
})

test('a PDF with a password is refused beside its field, with advice', async () => {
  const path = await readyToSend(people.citizen), c = await attach(people.citizen, path, [file('khoa.pdf', 'application/pdf', encrypted([['x']]))])
  assert.equal(c.status, 422, words(c).slice(0, 400))
  assert.match(words(c), /khoa\.pdf.*mật khẩu/)
  assert.doesNotMatch(words(await people.citizen.get(`${path}/giay-to`)), /khoa\.pdf/)
})

test('the administrator sees what waits and what was found, and tries again', async () => {
  const page = await people.administrator.get('/quan-tri/giay-to')
  assert.equal(page.status, 200)
  assert.match(words(page), /Đang chờ kiểm tra 0/)
  assert.equal((await people.intake.get('/quan-tri/giay-to')).status, 403)
  if (clamd) {
    assert.match(words(page), /Eicar/)
    const one = await people.administrator.send(page, {}, { action: '/quan-tri/giay-to/mot' })
    assert.equal(one.status, 303)
    await settled(site)
  }
  sql(site.folder, "UPDATE content SET trouble = 3 WHERE made = 0 AND mime = 'image/png'")
  const all = await people.administrator.submit('/quan-tri/giay-to', {}, { action: '/quan-tri/giay-to/thu-lai' })
  assert.equal(all.status, 303, words(all).slice(0, 300))
  await settled(site)
  assert.equal(sql(site.folder, 'SELECT count(*) FROM content WHERE trouble = 3').trim(), '0')
  const figures = (await people.guest.get('/metrics')).text
  assert.match(figures, /motcua_contents_waiting \d/)
  assert.match(figures, /motcua_scans_total/)
})

test('the check knows the rows and what was made, and a copy that was lost', async () => {
  await settled(site)
  const said = motcua(site.folder, ['check', '--deep'])
  assert.equal(said.status, 0, said.stdout)
})

test('without a scanner papers are marked; where it is required they are held back until it answers', { skip: !haveClamd }, async () => {
  await site.stop()
  const bare = await serveAgain(site, [])
  const who = await meetPeople(bare), code = await applyWithNew(who)
  await settled(bare)
  assert.match(words(await who.intake.get(at(code))), /Chưa quét vi-rút/)
  assert.equal((await who.intake.get(`${at(code)}/tep/2`)).status, 200)
  await bare.stop()

  const away = join(site.folder, 'nobody.sock')
  const strict = await serveAgain(site, ['--clamd', away, '--scan-required', 'yes'])
  const them = await meetPeople(strict)
  const held = await applyWithNew(them), path = `${at(held)}/viec/accept`
  await soon(async () => /warning: the virus scanner does not answer/.test((await them.guest.get('/readyz')).text), 'nobody is told that the scanner is away')
  assert.match(words(await them.intake.get(at(held))), /đang được quét vi-rút|chưa quét vi-rút được/)
  assert.equal((await them.intake.get(`${at(held)}/tep/2`)).status, 403)
  assert.equal((await them.citizen.get(`/ho-so/${held}/tep/2`)).status, 200, 'who handed it in may see it')
  const refused = await them.intake.submit(path, { 'papers.giay_chung_sinh': 'electronic' }, { action: path })
  assert.equal(refused.status, 422)
  await strict.stop()

  const answering = await serveAgain(site, ['--clamd', clamd.socket, '--scan-required', 'yes'])
  const again = await meetPeople(answering)
  await until(() => sql(site.folder, 'SELECT count(*) FROM content WHERE scan <> 1 AND scan <> 2').trim(), n => n === '0')
  assert.equal((await again.intake.get(`${at(held)}/tep/2`)).status, 200, 'what could not be scanned is scanned when it answers')
  await act(again.intake, held, 'accept', { 'papers.giay_chung_sinh': 'electronic' })
  site = answering
})

test('what was made of photos is scanned with new signatures, too, and not shown when it is infected', { skip: !haveClamd }, async () => {
  const who = await meetPeople(site), path = await readyToSend(who.citizen)
  await who.citizen.send(await who.citizen.get(`${path}/giay-to`), { so: '1' }, { action: `${path}/giay-to/bo` })
  await attach(who.citizen, path, [file('a.jpg', 'image/jpeg', jpeg([`Anh ${Math.random()}`])), file('b.jpg', 'image/jpeg', jpeg([`Anh ${Math.random()}`]))])
  await settled(site)
  const code = await send(who, path), pages = [`${at(code)}/tai-lieu/giay_chung_sinh/0`, `${at(code)}/tai-lieu/giay_chung_sinh/0/anh`]
  for (const p of pages) assert.equal((await who.intake.get(p)).status, 200, p)
  const seen = () => sql(site.folder, 'SELECT count(*) FROM content WHERE made = 1 AND signatures = 0').trim()
  assert.notEqual(seen(), '0', 'made after the last walk')
  await site.stop()
  const renewed = await serveAgain(site, ['--clamd', clamd.socket, '--scan-required', 'yes'])  // its first walk over all contents
  await until(seen, n => n === '0')
  const again = await meetPeople(renewed)
  for (const p of pages) assert.equal((await again.intake.get(p)).status, 200, p)
  sql(renewed.folder, 'UPDATE content SET scan = 2 WHERE made = 1')
  for (const p of pages) {
    const answer = await again.intake.get(p)
    assert.equal(answer.status, 403, p)
    assert.doesNotMatch(answer.text, /%PDF-/)
  }
  sql(renewed.folder, 'UPDATE content SET scan = 1 WHERE made = 1')
  site = renewed
  people = again
})

test('a scanner that dies midway, is slow or talks nonsense makes nothing clean', async () => {
  await site.stop()
  let manner = c => c.destroy()
  const open = new Set(), fake = createServer(c => { open.add(c); c.on('error', () => {}); manner(c) })
  const socket = join(site.folder, 'fake.sock')
  await new Promise(go => fake.listen(socket, go))
  const odd = await serveAgain(site, ['--clamd', socket])
  const who = await meetPeople(odd), path = await readyToSend(who.citizen)
  for (const [name, does] of [['dies', c => c.once('data', () => c.destroy())], ['nonsense', c => c.once('data', () => c.end('stream: maybe\0'))],
    ['endless', c => c.once('data', () => c.end('x'.repeat(5000)))], ['silent', () => {}]]) {
    manner = does
    const content = pdf([[`Trang ${name} ${Math.random()}`]])
    assert.equal((await attach(who.citizen, path, [file(`${name}.pdf`, 'application/pdf', content)])).status, 303)
    await sleep(600)
    assert.equal(sql(site.folder, 'SELECT count(*) FROM content WHERE made = 0 AND scan = 1 AND due_at IS NOT NULL').trim(), '0', name)
  }
  assert.match(words(await who.citizen.get(`${path}/giay-to`)), /Đang kiểm tra/)
  const stop = Date.now()
  await odd.stop()
  assert.ok(Date.now() - stop < 25000, `a silent scanner does not hold up the stop: ${Date.now() - stop} ms`)
  open.forEach(c => c.destroy())
  fake.close()
  site = odd
})
