// Papers as objects of an S3-compatible server: every request is proved right by another hand's check of its signature, nothing is
// acknowledged that the server did not keep, and missing, damaged and orphaned contents are found.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KEY, startObjects } from '../lib/objects.mjs'
import { databaseUrl, sql } from '../lib/engine.mjs'
import { pdfOf } from '../lib/ballast.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { ROOT, motcuaAside, startSite } from '../lib/server.mjs'
import { soon } from '../lib/soon.mjs'

let objects, site, people, api, flags
const pdf = size => pdfOf(size)
const sum = b => createHash('sha256').update(b).digest('hex')
const send = async content => api.postParts('/api/v1/files', [['file', { name: 'giấy.pdf', type: 'application/pdf', content }]])
const keyOf = name => `/giay-to/ha-noi/${name.slice(0, 2)}/${name.slice(2)}`
const command = (...args) => motcuaAside(site.folder, [...args, '--db', databaseUrl(site.folder), ...flags])
const body = files => ({ ...JSON.parse(readFileSync(join(ROOT, 'tests/data/submission.json'))),
  papers: [{ paper: 'uy_quyen_nop', form: 'electronic', count: 1, note: 'x', files }] })

// Out of the cache, when nobody inspects contents any more and may bring it back.
async function forget(name) {
  await soon(() => sql(site.folder, 'SELECT (SELECT count(*) FROM content WHERE due_at IS NOT NULL) + (SELECT count(*) FROM paper_document WHERE due_at IS NOT NULL)') === '0',
    'contents are still inspected')
  for (const file of readdirSync(site.folder, { recursive: true }).filter(f => f.endsWith(join('cache', name)))) rmSync(join(site.folder, file), { force: true })
}

before(async () => {
  objects = await startObjects()
  flags = objects.flags()
  site = await startSite({ people: addPeople, flags: [...flags, '--store-cache', String(3 << 20)] })
  people = await meetPeople(site)
  api = people['writing token']
})
after(async () => { await site?.clean(); await objects?.stop() })

test('a paper is kept as an object, read back through the cache, and each content once', async () => {
  const content = pdf(1 << 20), name = sum(content)
  const done = await send(content)
  assert.equal(done.status, 201, done.text)
  assert.equal(done.json().items[0].sha256, name)
  const mine = objects.calls.filter(c => c.path === keyOf(name))
  assert.deepEqual(mine.map(c => [c.method, c.status]), [['PUT', 200], ['HEAD', 200]], 'kept, and asked whether it is')
  const again = await send(content)
  assert.equal(again.status, 201)
  assert.deepEqual(objects.wrong, [])
  const made = await api.postJson('/api/v1/dossiers', body([done.json().items[0].file]), { 'idempotency-key': 'o1' })
  assert.equal(made.status, 201, made.text)
})

test('an officer opens a paper that no cache has; what comes damaged is not shown', async () => {
  const content = pdf(1 << 20), name = sum(content), made = await api.postJson('/api/v1/dossiers', body([(await send(content)).json().items[0].file]))
  for (let i = 0; i < 4; i++) await send(pdf(700_000))            // they push it out of three megabytes
  await forget(name)                                              // who inspects it may have brought it back
  const desk = people.intake, page = await desk.get(`/can-bo/ho-so/${made.json().code}`)
  const href = page.text.match(/href="(\/can-bo\/ho-so\/[^"]+\/tep\/\d+)"/)?.[1] ?? `/can-bo/ho-so/${made.json().code}/tep/1`
  const asked = () => objects.calls.filter(c => c.method === 'GET' && c.path === keyOf(name)).length, before_ = asked()
  objects.fail(c => c.method === 'GET' && 'damage')
  const damaged = await desk.get(href)
  objects.fail()
  if (damaged.status === 200) assert.fail('a damaged content was shown')
  const good = await desk.get(href)
  assert.equal(good.status, 200, good.text.slice(0, 200))
  assert.deepEqual(good.bytes, content)
  assert.ok(asked() > before_, 'it was not near')
  await soon(async () => {                                        // unless what is inspected meanwhile pushes it out once more
    const now = asked()
    assert.deepEqual((await desk.get(href)).bytes, content)
    return asked() === now
  }, 'now it is near')
})

