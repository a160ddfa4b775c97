// Every route of the table, knocked at by every sort of visitor: who may, gets in; who may not, does not.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, routes } from '../lib/server.mjs'
import { MAY, TOKENS, addPeople, meetPeople, fill } from '../lib/people.mjs'

let site, people
before(async () => {
  site = await startSite({ people: addPeople })
  people = await meetPeople(site)
})
after(() => site.clean())

const TYPES = { form: 'application/x-www-form-urlencoded', eform: 'application/x-www-form-urlencoded', json: 'application/json',
  upload: 'application/x-www-form-urlencoded', none: undefined }

// The head decides: a body without a CSRF token changes nothing, and is asked for only behind the gate.
function knock(client, route) {
  if (route.method === 'GET') return client.get(fill(route))
  const type = TYPES[route.body]
  return client.request('POST', fill(route), { body: type ? (route.body === 'json' ? '{' : 'x=1') : undefined, headers: type ? { 'content-type': type } : {} })
}

const signIn = r => r.status === 303 && /^(\/can-bo)?\/dang-nhap/.test(r.location ?? '')
// The gate's word, not a page's own: an old form, a number that nobody checked yet.
const denied = r => r.status === 403 && !/Trang đã mở quá lâu|chưa được xác nhận/.test(r.text)

for (const who of Object.keys(MAY))
  test(`${who}: pages`, async t => {
    for (const route of routes().filter(r => r.face !== 'api')) {
      const r = await knock(people[who], route), name = `${route.method} ${route.path} (${route.perm})`
      assert.ok(r.status < 500, `${name}: ${r.status}`)
      if (MAY[who].includes(route.perm)) {
        assert.ok(r.status !== 401 && !signIn(r) && !denied(r), `${name}: ${r.status} although ${who} may`)
        if (route.method === 'POST') assert.equal(r.status, 403, `${name}: a form without its token`)
      } else if (who === 'guest') {
        assert.ok(route.method === 'GET' && route.face !== 'script' ? signIn(r) : r.status === 401, `${name}: ${r.status}`)
      } else {
        assert.ok(denied(r), `${name}: ${r.status} although ${who} may not`)
      }
    }
  })

for (const who of ['guest', 'citizen', 'leader', ...Object.keys(TOKENS)])
  test(`${who}: the API`, async () => {
    for (const route of routes().filter(r => r.face === 'api')) {
      const r = await knock(people[who], route), name = `${route.method} ${route.path} (${route.perm})`
      const may = (TOKENS[who] ?? ['public']).includes(route.perm)      // a page's cookie opens nothing here
      if (may) assert.ok(![401, 403].includes(r.status) && r.status < 500, `${name}: ${r.status}`)
      else assert.equal(r.status, TOKENS[who] ? 403 : 401, name)
      if (r.status >= 400) assert.equal(r.headers['content-type'], 'application/problem+json', name)
    }
  })

// What a page asks again and again while it is open (tinh-trang) says states of files, nobody's name: the page was logged.
test('a page of the table that shows persons is logged: the table says so, the gate does so', () => {
  for (const route of routes())
    if (/ho-so|dossier/.test(route.path) && route.method === 'GET' && /^(officer|dossier|report|audit|api)/.test(route.perm) && !/xuat|bieu-mau|tinh-trang/.test(route.path))
      assert.equal(route.sees, 'person', `${route.method} ${route.path}`)
})
