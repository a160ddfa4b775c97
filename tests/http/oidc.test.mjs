// Citizens (and officers) who sign in at a real OpenID Connect provider, and what attackers try on the way.
import test, { before, after, beforeEach } from 'node:test'
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { unescape, urlencoded } from '../lib/client.mjs'
import { startSite, motcua } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'
import { sealedIs } from '../lib/numbers.mjs'
import { Identity, SITE, walk } from '../lib/identity.mjs'
import { ROOT as MANDATES, declare, say } from '../lib/mandates.mjs'
import { addPeople, PASSWORD } from '../lib/people.mjs'
import { BIRTH, readyToSend } from '../lib/parked.mjs'
import { addSure } from '../lib/assurance.mjs'

const NUMBERS = { an: '001199000011', binh: '001099000012', chi: '001199000013', dung: '001099000014', em: '001199000015',
  giang: '001099000016', hoa: '001199000017', khanh: '001099000018', lan: '001199000019',
  minh: '001099000021', nga: '001199000022', phuong: '001199000023', quy: '001099000024' }
const person = (name, number, more = {}) => ({ SoDinhDanh: number, HoVaTen: name, SoDienThoai: '0912345678', ThuDienTu: 'chung@vidu.vn', ...more })

let identity, site
before(async () => {
  identity = await Identity.start()
  identity.people = {
    an: person('Trần Thị An', NUMBERS.an), binh: person('Lê Văn Bình', NUMBERS.binh), chi: person('Phạm Thị Chi', NUMBERS.chi),
    dung: person('Vũ Văn Dũng', NUMBERS.dung), em: person('Đỗ Thị Em', NUMBERS.em), giang: person('Ngô Văn Giang', NUMBERS.giang),
    hoa: person('Bùi Thị Hoa', NUMBERS.hoa), khanh: person('Hồ Văn Khánh', NUMBERS.khanh), lan: person('Lý Thị Lan', NUMBERS.lan),
    minh: person('Đặng Văn Minh', NUMBERS.minh, { MaSoThue: '0101234567', TenDoanhNghiep: 'Công ty Gạch Ngói Minh Khai' }), nga: person('Tạ Thị Nga', NUMBERS.nga), phuong: person('Mai Thị Phương', NUMBERS.phuong), quy: person('Cao Văn Quý', NUMBERS.quy),
    nameless: person('', '001099000020'), numberless: { HoVaTen: 'Không Số' }, wrong: person('Số Sai', '123'),
    officer: { preferred_username: 'nguoi-intake' }, nobody: { preferred_username: 'khong-ai' },
  }
  site = await startSite({ flags: ['--base-url', SITE], prepare: folder => { identity.configure(folder); addPeople(folder); addSure(folder, BIRTH, 2) } })
})
after(async () => { await site?.clean(); await identity?.close() })
beforeEach(() => Object.assign(identity, { user: 'an', acr: 'LoA1', deny: '', mode: '', forge: null }))

const signedIn = c => c.cookies.has('phien')

// A browser at the site and at the provider, up to the answer that would bring it back.
async function go(user, { at = '/dang-nhap/vneid', until } = {}) {
  identity.user = user
  const c = site.client(), p = identity.visitor()
  const first = await c.get(at)
  assert.equal(first.status, 303, first.text)
  const end = await walk(c, p, identity, first, { until })
  return { c, p, first, end }
}
const atReturn = a => a.location?.startsWith(SITE) && a.location.includes('/ve?')

// The same, with the provider's last word in our hands: { c, back } where `back` is the path that the browser is sent to.
async function held(user, options = {}) {
  const x = await go(user, { ...options, until: atReturn })
  assert.ok(atReturn(x.end), `${x.end.status} ${x.end.location} ${x.end.text}`)
  const sent = new URL(x.first.location).searchParams
  return { ...x, back: x.end.location.slice(SITE.length), nonce: sent.get('nonce'), state: sent.get('state'), sent }
}
async function register(number, password = 'hoa sen nở sớm 7', email = 'chung@vidu.vn') {
  const c = site.client()
  const made = await c.submit('/dang-ky', { 'ho-ten': 'Người Đăng Ký', 'so-dinh-danh': number, 'dien-thoai': '0987654321', email, password, password2: password, 'dong-y': '1' })
  assert.equal(made.status, 303, made.text)
  return c
}
const login = (number, column = 'login') => sealedIs(site.folder, 'account.login', number, column)
const accounts = number => sql(site.folder, `SELECT count(*) FROM account WHERE kind = 1 AND ${login(number)}`)

