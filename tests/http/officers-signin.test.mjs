// Officers' sign-in: second factor, links for a first password, known devices, the switch at a counter, sessions that end,
// tokens that are revoked, roles that nobody gives to himself.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { startSite, serveAgain, motcua } from '../lib/server.mjs'
import { code, later } from '../lib/totp.mjs'

const PASSWORD = 'ba con trâu ăn cỏ ven đê', HERE = 'H26.X.00070'
const PEOPLE = { lan: 'intake', hoa: 'intake', dung: 'leader', minh: 'specialist', quantri: 'administrator', truong: 'leader' }
const SECOND = '/can-bo/tai-khoan/hai-lop'
let site

before(async () => {
  site = await startSite({ flags: ['--behind-proxy', 'yes', '--second-factor', 'auditor', '--counter-names', 'yes'], prepare: folder => {
    for (const [login, role] of Object.entries(PEOPLE))
      motcua(folder, ['user', 'add', '--login', login, '--name', `Nguyễn ${login}`, '--role', `${role}@${role === 'administrator' ? 'H26' : HERE}`, '--password-stdin'], { input: PASSWORD + '\n' })
    motcua(folder, ['user', 'add', '--login', 'kiem', '--name', 'Lê Kiểm', '--role', `auditor@${HERE}`, '--password-stdin'], { input: PASSWORD + '\n' })
  } })
})
after(() => site.clean())

let addresses = 0
const from = address => site.client({ headers: { 'x-forwarded-for': address } })
const stranger = () => from(`10.${addresses >> 14 & 127}.${addresses >> 7 & 127}.${addresses++ & 127}`)
const signIn = (c, login, password = PASSWORD) => c.submit('/can-bo/dang-nhap', { login, password })

async function enter(login, c = stranger()) {
  const r = await signIn(c, login)
  assert.equal(r.status, 303, r.text)
  return c
}

// A second factor for who is signed in: its key and recovery codes.
async function enrol(c) {
  const begun = await c.submit(SECOND, { 'mat-khau': PASSWORD }, { action: `${SECOND}/bat-dau` })
  assert.equal(begun.status, 303, begun.text)
  const page = await c.get(SECOND)
  const key = page.text.match(/second-key">([A-Z2-7 ]+)</)[1]
  const done = await c.send(page, { ma: code(key) }, { action: `${SECOND}/xac-nhan` })
  assert.equal(done.status, 200, done.text)
  return { key, codes: [...done.text.matchAll(/<code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){5})<\/code>/g)].map(m => m[1]), page, done }
}

