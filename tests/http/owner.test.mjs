// The own data: what is kept, a copy of all of it for its owner alone, corrections that an agency decides, the end of an account.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoCity } from '../lib/browser.mjs'
import { sql } from '../lib/engine.mjs'
import { declare, verify } from '../lib/mandates.mjs'
import { readyToSend } from '../lib/parked.mjs'
import { soon } from '../lib/soon.mjs'

const ROOT = '/tai-khoan/du-lieu', DESK = '/can-bo/sua-thong-tin', WARD = 'H26.X.00070'
const words = a => a.text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
let city, site, citizen, leader, other
const here = mkdtempSync(join(tmpdir(), 'motcua-owner-'))

async function enter(who) {
  const c = site.client(), { login, password } = city.accounts[who]
  assert.equal((await c.submit(who === 'citizen' ? '/dang-nhap' : '/can-bo/dang-nhap', { login, password })).status, 303)
  return c
}
before(async () => {
  city = await demoCity()
  site = city.site
  citizen = await enter('citizen')
  leader = await enter('leader')
  other = site.client()
  assert.equal((await other.submit('/dang-ky', { 'ho-ten': 'Trần Thị Em', 'so-dinh-danh': '001199000031', 'dien-thoai': '0912345678', email: 'em@vidu.vn',
    password: 'hoa sen nở sớm 7', password2: 'hoa sen nở sớm 7', 'dong-y': '1' })).status, 303)
})
after(async () => { await site.clean(); rmSync(here, { recursive: true, force: true }) })

const ask = (c, fields) => c.submit(ROOT, { muc: 'ho-ten', 'gia-tri': 'Trần Thị Êm', 'ly-do': 'Giấy khai sinh ghi là Êm', 'co-quan': WARD, ...fields }, { action: `${ROOT}/sua` })

async function fetched(c) {
  assert.equal((await c.submit(ROOT, {}, { action: `${ROOT}/ban-sao` })).status, 303)
  await soon(async () => /Bản sao đã sẵn sàng/.test((await c.get(ROOT)).text), () => `no copy:\n${site.log.slice(-1500)}`)
  const zip = await c.get(`${ROOT}/ban-sao.zip`)
  assert.equal(zip.status, 200, zip.text)
  return zip
}

test('the page says what is kept', async () => {
  const page = words(await citizen.get(ROOT))
  assert.match(page, /Cổng đang giữ gì.*Nguyễn Thị Thu Hà.*001191900123/)
  assert.match(page, /Giấy tờ trong kho \d+.*Lượt xem của cơ quan \d+.*Phiên đăng nhập \d+/)
  assert.match(words(await citizen.get(`${ROOT}?lang=en`)), /What the portal keeps/)
  await citizen.get(`${ROOT}?lang=vi`)
})

// What is kept beside dossiers and papers: who acts, why somebody looked, a draft, a token of the API.
async function keepMore(c) {
  verify(site.folder, '001191900123')
  await declare(c)
  for (const { code } of city.dossiers) await leader.get(`/can-bo/ho-so/${code}`)
  const looks = await c.get('/tai-khoan/nhat-ky'), hoi = looks.text.match(/\/tai-khoan\/nhat-ky\/[\w-]+\/hoi/)[0]
  assert.equal((await c.submit(hoi, { 'cau-hoi': 'Vì sao hồ sơ của tôi được mở?' }, { action: hoi })).status, 303)
  await readyToSend(c)
  const key = 'a'.repeat(64)                                                    // as of a token; officers' alone are made by the program
  sql(site.folder, `INSERT INTO api_token (id, key, account, label, write_, created_at, expires_at) SELECT 77, '${key}', id, 'ứng dụng của tôi', 0, 1, 0 FROM account WHERE name = 'Nguyễn Thị Thu Hà' AND kind = 1`)
  return key
}

