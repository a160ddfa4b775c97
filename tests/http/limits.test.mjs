// How often one person, one address and one class of routes may be asked for; nobody else notices, and nothing typed is lost.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { parse } from '../lib/metrics.mjs'
import { PASSWORD, addPeople, makeThings, meetPeople } from '../lib/people.mjs'
import { routes, startSite } from '../lib/server.mjs'
import { soon } from '../lib/soon.mjs'

// One a second lasting, some at once: whatever the machine, asking faster than that ends in 429.
const LIMITS = { address: '1000000 1000000', page: '60 25', search: '60 5', write: '60 15', report: '60 5', api: '60 5', sign_in: '60 20', guests: '4' }
const flags = limits => Object.entries(limits).flatMap(([word, value]) => [`--limit-${word.replace('_', '-')}`, value])

let site, people, things
before(async () => {
  site = await startSite({ people: addPeople, rate: [], flags: ['--behind-proxy', 'yes', ...flags(LIMITS)] })
  people = await meetPeople(site)
  things = await makeThings(people)     // while nobody has asked for much
})
after(() => site?.clean())

// Asks until it is too often: the answer that says so.
async function tooOften(ask) {
  for (let n = 0; n < 50; n++) {
    const refused = (await Promise.all(Array.from({ length: 20 }, ask))).find(r => r.status === 429)
    if (refused) return refused
  }
  assert.fail('a thousand requests and no 429')
}
const saysWhen = r => assert.ok(Number(r.headers['retry-after']) >= 1, `Retry-After: ${r.headers['retry-after']}`)
const goesOn = (ask, status = 200) => soon(async () => { const r = await ask(); return r.status === 429 ? undefined : (assert.equal(r.status, status, r.text), r) },
  () => 'still too often')
const limited = async () => {
  const { families, faults } = parse((await people.guest.get('/metrics')).text), of = families.get('motcua_limited_total')
  assert.deepEqual(faults, [])
  return (by, kind) => of.samples.find(s => s.labels.by === by && s.labels.class === kind).value
}

test('every route is of a class that has a limit', () => {
  const words = [...Object.keys(LIMITS).filter(w => !['address', 'guests'].includes(w)), 'upload', 'download']
  const rows = routes()
  for (const r of rows) assert.ok(words.includes(r.limit), `${r.method} ${r.path}: ${r.limit}`)
  for (const word of words) assert.ok(rows.some(r => r.limit === word), word)
})

test('a person who asks too often is told when to come again, others go on', async () => {
  const ask = () => people.citizen.get('/ho-so')
  const refused = await tooOften(ask)
  saysWhen(refused)
  assert.match(refused.text, /<h1[^>]*>\s*Bạn thao tác quá nhanh/)
  const elsewhere = (await Promise.all(Array.from({ length: 20 }, () => people.citizen.get('/ho-so', { headers: { 'x-forwarded-for': '203.0.113.9' } }))))
  assert.ok(elsewhere.some(r => r.status === 429), 'another address is no other person')
  for (const who of ['intake', 'leader', 'auditor']) assert.equal((await people[who].get('/can-bo/tai-khoan')).status, 200, who)
  assert.equal((await people.guest.get('/robots.txt')).status, 200)
  await goesOn(ask)
  assert.ok((await limited())('person', 'page') > 0)
})

test('each class has a limit of its own', async () => {
  const rows = [['search', '/can-bo/tim?q=nguyen%20van', 'specialist'], ['report', '/thong-ke', 'reporter']]
  for (const [kind, path, who] of rows) {
    const ask = () => people[who].get(path)
    saysWhen(await tooOften(ask))
    assert.equal((await people[who].get('/can-bo/tai-khoan')).status, 200, `${kind}: pages go on`)
    assert.equal((await people.leader.get(path)).status, 200, `${kind}: others go on`)
    await goesOn(ask)
    assert.ok((await limited())('person', kind) > 0, kind)
  }
})

