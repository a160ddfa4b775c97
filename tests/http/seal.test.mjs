// The sealed log from outside: heads are signed and grow, proofs hold without the server, what is altered or rewritten is named.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoCity } from '../lib/browser.mjs'
import { motcua, motcuaAside, serveAgain } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'
import { pdfPages } from '../lib/pdf.mjs'
import { openSealed } from '../lib/numbers.mjs'

const FLAGS = ['--seal-seconds', '1']
let city, site, folder, citizen, finished

// Waits for what the log does by itself.
async function until(what, found) {
  for (let i = 0; i < 600; i++) {
    const r = await found()
    if (r) return r
    await new Promise(done => setTimeout(done, 100))
  }
  assert.fail(`${what} did not come:\n${site.log.split('\n').filter(l => !/msg=request/.test(l)).slice(-20).join('\n')}`)
}

const head = async () => {
  const r = await site.client().get('/api/v1/seal/head')
  return r.status === 200 ? { note: r.text, size: Number(r.text.split('\n')[1]), root: r.text.split('\n')[2] } : null
}
const all_sealed = () => until('a head over everything', async () => {
  const h = await head()
  return h && Number(sql(folder, 'SELECT count(*) FROM seal_waiting')) === 0 && h.size === Number(sql(folder, 'SELECT count(*) FROM seal_leaf')) && h
})
const audit = (...words) => motcua(folder, ['audit', ...words])
const file = (name, content) => { writeFileSync(join(folder, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content)); return join(folder, name) }

before(async () => {
  city = await demoCity()
  folder = city.site.folder
  await city.site.stop()
  site = await serveAgain(city.site, FLAGS)
  finished = city.dossiers.find(d => d.code.startsWith('H26.X.00070-'))
  citizen = site.client()
  const { login, password } = city.accounts.citizen
  assert.equal((await citizen.submit('/dang-nhap', { login, password })).status, 303)
  await all_sealed()
})
after(() => site.clean())

test('a head is a signed note that anybody checks with the published key', async () => {
  const { note, size } = await head()
  assert.match(note, /^\S+\/nhat-ky-niem-phong\n\d+\n[A-Za-z0-9+/]{43}=\nat \d+\nwhole\n\n— \S+\/nhat-ky-niem-phong [A-Za-z0-9+/=]+\n$/)
  assert.ok(size > 20)
  const { keys: [jwk] } = (await site.client().get('/.well-known/motcua-seal-keys.json')).json()
  const text = note.slice(0, note.indexOf('\n\n') + 1), raw = Buffer.from(note.trim().split(' ').at(-1), 'base64')
  assert.equal(raw.subarray(0, 4).toString('hex'), jwk.kid)
  assert.ok(verify('sha256', Buffer.from(text), createPublicKey({ key: jwk, format: 'jwk' }), raw.subarray(4)), 'the signature fits')
  const page = await site.client().get('/nhat-ky-niem-phong')
  assert.equal(page.status, 200)
  assert.match(page.text, /Đã ký số/)
  assert.match((await site.client().get('/nhat-ky-niem-phong?lang=en')).text, /Sealed log/)
})