test('the page offers the provider; the first sign-in makes an account, the second finds it', async () => {
  const page = await site.client().get('/dang-nhap')
  assert.match(page.text, /href="\/dang-nhap\/vneid\?tiep="[^>]*>Đăng nhập bằng VNeID/)
  const { c, end, first } = await go('an', { at: '/dang-nhap/vneid?tiep=%2Ftai-khoan' })
  assert.equal(end.status, 200, end.text)
  assert.match(end.text, /Trần Thị An/)
  const sent = new URL(first.location).searchParams
  for (const k of ['state', 'nonce', 'code_challenge']) assert.match(sent.get(k), /^[\w-]{22,}$/)
  assert.equal(sent.get('code_challenge_method'), 'S256')
  assert.ok(!c.cookies.has('vao'), 'what was under way is over')
  const cookie = first.headers['set-cookie'].find(l => l.startsWith('vao='))
  assert.match(cookie, /HttpOnly; SameSite=Lax; Max-Age=600/)
  assert.doesNotMatch(Buffer.from(cookie.slice(4).split(';')[0], 'base64url').toString('latin1'), new RegExp(sent.get('nonce')), 'it is encrypted')
  const again = await go('an')
  assert.ok(signedIn(again.c))
  assert.equal(accounts(NUMBERS.an), '1')
  assert.equal(sql(site.folder, `SELECT name, verified_at > 0, password IS NULL FROM account WHERE ${login(NUMBERS.an)}`).replaceAll(/\bt\b/g, '1'), 'Trần Thị An|1|1')
})

test('every algorithm and way of showing who we are', async () => {
  for (const [id, user] of [['vneid-es', 'binh'], ['vneid-ps', 'binh'], ['vneid-ed', 'binh']]) {
    const { c, end } = await go(user, { at: `/dang-nhap/${id}` })
    assert.ok(signedIn(c), `${id}: ${end.status} ${end.text.slice(0, 500)}`)
  }
  assert.equal(accounts(NUMBERS.binh), '1', 'three providers, one person')
})

test('a link on another site signs nobody in: it leads to our page with the button', async () => {
  const c = site.client()
  for (const from of ['cross-site', 'same-site']) {
    const r = await c.get('/dang-nhap/vneid', { headers: { 'sec-fetch-site': from } })
    assert.deepEqual([r.status, r.location], [303, '/dang-nhap'])
    assert.equal(r.headers['set-cookie'], undefined)
  }
  const own = await c.get('/dang-nhap/vneid', { headers: { 'sec-fetch-site': 'same-origin' } })
  assert.ok(own.location.startsWith(identity.issuer))
})

test('where one goes afterwards is a place of this site', async () => {
  assert.equal((await site.client().get('/dang-nhap/vneid?tiep=%2F%09%2Fxau.vn')).status, 400)
  for (const bad of ['//xau.vn/', 'https://xau.vn/', '/\\xau.vn', 'javascript:alert(1)', '/%09/xau.vn']) {
    const { c, back } = await held('an', { at: `/dang-nhap/vneid?tiep=${encodeURIComponent(bad)}` })
    const end = await c.get(back)
    assert.equal(end.status, 303)
    assert.match(end.location, /^\/(?![/\\\t])/, bad)
    assert.doesNotMatch(new URL(end.location, 'http://a.test').host, /xau/)
  }
})