test('a second factor: QR code, first code, recovery codes, then a second step at each sign-in', async () => {
  const c = await enter('minh'), other = await enter('minh')
  const wrong = await c.submit(SECOND, { 'mat-khau': 'không phải mật khẩu' }, { action: `${SECOND}/bat-dau` })
  assert.equal(wrong.status, 422)
  const { key, codes, page, done } = await enrol(c)
  assert.match(page.text, /<svg class="qr"/)
  assert.equal(codes.length, 10)
  assert.ok(!done.text.includes(key), 'the key is not shown again')
  assert.doesNotMatch((await c.get(SECOND)).text, /second-key/)
  assert.equal((await other.get('/can-bo/tai-khoan')).status, 303, 'other sessions ended')
  assert.equal((await c.get('/can-bo/tai-khoan')).status, 200)

  const d = stranger(), step = await signIn(d, 'minh')
  assert.equal(step.location, '/can-bo/dang-nhap/ma')
  assert.equal((await d.get('/can-bo/tai-khoan')).status, 303, 'not in by the password alone')
  const used = await d.submit('/can-bo/dang-nhap/ma', { ma: code(key) })
  assert.equal(used.status, 422, 'the code of the confirmation was taken')
  const good = later(key), into = await d.submit('/can-bo/dang-nhap/ma', { ma: good })
  assert.equal(into.status, 303, into.text)
  assert.equal(into.location, '/can-bo')
  assert.equal((await d.get('/can-bo/tai-khoan')).status, 200)

  const e = stranger()
  await signIn(e, 'minh')
  assert.equal((await e.submit('/can-bo/dang-nhap/ma', { ma: good })).status, 422, 'a code is never taken twice')
  assert.equal((await e.submit('/can-bo/dang-nhap/ma', { ma: codes[0].toLowerCase() })).status, 303, 'a recovery code')
  const f = stranger()
  await signIn(f, 'minh')
  assert.equal((await f.submit('/can-bo/dang-nhap/ma', { ma: codes[0] })).status, 422, 'once')
  const fresh = await e.submit(SECOND, { 'mat-khau': PASSWORD }, { action: `${SECOND}/ma-du-phong` })
  assert.equal(fresh.status, 200)
  assert.equal((await f.submit('/can-bo/dang-nhap/ma', { ma: codes[1] })).status, 422, 'of the old set')

  const off = await e.submit(SECOND, { 'mat-khau': PASSWORD }, { action: `${SECOND}/tat` })
  assert.equal(off.status, 303)
  assert.equal((await d.get('/can-bo/tai-khoan')).status, 303, 'other sessions ended')
  assert.equal((await signIn(stranger(), 'minh')).location, '/can-bo')
})

test('the second step needs the first, and the way back is kept', async () => {
  const nobody = stranger()
  assert.match((await nobody.get('/can-bo/dang-nhap/ma')).text, /name="password"/)
  const c = await enter('dung'), { key } = await enrol(c)
  const d = stranger(), page = await d.get('/can-bo/dang-nhap?tiep=%2Fcan-bo%2Ftai-khoan')
  const step = await d.send(page, { login: 'dung', password: PASSWORD })
  const second = await d.get(step.location)
  assert.equal((await d.send(second, { ma: later(key) }, { from: '/can-bo/dang-nhap/ma' })).location, '/can-bo/tai-khoan')
  const e = stranger()
  await signIn(e, 'dung')
  const ticket = e.cookies.get('buoc-hai')
  const bent = await site.client().get('/can-bo/dang-nhap/ma', { headers: { cookie: `buoc-hai=${ticket.slice(0, -2)}AA` } })
  assert.match(bent.text, /name="password"/, 'a ticket that was bent')
})

test('wrong codes end after six tries', async () => {
  const c = await enter('truong'), { key } = await enrol(c)
  const d = stranger()
  await signIn(d, 'truong')
  for (let i = 0; i < 6; i++)
    assert.equal((await d.submit('/can-bo/dang-nhap/ma', { ma: '000000' })).status, 422)
  assert.equal((await d.submit('/can-bo/dang-nhap/ma', { ma: later(key) })).status, 429)
  const own = site.client({ headers: { 'x-forwarded-for': '10.200.0.1' } })
  own.cookies.set('may', c.cookies.get('may'))
  await signIn(own, 'truong')
  assert.equal((await own.submit('/can-bo/dang-nhap/ma', { ma: later(key) })).status, 303, 'the own device has tries of its own')
})

test('a role that must have a second factor opens nothing before it is set up', async () => {
  const c = await enter('kiem')
  for (const path of ['/can-bo', '/quan-tri/nhat-ky', '/quan-tri/can-bo'])
    assert.equal((await c.get(path)).location, SECOND, path)
  assert.match((await c.get(SECOND)).text, /bắt buộc/)
  assert.equal((await c.get('/can-bo/tai-khoan')).status, 200)
  await enrol(c)
  assert.equal((await c.get('/quan-tri/nhat-ky')).status, 200)
  assert.equal((await c.submit('/can-bo/tai-khoan', {}, { action: '/dang-xuat' })).status, 303)
})

