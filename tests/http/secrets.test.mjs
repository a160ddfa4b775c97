// Secrets: a site that gets each of them as a credential does its work, and none is ever in the log, the database, an answer or a process's words.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENGINE, databaseUrl } from '../lib/engine.mjs'
import { Identity, SITE, walk } from '../lib/identity.mjs'
import { KEY, startObjects } from '../lib/objects.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { BUILD, ROOT, motcua, motcuaAside, startSite } from '../lib/server.mjs'
import { startSmtp } from '../lib/smtp.mjs'
import { soon } from '../lib/soon.mjs'
import { pdfOf } from '../lib/ballast.mjs'

const CREDENTIALS = join(tmpdir(), `motcua-credentials-${process.pid}`)
const secrets = {}              // name: bytes
const give = (name, text) => {
  secrets[name] = Buffer.from(text)
  writeFileSync(join(CREDENTIALS, name), text, { mode: 0o400 })
  return `credential:${name}`
}
let smtp, objects, identity, site, answers = ''

function signing(folder) {
  const phrase = randomBytes(12).toString('hex')
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: phrase })
  give('seal.pem', pem), give('seal.phrase', phrase)
  mkdirSync(join(folder, 'signing'), { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'signing/keys.yaml'),
    'keys:\n  - name: seal\n    use: seal\n    file: credential:seal.pem\n    passphrase-file: credential:seal.phrase\n')
}

function prepare(folder) {
  const key = readFileSync(join(folder, 'motcua.key'))
  give('motcua.key', key)
  rmSync(join(folder, 'motcua.key'))
  identity.configure(folder)
  give('oidc', readFileSync(join(folder, 'oidc.secret'), 'utf8'))
  rmSync(join(folder, 'oidc.secret'))
  const yaml = join(folder, 'identity.yaml')
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replaceAll('secret-file: oidc.secret', 'secret-file: credential:oidc'))
  signing(folder)
  give('numbers', readFileSync(join(folder, 'numbers.keys'), 'utf8'))
  rmSync(join(folder, 'numbers.keys'))
  writeFileSync(join(folder, 'motcua.yaml'), [
    `db: "${databaseUrl(folder)}"`, 'site_key: "credential:motcua.key"', 'number_keys: "credential:numbers"', `store: "${objects.place}"`, `store_endpoint: "${objects.endpoint}"`,
    'store_region: "vn-north-1"', 'store_secret: "credential:store"', `base_url: "${SITE}"`, 'sign_in_codes: yes', `mail_server: "${smtp.url}"`,
    'mail_from: "khong-tra-loi@cong.test"', 'mail_secret: "credential:mail"', 'seal_seconds: 1',
    ...ENGINE === 'pg' ? ['db_password: "credential:db_password"'] : [], ''].join('\n'), { mode: 0o600 })
}

before(async () => {
  mkdirSync(CREDENTIALS, { mode: 0o700 })
  process.env.CREDENTIALS_DIRECTORY = CREDENTIALS
  give('mail', `thu ${randomBytes(12).toString('hex')}\n`)
  give('store', `${KEY.id} ${KEY.secret}\n`)
  give('db_password', `${randomBytes(12).toString('hex')}\n`)
  smtp = await startSmtp()
  objects = await startObjects()
  identity = await Identity.start()
  identity.people = { an: { SoDinhDanh: '001199000011', HoVaTen: 'Trần Thị An', ThuDienTu: 'an@vidu.vn' } }
  identity.user = 'an'
  site = await startSite({ people: addPeople, prepare, flags: ['--log-level', 'debug'] })
})
after(async () => {
  await site?.clean()
  await Promise.all([smtp?.close(), objects?.stop(), identity?.close()])
  rmSync(CREDENTIALS, { recursive: true, force: true })
})

const keep = a => { answers += a.text + JSON.stringify(a.headers ?? {}); return a }