test('another state, no cookie, another browser: nobody is signed in, and what is under way goes on', async () => {
  const { c, back, state } = await held('an')
  for (const [who, path] of [[c, back.replace(state, 'x'.repeat(22))], [c, back.replace(/state=[^&]+/, '')], [site.client(), back], [c, back.replace('/vneid/', '/vneid-es/')]]) {
    const a = await who.get(path)
    assert.equal(a.status, 400, a.text)
    assert.match(a.text, /Chưa đăng nhập được/)
    assert.ok(!signedIn(who))
  }
  const done = await c.get(back)
  assert.equal(done.status, 303)
  assert.ok(signedIn(c))
})

test('an answer is good once: loading it again, with and without the cookie of before', async () => {
  const { c, back } = await held('an')
  const kept = c.cookies.get('vao')
  assert.equal((await c.get(back)).status, 303)
  const again = await c.get(back)
  assert.equal(again.status, 303, 'who is signed in goes on')
  const thief = site.client()
  thief.cookies.set('vao', kept)
  const a = await thief.get(back)
  assert.equal(a.status, 409, a.text)
  assert.ok(!signedIn(thief))
  // Even where the provider would give tokens again, the nonce is used up.
  const x = await held('an')
  const flow = x.c.cookies.get('vao')
  identity.forge = me => ({ access_token: 'abc', token_type: 'Bearer', id_token: me.token(claims(x.nonce)) })
  assert.equal((await x.c.get(x.back)).status, 303)
  const second = site.client()
  second.cookies.set('vao', flow)
  const b = await second.get(x.back)
  assert.equal(b.status, 409, b.text)
  assert.ok(!signedIn(second))
})

const now = () => Math.floor(Date.now() / 1000)
const claims = (nonce, more = {}) => ({ iss: identity.issuer, aud: 'vneid', sub: 'an', nonce, iat: now(), exp: now() + 300,
  ...identity.people.an, ...more })

test('tokens that must not be believed', async () => {
  const strange = await Identity.start()
  const half = s => createHash('sha256').update(s).digest().subarray(0, 16).toString('base64url')
  const rows = [
    ['as it should be', n => identity.token(claims(n, { at_hash: half('abc') })), 303],
    ['wrong nonce', () => identity.token(claims('another')), 403],
    ['no nonce', () => identity.token(claims(undefined)), 403],
    ['alg none', n => identity.token(claims(n), { alg: 'none' }), 403],
    ['HS256', n => identity.token(claims(n), { head: { alg: 'HS256' } }), 403],
    ['another audience', n => identity.token(claims(n, { aud: 'other' })), 403],
    ['two audiences without azp', n => identity.token(claims(n, { aud: ['vneid', 'other'] })), 403],
    ['another issuer', n => identity.token(claims(n, { iss: 'http://127.0.0.1:1' })), 403],
    ['expired', n => identity.token(claims(n, { iat: now() - 500, exp: now() - 200 })), 403],
    ['of tomorrow', n => identity.token(claims(n, { iat: now() + 86400, exp: now() + 90000 })), 403],
    ['another access token', n => identity.token(claims(n, { at_hash: half('abd') })), 403],
    ['a stranger\'s key', n => strange.token(claims(n)), 403],
    ['a stranger\'s key by our kid', n => identity.token(claims(n), { key: { ...strange.keys[0], kid: identity.keys[0].kid } }), 403],
    ['its own key', n => strange.token(claims(n), { head: { jwk: { kty: 'RSA', n: strange.keys[0].n, e: strange.keys[0].e }, kid: undefined } }), 403],
    ['nobody', n => identity.token(claims(n, { sub: undefined })), 403],
    ['no number', n => identity.token(claims(n, { SoDinhDanh: undefined })), 403],
    ['a number that is none', n => identity.token(claims(n, { SoDinhDanh: '001199' })), 403],
    ['no token', () => 'abc', 403],
  ]
  for (const [name, make, status] of rows) {
    const { c, back, nonce } = await held('an')
    identity.forge = () => ({ access_token: 'abc', token_type: 'Bearer', id_token: make(nonce) })
    const a = await c.get(back)
    identity.forge = null
    assert.equal(a.status, status, `${name}: ${a.text.slice(0, 300)}`)
    assert.equal(signedIn(c), status === 303, name)
  }
  await strange.close()
})

