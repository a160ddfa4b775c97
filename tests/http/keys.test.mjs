// Security keys of officers (WebAuthn) with an authenticator in software: added, used, refused, removed, reset; who must have one.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { startSite, motcua } from '../lib/server.mjs'
import { SecurityKey, asked } from '../lib/authenticator.mjs'
import { code, later } from '../lib/totp.mjs'

const PASSWORD = 'ba con trâu ăn cỏ ven đê', HERE = 'H26.X.00070', ORIGIN = 'http://cong.localhost'
const PEOPLE = { an: 'intake', binh: 'intake', chi: 'intake', dung: 'intake', em: 'intake', giang: 'intake', ha: 'intake', lan: 'leader', mai: 'leader', kiem: 'auditor' }
const SECOND = '/can-bo/tai-khoan/hai-lop', KEYS = `${SECOND}/khoa`, STEP = '/can-bo/dang-nhap/ma', BY_KEY = '/can-bo/dang-nhap/khoa'
let site

const people = folder => {
  for (const [login, role] of Object.entries({ ...PEOPLE, quantri: 'administrator' }))
    motcua(folder, ['user', 'add', '--login', login, '--name', `Nguyễn ${login}`, '--role', `${role}@${role === 'administrator' ? 'H26' : HERE}`, '--password-stdin'], { input: PASSWORD + '\n' })
}
const flags = ['--behind-proxy', 'yes', '--base-url', ORIGIN]
before(async () => { site = await startSite({ flags: [...flags, '--second-factor', 'leader'], prepare: people }) })
after(() => site.clean())