test('an act of administration is an event of the log; a later head begins with the earlier', async () => {
  const first = await head()
  const made = motcua(folder, ['user', 'add', '--login', 'moi', '--name', 'Cán Bộ Mới', '--role', 'intake@H26.X.00070', '--password-stdin'], { input: 'ba con trâu ăn cỏ ven đê\n' })
  assert.equal(made.status, 0, made.stderr)
  const asked = sql(folder, "SELECT data FROM admin_event WHERE what = 'motcua user add'").split('\n').map(text => openSealed(folder, text)).join('\n')
  assert.match(asked, /"login":"moi"/)
  assert.match(asked, /"os_user":"/)
  const admin = site.client()
  assert.equal((await admin.submit('/can-bo/dang-nhap', city.accounts.administrator ?? city.accounts.admin)).status, 303)
  const fields = { login: 'web', 'ho-ten': 'Qua Trang', 'vai-tro': 'intake', 'co-quan': 'H26.X.00070' }
  assert.equal((await admin.submit('/quan-tri/can-bo/them', fields)).status, 200)
  const [login, data] = sql(folder, "SELECT account <> 0, data FROM admin_event WHERE what = '/quan-tri/can-bo/them'").split('|')
  assert.match(login, /1|t/)
  assert.match(openSealed(folder, data), /"login":"web"/)
  const second = await until('a later head', async () => { const h = await head(); return h.size > first.size && h })
  const proof = (await site.client().get(`/api/v1/seal/consistency?from=${first.size}&to=${second.size}`)).json()
  assert.deepEqual([proof.from, proof.to], [first.size, second.size])
  assert.ok(Array.isArray(proof.path))
  const { items } = (await site.client().get('/api/v1/seal/heads')).json()
  assert.ok(items.length >= 2)
  assert.ok(items.every((h, i) => i === 0 || h.size > items[i - 1].size))
  assert.deepEqual((await site.client().get(`/api/v1/seal/heads?after=${items.at(-1).number}`)).json().items, [])
})

test('questions that make no sense are refused by name', async () => {
  const { size } = await head(), guest = site.client()
  assert.equal((await guest.get('/api/v1/seal/consistency?from=5&to=2')).status, 400)
  assert.equal((await guest.get(`/api/v1/seal/consistency?from=1&to=${size + 1000000}`)).status, 400)
  assert.equal((await guest.get('/api/v1/seal/consistency?from=x&to=2')).status, 400)
  assert.equal((await guest.get('/api/v1/seal/proof?dossier=H26.X.00070-200101-0001')).status, 404)
  assert.equal((await guest.get('/tra-cuu/niem-phong?ma=gi-do')).status, 400)
})

test('an applicant carries the proof away, and it holds without the server', async () => {
  const keys = file('keys.json', (await site.client().get('/.well-known/motcua-seal-keys.json')).text)
  await all_sealed()
  const look = await site.client().submit('/tra-cuu', { ma: finished.code, 'bi-mat': finished.secret })
  assert.match(look.text, /Đã niêm phong/)
  const shown = await site.client().get(`/tra-cuu/niem-phong?ma=${finished.code}`)
  assert.match(shown.headers['content-disposition'], /attachment/)
  assert.doesNotMatch(shown.text, /account|"note"|changes/)
  const good = audit('verify', '--receipt', file('receipt.json', shown.text), '--key', keys)
  assert.equal(good.status, 0, good.stdout + good.stderr)
  assert.match(good.stdout, /^sealed yes$/m)
  const own = (await citizen.get('/ho-so')).text.match(/(?<=href="\/ho-so\/)H26[^"/]+/)[0]
  const mine = (await citizen.get(`/ho-so/${own}/niem-phong`)).json()
  assert.equal(mine.dossier, own)
  assert.ok(mine.events.length >= (await site.client().get(`/api/v1/seal/proof?dossier=${own}`)).json().events.length)
  assert.equal(audit('verify', '--receipt', file('own.json', mine), '--key', keys).status, 0)
  assert.equal((await site.client().get(`/ho-so/${own}/niem-phong`)).status, 303)
})

test('the printed receipt carries the proof as a file in its PDF', async () => {
  const keys = join(folder, 'keys.json'), path = join(folder, 'receipt.pdf')
  let own, print
  for (const [code] of (await citizen.get('/ho-so')).text.matchAll(/(?<=href="\/ho-so\/)H26[^"/]+/g)) {
    const [form] = (await citizen.get(`/ho-so/${code}`)).text.match(/\/ho-so\/[^"/]+\/in\/01[^"]*/) ?? []
    if (form) [own, print] = [code, await citizen.get(form)]
  }
  assert.ok(own, 'one of her dossiers has a receipt')
  if (print.status === 303) print = await citizen.get(print.location)
  assert.equal(pdfPages(print.bytes), 2)
  await all_sealed()
  const pdf = (await citizen.get(`/ho-so/${own}/in/01`)).bytes
  writeFileSync(path, pdf)
  assert.equal(pdfPages(pdf), pdfPages(print.bytes), 'the proof takes no page')
  const words = execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ')
  assert.match(words, /Niêm phong: \d+ việc của hồ sơ nằm dưới đầu nhật ký có [\d.]+ lá, ký lúc \d\d:\d\d/)
  execFileSync('pdfdetach', ['-saveall', '-o', folder, path])
  const proof = JSON.parse(readFileSync(join(folder, 'niem-phong.json'), 'utf8'))
  assert.equal(proof.dossier, own)
  const good = audit('verify', '--receipt', path, '--key', keys)
  assert.equal(good.status, 0, good.stdout + good.stderr)
  assert.match(good.stdout, new RegExp(`^proved ${proof.events.filter(e => e.proof).length}$`, 'm'))
  const forged = Buffer.from(pdf.toString('latin1').replace(/"action":"\w/, '"action":"x'), 'latin1')
  assert.equal(audit('verify', '--receipt', file('forged.pdf', forged), '--key', keys).status, 1)
  const bare = audit('verify', '--receipt', file('bare.pdf', pdf.subarray(0, pdf.indexOf('%%EOF') + 6)), '--key', keys)
  assert.equal(bare.status, 2)
  assert.match(bare.stderr, /carries no proof/)
})

test('a proof that was touched does not hold', async () => {
  const keys = join(folder, 'keys.json'), receipt = JSON.parse(readFileSync(join(folder, 'receipt.json')))
  const bad = (name, change) => {
    const r = structuredClone(receipt)
    change(r.events[0], r)
    const told = audit('verify', '--receipt', file('bad.json', r), '--key', keys)
    assert.equal(told.status, 1, `${name}: ${told.stdout}`)
    assert.match(told.stdout, /^sealed no: /m)
  }
  bad('the moment in the leaf', e => { e.proof.leaf = e.proof.leaf.replace(/at \d+/, 'at 1000000000') })
  bad('the moment beside it', e => { e.at = '2020-01-01T00:00:00+07:00' })
  bad('the action beside it', e => { e.action = 'withdraw' })
  bad('the place', e => { e.proof.position ^= 1 })
  bad('the path', e => { e.proof.path.reverse() })
  bad('the head', e => { e.proof.head = e.proof.head.replace(/at \d/, 'at 2') })
  bad('no signature', e => { e.proof.head = e.proof.head.slice(0, e.proof.head.indexOf('\n\n') + 2) })
  bad('another dossier', (e, r) => { r.dossier = 'H26.X.00070-200101-0001' })
  assert.equal(audit('verify', '--receipt', join(folder, 'receipt.json')).status, 2)
  assert.equal(audit('verify', '--receipt', file('none.json', '{'), '--key', keys).status, 2)
})

test('the whole database agrees; one altered event is found and named', async () => {
  await all_sealed()
  const good = audit('verify')
  assert.equal(good.status, 0, good.stdout + good.stderr)
  assert.match(good.stdout, /^findings 0$/m)
  const one = audit('verify', '--dossier', finished.code)
  assert.equal(one.status, 0, one.stdout + one.stderr)
  const where = `dossier = (SELECT id FROM dossier WHERE code = '${finished.code}') AND version = 2`
  sql(folder, `UPDATE dossier_event SET at = at - 3600 WHERE ${where}`)
  const bad = audit('verify')
  sql(folder, `UPDATE dossier_event SET at = at + 3600 WHERE ${where}`)
  assert.equal(bad.status, 1)
  assert.match(bad.stdout, new RegExp(`^first altered ${finished.code}: event 2 does not carry its hash$`, 'm'))
  assert.equal(audit('verify').status, 0)
})

test('a second place follows the heads and is loud when history is rewritten', async () => {
  const follow = () => motcuaAside(folder, ['audit', 'follow', site.base, join(folder, 'second')])
  const first = await follow()
  assert.equal(first.status, 0, first.stdout + first.stderr)
  assert.match(first.stdout, /^consistent first$/m)
  const before = await head()
  assert.equal(motcua(folder, ['user', 'add', '--login', 'nua', '--name', 'Cán Bộ Nữa', '--password-stdin'], { input: 'ba con trâu ăn cỏ ven đê\n' }).status, 0)
  await until('a later head', async () => (await head()).size > before.size)
  const second = await follow()
  assert.equal(second.status, 0, second.stdout)
  assert.match(second.stdout, /^consistent yes$/m)
  assert.equal(audit('verify', '--head', join(folder, 'second/newest.note')).status, 0)

  // Who has the database, the keys and the server cuts the log off and seals anew.
  const last = await all_sealed()
  await site.stop()
  sql(folder, 'DELETE FROM seal_head; DELETE FROM seal_node; DELETE FROM seal_leaf; UPDATE seal_begin SET after = 0, done = 0')
  assert.match(audit('verify').stdout, /^altered log: the head that was kept has \d+ leaves/m, 'the file beside the database knows')
  rmSync(join(folder, 'seal'), { recursive: true })
  site = await serveAgain(site, FLAGS)
  await until('a new first head', async () => { const h = await head(); return h && h.root !== last.root })
  const loud = await follow()
  assert.equal(loud.status, 1)
  assert.match(loud.stdout, /^REWRITTEN http/m)
  assert.ok(existsSync(join(folder, 'second', `${String(last.size).padStart(20, '0')}.note`)), 'what was kept stays')
  assert.equal(audit('verify', '--head', join(folder, 'second/newest.note')).status, 1)
})

test('arguments are checked', () => {
  for (const [words, say] of [[[], /verify, follow or self/], [['verify', 'x'], /x is not an argument/], [['follow'], /URL and FOLDER/],
    [['follow', 'ftp://x', 'y'], /https/], [['follow', 'https://x', 'y', '--every', '0'], /--every 0/], [['verify', '--head', 'khong-co'], /--head khong-co/]]) {
    const r = audit(...words)
    assert.equal(r.status, 2, words.join(' '))
    assert.match(r.stderr, say)
  }
  assert.equal(audit('--help').status, 0)
})