test('keys change in the middle; strangers\' keys do not make us ask all the time', async () => {
  const main = [identity, site]
  identity = await Identity.start()
  identity.people = main[0].people
  site = await startSite({ flags: ['--base-url', SITE], prepare: folder => { identity.configure(folder) } })
  try {
    const { c: before, p, first } = await go('an')
    assert.ok(signedIn(before))
    assert.ok(first && p)
    identity.rotate()
    identity.asked.length = 0
    assert.ok(signedIn((await go('an')).c), 'the new keys are fetched at once')
    assert.equal(identity.asked.filter(x => x === '/jwks').length, 1)
    identity.rotate()
    const { c, end } = await go('an')
    assert.ok(!signedIn(c), 'but not twice a minute')
    assert.match(end.text, /Chưa đăng nhập được/)
    assert.equal(identity.asked.filter(x => x === '/jwks').length, 1)
  } finally {
    await site.clean()
    await identity.close()
    ;[identity, site] = main
  }
})

test('a provider that is away, slow, broken, endless or elsewhere: a kind page, nothing waits for it', async () => {
  const other = await startSite({ flags: ['--base-url', SITE], prepare: folder => { identity.configure(folder) } })
  for (const mode of ['down', 'slow', 'broken']) {
    identity.mode = mode
    const c = other.client(), pages = other.client(), begun = Date.now(), asked = identity.asked.length
    // Who did not answer is left alone for a moment.
    for (let i = 0; i < 100 && identity.asked.length === asked; i++) {
      assert.equal((await c.get('/dang-nhap/vneid')).status, 503, mode)
      await new Promise(done => setTimeout(done, 200))
    }
    assert.ok(identity.asked.length > asked, mode)
    const waiting = Promise.all(Array.from({ length: 12 }, () => other.client().get('/dang-nhap/vneid')))
    for (let i = 0; i < 5; i++) assert.equal((await pages.get('/dang-nhap')).status, 200)
    const a = await c.get('/dang-nhap/vneid')
    assert.equal(a.status, 503, mode)
    assert.match(a.text, /hiện không trả lời/)
    assert.match(a.text, /Cách đăng nhập khác/)
    for (const w of await waiting) assert.equal(w.status, 503)
    assert.ok(Date.now() - begun < 60000)
  }
  identity.mode = ''
  const late = other.client()
  let status
  for (let i = 0; i < 100 && (status = (await late.get('/dang-nhap/vneid')).status) !== 303; i++) await new Promise(done => setTimeout(done, 200))
  assert.equal(status, 303, 'it is asked again by itself')
  await other.clean()
  const { c, back } = await held('an')
  identity.mode = 'away'
  const a = await c.get(back)
  assert.equal(a.status, 409, 'a redirect of the token endpoint is not followed')
  assert.ok(!identity.asked.includes('/elsewhere'))
})

test('the provider says no', async () => {
  for (const [error, status, say] of [['access_denied', 403, /dừng việc đăng nhập/], ['temporarily_unavailable', 503, /đang bận/], ['invalid_request', 502, /không nhận yêu cầu/]]) {
    identity.deny = error
    const { c, end } = await go('an')
    assert.equal(end.status, status, end.text)
    assert.match(end.text, say)
    assert.ok(!signedIn(c))
  }
})

test('too little said: no name, no number', async () => {
  for (const user of ['nameless', 'numberless', 'wrong']) {
    const { c, end } = await go(user)
    assert.equal(end.status, 403, user)
    assert.ok(!signedIn(c))
  }
})