test('a copy: made in the background, whole, readable, and nobody else\'s', async () => {
  assert.equal((await citizen.get(`${ROOT}/ban-sao.zip`)).status, 404)
  const token = await keepMore(citizen), zip = await fetched(citizen)
  assert.match(zip.headers['content-disposition'], /attachment.*du-lieu-cua-toi-/)
  writeFileSync(join(here, 'all.zip'), zip.bytes)
  execFileSync('unzip', ['-q', join(here, 'all.zip'), '-d', here])
  const read = name => readFileSync(join(here, 'data', name), 'utf8'), account = JSON.parse(read('tai-khoan.json'))
  assert.equal(account.personal_number, '001191900123')
  assert.ok(account.sessions.length >= 1 && account.events.some(e => /Bản sao mọi dữ liệu/.test(e.what)))
  assert.deepEqual(account.tokens.map(t => t.name), ['ứng dụng của tôi'])
  const [mandate] = JSON.parse(read('dai-dien.json')), [question] = JSON.parse(read('cau-hoi.json')), [draft] = JSON.parse(read('ban-nhap.json'))
  assert.equal(mandate.represented, 'Trần Văn Bình')
  assert.equal(mandate.you, 'acts')
  assert.ok(mandate.events.length === 1 && mandate.files.length === 1)
  assert.match(question.question, /Vì sao hồ sơ của tôi được mở/)
  assert.match(question.dossier, /^H26/)
  assert.ok(draft.procedure && Object.keys(draft.answers).length && draft.people.length && draft.files.length, JSON.stringify(draft).slice(0, 500))
  for (const f of [...mandate.files, ...draft.files]) assert.equal(readFileSync(join(here, f.path)).length, f.size, f.path)
  for (const name of ['tai-khoan', 'dai-dien', 'cau-hoi', 'ban-nhap']) {
    assert.ok(!read(`${name}.json`).includes(token), `${name}: what opens is not in the copy`)
    assert.ok(!read(`${name}.json`).includes('001088000456'), `${name}: another's number is not in the copy`)
  }
  const index = read('index.html'), own = index.match(/ho-so\/[^"/]+\/ho-so\.json/g)
  assert.ok(own.length >= 1)
  for (const [, href] of index.matchAll(/href="([^"]+)"/g)) assert.ok(read(href).length > 0, href)
  for (const at of own) {
    const d = JSON.parse(read(at))
    assert.ok(d.code && d.timeline.length && d.people.length, at)
    for (const f of d.files.filter(f => f.path)) assert.equal(readFileSync(join(here, f.path)).length, f.size, f.path)
  }
  assert.match(index, /lang="en">My data/)
  assert.match(JSON.stringify(own), /H26/)
  assert.equal((await other.get(`${ROOT}/ban-sao.zip`)).status, 404, 'only the own one')
  assert.equal((await site.client().get(`${ROOT}/ban-sao.zip`)).status, 303)
  const mine = words(await other.get(ROOT))
  assert.doesNotMatch(mine, /Nguyễn Thị Thu Hà/)
})

test('a correction: asked with grounds, decided within its limit, told to the citizen', async () => {
  assert.equal((await ask(other, { muc: 'so-dinh-danh', 'gia-tri': '12' })).status, 422)
  assert.equal((await ask(other, { 'co-quan': '' })).status, 422)
  assert.equal((await ask(other)).status, 303)
  assert.equal((await ask(other, { muc: 'so-dinh-danh', 'gia-tri': '001199000032' })).status, 303)
  assert.equal((await ask(other, { muc: 'so-dinh-danh', 'gia-tri': '001191900123' })).status, 303)
  assert.doesNotMatch(sql(site.folder, 'SELECT wanted FROM data_correction'), /001199000032|Êm/, 'sealed in the database')
  assert.match(words(await other.get(ROOT)), /Họ và tên: Trần Thị Êm Đang chờ.*hạn trả lời/)
  const list = await leader.get(DESK), links = [...list.text.matchAll(/\/can-bo\/sua-thong-tin\/([\w-]+)/g)].map(m => m[1])
  assert.equal(links.length, 3)
  assert.equal((await (await enter('specialist')).get(DESK)).status, 403)
  const pages = await Promise.all(links.map(async l => [l, words(await leader.get(`${DESK}/${l}`))]))
  const of = pattern => `${DESK}/${pages.find(([, text]) => pattern.test(text))[0]}`
  assert.equal((await leader.get(`${of(/Trần Thị Êm/)}/minh-chung`)).status, 404)
  assert.equal((await leader.submit(of(/Trần Thị Êm/), { 'quyet-dinh': 'dong-y', 'tra-loi': '' })).status, 422)
  const before_it = await leader.get(of(/Trần Thị Êm/)), again = of(/Trần Thị Êm/)
  for (const [which, decision, status] of [[/Trần Thị Êm/, 'dong-y', 303], [/001199000032/, 'dong-y', 303], [/001191900123/, 'dong-y', 409], [/001191900123/, 'tu-choi', 303]])
    assert.equal((await leader.submit(of(which), { 'quyet-dinh': decision, 'tra-loi': 'Đã xem giấy khai sinh bản gốc' })).status, status, `${which}`)
  assert.equal((await leader.send(before_it, { 'quyet-dinh': 'tu-choi', 'tra-loi': 'Quyết lần nữa' }, { action: again })).status, 409)
  const told = words(await other.get(ROOT))
  assert.match(told, /Đã sửa.*Đã xem giấy khai sinh bản gốc/)
  assert.match(told, /Cổng đang giữ gì.*Trần Thị Êm.*001199000032/)
  assert.equal((await site.client().submit('/dang-nhap', { login: '001199000032', password: 'hoa sen nở sớm 7' })).status, 303)
})

test('evidence is shown to who decides', async () => {
  const page = await other.get(ROOT), csrf = page.text.match(/name="_csrf" value="([^"]+)"/)[1]
  const idem = page.text.match(/name="_idem" value="([^"]+)"/)?.[1]
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  const r = await other.postParts(`${ROOT}/sua`, [['_csrf', csrf], ...idem ? [['_idem', idem]] : [], ['muc', 'khac'], ['gia-tri', '1990-01-02'], ['ly-do', 'Ngày sinh ghi sai'],
    ['co-quan', WARD], ['minh-chung', { name: 'khai-sinh.png', type: 'image/png', content: png }]])
  assert.equal(r.status, 303, r.text)
  const at = (await leader.get(DESK)).text.match(/\/can-bo\/sua-thong-tin\/[\w-]+/)[0]
  assert.match(words(await leader.get(at)), /khai-sinh\.png/)
  const file = await soon(async () => { const f = await leader.get(`${at}/minh-chung`); return f.status === 200 && f }, 'the evidence is not shown')
  assert.ok(file.text.length > 0)
  assert.equal((await leader.submit(at, { 'quyet-dinh': 'tu-choi', 'tra-loi': 'Sửa tại sổ hộ tịch, không phải ở tài khoản' })).status, 303)
})

