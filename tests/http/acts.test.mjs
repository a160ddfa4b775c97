// The journal of administration as pages: who did what to whom, what it was before, within reach, sealed or not yet.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { motcua, serveAgain, startSite } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'
import { unescape } from '../lib/client.mjs'

const PASSWORD = 'ba con trâu ăn cỏ ven đê', AT = '/quan-tri/nhat-ky/quan-tri', HERE = 'H26.X.00070'
const EVIL = `=1+1"><script>alert(1)</script>' -- ]]&{{7*7}}`
let site
const add = (folder, login, name, role) => {
  const made = motcua(folder, ['user', 'add', '--login', login, '--name', name, '--role', role, '--password-stdin'], { input: PASSWORD + '\n' })
  assert.equal(made.status, 0, made.stderr)
}

// The key that signs heads.
function sealKey(folder) {
  const at = join(folder, 'signing'), { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  mkdirSync(at, { recursive: true, mode: 0o700 })
  writeFileSync(join(at, 'seal.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  writeFileSync(join(at, 'keys.yaml'), 'keys:\n  - name: seal\n    use: seal\n    file: seal.pem\n', { mode: 0o600 })
}

// Waits for what the log does by itself.
async function until(what, found) {
  for (let i = 0; i < 600; i++) {
    const r = await found()
    if (r) return r
    await new Promise(next => setTimeout(next, 100))
  }
  assert.fail(`${what} did not come`)
}

before(async () => {
  site = await startSite({ flags: ['--seal-seconds', '86400'], prepare: folder => {
    sealKey(folder)
    add(folder, 'quantri', 'Trần Quản Trị', 'administrator@H26')
    add(folder, 'quantri2', 'Lê Quản Trị Phường', `administrator@${HERE}`)
    add(folder, 'kiemtra', 'Phạm Kiểm Tra', 'auditor@H26')
    add(folder, 'kiemtra2', 'Vũ Kiểm Tra', 'auditor@H26.X.00082')
    add(folder, 'kiemtra3', 'Hồ Kiểm Tra', `auditor@${HERE}`)
    add(folder, 'lan', 'Nguyễn Lan', `intake@${HERE}`)
  } })
  await until('a first head', async () => (await site.client().get('/api/v1/seal/head')).status === 200)   // the next one is a day away
})
after(() => site?.clean())

const clients = {}
async function officer(login) {
  if (clients[login]) return clients[login]
  const c = site.client()
  assert.equal((await c.submit('/can-bo/dang-nhap', { login, password: PASSWORD })).status, 303)
  return (clients[login] = c)
}
const done = async (c, page, fields, action = page) => {
  const r = await c.submit(page, fields, { action })
  assert.equal(r.status, 303, r.text)
}
const text = r => unescape(r.text.replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ')
const rows = r => r.text.split('<tr class="govuk-table__row">').slice(1).map(t => text({ text: t }))

test('each change says who did what to whom, and what it was before', async () => {
  const c = await officer('quantri'), one = '/quan-tri/can-bo/lan'
  const version = (await c.get(`${one}/sua`)).text.match(/name="v" value="(\d+)"/)[1]
  await done(c, `${one}/sua`, { v: version, 'ho-ten': 'Nguyễn Thị Lan', 'dien-thoai': '0912345678', email: '', 'lam-viec': '1' })
  await done(c, `${one}/vai-tro`, { 'vai-tro': 'specialist', 'co-quan': HERE, 'tu-ngay': '2026-11-01', 'den-ngay': '' })
  const list = await c.get(AT), [role, particulars] = rows(list)
  assert.equal(list.status, 200)
  assert.match(role, /Trần Quản Trị quantri .* Giao vai trò .* giao cho Nguyễn Thị Lan \(lan\) vai trò Chuyên viên thụ lý tại .*\(H26\.X\.00070\) từ ngày 01\/11\/2026/)
  assert.match(particulars, /sửa thông tin của cán bộ .* Họ và tên: Nguyễn Lan → đổi thành Nguyễn Thị Lan/)
  assert.match(particulars, /Số điện thoại: \(trống\) → đổi thành \(không ghi vào nhật ký\)/)
  assert.doesNotMatch(list.text, /0912345678/)
  assert.doesNotMatch(particulars, /Đang làm việc|Thư điện tử/)          // they stayed as they were
})

test('an agency, a day and a file of rules: before and after', async () => {
  const c = await officer('quantri')
  const unit = (await c.get('/quan-tri/co-quan?q=hoan+kiem')).text.match(/\/quan-tri\/co-quan\/H26\.X\.00070\/[\d-]+/)[0]
  const edit = await c.get(`${unit}/sua`)
  assert.equal((await c.send(edit, { 'gio-lam-viec': 'Sáng 8:00 đến 12:00' }, { action: `${unit}/sua` })).status, 303)
  assert.match(rows(await c.get(AT))[0], /sửa thông tin của .*Hoàn Kiếm \(H26\.X\.00070\) .*Giờ làm việc: .* đổi thành Sáng 8:00 đến 12:00/)
  const lich = await c.get('/quan-tri/lich?nam=2026'), v = lich.text.match(/name="v" value="([^"]+)"/)[1]
  await done(c, '/quan-tri/lich?nam=2026', { v, ngay: '2026-12-24', loai: 'holiday', ten: 'Ngày thử' }, '/quan-tri/lich/ngay')
  assert.match(rows(await c.get(AT))[0], /đặt ngày 24\/12\/2026 là Nghỉ lễ: Ngày thử/)
  const page = await c.get('/quan-tri/tep/rules.yaml')
  const rules = unescape(page.text.match(/<textarea[^>]*>\n?([\s\S]*?)<\/textarea>/)[1])
  assert.equal((await c.send(page, { 'noi-dung': `${rules}\n# một dòng\n` }, { action: '/quan-tri/tep/rules.yaml' })).status, 303)
  assert.match(rows(await c.get(AT))[0], /lưu tệp rules\.yaml .*Nội dung tệp: sha256:[0-9a-f]{12}…, \d+ byte → đổi thành sha256:/)
})

test('filters stand in the address, and stay', async () => {
  const c = await officer('kiemtra')
  const some = async q => rows(await c.get(`${AT}?${q}`))
  const today = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10)
  assert.equal((await some('viec=giao-vai-tro')).length, 1)
  assert.ok((await some('doi-tuong=lan')).length >= 3, 'the command, the particulars, the role')
  assert.equal((await some('doi-tuong=lan&viec=sua-can-bo')).length, 1)
  assert.equal((await some(`doi-tuong=lan&viec=sua-can-bo&nguoi-lam=quantri&co-quan=${HERE}&tu-ngay=${today}&den-ngay=${today}`)).length, 1)
  assert.equal((await some('doi-tuong=lan&nguoi-lam=kiemtra')).length, 0)
  assert.equal((await some('nguoi-lam=quantri&viec=sua-tep')).length, 1)
  assert.ok((await some('viec=lenh')).every(t => /Người vận hành .* chạy lệnh motcua/.test(t)))
  assert.equal((await some('tu-ngay=2020-01-01&den-ngay=2020-01-31')).length, 0)
  assert.equal((await some('co-quan=H26.X.00082&viec=sua-can-bo')).length, 0)
  const page = await c.get(`${AT}?doi-tuong=lan&viec=sua-can-bo&tu-ngay=${today}`)
  assert.match(page.text, new RegExp(`quan-tri\\.csv\\?tu-ngay=${today}&amp;viec=sua-can-bo&amp;doi-tuong=lan"`))
  assert.match(page.text, /value="sua-can-bo" selected/)
  for (const wrong of ['viec=khong-co', 'co-quan=H26.X.99999', 'tu-ngay=hom-nay', 'nguoi-lam=a%20b'])
    assert.equal((await c.get(`${AT}?${wrong}`)).status, 400, wrong)
  assert.equal((await c.get(`${AT}?tu=zz`)).status, 200)
})

test('a sub-tree shows what was done by it and to it, to administrators and auditors; the city sees all', async () => {
  for (const login of ['kiemtra3', 'quantri2']) {
    const r = await (await officer(login)).get(AT)
    assert.equal(r.status, 200)
    assert.match(r.text, /Nguyễn Thị Lan/)
    assert.doesNotMatch(r.text, /rules\.yaml|24\/12\/2026/)
  }
  const far = await (await officer('kiemtra2')).get(AT)
  assert.equal(far.status, 200)
  assert.doesNotMatch(far.text, /quantri|Nguyễn/)
  for (const login of ['quantri', 'kiemtra']) assert.match((await (await officer(login)).get(`${AT}?viec=lenh`)).text, /motcua user add/)
  assert.equal((await (await officer('lan')).get(AT)).status, 403)
  assert.equal((await site.client().get(AT)).status, 303)
  const act = (await (await officer('kiemtra')).get(`${AT}?viec=sua-tep`)).text.match(/nhat-ky\/quan-tri\/([0-9a-f]{16})/)[1]
  for (const path of [`${AT}/${act}`, `${AT}/${act}/bang-chung`]) assert.equal((await (await officer('kiemtra2')).get(path)).status, 404)
  assert.equal((await (await officer('kiemtra')).get(`${AT}/0000000000000000`)).status, 404)
})

test('an act is not sealed yet, then it is, and its proof holds without the server', async () => {
  let c = await officer('kiemtra')
  const waits = (await c.get(`${AT}?viec=giao-vai-tro`)).text.match(/nhat-ky\/quan-tri\/([0-9a-f]{16})/)[1]
  assert.match(text(await c.get(`${AT}/${waits}`)), /Chưa niêm phong .* chưa có bản niêm phong nào bao gồm nó/)
  const none = await c.get(`${AT}/${waits}/bang-chung`)
  assert.equal(none.status, 409)
  assert.match(none.text, /chưa được niêm phong/)
  await site.stop()
  site = await serveAgain(site, ['--seal-seconds', '1'])
  for (const login of Object.keys(clients)) delete clients[login]
  c = await officer('kiemtra')
  const token = (await c.get(`${AT}?viec=giao-vai-tro`)).text.match(/nhat-ky\/quan-tri\/([0-9a-f]{16})/)[1], at = `${AT}/${token}`
  const page = await until('the seal', async () => {
    const r = await c.get(at)
    assert.equal(r.status, 200)
    return /Đã niêm phong/.test(r.text) && r
  })
  assert.match(text(page), /Số \d+, lúc/)
  const proof = await c.get(`${at}/bang-chung`)
  assert.equal(proof.status, 200)
  assert.match(proof.headers['content-disposition'], /bang-chung-quan-tri-/)
  const [receipt, key] = ['act.json', 'key.json'].map(name => join(site.folder, name))
  writeFileSync(receipt, proof.text)
  writeFileSync(key, (await c.get('/.well-known/motcua-seal-keys.json')).text)
  const good = motcua(site.folder, ['audit', 'verify', '--receipt', receipt, '--key', key])
  assert.equal(good.status, 0, good.stdout + good.stderr)
  writeFileSync(receipt, proof.text.replace(/sum [0-9a-f]/, m => `sum ${m.endsWith('0') ? '1' : '0'}`))
  assert.equal(motcua(site.folder, ['audit', 'verify', '--receipt', receipt, '--key', key]).status, 1)
})

test('hostile strings come back harmless, on pages, in the file and on paper', async () => {
  const c = await officer('quantri'), one = '/quan-tri/can-bo/lan'
  const version = (await c.get(`${one}/sua`)).text.match(/name="v" value="(\d+)"/)[1]
  await done(c, `${one}/sua`, { v: version, 'ho-ten': EVIL, 'dien-thoai': '', email: '', 'lam-viec': '1' })
  const page = await c.get(AT), paper = await c.get(`${AT}/in`)
  for (const r of [page, paper, await c.get(`${AT}/${page.text.match(/quan-tri\/([0-9a-f]{16})/)[1]}`)]) {
    assert.equal(r.status, 200)
    assert.doesNotMatch(r.text, /<script>alert/)
    assert.match(unescape(r.text), /alert\(1\)/)
  }
  const csv = await c.get(`${AT}.csv?viec=sua-can-bo`)
  assert.match(csv.headers['content-type'], /text\/csv/)
  assert.match(csv.headers['content-disposition'], /nhat-ky-quan-tri-/)
  assert.match(csv.text, /^\uFEFF?at,name,login,agency,act,object,sentence,changes,chain,number,sealed\r\n/)
  assert.doesNotMatch(csv.text, /(^|,)"?[=+@-]/m)
  const search = await c.get(`${AT}?doi-tuong=${encodeURIComponent(EVIL)}`)
  assert.ok([200, 400].includes(search.status), String(search.status))
  assert.doesNotMatch(search.text, /<script>alert/)
  // The name as the actor's own: a formula at the beginning of a cell is defused.
  sql(site.folder, `UPDATE account SET name = '=cmd|calc' WHERE login = 'quantri'`)
  assert.match((await c.get(`${AT}.csv`)).text, /"'=cmd\|calc"/)
  sql(site.folder, `UPDATE account SET name = 'Trần Quản Trị' WHERE login = 'quantri'`)
})

test('a citizen made by a command is named by a masked number, on the page and in the file', async () => {
  const made = motcua(site.folder, ['user', 'add', '--login', '001191000123', '--name', 'Nguyễn Thị Thử', '--citizen', '--password-stdin'], { input: PASSWORD + '\n' })
  assert.equal(made.status, 0, made.stderr)
  const reader = await officer('quantri')
  for (const path of [`${AT}?viec=lenh`, `${AT}.csv?viec=lenh`]) {
    const { text } = await reader.get(path)
    assert.match(text, /motcua user add 001•+/, path)
    assert.ok(!text.includes('001191000123'), path)
  }
})

test('pages go on by key', async () => {
  const c = await officer('quantri'), path = '/quan-tri/can-bo/lan'
  for (let i = 0; i < 56; i++) await done(c, `${path}/lam-thay`, { 'nguoi-thay': 'quantri2', 'tu-ngay': `2027-${String(1 + i % 12).padStart(2, '0')}-${String(1 + Math.floor(i / 12)).padStart(2, '0')}`, 'den-ngay': `2027-${String(1 + i % 12).padStart(2, '0')}-${String(1 + Math.floor(i / 12)).padStart(2, '0')}`, 'ly-do': 'Nghỉ' })
  const auditor = await officer('kiemtra')
  const first = await auditor.get(`${AT}?viec=lam-thay`), next = unescape(first.text.match(/href="([^"]*tu=[^"]*)" rel="next"/)[1])
  assert.equal(rows(first).length, 50)
  assert.match(next, /viec=lam-thay/)
  const second = await auditor.get(next.startsWith('/') ? next : AT + next)
  assert.equal(rows(second).length, 6)
  assert.doesNotMatch(second.text, /rel="next"/)
})

test('reading it is logged', async () => {
  const c = await officer('kiemtra')
  for (const path of [AT, `${AT}.csv`, `${AT}/in`]) assert.equal((await c.get(path)).status, 200)
  const own = text(await c.get('/quan-tri/nhat-ky?can-bo=kiemtra'))
  for (const word of ['Xem nhật ký quản trị', 'Xuất nhật ký quản trị', 'In nhật ký quản trị', 'Xem một việc quản trị', 'Tải bằng chứng của một việc quản trị'])
    assert.ok(own.includes(word), word)
})

test('the file of a rare act goes past what one page looks through', async () => {
  const c = await officer('kiemtra'), csv = async () => (await c.get(`${AT}.csv?viec=giao-vai-tro`)).text.split('\r\n').length
  const before = await csv()
  assert.ok(before > 2, 'one was given')
  sql(site.folder, `INSERT INTO admin_event (chain, number, id, at, account, what, subject, data, hash)
    WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000), m AS (SELECT id, at, hash FROM admin_event ORDER BY id DESC LIMIT 1)
    SELECT 999, s.n, m.id + s.n, m.at, 0, 'motcua thu', '', '{}', m.hash FROM s, m`)
  assert.equal(await csv(), before)
})