test('attack: somebody registered my number before me', async () => {
  const squatter = await register(NUMBERS.chi)
  const { c, end } = await go('chi')
  assert.equal(end.status, 200)
  assert.match(end.text, /đã có tài khoản/)
  assert.ok(!signedIn(c), 'nobody is taken over silently')
  assert.equal((await c.get('/tai-khoan')).status, 303)
  const apart = await c.submit('/lien-ket', { 'dong-y': '1' }, { action: '/lien-ket/tach' })
  assert.equal(apart.status, 303, apart.text)
  assert.ok(signedIn(c))
  const mine = await c.get('/tai-khoan')
  assert.match(mine.text, /Phạm Thị Chi/)
  assert.doesNotMatch(mine.text, /0987654321/, 'nothing of the other account')
  assert.equal((await squatter.get('/tai-khoan')).status, 303, 'the other\'s session is over')
  const back = await site.client().submit('/dang-nhap', { login: NUMBERS.chi, password: 'hoa sen nở sớm 7' })
  assert.equal(back.status, 422, 'and so is the password')
  assert.equal(sql(site.folder, `SELECT count(*) FROM account WHERE kind = 1 AND personal_number IS NULL AND verified_at = 0 AND password IS NULL`), '1', 'it is kept, without the number')
  assert.equal((await c.submit('/lien-ket', { 'dong-y': '1' }, { action: '/lien-ket/tach' }).catch(e => e)) instanceof Error, true, 'the question is over')
})

test('my own account of before: joined by its password, and by nothing else', async () => {
  const mine = await register(NUMBERS.dung)
  const { c } = await go('dung')
  for (let i = 0; i < 2; i++) {
    const wrong = await c.submit('/lien-ket', { password: 'không phải mật khẩu' }, { action: '/lien-ket' })
    assert.equal(wrong.status, 422)
    assert.ok(!signedIn(c))
  }
  const none = await c.submit('/lien-ket', {}, { action: '/lien-ket/tach' })
  assert.equal(none.status, 422, 'a new account is asked for, not slipped into')
  const done = await c.submit('/lien-ket', { password: 'hoa sen nở sớm 7' }, { action: '/lien-ket' })
  assert.equal(done.status, 303, done.text)
  assert.ok(signedIn(c))
  assert.equal((await mine.get('/tai-khoan')).status, 303, 'sessions of before end')
  assert.equal(sql(site.folder, `SELECT name FROM account WHERE ${login(NUMBERS.dung)} AND verified_at > 0`), 'Vũ Văn Dũng')
  assert.ok(signedIn((await go('dung')).c), 'the next time nobody asks')
})

test('guessing that password is limited like a sign-in', async () => {
  await register(NUMBERS.em)
  const { c } = await go('em')
  const page = await c.get('/lien-ket')
  let last
  for (let i = 0; i < 7; i++) last = await c.submit('/lien-ket', { password: `sai lần thứ ${i}` }, { action: '/lien-ket' })
  assert.equal(last.status, 429, page.text)
  const right = await c.submit('/lien-ket', { password: 'hoa sen nở sớm 7' }, { action: '/lien-ket' })
  assert.equal(right.status, 429)
})

test('attack: the same e-mail and telephone link nothing; a changed number does not move', async () => {
  const other = await register('001199000091')
  const { c } = await go('giang')
  assert.match((await c.get('/tai-khoan')).text, /Ngô Văn Giang/)
  assert.equal(sql(site.folder, `SELECT count(*) FROM identity i JOIN account a ON a.id = i.account WHERE ${login('001199000091', 'a.login')}`), '0')
  assert.match((await other.get('/tai-khoan')).text, /Người Đăng Ký/)
  identity.people.giang = person('Ngô Văn Giang', NUMBERS.an)
  const moved = await go('giang')
  assert.equal(moved.end.status, 403, moved.end.text)
  assert.match(moved.end.text, /khác với số của tài khoản đã liên kết/)
  assert.ok(!signedIn(moved.c))
})

test('an account whose card an officer has seen is the person\'s; a blocked one stays blocked', async () => {
  await register(NUMBERS.hoa)
  const seen = motcua(site.folder, ['user', 'verify', '--login', NUMBERS.hoa])
  assert.equal(seen.status, 0, seen.stderr)
  const { c } = await go('hoa')
  assert.ok(signedIn(c))
  sql(site.folder, `UPDATE account SET active = 0 WHERE ${login(NUMBERS.hoa)}`)
  const again = await go('hoa')
  assert.equal(again.end.status, 403)
  assert.match(again.end.text, /đang bị khóa/)
})