test('an old session takes nothing along and closes nothing; closing keeps what the law keeps', async () => {
  await fetched(other)
  sql(site.folder, 'UPDATE session SET opened_at = opened_at - 3600')
  assert.equal((await other.get(`${ROOT}/ban-sao.zip`)).status, 403)
  assert.match((await other.get(ROOT)).text, /dang-nhap-lai/)
  assert.equal((await other.submit(ROOT, {}, { action: `${ROOT}/dang-nhap-lai` })).location, '/dang-nhap?tiep=%2Ftai-khoan%2Fdu-lieu')
  const again = site.client()
  assert.equal((await again.submit('/dang-nhap', { login: '001199000032', password: 'hoa sen nở sớm 7' })).status, 303)
  assert.equal((await again.submit(ROOT, {}, { action: `${ROOT}/dong` })).status, 422)
  assert.equal((await again.submit(ROOT, { 'dong-y': '1' }, { action: `${ROOT}/dong` })).status, 303)
  assert.equal((await again.get(ROOT)).status, 303, 'signed out')
  assert.equal((await site.client().submit('/dang-nhap', { login: '001199000032', password: 'hoa sen nở sớm 7' })).status, 422)
  const me = await enter('citizen'), open = /còn \d+ hồ sơ đang giải quyết/.test(words(await me.get(ROOT)))
  assert.ok(open, 'an open dossier keeps the account')
})

test('a copy whose time is over is gone, its content too', async () => {
  const name = sql(site.folder, 'SELECT count(*) FROM data_export WHERE state = 3')
  assert.ok(Number(name) >= 1)
  sql(site.folder, 'UPDATE data_export SET until_at = 1')
  await soon(() => sql(site.folder, 'SELECT count(*) FROM data_export WHERE state = 3 OR content IS NOT NULL') === '0', 'copies are still there')
})
