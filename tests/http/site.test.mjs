// The whole program with a fresh city: it starts, says what it serves, and stops.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite, motcua } from '../lib/server.mjs'

let site
before(async () => { site = await startSite() })
after(() => site.clean())

test('motcua routes: one row a line, nothing unset', () => {
  const { stdout, status } = motcua(site.folder, ['routes'])
  assert.equal(status, 0)
  const rows = stdout.trimEnd().split('\n').map(l => l.split('\t'))
  for (const row of rows) {
    assert.equal(row.length, 8, row.join(' '))
    assert.match(row[0], /^(GET|POST)$/)
    assert.match(row[1], /^\//)
    assert.ok(row.every(Boolean), row.join(' '))
  }
  assert.ok(rows.some(r => r[1] === '/healthz'))
  const json = JSON.parse(motcua(site.folder, ['routes', '--json']).stdout)
  assert.deepEqual(json.map(r => r.path), rows.map(r => r[1]))
  assert.equal(motcua(site.folder, ['routes', '--nope']).status, 2)
})

test('alive, and its files may be kept for a year', async () => {
  const c = site.client()
  assert.equal((await c.get('/healthz')).text, 'ok\n')
  assert.match((await c.get('/robots.txt')).text, /Disallow: \/can-bo/)
  const page = await c.get('/khong-co-trang-nay')
  assert.equal(page.status, 404)
  const asset = page.text.match(/href="(\/a\/[^"]+\.css)"/)
  if (asset) {
    const css = await c.get(asset[1])
    assert.equal(css.status, 200)
    assert.match(css.headers['cache-control'], /max-age=31536000, immutable/)
    const packed = await c.get(asset[1], { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(packed.headers['content-encoding'], 'gzip')
    assert.ok(packed.bytes.length < css.bytes.length)
  }
  c.close()
})

test('texts of procedures have the English of the catalogue', async () => {
  const c = site.client()
  assert.match((await c.get('/thu-tuc/1.001193')).text, /<h1[^>]*>Đăng ký khai sinh</)
  assert.match((await c.get('/thu-tuc/1.001193?lang=en')).text, /<h1[^>]*>Birth registration</)
})
