// What an attacker reads the source for: each was tried against every route, or side by side.  Holes that were found stay closed here.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { routes, motcua, serveAgain, startSite } from '../lib/server.mjs'
import { Client, urlencoded } from '../lib/client.mjs'
import { ENGINE, sql } from '../lib/engine.mjs'
import { MAY, PASSWORD, addPeople, fill, makeThings, meetPeople, plain } from '../lib/people.mjs'
import { at, receive } from '../lib/parked.mjs'

let site, second, people, things
before(async () => {
  site = await startSite({ people: addPeople })
  if (ENGINE === 'pg') second = await serveAgain(site)          // a site has several servers there
  people = await meetPeople(site)
  things = await makeThings(people)
})
after(async () => {
  await second?.stop()
  await site.clean()
})

// The same person at the other server, where there is one.
function there(client, i = 1) {
  if (!second || i % 2 === 0) return client
  const c = new Client(second, { headers: client.headers })
  c.cookies = client.cookies
  return c
}
const visitors = () => Object.keys(MAY).filter(who => people[who])
const wellFormed = route => Object.fromEntries(route.in.filter(i => i.required && i.kind !== 'files').map(i => [i.name, plain(i)]))
const mayVisit = (route, who) => MAY[who].includes(route.perm)

test('each form of every visitor refuses a POST without its token, with another\'s, and from another site', async () => {
  const forms = routes().filter(r => r.method === 'POST' && r.face !== 'api'), other = site.client()
  const foreign = (await other.get('/tra-cuu')).text.match(/name="_csrf" value="([^"]+)"/)[1]
  let tried = 0
  for (const route of forms)
    for (const who of visitors().filter(w => mayVisit(route, w))) {
      const path = fill(route, things.real(route)), fields = wellFormed(route)
      for (const token of [undefined, '', foreign, 'f'.repeat(64)]) {
        const sent = { ...fields, ...(token === undefined ? {} : { _csrf: token }), _idem: `gia-${++tried}` }
        const headers = route.face === 'script' && token ? { 'x-csrf-token': token } : {}
        const edge = 'ranh7', parts = Object.entries(sent).map(([n, v]) => `--${edge}\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n${v}\r\n`).join('')
        const [type, bytes] = ['upload', 'look'].includes(route.body) ? [`multipart/form-data; boundary=${edge}`, `${parts}--${edge}--\r\n`]
          : route.body === 'part' ? ['application/octet-stream', '%PDF'] : route.body === 'json' ? ['application/json', '{}'] : ['application/x-www-form-urlencoded', urlencoded(sent)]
        const r = await people[who].request('POST', path, { headers: { ...headers, 'content-type': type }, body: bytes })
        assert.equal(r.status, 403, `${who} POST ${path} (${route.body}) with ${token}: ${r.status} ${r.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 300)}`)
      }
    }
  console.log(`attacker: ${forms.length} forms, ${tried} forged POSTs refused`)
  assert.ok(tried > 400)
})

test('what a person sees is kept by no cache, and no foreign host gets into an answer', async () => {
  let seen = 0
  for (const who of visitors())
    for (const route of routes().filter(r => r.method === 'GET' && mayVisit(r, who))) {
      const r = await people[who].request('GET', fill(route, things.real(route)), { headers: { 'x-forwarded-host': 'evil.example', 'x-original-url': '/evil.example', 'x-rewrite-url': '/evil.example', forwarded: 'host=evil.example' } })
      const rule = r.headers['cache-control'] ?? ''
      if (who !== 'guest' && route.perm !== 'public') assert.match(rule, /no-store|^private, no-cache/, `${who} ${route.path}: ${rule}`)
      assert.ok(!r.text.includes('evil.example') && !(r.location ?? '').includes('evil.example'), `${who} ${route.path}`)
      seen++
    }
  console.log(`attacker: ${seen} answers looked at`)
})

// The limit is five in a quarter of an hour, also when they come at once.
test('guesses of the own password side by side are no more than one after another', async () => {
  const client = site.client(), own = '/can-bo/tai-khoan'
  assert.equal((await client.submit('/can-bo/dang-nhap', { login: 'nguoi-reporter', password: PASSWORD })).status, 303)
  const page = await client.get(own), tries = Array.from({ length: 24 }, (_, i) => i)
  const got = await Promise.all(tries.map(i => there(client, i).send(page, { 'mat-khau-cu': `Sai-mat-khau-${i}`, password: 'Mat-khau-moi-2026', password2: 'Mat-khau-moi-2026', _idem: `doan-${i}` }, { action: `${own}/mat-khau` })))
  const wrong = got.filter(r => r.status === 422).length
  assert.deepEqual([...new Set(got.map(r => r.status))].sort(), [422, 429])
  assert.ok(wrong <= (second ? 6 : 5), `${wrong} of 24 guesses were answered`)
})

// Each form that asks for the own password once more counts the same guesses.
test('ending a session is no way round that limit', async () => {
  const client = site.client(), own = '/can-bo/tai-khoan'
  assert.equal((await client.submit('/can-bo/dang-nhap', { login: 'nguoi-auditor', password: PASSWORD })).status, 303)
  const page = await client.get(own), tries = Array.from({ length: 24 }, (_, i) => i)
  const got = await Promise.all(tries.map(i => there(client, i).send(page, { phien: 'moi-phien-khac', 'mat-khau': `Sai-mat-khau-${i}`, _idem: `phien-${i}` }, { action: `${own}/phien` })))
  const wrong = got.filter(r => r.status === 422).length
  assert.deepEqual([...new Set(got.map(r => r.status))].sort(), [422, 429])
  assert.ok(wrong <= (second ? 6 : 5), `${wrong} of 24 guesses were answered`)
})

test('a link for a first password is used by one, however many ask at once', async () => {
  const made = motcua(site.folder, ['user', 'link', '--login', 'nguoi-archivist']), path = made.stdout.match(/\/can-bo\/dat-mat-khau\/\S+/)?.[0]
  assert.ok(path, made.stdout + made.stderr)
  const windows = Array.from({ length: 8 }, (_, i) => there(site.client(), i)), pages = await Promise.all(windows.map(w => w.get(path)))
  const done = await Promise.all(windows.map((w, i) => w.send(pages[i], { password: `Mat-khau-rieng-${i}-26`, password2: `Mat-khau-rieng-${i}-26` }, { action: path })))
  assert.deepEqual(done.map(r => r.status).sort(), [303, ...Array(7).fill(404)])
})

test('one dossier is decided once, however often it is sent at once', async () => {
  const code = await receive(people.intake), path = `${at(code)}/viec/claim`, page = await people.specialist.get(path)
  const done = await Promise.all(Array.from({ length: 6 }, (_, i) => there(people.specialist, i).send(page, { _idem: `nhan-${i}` }, { action: path })))
  assert.deepEqual(done.map(r => r.status).filter(s => s === 303).length, 1, done.map(r => r.status).join())
  assert.equal(sql(site.folder, `SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}' AND e.version = 2`).trim(), '1')
})