test('each credential does its work', async () => {
  const people = await meetPeople(site)
  const paper = keep(await people['writing token'].postParts('/api/v1/files', [['file', { name: 'giấy.pdf', type: 'application/pdf', content: pdfOf(5000) }]]))
  assert.equal(paper.status, 201, paper.text)                 // the objects' secret, the site's key
  assert.deepEqual(objects.wrong, [])
  const c = site.client(), first = keep(await c.get('/dang-nhap/vneid'))
  await walk(c, identity.visitor(), identity, first)          // the provider's
  assert.ok(c.cookies.has('phien'))
  const d = site.client()
  assert.equal((await d.submit('/dang-ky', { 'ho-ten': 'Trần Thị Em', 'so-dinh-danh': '001199000031', 'dien-thoai': '0912345678', email: 'em@vidu.vn',
    password: 'hoa sen nở sớm 7', password2: 'hoa sen nở sớm 7', 'dong-y': '1' })).status, 303)
  assert.equal((await d.send(await d.get('/tai-khoan/thu-dien-tu'), {}, { action: '/tai-khoan/thu-dien-tu' })).status, 303)
  await smtp.letter(0)
  assert.deepEqual(smtp.proofs.map(p => p.split('\0').slice(1).join(' ')), [secrets.mail.toString().trim()])     // the mail server's
  const head = await soon(async () => { const r = await site.client().get('/api/v1/seal/head'); return r.status === 200 && r },
    'there is no head')
  assert.match(keep(head).text, /^— /m)                       // the key of the sealed log, under its passphrase
  for (const at of ['/', '/readyz', '/metrics', '/.well-known/motcua-seal-keys.json', '/api/v1/openapi.json']) keep(await site.client().get(at))
  for (const at of ['/quan-tri/cau-hinh', '/quan-tri/nhat-ky']) keep(await people.administrator.get(at))
})

test('no secret is in the log, the database, an answer, or what /proc tells of the processes', async () => {
  const texts = { log: site.log, answers }
  for (const pid of [site.child.pid, ...children(site.child.pid)]) {
    texts[`words of ${pid}`] = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    texts[`environment of ${pid}`] = readFileSync(`/proc/${pid}/environ`, 'utf8')
  }
  await site.stop()
  texts['the last of the log'] = site.log
  texts.database = ENGINE === 'pg' ? execFileSync('pg_dump', ['-d', databaseUrl(site.folder)], { encoding: 'latin1', maxBuffer: 1 << 30 })
    : readFileSync(join(site.folder, 'motcua.db'), 'latin1') + execFileSync('sqlite3', ['-cmd', '.timeout 20000', join(site.folder, 'motcua.db'), '.dump'], { encoding: 'latin1', maxBuffer: 1 << 30 })
  for (const [what, args] of Object.entries({ check: ['check'], self: ['audit', 'self', '--all'], keys: ['keys'] })) {
    const done = await motcuaAside(site.folder, args)           // the objects' server answers from this process
    texts[what] = done.stdout + done.stderr
  }
  assert.match(texts.self, /^(weak|bad|ok) /m)
  for (const [name, bytes] of Object.entries(secrets))
    for (const word of bytes.length === 32 ? [bytes.toString('latin1')] : words(name, bytes.toString()))
      for (const [form, shown] of Object.entries({ itself: word, hex: Buffer.from(word, 'latin1').toString('hex'), base64: Buffer.from(word, 'latin1').toString('base64').replace(/=+$/, '') }))
        for (const [where, text] of Object.entries(texts))
          assert.ok(!text.toLowerCase().includes(shown.toLowerCase()), `${name} (${form}) is in: ${where}`)
})

// The parts that are secret: a password, not the user's name before it; lines of a key, not its head.
function words(name, text) {
  if (name === 'mail' || name === 'store') return [text.trim().split(/\s+/)[1]]
  return text.trim().split('\n').filter(l => l && !l.startsWith('-----'))
}

function children(pid) {
  const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
  return own.flatMap(c => [c, ...children(c)])
}

test('what others may read, or is not there, is refused by name and without its text', () => {
  const shown = join(site.folder, 'offen.key')
  writeFileSync(shown, secrets['motcua.key'])
  chmodSync(shown, 0o644)
  for (const [place, want] of [[shown, /offen\.key can be read by others: chmod 600/], ['credential:none', /\/none cannot be read/],
    ['credential:../motcua.key', /site_key must be credential: and a name/]]) {
    const r = motcua(site.folder, ['check', '--site-key', place])
    assert.ok(r.status > 0)
    assert.match(r.stderr, want)
  }
  const { CREDENTIALS_DIRECTORY, ...env } = process.env
  const bare = spawnSync(join(BUILD, 'motcua'), ['check', '--config', join(site.folder, 'motcua.yaml')], { encoding: 'utf8', env })
  assert.notEqual(bare.status, 0)
  assert.match(bare.stderr, /CREDENTIALS_DIRECTORY is not set/)
})

test('the unit is safe enough, and its credentials are taken', { skip: spawnSync('systemd-analyze', ['--version']).status !== 0 }, () => {
  const done = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=25', join(ROOT, 'docs/operator/motcua.service')], { encoding: 'utf8' })
  assert.equal(done.status, 0, done.stdout.split('\n').slice(-4).join('\n'))
})