test('an administrator resets a second factor, sees no secret, and the officer is told', async () => {
  const admin = await enter('quantri'), c = await enter('hoa'), { key, codes } = await enrol(c)
  const one = '/quan-tri/can-bo/hoa/hai-lop', page = await admin.get('/quan-tri/can-bo/hoa')
  for (const secret of [key, key.replaceAll(' ', ''), ...codes]) assert.ok(!page.text.includes(secret))
  assert.equal((await admin.submit(one, {})).status, 422, 'it is asked about first')
  assert.equal((await admin.submit(one, { 'chac-chan': '1' })).status, 303)
  assert.equal((await c.get('/can-bo/tai-khoan')).status, 303, 'sessions ended')
  const d = stranger(), r = await signIn(d, 'hoa')
  assert.equal(r.location, '/can-bo/tai-khoan')
  const told = await d.follow(r)
  assert.match(told.text, /Có thay đổi với tài khoản/)
  assert.match(told.text, /Quản trị viên đặt lại xác thực hai lớp \(Nguyễn quantri\)/)
  assert.equal((await signIn(stranger(), 'hoa')).location, '/can-bo', 'told once')
})

test('a first password by a link: shown once, used once, nobody else knows the password', async () => {
  const admin = await enter('quantri')
  const made = await admin.submit('/quan-tri/can-bo/them', { login: 'moi', 'ho-ten': 'Trần Mới', 'vai-tro': 'intake', 'co-quan': HERE })
  assert.equal(made.status, 200, made.text)
  const path = made.text.match(/\/can-bo\/dat-mat-khau\/[\w-]{43}/)[0]
  const slip = await admin.send(made, {}, { action: '/quan-tri/can-bo/moi/phieu' })
  assert.equal(slip.status, 200)
  assert.equal(slip.headers['content-type'], 'application/pdf')
  assert.equal((await admin.post('/quan-tri/can-bo/lan/phieu', { ...made.forms().find(f => f.action.endsWith('/phieu')).fields, _idem: 'y'.repeat(22) })).status, 404, 'not another officer’s slip')
  const c = stranger()
  assert.equal((await signIn(c, 'moi', '')).status, 422)
  assert.match((await c.get(path)).text, /Trần Mới/)
  assert.equal((await c.submit(path, { password: 'ngắn', password2: 'ngắn' })).status, 422)
  const fresh = 'một câu của riêng tôi'
  assert.equal((await c.submit(path, { password: fresh, password2: fresh })).location, '/can-bo/dang-nhap')
  assert.equal((await c.get(path)).status, 404, 'used once')
  assert.equal((await signIn(c, 'moi', fresh)).location, '/can-bo')
  const again = await admin.submit('/quan-tri/can-bo/moi/mat-khau', { 'chac-chan': '1' })
  const newer = again.text.match(/\/can-bo\/dat-mat-khau\/[\w-]{43}/)[0]
  assert.equal((await c.get('/can-bo/tai-khoan')).status, 303, 'sessions ended')
  assert.equal((await signIn(stranger(), 'moi', fresh)).status, 422, 'so did the password')
  assert.equal((await c.get(newer)).status, 200)
  assert.equal((await c.get(newer.slice(0, -1) + (newer.endsWith('A') ? 'B' : 'A'))).status, 404)
})

test('motcua user add --link and user link', () => {
  const add = motcua(site.folder, ['user', 'add', '--login', 'lenh', '--name', 'Bằng Lệnh', '--role', `intake@${HERE}`, '--link'])
  assert.equal(add.status, 0, add.stderr)
  assert.match(add.stdout, /^login lenh\nlink http:\S+\/can-bo\/dat-mat-khau\/[\w-]{43}\n$/)
  const more = motcua(site.folder, ['user', 'link', '--login', 'lenh'])
  assert.match(more.stdout, /^login lenh\nlink /)
  assert.equal(motcua(site.folder, ['user', 'link', '--login', 'khong.co']).status, 1)
  assert.equal(motcua(site.folder, ['user', 'link']).status, 2)
  assert.equal(motcua(site.folder, ['user', 'add', '--login', 'x1', '--name', 'X', '--link', '--password-stdin']).status, 2)
})

