// Sign-in, rights and sessions as the gate sees them, on the whole program.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, serveAgain } from '../lib/server.mjs'

let site
before(async () => { site = await startSite() })
after(() => site.clean())

const AN = { 'ho-ten': 'Trần Thị An', 'so-dinh-danh': '001199000001', 'dien-thoai': '0912345678', email: '',
  password: 'hoa sen nở sớm 7', password2: 'hoa sen nở sớm 7', 'dong-y': '1' }

const sessionOf = c => c.cookies.get('phien')

test('register, be signed in, sign out, sign in again', async () => {
  const c = site.client()
  const made = await c.submit('/dang-ky', AN)
  assert.equal(made.status, 303, made.text)
  assert.ok(sessionOf(c), 'a session is open')
  const line = made.headers['set-cookie'].find(l => l.startsWith('phien='))
  assert.match(line, /HttpOnly/)
  assert.match(line, /SameSite=Lax/)

  const mine = await c.get('/tai-khoan')
  assert.equal(mine.status, 200)
  assert.match(mine.text, /Trần Thị An/)

  const old = sessionOf(c)
  const out = await c.send(mine, {}, { action: '/dang-xuat' })
  assert.equal(out.status, 303)
  assert.ok(!sessionOf(c), 'the cookie is gone')
  const again = await site.client().get('/tai-khoan', { headers: { cookie: `phien=${old}` } })
  assert.equal(again.status, 303, 'the old cookie opens nothing')

  const back = await c.submit('/dang-nhap?tiep=%2Ftai-khoan', { login: AN['so-dinh-danh'], password: AN.password })
  assert.equal(back.status, 303)
  assert.equal(back.location, '/tai-khoan')
  assert.notEqual(sessionOf(c), old)
  c.close()
})

test('a double click on sign-in opens a session, whichever answer the browser keeps', async () => {
  const c = site.client()
  const fields = { ...(await c.get('/dang-nhap')).forms().find(f => f.action === '/dang-nhap').fields,
    login: AN['so-dinh-danh'], password: AN.password }
  const both = await Promise.all([c.post('/dang-nhap', fields), c.post('/dang-nhap', fields)])
  for (const r of both) {
    assert.equal(r.status, 303)
    assert.ok(r.headers['set-cookie'].some(l => l.startsWith('phien=')))
  }
  c.close()
})

test('the way back leads to this host only', async () => {
  for (const tiep of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
    const c = site.client()
    const r = await c.submit('/dang-nhap', { login: AN['so-dinh-danh'], password: AN.password, tiep })
    if (r.location) assert.match(r.location, /^\/(?![/\\])/, tiep)
    else assert.ok(r.status >= 400, tiep)
    c.close()
  }
})

test('a token of a guest is worth nothing after sign-in', async () => {
  const c = site.client()
  const guest = (await c.get('/dang-nhap')).forms()[0].fields._csrf
  await c.submit('/dang-nhap', { login: AN['so-dinh-danh'], password: AN.password })
  const page = await c.get('/tai-khoan')
  const form = page.forms().find(f => f.action === '/tai-khoan/lien-he')
  assert.notEqual(form.fields._csrf, guest)
  assert.equal((await c.post('/tai-khoan/lien-he', { ...form.fields, _csrf: guest })).status, 403)
  c.close()
})

test('a wrong password: the login stays, the password does not, no session', async () => {
  const c = site.client()
  const r = await c.submit('/dang-nhap', { login: AN['so-dinh-danh'], password: 'sai-mat-khau-1' })
  assert.ok([200, 401, 422].includes(r.status), String(r.status))
  assert.match(r.text, new RegExp(AN['so-dinh-danh']))
  assert.doesNotMatch(r.text, /sai-mat-khau-1/)
  assert.ok(!sessionOf(c))
  c.close()
})

test('a citizen has no business at the desk: 403, in words', async () => {
  const c = site.client()
  await c.submit('/dang-nhap', { login: AN['so-dinh-danh'], password: AN.password })
  for (const path of ['/can-bo', '/quan-tri/thu-tuc']) {
    const r = await c.get(path)
    assert.equal(r.status, 403, path)
    assert.match(r.text, /không có quyền/)
  }
  c.close()
})

test('cookies of pages do not open the API', async () => {
  const c = site.client()
  await c.submit('/dang-nhap', { login: AN['so-dinh-danh'], password: AN.password })
  assert.equal((await c.get('/api/v1/dossiers')).status, 401)
  c.close()
})

test('the log knows nobody by name, number or telephone', () => {
  assert.doesNotMatch(site.log, /001199000001|0912345678|Trần/)
  assert.deepEqual(site.lines().filter(l => l.level === 'error'), [])
})

test('reading keeps a session alive; silence ends it', async () => {
  const at = moment => ['--clock', moment, '--session-seconds', '600']
  let s = await startSite({ flags: at('2026-11-23T08:00') })
  const c = s.client()
  assert.equal((await c.submit('/dang-ky', AN)).status, 303)
  const visit = async moment => {
    await s.stop()
    s = await serveAgain(s, at(moment))
    c.server = s
    return (await c.get('/tai-khoan')).status
  }
  assert.equal(await visit('2026-11-23T08:06'), 200)
  assert.equal(await visit('2026-11-23T08:14'), 200, 'eight minutes after the last page')
  assert.equal(await visit('2026-11-23T08:25'), 303, 'eleven minutes after it')
  c.close()
  await s.clean()
})