let addresses = 0
const stranger = (at = site) => at.client({ headers: { 'x-forwarded-for': `10.1.${addresses >> 7}.${addresses++ & 127}` } })
const password = (c, login) => c.submit('/can-bo/dang-nhap', { login, password: PASSWORD })
async function enter(login, at = site) {
  const c = stranger(at), r = await password(c, login)
  assert.equal(r.status, 303, r.text)
  return c
}
const begin = (c, name = 'khóa đeo chìa') => c.submit(SECOND, { ten: name, 'mat-khau': PASSWORD }, { action: `${KEYS}/bat-dau` })
async function add(c, key = new SecurityKey(), change = {}) {
  const page = await begin(c)
  assert.equal(page.status, 200, page.text)
  const done = await put(c, page, key.create(asked(page), ORIGIN, change), KEYS)
  return { key, page, done }
}
const codesOf = page => [...page.text.matchAll(/<code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){5})<\/code>/g)].map(m => m[1])
// At the second step: { c, page }
async function half(login, at = site) {
  const c = stranger(at), r = await password(c, login)
  assert.match(r.location, /^\/can-bo\/dang-nhap\/ma/)
  return { c, page: await c.get(r.location) }
}
// A form that is sent once more is another sending.
const put = (c, page, fields, action) => c.send(page, { ...fields, _idem: randomUUID() }, { action })
const answer = (c, page, key, change) => put(c, page, key.get(asked(page), ORIGIN, change), BY_KEY)
async function enrol(c) {
  await c.submit(SECOND, { 'mat-khau': PASSWORD }, { action: `${SECOND}/bat-dau` })
  const page = await c.get(SECOND), key = page.text.match(/second-key">([A-Z2-7 ]+)</)[1]
  const done = await c.send(page, { ma: code(key) }, { action: `${SECOND}/xac-nhan` })
  assert.equal(done.status, 200, done.text)
  return { key, codes: codesOf(done) }
}

test('a key of each algorithm: added with the password, codes shown once, used at the sign-in', async () => {
  const c = await enter('an'), other = await enter('an')
  const wrong = await c.submit(SECOND, { ten: 'x', 'mat-khau': 'không phải mật khẩu' }, { action: `${KEYS}/bat-dau` })
  assert.equal(wrong.status, 422)
  const { key, page, done } = await add(c)
  const ask = asked(page)
  assert.deepEqual([ask.key, ask.rp, ask.algorithms, ask.known, ask.login], ['create', 'cong.localhost', '-7,-8,-257', '', 'an'])
  assert.equal(Buffer.from(ask.challenge, 'base64url').length, 32)
  assert.equal(done.status, 200, done.text)
  assert.equal(codesOf(done).length, 10, 'recovery codes with the first factor')
  assert.equal((await other.get('/can-bo/tai-khoan')).status, 303, 'other sessions ended')
  const more = []
  for (const kind of ['EdDSA', 'RS256']) {
    const one = await add(c, new SecurityKey(kind))
    assert.equal(one.done.status, 303, 'who has codes keeps them')
    more.push(one.key)
  }
  const list = await c.get(SECOND)
  assert.equal((list.text.match(/khóa đeo chìa/g) ?? []).length >= 3, true)
  assert.match(list.text, /Chưa dùng/)
  for (const k of [key, ...more]) {
    const h = await half('an'), a = asked(h.page)
    assert.equal(a.key, 'get')
    assert.equal(a.known.split(',').length, 3)
    assert.ok(a.known.includes(`${k.id.toString('base64url')}:usb+nfc`))
    assert.match(h.page.text, /Khóa bảo mật cần JavaScript/)
    const into = await answer(h.c, h.page, k)
    assert.equal(into.status, 303, `${k.kind}: ${into.text}`)
    assert.equal(into.location, '/can-bo')
    assert.equal((await h.c.get('/can-bo/tai-khoan')).status, 200)
  }
  assert.doesNotMatch((await c.get(SECOND)).text, /Chưa dùng/)
  const h = await half('an')
  assert.equal((await h.c.send(h.page, { ma: codesOf(done)[0] }, { action: STEP })).status, 303, 'a recovery code serves')
})

test('what is wrong with a registration', async () => {
  const c = await enter('binh')
  const T = {
    'another site': { rp: 'cong.test' }, 'nobody touched it': { flags: 64 }, 'no key in it': { flags: 1 },
    'a sign-in': { type: 'webauthn.get' }, 'another challenge': { challenge: 'A'.repeat(43) },
  }
  for (const [name, change] of Object.entries(T)) {
    const { done } = await add(c, new SecurityKey(), change)
    assert.equal(done.status, 422, name)
    assert.match(done.text, /không đăng ký được/, name)
  }
  const page = await begin(c), key = new SecurityKey(), fields = key.create(asked(page), 'http://cong.localhost:8080')
  assert.equal((await put(c, page, fields, KEYS)).status, 422, 'another origin')
  const again = key.create(asked(page), ORIGIN)
  const spent = await put(c, page, again, KEYS)
  assert.equal(spent.status, 422)
  assert.match(spent.text, /quá lâu hoặc đã dùng rồi/, 'a challenge is spent by a wrong answer, too')
  const mine = await begin(c), sealed = mine.forms().find(f => f['data-key']).fields['thu-thach']
  const d = await enter('chi'), theirs = await begin(d)
  const stolen = await d.send(theirs, { ...key.create(asked(mine), ORIGIN), 'thu-thach': sealed }, { action: KEYS })
  assert.equal(stolen.status, 422, 'of another session')
  for (const [name, bad] of Object.entries({ 'thu-thach': 'AAAA', 'xac-thuc': '!!!', 'du-lieu': 'e30' })) {
    const p = await begin(c)
    assert.equal((await c.send(p, { ...key.create(asked(p), ORIGIN), [name]: bad }, { action: KEYS })).status, 422, name)
  }
  const long = await begin(c)
  assert.equal((await c.send(long, { ...key.create(asked(long), ORIGIN), 'xac-thuc': 'A'.repeat(6000) }, { action: KEYS })).status, 422)
  const none = await begin(c)
  const said = await c.send(none, {}, { action: KEYS })
  assert.equal(said.status, 422)
  assert.match(said.text, /cần JavaScript/)
  assert.doesNotMatch((await c.get(SECOND)).text, /Bỏ khóa này/, 'nothing was added')
  const first = await add(c, key)
  assert.equal(first.done.status, 200)
  const twice = await add(c, key)
  assert.match(twice.done.text, /đã được đăng ký rồi/)
  const elsewhere = await add(d, key)
  assert.match(elsewhere.done.text, /đã được đăng ký rồi/, 'one owner in the whole site')
})

test('what is wrong with a sign-in; six tries', async () => {
  const c = await enter('dung'), { key } = await add(c), thief = new SecurityKey()
  const T = {
    'another site': { rp: 'cong.test' }, 'nobody touched it': { flags: 0 }, 'a registration': { type: 'webauthn.create' },
    'inside another site': { more: { crossOrigin: true } }, 'another challenge': { challenge: 'A'.repeat(43) },
  }
  let h = await half('dung')
  for (const [name, change] of Object.entries(T)) {
    const challenge = asked(h.page).challenge, r = await answer(h.c, h.page, key, change)
    assert.equal(r.status, 422, name)
    assert.match(r.text, /Khóa này không đúng/, name)
    assert.notEqual(asked(r).challenge, challenge, 'the next try has another challenge')
    h.page = r
  }
  assert.equal((await answer(h.c, h.page, thief, { id: key.id })).status, 422, 'the sixth, by another key')
  h.page = await h.c.get(STEP)
  assert.equal((await answer(h.c, h.page, key)).status, 429)
  const own = site.client({ headers: { 'x-forwarded-for': '10.200.0.9' } })
  own.cookies.set('may', c.cookies.get('may'))
  await password(own, 'dung')
  assert.equal((await answer(own, await own.get(STEP), key)).status, 303, 'the own device has tries of its own')
})

test('an answer serves once, for its own account and its own sign-in', async () => {
  const c = await enter('em'), { key } = await add(c, new SecurityKey('ES256', { counts: false })), d = await enter('giang'), { key: theirs } = await add(d)
  const h = await half('em'), ticket = h.c.cookies.get('buoc-hai'), fields = key.get(asked(h.page), ORIGIN)
  assert.equal((await put(h.c, h.page, fields, BY_KEY)).status, 303)
  const again = await half('em')
  again.c.cookies.set('buoc-hai', ticket)
  assert.equal((await put(again.c, again.page, fields, BY_KEY)).status, 422, 'not with the old ticket')
  const fresh = await half('em')
  assert.equal((await put(fresh.c, fresh.page, fields, BY_KEY)).status, 422, 'nor with a new one')
  const mixed = await half('em')
  assert.equal((await answer(mixed.c, mixed.page, theirs)).status, 422, 'a key of somebody else')
  const nobody = stranger()
  const page = await nobody.get('/can-bo/dang-nhap')
  const begun = await nobody.post(BY_KEY, { ...page.forms().find(f => f.names.has('password')).fields, ...fields, _idem: randomUUID() })
  assert.match(begun.text, /name="password"/, 'without the password it begins anew')
  const h2 = await half('em')
  assert.equal((await answer(h2.c, h2.page, key)).status, 303, 'a key that does not count serves on')
})

test('a counter that goes back is refused and told', async () => {
  const c = await enter('ha'), { key, done } = await add(c, new SecurityKey('ES256', { counter: 10 })), codes = codesOf(done)
  let h = await half('ha')
  assert.equal((await answer(h.c, h.page, key)).status, 303)
  key.counter = 5
  h = await half('ha')
  const r = await answer(h.c, h.page, key)
  assert.equal(r.status, 422)
  assert.match(r.text, /có thể đã bị sao chép/)
  const into = await h.c.send(r, { ma: codes[0] }, { action: STEP })
  assert.equal(into.location, '/can-bo/tai-khoan', 'told at the next sign-in')
  const told = await h.c.follow(into)
  assert.match(told.text, /Có thay đổi với tài khoản/)
  assert.match(told.text, /số đếm của nó lùi lại/)
  assert.match(told.text, /Một khóa bảo mật được thêm/)
})

test('removing asks with the password; the last factor of a role that must have one stays', async () => {
  const c = await enter('lan'), first = await add(c)
  assert.equal((await c.get('/can-bo')).status, 200, 'a key satisfies second_factor')
  const refs = async () => [...(await c.get(SECOND)).text.matchAll(/hai-lop\/khoa\/([0-9a-f]{32})"/g)].map(m => m[1])
  const [only] = await refs()
  const page = await c.get(`${KEYS}/${only}`)
  assert.match(page.text, /Bỏ khóa “khóa đeo chìa”\?/)
  assert.equal((await c.submit(`${KEYS}/${only}`, { 'mat-khau': 'không phải mật khẩu' })).status, 422)
  const last = await c.submit(`${KEYS}/${only}`, { 'mat-khau': PASSWORD })
  assert.equal(last.status, 409)
  assert.match(last.text, /thêm khóa khác hoặc bật ứng dụng xác thực/)
  assert.doesNotMatch((await c.get(SECOND)).text, /hai-lop\/tat"/)
  const second = await add(c)
  assert.equal((await c.submit(`${KEYS}/${only}`, { 'mat-khau': PASSWORD })).status, 303, 'replaced')
  const h = await half('lan')
  assert.ok(!asked(h.page).known.includes(first.key.id.toString('base64url')))
  assert.equal((await answer(h.c, h.page, first.key)).status, 422)
  const again = await half('lan')
  assert.equal((await answer(again.c, again.page, second.key)).status, 303)
  const [kept] = await refs()
  await enrol(c)
  assert.equal((await c.submit(`${KEYS}/${kept}`, { 'mat-khau': PASSWORD })).status, 303, 'codes stand in for it')
  assert.equal((await c.get(`${KEYS}/${kept}`)).status, 404)
  assert.equal(asked((await half('lan')).page), undefined)
  assert.match((await c.get('/can-bo/tai-khoan')).text, /Một khóa bảo mật bị bỏ/)
})

test('removing the last key where none is needed ends the second factor', async () => {
  const c = await enter('chi')
  await add(c)
  const ref = (await c.get(SECOND)).text.match(/hai-lop\/khoa\/([0-9a-f]{32})"/)[1]
  assert.equal((await c.submit(`${KEYS}/${ref}`, { 'mat-khau': PASSWORD })).status, 303)
  assert.equal((await password(stranger(), 'chi')).location, '/can-bo')
  assert.match((await c.get('/can-bo/tai-khoan')).text, /Xác thực hai lớp được tắt/)
})

test('at most ten keys', async () => {
  const c = await enter('chi')
  for (let i = 0; i < 10; i++) assert.ok([200, 303].includes((await add(c)).done.status))
  assert.doesNotMatch((await c.get(SECOND)).text, /khoa\/bat-dau"/)
  assert.equal((await c.submit(SECOND, { 'mat-khau': PASSWORD }, { action: `${SECOND}/tat` })).status, 303)
})

test('an administrator resets keys as well, and sees none', async () => {
  const admin = await enter('quantri'), c = await enter('mai'), { key } = await add(c)
  const one = '/quan-tri/can-bo/mai/hai-lop', page = await admin.get('/quan-tri/can-bo/mai')
  assert.ok(!page.text.includes(key.id.toString('base64url')))
  assert.equal((await admin.submit(one, { 'chac-chan': '1' })).status, 303)
  assert.equal((await c.get('/can-bo/tai-khoan')).status, 303, 'sessions ended')
  const d = stranger(), r = await password(d, 'mai')
  assert.equal(r.location, '/can-bo/tai-khoan')
  assert.match((await d.follow(r)).text, /Quản trị viên đặt lại xác thực hai lớp/)
  assert.equal((await d.get('/can-bo')).location, SECOND, 'and has to set one up anew')
})

test('a site that asks for keys: a code does not satisfy it, nor serve where a key is there', async () => {
  const strict = await startSite({ flags: [...flags, '--second-factor', 'leader', '--second-factor-kinds', 'key'], prepare: people })
  try {
    const c = await enter('lan', strict), { key: totp, codes } = await enrol(c)
    assert.equal((await c.get('/can-bo')).location, SECOND)
    assert.match((await c.get(SECOND)).text, /bắt buộc có khóa bảo mật/)
    let h = await half('lan', strict)
    assert.equal((await h.c.send(h.page, { ma: later(totp) }, { action: STEP })).status, 303, 'until then the code lets in')
    assert.equal((await h.c.get('/can-bo')).location, SECOND)
    const { key } = await add(h.c)
    assert.equal((await h.c.get('/can-bo')).status, 200)
    h = await half('lan', strict)
    assert.doesNotMatch(h.page.text, /6 chữ số/)
    assert.equal((await h.c.send(h.page, { ma: later(totp, 2) }, { action: STEP })).status, 422, 'a code no longer')
    h.page = await h.c.get(STEP)
    assert.equal((await answer(h.c, h.page, key)).status, 303)
    h = await half('lan', strict)
    assert.equal((await h.c.send(h.page, { ma: codes[0] }, { action: STEP })).status, 303, 'a recovery code always')
  } finally { await strict.clean() }
})

test('a site without https offers no keys and believes no Host header', async () => {
  const plain = await startSite({ flags: ['--behind-proxy', 'yes'], prepare: people })
  try {
    const c = await enter('an', plain), page = await c.get(SECOND)
    assert.match(page.text, /chưa dùng được khóa bảo mật/)
    assert.doesNotMatch(page.text, /khoa\/bat-dau"/)
    const r = await c.send(page, { ten: 'x', 'mat-khau': PASSWORD }, { action: `${SECOND}/bat-dau` })
    assert.equal(r.status, 303)
    const forced = await c.post(`${KEYS}/bat-dau`, { ...page.forms().find(f => f.action.endsWith('/bat-dau')).fields, _idem: 'k'.repeat(22), ten: 'x', 'mat-khau': PASSWORD },
      { headers: { host: 'cong.localhost' } })
    assert.equal(forced.status, 409)
  } finally { await plain.clean() }
})