test('motcua user sign-out ends the sessions of one, or of all', async () => {
  const s = await startSite({ prepare: folder => {
    for (const login of ['sen', 'cuc']) motcua(folder, ['user', 'add', '--login', login, '--name', 'Lê ' + login, '--role', 'intake@H26.X.00070', '--password-stdin'], { input: 'một câu dài dễ nhớ lắm\n' })
  } })
  const enter = async login => { const c = s.client(); assert.equal((await c.submit('/can-bo/dang-nhap', { login, password: 'một câu dài dễ nhớ lắm' })).status, 303); return c }
  const open = async c => (await c.get('/can-bo/tai-khoan')).status === 200
  const sen = await enter('sen'), cuc = await enter('cuc')
  assert.match(motcua(s.folder, ['user', 'sign-out', '--login', 'sen']).stdout, /^sessions ended 1$/m)
  assert.deepEqual([await open(sen), await open(cuc)], [false, true])
  await enter('sen')
  assert.match(motcua(s.folder, ['user', 'sign-out', '--all']).stdout, /^sessions ended 2$/m)
  assert.equal(await open(cuc), false)
  await s.clean()
})

test('an administrator gives himself nothing', async () => {
  const admin = await enter('quantri'), today = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10)
  const role = await admin.submit('/quan-tri/can-bo/quantri/vai-tro', { 'vai-tro': 'leader', 'co-quan': HERE, 'tu-ngay': today, 'den-ngay': '' })
  assert.equal(role.status, 403)
  assert.match(role.text, /Không ai tự giao vai trò/)
  const stand = await admin.submit('/quan-tri/can-bo/lan/lam-thay', { 'nguoi-thay': 'quantri', 'tu-ngay': today, 'den-ngay': today, 'ly-do': 'Nghỉ phép' })
  assert.equal(stand.status, 403)
  assert.equal((await admin.submit('/quan-tri/can-bo/quantri/mat-khau', { 'chac-chan': '1' })).status, 403)
  assert.equal((await admin.submit('/quan-tri/can-bo/quantri/hai-lop', { 'chac-chan': '1' })).status, 403)
  assert.equal((await admin.get('/quan-tri/can-bo/quantri')).status, 200, 'still in')
})

test('sessions end when a role is given or ends', async () => {
  const admin = await enter('quantri'), today = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10)
  let lan = await enter('lan')
  assert.equal((await admin.submit('/quan-tri/can-bo/lan/vai-tro', { 'vai-tro': 'archivist', 'co-quan': HERE, 'tu-ngay': today, 'den-ngay': '' })).status, 303)
  assert.equal((await lan.get('/can-bo/tai-khoan')).status, 303)
  lan = await enter('lan')
  const page = await admin.get('/quan-tri/can-bo/lan')
  const end = page.forms().filter(f => f.action.endsWith('/vai-tro/ket-thuc')).find(f => f.fields['vai-tro'] === 'archivist')
  assert.equal((await admin.post(end.action, end.fields)).status, 303)
  assert.equal((await lan.get('/can-bo/tai-khoan')).status, 303)
})