test('what was typed comes back with the refusal, and can be sent from there', async () => {
  const path = `/nop/${things.draft}/nguoi-nop`
  const page = await goesOn(() => people.citizen.get(path))
  const form = page.forms().find(f => f.action === path), name = 'Trần Thị Gõ Dở'
  const field = Object.keys(form.fields).find(k => form.fields[k] === 'Nguyễn Thị Thử') ?? [...form.names].find(n => /name|ten/.test(n))
  assert.ok(field, `a field of a name: ${[...form.names]}`)
  const refused = await tooOften(() => people.citizen.send(page, { [field]: name }, { action: path }))
  saysWhen(refused)
  const back = refused.forms().find(f => f.action === path)
  assert.ok(back, refused.text)
  assert.equal(back.fields[field], name)
  assert.match(refused.text, /vẫn còn nguyên/)
  const sent = await soon(async () => { const r = await people.citizen.send(refused, {}, { action: path }); return r.status === 429 ? undefined : r }, () => 'still too often')
  assert.ok([303, 422].includes(sent.status), `${sent.status}`)
})

test('programs get a problem that says when', async () => {
  const ask = () => people['reading token'].get('/api/v1/procedures')
  const refused = await tooOften(ask)
  saysWhen(refused)
  assert.match(refused.headers['content-type'], /^application\/problem\+json/)
  const problem = refused.json()
  assert.equal(problem.status, 429)
  assert.equal(problem.retry_after, Number(refused.headers['retry-after']))
  assert.equal((await people.intake.get('/can-bo/tai-khoan')).status, 200, 'pages of the same account go on')
  await goesOn(ask)
})

test('strangers are counted by address', async () => {
  const from = address => people.guest.get('/thu-tuc', { headers: { 'x-forwarded-for': address } })
  const refused = await tooOften(() => from('198.51.100.7'))
  saysWhen(refused)
  assert.equal((await from('198.51.100.8')).status, 200)
  assert.ok((await limited())('guest', 'page') > 0)
  await goesOn(() => from('198.51.100.7'))
})

test('guests who sign in from one address have a class of their own', async () => {
  const guest = site.client(), headers = { 'x-forwarded-for': '198.51.100.77' }
  saysWhen(await tooOften(() => guest.post('/can-bo/dang-nhap/ma', { ma: '123456' }, { headers })))      // no password: its hash has lines of its own
  assert.ok((await limited())('guest', 'sign_in') > 0)
  assert.equal((await guest.get('/thu-tuc', { headers })).status, 200)
  guest.close()
})

test('an office behind one address is not one stranger', async () => {
  const office = await startSite({ people: addPeople, rate: ['--rate', '20'] })
  try {
    const enter = async login => {
      const c = office.client(), done = await c.submit('/can-bo/dang-nhap', { login, password: PASSWORD })
      assert.equal(done.status, 303, login)
      assert.equal((await c.get('/can-bo')).status, 200, 'looked up once')
      return c
    }
    const clerk = await enter('nguoi-intake'), stranger = office.client()
    const liar = office.client({ headers: { cookie: [...clerk.cookies.keys()].map(name => `${name}=${'A'.repeat(43)}`).join('; ') } })
    const flood = () => stranger.get('/robots.txt')
    let stop = false
    await tooOften(flood)
    const noise = Array.from({ length: 8 }, async () => { while (!stop) await flood() })
    try {
      for (let i = 0; i < 30; i++) assert.equal((await clerk.get('/can-bo')).status, 200, `page ${i} of the clerk`)
      await tooOften(() => liar.get('/can-bo'))
    } finally { stop = true; await Promise.all(noise) }
    for (const c of [clerk, stranger, liar]) c.close()
  } finally { await office.clean() }
})

test('two hundred requests of one person do not keep another from being answered', async () => {
  let stop = false
  const noise = Array.from({ length: 200 }, async () => { while (!stop) await people.archivist.get('/can-bo/tim?q=nguyen%20van') })
  try {
    for (let i = 0; i < 5; i++) assert.equal((await people.community.get('/can-bo/tai-khoan')).status, 200)
  } finally { stop = true; await Promise.all(noise) }
})