test('an officer by the city\'s provider: the login finds the account, roles are ours', async () => {
  const { c, end } = await go('officer', { at: '/can-bo/dang-nhap/thanh-pho' })
  assert.equal(end.status, 200, end.text)
  assert.ok(signedIn(c))
  assert.equal((await c.get('/can-bo')).status, 200)
  assert.equal((await c.get('/quan-tri/cau-hinh')).status, 403)
  const none = await go('nobody', { at: '/can-bo/dang-nhap/thanh-pho' })
  assert.equal(none.end.status, 403)
  assert.ok(!signedIn(none.c))
  assert.equal((await site.client().get('/can-bo/dang-nhap/vneid')).status, 404, 'a citizens\' provider makes no officer')
  assert.equal((await site.client().get('/dang-nhap/thanh-pho')).status, 404)
})

test('signing out offers the provider\'s sign-out', async () => {
  const { c } = await go('khanh')
  const out = await c.send(await c.get('/tai-khoan'), {}, { action: '/dang-xuat' })
  assert.equal(out.location, '/da-dang-xuat/vneid')
  assert.ok(!signedIn(c))
  const page = await c.get(out.location)
  assert.match(page.text, /Đăng xuất khỏi VNeID/)
  const away = await c.get('/da-dang-xuat/vneid?di=1')
  assert.equal(away.status, 303)
  assert.ok(away.location.startsWith(`${identity.issuer}/session/end?client_id=vneid&post_logout_redirect_uri=`), away.location)
  const local = site.client()
  await local.submit('/dang-nhap', { login: '001191000123', password: PASSWORD })
  assert.equal((await local.send(await local.get('/tai-khoan'), {}, { action: '/dang-xuat' })).location, '/')
})

test('motcua check says what is wrong with the file of providers', async () => {
  const good = motcua(site.folder, ['check'])
  assert.equal(good.status, 0, good.stderr)
  assert.match(good.stdout, /^identity providers 5$/m)
  const bad = motcua(site.folder, ['check', '--identity', 'khong-co.yaml'])
  assert.equal(bad.status, 1)
  assert.match(bad.stderr, /khong-co\.yaml: No such file/)
})

test('no secret, code, token, number or name is in the log', () => {
  for (const word of [...Object.values(NUMBERS), 'Trần Thị An', 'eyJ', 'code=', '0912345678']) assert.ok(!site.log.includes(word), word)
})

// --- an organisation's representative ------------------------------------------------------------------------------------------------

const plain = page => page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

test('a claim of an organisation makes its representative by law, who names further people; a stranger cannot', async () => {
  const { c: minh } = await go('minh'), { c: nga } = await go('nga')
  assert.match(plain(await minh.get(MANDATES)), /Công ty Gạch Ngói Minh Khai.*0101234567.*Đại diện theo pháp luật.*Đang có hiệu lực/)
  const member = { ten: 'Tạ Thị Nga', 'so-dinh-danh': NUMBERS.nga, 'ma-so-thue': '0101234567' }
  assert.doesNotMatch((await nga.get(`${MANDATES}/khai?ai=cho-to-chuc`)).text, /name="ma-so-thue"/)       // no form, and none is taken
  const form = await nga.get(`${MANDATES}/khai?ai=cho-toi`)
  assert.equal((await nga.send(form, { ai: 'cho-to-chuc', ...member, 'so-dinh-danh': NUMBERS.minh, 'pham-vi': 'tat-ca' }, { action: `${MANDATES}/khai` })).status, 403)
  const named = await declare(minh, member, 'cho-to-chuc')
  assert.match(plain(await nga.get(named)), /Tạ Thị Nga đại diện cho Công ty Gạch Ngói Minh Khai.*Đang có hiệu lực/)
  await go('minh')                                          // said again the same day: one mandate, no second
  assert.equal(sql(site.folder, "SELECT count(*) FROM mandate WHERE tax_code = '0101234567' AND kind = 3"), '1')
  assert.equal((await say(minh, named, 'cham-dut')).status, 303)
  assert.match(plain(await nga.get(named)), /Đã chấm dứt/)
})