test('the switch at a counter: one click, nothing stays behind, names only of who switched here', async () => {
  const c = await enter('lan')
  const page = await c.get('/can-bo'), form = page.forms().find(f => f.action === '/dang-xuat')
  assert.match(page.text, /formaction="\/can-bo\/doi-nguoi"/)
  assert.equal(page.headers['cache-control'], 'no-store')
  const old = c.cookies.get('phien'), out = await c.post('/can-bo/doi-nguoi', form.fields)
  assert.equal(out.location, '/can-bo/dang-nhap')
  assert.equal(out.headers['clear-site-data'], '"cache", "storage"')
  assert.equal((await site.client().get('/can-bo', { headers: { cookie: `phien=${old}` } })).status, 303, 'the old session opens nothing')
  const next = await c.follow(out)
  assert.match(next.text, /ten=lan"/)
  assert.match((await c.get('/can-bo/dang-nhap?ten=lan')).text, /value="lan"/)
  assert.equal((await signIn(c, 'hoa')).status, 303)
  const forget = await c.get('/can-bo/dang-nhap')
  assert.equal((await c.send(forget, {}, { action: '/can-bo/dang-nhap/quen-ten' })).status, 303)
  assert.doesNotMatch((await c.get('/can-bo/dang-nhap')).text, /ten=lan/)
  const away = await c.send(await c.get('/can-bo'), {}, { action: '/dang-xuat' })
  assert.equal(away.headers['clear-site-data'], '"cache", "storage"')
})

test('tokens of the API: listed, revoked by their owner, an administrator and a command', async () => {
  const make = label => motcua(site.folder, ['token', 'create', '--login', 'lan', '--label', label]).stdout.match(/mct_[\w-]+/)[0]
  const works = async token => (await site.client({ token }).get('/api/v1/dossiers/H26.X.00070-260101-9999')).status !== 401
  const [one, two, three] = ['máy quét', 'kiốt', 'thử'].map(make)
  for (const token of [one, two, three]) assert.ok(await works(token))
  const lan = await enter('lan'), admin = await enter('quantri')
  const own = await lan.get('/can-bo/tai-khoan')
  assert.match(own.text, /máy quét/)
  assert.ok(!own.text.includes(one))
  assert.equal((await lan.send(own, {}, { action: '/can-bo/tai-khoan/ma-truy-cap' })).status, 303)
  assert.ok(!await works(one))
  assert.equal((await admin.submit('/quan-tri/can-bo/lan', {}, { action: '/quan-tri/can-bo/lan/ma-truy-cap' })).status, 303)
  assert.ok(!await works(two))
  const [line] = motcua(site.folder, ['token', 'list', '--login', 'lan']).stdout.trim().split('\n')
  const [ref, login, may, , , label] = line.split('\t')
  assert.deepEqual([login, may, label], ['lan', 'read', 'thử'])
  assert.equal(motcua(site.folder, ['token', 'revoke', '--login', 'hoa', '--ref', ref]).status, 1)
  assert.equal(motcua(site.folder, ['token', 'revoke', '--login', 'lan', '--ref', ref]).stdout, `revoked ${ref}\n`)
  assert.ok(!await works(three))
  assert.equal(motcua(site.folder, ['token', 'revoke', '--login', 'lan']).status, 2)
})

test('10,000 wrong passwords from many addresses shut out strangers, not the officer, and pages stay quick', async () => {
  const office = await enter('lan'), desk = await enter('hoa')
  const attackers = Array.from({ length: 24 }, stranger), pages = await Promise.all(attackers.map(c => c.get('/can-bo/dang-nhap')))
  const fields = pages.map(p => p.forms()[0].fields), answers = {}, times = []
  let left = Number(process.env.MOTCUA_BURST ?? 10000), n = 0, over = false
  const attack = async k => {
    while (left-- > 0) {
      const i = n++, r = await attackers[k].post('/can-bo/dang-nhap', { ...fields[k], _idem: `burst-${i}`.padEnd(22, 'x'), login: 'lan', password: `sai ${i}` },
        { headers: { 'x-forwarded-for': `10.${128 + (i >> 14)}.${i >> 7 & 127}.${i & 127}` } })
      answers[r.status] = (answers[r.status] ?? 0) + 1
    }
  }
  const watch = (async () => {
    while (!over) { const at = performance.now(); assert.equal((await desk.get('/can-bo')).status, 200); times.push(performance.now() - at); await new Promise(r => setTimeout(r, 20)) }
  })()
  const began = performance.now()
  await Promise.all(attackers.map((_, k) => attack(k)))
  const seconds = (performance.now() - began) / 1000
  over = true
  await watch
  times.sort((a, b) => a - b)
  console.log(`burst: ${n} wrong passwords in ${seconds.toFixed(1)} s, answers ${JSON.stringify(answers)}; ${times.length} pages of an officer meanwhile, ` +
    `median ${times[times.length >> 1].toFixed(1)} ms, p99 ${times[Math.floor(times.length * 0.99)].toFixed(1)} ms`)
  assert.ok((answers[422] ?? 0) <= 60, `only some reached the password: ${JSON.stringify(answers)}`)
  assert.equal(answers[303] ?? 0, 0)
  assert.equal((await signIn(stranger(), 'lan')).status, 429, 'a stranger with the right password waits')
  const home = await signIn(office, 'lan')
  assert.equal(home.status, 303, 'the office’s own computer goes on')
  assert.match((await office.follow(home)).text, /Có người lạ nhập sai mật khẩu/)
})

// Each of another login and address, as bench/slow sends them: every one is hashed.
test('while strangers keep the hasher busy, correct sign-ins go through from known and from new computers', async () => {
  const known = await enter('minh'), attackers = Array.from({ length: 8 }, stranger)
  const fields = (await Promise.all(attackers.map(c => c.get('/can-bo/dang-nhap')))).map(p => p.forms()[0].fields)
  let over = false, n = 0, hashed = 0
  const attack = async k => {
    for (; !over; n++) {
      const i = n, r = await attackers[k].post('/can-bo/dang-nhap', { ...fields[k], _idem: `crowd-${k}-${i}`.padEnd(22, 'x'), login: `doan-${k}-${i}`, password: `sai ${i}` },
        { headers: { 'x-forwarded-for': `10.${96 + (i >> 14)}.${i >> 7 & 127}.${i & 127}` } })
      hashed += r.status === 422
    }
  }
  const all = attackers.map((_, k) => attack(k)), took = { known: [], fresh: [] }
  try {
    for (let i = 0; i < 5; i++)
      for (const [kind, c] of [['known', known], ['fresh', stranger()]]) {
        const at = performance.now()
        assert.equal((await signIn(c, 'minh')).status, 303, `${kind}, time ${i}`)
        took[kind].push(performance.now() - at)
      }
  } finally { over = true; await Promise.all(all) }
  assert.ok(hashed > 0)
  console.log(`crowd: ${hashed} wrong passwords hashed; sign-ins meanwhile took at most ${Math.max(...took.known).toFixed(0)} ms (known), ${Math.max(...took.fresh).toFixed(0)} ms (new)`)
})

test('who hashes passwords dies: it is started again, nobody is turned away', async () => {
  const hashers = () => readdirSync('/proc').filter(p => {
    try { return readFileSync(`/proc/${p}/cmdline`, 'utf8').split('\0')[1] === 'hasher' && readlinkSync(`/proc/${p}/cwd`) === site.folder } catch { return false }
  })
  const first = hashers()
  assert.equal(first.length, 2)
  for (const p of first) process.kill(Number(p), 'SIGKILL')
  const c = await enter('minh')
  assert.equal((await signIn(c, 'minh', 'sai mat khau')).status, 422)
  assert.equal((await signIn(c, 'minh')).status, 303)
  const second = hashers()
  assert.equal(second.length, 2)
  assert.ok(!second.some(p => first.includes(p)))
})

test('a known device has a budget of its own: ten wrong passwords', async () => {
  const c = await enter('hoa')
  for (let i = 0; i < 10; i++) assert.equal((await signIn(c, 'hoa', `sai ${i}`)).status, 422)
  assert.equal((await signIn(c, 'hoa')).status, 429)
  assert.equal((await signIn(stranger(), 'hoa')).status, 303, 'others go on')
})
