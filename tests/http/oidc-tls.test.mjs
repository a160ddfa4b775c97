// The provider behind TLS with a certificate of a private authority: believed by the ca-file of the configuration, by nothing else.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { motcua, serveAgain, startSite } from '../lib/server.mjs'
import { authority } from '../lib/tls.mjs'
import { Identity, SITE, walk } from '../lib/identity.mjs'

const FLAGS = ['--base-url', SITE]
let mine, other, identity, site
before(async () => {
  mine = authority()
  other = authority('Goc khac')
  identity = await Identity.start({ tls: mine })
  identity.people = { an: { SoDinhDanh: '001199000011', HoVaTen: 'Trần Thị An' } }
  identity.user = 'an'
})
after(async () => { await site?.clean(); await identity?.close(); mine?.clean(); other?.clean() })

// The same site, with this ca-file (undefined: none).
async function serve(caFile) {
  const put = folder => {
    identity.configure(folder)
    const yaml = join(folder, 'identity.yaml')
    if (caFile) writeFileSync(yaml, readFileSync(yaml, 'utf8').replaceAll('    scope:', `    ca-file: ${caFile}\n    scope:`))
  }
  if (!site) return (site = await startSite({ flags: FLAGS, prepare: put }))
  await site.stop()
  put(site.folder)
  return (site = await serveAgain(site, FLAGS))
}
async function signIn() {
  const c = site.client()
  const end = await walk(c, identity.visitor(), identity, await c.get('/dang-nhap/vneid'))
  return { end, inside: c.cookies.has('phien') }
}
const refused = async () => {
  identity.asked.length = 0
  const { end, inside } = await signIn()
  assert.equal(end.status, 503, end.text)
  assert.match(end.text, /Chưa đăng nhập được/)
  assert.equal(inside, false)
  assert.deepEqual(identity.asked, [], 'nothing was said to a server that nobody knows')
  await site.logged(/msg="sign-in refused".*certificate/)
}

test('without the ca-file: refused, and the log says why', async () => { await serve(); await refused() })

test('with the ca-file: discovery, token and keys over TLS, and one is signed in', async () => {
  await serve(mine.caFile)
  const { end, inside } = await signIn()
  assert.equal(inside, true, `${end.status} ${end.text.slice(0, 800)}`)
  for (const path of ['/.well-known/openid-configuration', '/token', '/jwks']) assert.ok(identity.asked.includes(path), `${path}: ${identity.asked}`)
})

test('with the ca-file of another authority: refused', async () => { await serve(other.caFile); await refused() })

test('a ca-file that is not there keeps the site from starting, with its name', async () => {
  await site.stop()
  const yaml = join(site.folder, 'identity.yaml')
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replaceAll(other.caFile, '/khong/co/ca.pem'))
  const r = motcua(site.folder, ['serve', '--listen', '127.0.0.1:0', ...FLAGS])
  assert.notEqual(r.status, 0)
  assert.match(r.stderr, /ca-file.*\/khong\/co\/ca\.pem cannot be read/)
})