test('what the server did not keep is not acknowledged; what it refuses for a moment is tried again', async () => {
  let n = 0
  const content = pdf(2000), mine = c => c.path === keyOf(sum(content))     // pictures of pages are put meanwhile
  objects.fail(c => c.method === 'PUT' && mine(c) && n++ < 2 && 503)
  assert.equal((await send(content)).status, 201, 'two refusals, then it is kept')
  assert.equal(n, 3)
  objects.fail(c => c.method === 'PUT' && 'cut')
  const cut = await send(pdf(2000))
  assert.equal(cut.status, 503, cut.text)
  objects.fail(c => c.method === 'HEAD' && 503)
  assert.equal((await send(pdf(2000))).status, 503, 'nobody can say whether it is kept')
  objects.fail()
  assert.equal((await send(pdf(2000))).status, 201)
  assert.doesNotMatch(site.log, new RegExp(KEY.secret.slice(0, 12)))
})

test('missing, damaged and orphaned contents are found, and the sweep takes what nobody names', async () => {
  const file = async () => { const c = pdf(3000); return { ...(await send(c)).json().items[0], content: c } }
  const [good, lost, damaged, orphan] = [await file(), await file(), await file(), await file()]
  const made = await api.postJson('/api/v1/dossiers', body([good.file, lost.file, damaged.file]), { 'idempotency-key': 'o2' })
  assert.equal(made.status, 201, made.text)
  const stored = name => join(objects.folder, objects.bucket, 'ha-noi', name.slice(0, 2), `${name.slice(2)}._S3rver_object`)
  assert.ok(existsSync(stored(good.sha256)), readdirSync(join(objects.folder, objects.bucket, 'ha-noi')).join())
  rmSync(stored(lost.sha256))
  writeFileSync(stored(damaged.sha256), Buffer.concat([Buffer.from([1]), damaged.content.subarray(1)]))
  const old = Date.now() / 1000 - 3 * 86400
  for (const f of [good, damaged, orphan]) utimesSync(stored(f.sha256), old, old)
  const said = (await command('check', '--deep')).stdout
  assert.match(said, new RegExp(`^paper .*${lost.sha256} is not in the store`, 'm'))
  assert.match(said, new RegExp(`^content ${damaged.sha256}: is damaged`, 'm'))
  assert.match(said, new RegExp(`^content ${orphan.sha256}: ${statSync(stored(orphan.sha256)).size} bytes that no paper names`, 'm'))
  assert.doesNotMatch(said, new RegExp(good.sha256))
  const swept = await command('check', '--deep', '--sweep')
  assert.match(swept.stdout, /^swept 1$/m, swept.stdout + swept.stderr)
  assert.ok(!existsSync(stored(orphan.sha256)))
  assert.ok(existsSync(stored(good.sha256)))
  const aside = join(objects.folder, objects.bucket, 'ha-noi/trash', orphan.sha256.slice(0, 2), `${orphan.sha256.slice(2)}._S3rver_object`)
  assert.ok(existsSync(aside), 'aside for two days: who hands it in meanwhile finds it')
  utimesSync(aside, old, old)
  await command('check', '--deep', '--sweep')
  assert.ok(!existsSync(aside), 'gone for good')
  assert.deepEqual(objects.wrong, [])
})

test('a server that cannot be asked is no missing paper', async () => {
  objects.fail(() => 503)
  const said = await command('check', '--deep')
  objects.fail()
  assert.equal(said.status, 1)
  assert.doesNotMatch(said.stdout, /is not in the store/)
})

test('a backup says that the papers are not in it; a copy of a bucket is refused in words', async () => {
  const done = await command('backup', '--to', join(site.folder, 'sao-luu'))
  assert.match(done.stdout, /^note the papers are not in this backup: s3:/m, done.stdout + done.stderr)
  assert.equal(done.status, 0, done.stderr)
})

test('a wrong key, a readable key and an odd place are refused in words', async () => {
  const tries = [
    [[...objects.flags('another')], /cannot read the marker/],
    [[...flags, '--store', 's3://'], /must be s3:\/\/BUCKET/],
    [[...flags, '--store-secret', join(site.folder, 'nowhere')], /nowhere cannot be read/],
  ]
  for (const [words, say] of tries) {
    const done = await motcuaAside(site.folder, ['check', '--db', databaseUrl(site.folder), ...words])
    assert.equal(done.status, 1)
    assert.match(done.stderr, say)
    assert.doesNotMatch(done.stderr + done.stdout, /khoa\/bi/)
  }
  objects.wrong.length = 0
})