// --- a procedure that asks for more than the session has ---

// What a draft holds, as its own pages show it.
async function held_by(c, draft) {
  const panels = [...new Set([...(await c.get(draft)).text.matchAll(/\/to-khai\/[\w.-]+/g)].map(m => m[0]))], kept = {}
  assert.ok(panels.length, 'the draft has panels')
  for (const part of ['/nguoi-nop', ...panels, '/giay-to', '/nhan-ket-qua']) {
    const page = await c.get(draft + part)
    assert.equal(page.status, 200, `${part}: ${page.status}`)
    kept[part] = page.forms().flatMap(f => Object.entries(f.fields).filter(([name]) => !/^_(csrf|idem)/.test(name)).map(([name, value]) => `${name}=${value}`)).sort()
  }
  return kept
}

test('a draft that needs a higher level: to the provider, and back to the very same draft with all that was in it', async () => {
  const { c, p } = await go('phuong')
  assert.ok(signedIn(c))
  const draft = await readyToSend(c), kept = await held_by(c, draft)
  assert.ok(Object.values(kept).flat().length > 20, 'there is something to lose')
  const check = await c.get(`${draft}/kiem-tra`)
  assert.equal(check.status, 200)
  assert.equal(check.forms().some(f => f.action === `${draft}/gui`), false, 'it cannot be sent yet')
  const button = unescape(check.text.match(/href="(\/dang-nhap\?muc=2[^"]*)"/)?.[1] ?? '')
  assert.equal(button, `/dang-nhap?muc=2&tiep=${draft}/kiem-tra`)

  // Sent all the same, by hand.
  const token = check.text.match(/name="_csrf" value="([^"]+)"/)[1]
  const forced = await c.request('POST', `${draft}/gui`, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: urlencoded({ _csrf: token, _idem: randomUUID() }) })
  assert.deepEqual([forced.status, forced.location], [303, button], 'sent to sign in, nothing is handed in')

  // The page offers who can say more; the provider is asked for that level, and for the person anew.
  const page = await c.get(button), to = unescape(page.text.match(/href="(\/dang-nhap\/vneid\?muc=2[^"]*)"/)?.[1] ?? '')
  assert.ok(to, `${page.status} the provider is offered to who is signed in`)
  identity.acr = 'LoA2'
  const first = await c.get(to), sent = new URL(first.location).searchParams
  assert.match(sent.get('acr_values') + sent.get('claims'), /LoA2/)
  const back = await walk(c, p, identity, first, { until: a => a.from === 'site' && a.status === 303 && a.location?.startsWith('/nop/') })
  assert.equal(back.location, `${draft}/kiem-tra`, 'the very same draft')
  assert.deepEqual(await held_by(c, draft), kept, 'with all that was in it')

  const again = await c.get(back.location)
  assert.doesNotMatch(again.text, /\/dang-nhap\?muc=/)
  const done = await c.send(again, {}, { action: `${draft}/gui` })
  assert.match(done.text, /H26\.X\.00070-\d{6}-\d{4}/, `${done.status}`)
  assert.equal(accounts(NUMBERS.phuong), '1')
})

test('who comes back with less than was asked, or as somebody else, does not get at the draft', async () => {
  const { c, p } = await go('quy')
  assert.ok(signedIn(c))
  const draft = await readyToSend(c), to = `/dang-nhap/vneid?muc=2&tiep=${encodeURIComponent(`${draft}/kiem-tra`)}`
  const less = await walk(c, p, identity, await c.get(to))            // the provider still says LoA1
  assert.equal(less.status, 403, less.text)
  assert.equal((await c.get(`${draft}/kiem-tra`)).forms().some(f => f.action === `${draft}/gui`), false)
  identity.user = 'an'
  identity.acr = 'LoA2'
  const other = await walk(c, identity.visitor(), identity, await c.get(to))
  assert.ok([403, 409].includes(other.status), `another person: ${other.status} ${other.text}`)
  assert.equal((await c.get(`${draft}/kiem-tra`)).forms().some(f => f.action === `${draft}/gui`), false, 'the session is as it was')
})
