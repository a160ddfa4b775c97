// Signed files as others see them: pdfsig (poppler, NSS) is the judge beside our own `motcua verify`; keys on a SoftHSM token,
// time stamps of an own server (openssl ts), attacks on PDF signatures, certificates that are revoked or foreign.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const build = process.env.MOTCUA_BUILD ?? resolve(import.meta.dirname, '../../build')
const motcuaPath = join(build, 'motcua'), signPath = join(build, 'tests/sign_files')
let dir
const at = (name) => join(dir, name)
const run = (program, args, env = {}) => {
  const r = spawnSync(program, args, { encoding: 'utf8', cwd: dir, env: { ...process.env, ...env } })
  return { status: r.status, out: r.stdout, err: r.stderr }
}
const ok = (program, args, env) => {
  const r = run(program, args, env)
  assert.equal(r.status, 0, `${program} ${args.join(' ')}: ${r.err}`)
  return r.out
}
const openssl = (...args) => ok('openssl', args)
const sign = (input, output, key, { keys = 'k/keys.yaml', stamp, env } = {}) =>
  run(signPath, ['sign', motcuaPath, at(keys), at(input), at(output), key, ...(stamp ? [stamp] : [])], env)
const verify = (file, trust = 'k/trust') => run(motcuaPath, ['verify', at(file), '--trust', at(trust)])
const pdfsig = (file) => run('pdfsig', ['-nssdir', at('nss'), at(file)]).out
const count = (text, words) => text.split(words).length - 1

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'motcua-signing-'))
  ok(signPath, ['keys', at('k')])
  ok(signPath, ['paper', at('paper.pdf')])
  mkdirSync(at('nss'))
  ok('certutil', ['-N', '-d', 'sql:nss', '--empty-password'])
  ok('certutil', ['-A', '-d', 'sql:nss', '-n', 'root', '-t', 'C,C,C', '-i', 'k/trust/root.pem'])
  for (const [from, to, key] of [['paper', 'once', 'leader:1'], ['once', 'twice', 'ward:2'], ['paper', 'rsa', 'city']])
    assert.equal(sign(`${from}.pdf`, `${to}.pdf`, key).status, 0)
})
after(() => rmSync(dir, { recursive: true, force: true }))

test('pdfsig and qpdf accept what we sign, once and twice, ECDSA and RSA', () => {
  for (const [file, n] of [['once', 1], ['twice', 2], ['rsa', 1]]) {
    const said = pdfsig(`${file}.pdf`)
    assert.equal(count(said, 'Signature is Valid.'), n, said)
    assert.equal(count(said, 'Certificate is Trusted.'), n, said)
    assert.equal(count(said, 'Total document signed'), 1, said)                  // the last one
    assert.match(said, /Signature Type: ETSI\.CAdES\.detached/)
    assert.match(ok('qpdf', ['--check', at(`${file}.pdf`)]), /No syntax or stream encoding errors/)
    const mine = verify(`${file}.pdf`)
    assert.equal(mine.status, 0, mine.out)
    assert.match(mine.out, /^genuine yes$/m)
  }
  const text = ok('pdftotext', ['-layout', at('twice.pdf'), '-'])
  for (const words of ['Họ, chữ đệm, tên: Nguyễn Thị Thu Hà', 'Ký bởi: Phạm Quang Hải', 'Lý do: Cấp trích lục', 'Ký bởi: UBND phường Hoàn Kiếm'])
    assert.ok(text.includes(words), words)
})

test('a flipped byte is found by pdfsig and by us', () => {
  const good = readFileSync(at('twice.pdf')), text = good.toString('latin1')
  const places = [10, 5000, good.length - 8]
  for (const m of text.matchAll(/\/ByteRange\[0 (\d+) (\d+) (\d+)/g)) {
    const [a, b, c] = m.slice(1).map(Number)
    places.push(a - 60, a - 2000, b + 30, b + c - 20, m.index + 13, a + 400, b - 200)
  }
  for (let i = 1; i <= 8; i++) places.push(Math.floor(good.length * i / 9))
  let seen = 0
  for (const place of places) {
    const bad = Buffer.from(good)
    bad[place] ^= 1
    writeFileSync(at('bad.pdf'), bad)
    assert.equal(verify('bad.pdf').status, 1, `byte ${place}`)
    const said = pdfsig('bad.pdf')
    const fine = count(said, 'Signature is Valid.') === 2 && count(said, 'Certificate is Trusted.') === 2
    const zeros = text[place] === '0' && /^0+$/.test(text.slice(place, place + 40))       // padding is nothing to pdfsig
    assert.ok(!fine || zeros, `pdfsig: byte ${place}`)
    seen += !fine
  }
  assert.ok(seen >= places.length - 2)
})

// --- attacks: the hole of `rsa.pdf` (an RSA key leaves room) is filled with something else, or the file is changed around it -------------------
const hole = (buffer) => {
  const [, a, b, c] = buffer.toString('latin1').match(/\/ByteRange\[0 (\d+) (\d+) (\d+)/).map(Number)
  return { from: a, to: b, tail: c, range: buffer.toString('latin1').indexOf('/ByteRange[') + 11 }
}
const filled = (der) => {
  const file = Buffer.from(readFileSync(at('rsa.pdf'))), h = hole(file)
  assert.ok(der.length * 2 <= h.to - h.from - 2, `a CMS of ${der.length} bytes`)
  file.write(der.toString('hex').padEnd(h.to - h.from - 2, '0'), h.from + 1, 'latin1')
  return file
}
const cms = (...flags) => cmsBy('leader', ...flags)
const cmsBy = (key, ...flags) => {
  const file = readFileSync(at('rsa.pdf')), h = hole(file)
  writeFileSync(at('signed.bin'), Buffer.concat([file.subarray(0, h.from), file.subarray(h.to)]))
  openssl('cms', '-sign', '-binary', '-nosmimecap', '-in', at('signed.bin'), '-signer', at(`k/${key}.pem`), '-inkey', at(`k/${key}.key.pem`),
    '-outform', 'DER', '-out', at('cms.der'), ...flags)
  return readFileSync(at('cms.der'))
}
const ranged = (text) => {
  const file = Buffer.from(readFileSync(at('rsa.pdf'))), h = hole(file)
  file.write(text.padEnd(32, ' '), h.range, 'latin1')
  return file
}

test('known attacks are refused', () => {
  const once = readFileSync(at('rsa.pdf')), h = hole(once)
  const attacks = {
    'null signature': [filled(Buffer.alloc(0)), /cannot be read/],
    'SHA-1': [filled(cms('-cades', '-md', 'sha1')), /weak digest/],
    'MD5': [filled(cmsBy('city', '-md', 'md5')), /weak digest/],
    'no signed attributes': [filled(cms('-noattr')), /attributes|not complete/],
    'no signing certificate': [filled(cms('-md', 'sha256')), /does not name its certificate/],
    'its own content': [filled(cms('-cades', '-md', 'sha256', '-nodetach').subarray(0, (h.to - h.from) / 2 - 1)), /cannot be read|content of its own/],
    'ByteRange of nothing': [ranged('0 0 0 0'), /ByteRange/],
    'ByteRange that begins later': [ranged(`1 ${h.from} ${h.to} ${h.tail}`), /ByteRange/],
    'ByteRange with a larger hole': [ranged(`0 ${h.from - 20} ${h.to} ${h.tail}`), /leaves out something else/],
    'ByteRange past the end': [ranged(`0 ${h.from} ${h.to} ${h.tail + 1}`), /ByteRange/],
    'ByteRange that ends early': [ranged(`0 ${h.from} ${h.to} ${h.tail - 10}`), /ByteRange|not those that were signed|whole state/],
    'ByteRange of six': [ranged(`0 ${h.from} ${h.to} 10 20 30`), /ByteRange/],
    'truncated': [once.subarray(0, once.length - 100), /ByteRange/],
    'a prefix': [Buffer.concat([Buffer.from('%PDF-1.5\n'), once]), /ByteRange|leaves out|not those/],
    'bytes behind it': [Buffer.concat([once, Buffer.from('% and more\n')]), /covers changed-after-signing/],
    'an update behind it': [Buffer.concat([once, Buffer.from('4 0 obj\n<</Type/Page>>\nendobj\n')]), /covers changed-after-signing/],
  }
  for (const [name, [file, words]] of Object.entries(attacks)) {
    writeFileSync(at('attack.pdf'), file)
    const r = verify('attack.pdf')
    assert.equal(r.status, 1, `${name}: ${r.out}`)
    assert.match(r.out, words, name)
  }
  const honest = filled(cms('-cades', '-md', 'sha256'))       // the method itself works: openssl's own CMS is believed
  writeFileSync(at('honest.pdf'), honest)
  assert.equal(verify('honest.pdf').status, 0, verify('honest.pdf').out)
})

test('files of others: no PDF, no signature, signed by poppler in a file with object streams', () => {
  writeFileSync(at('text.pdf'), 'hello '.repeat(40))
  assert.match(verify('text.pdf').out, /not a PDF/)
  assert.match(verify('paper.pdf').out, /no digital signature/)
  openssl('pkcs12', '-export', '-in', at('k/city.pem'), '-inkey', at('k/city.key.pem'), '-name', 'city', '-passout', 'pass:x', '-out', at('city.p12'))
  ok('pk12util', ['-i', 'city.p12', '-d', 'sql:nss', '-W', 'x'])
  ok('qpdf', ['--object-streams=generate', at('paper.pdf'), at('streams.pdf')])
  const r = run('pdfsig', ['-nssdir', at('nss'), '-add-signature', '-nick', 'city', at('streams.pdf'), at('poppler.pdf')])
  if (r.status !== 0) return assert.fail(r.err)
  assert.equal(verify('poppler.pdf').status, 0, verify('poppler.pdf').out)
})

test('whom a certificate leads to', () => {
  mkdirSync(at('nobody'))
  assert.match(verify('once.pdf', 'nobody').out, /^signature 1 certificate not-trusted$/m)
  mkdirSync(at('crl'))
  copyFileSync(at('k/trust/root.pem'), at('crl/root.pem'))
  writeFileSync(at('ca.cnf'), `[ca]\ndefault_ca=d\n[d]\ndatabase=${at('index.txt')}\ncrlnumber=${at('crlnumber')}\ndefault_md=sha256\ndefault_crl_days=30\n`)
  writeFileSync(at('index.txt'), ''), writeFileSync(at('crlnumber'), '01\n')
  const ca = (...args) => openssl('ca', '-config', at('ca.cnf'), '-keyfile', at('k/root.key.pem'), '-cert', at('k/trust/root.pem'), ...args)
  ca('-gencrl', '-out', at('crl/root.crl'))
  assert.equal(verify('once.pdf', 'crl').status, 0)
  ca('-revoke', at('k/leader.pem'))
  ca('-gencrl', '-out', at('crl/root.crl'))
  const r = verify('once.pdf', 'crl')
  assert.equal(r.status, 1)
  assert.match(r.out, /^signature 1 certificate revoked$/m)
  assert.equal(verify('rsa.pdf', 'crl').status, 0)            // somebody else's certificate
  const old = sign('paper.pdf', 'old.pdf', 'old')
  assert.equal(old.status, 1)
  assert.match(old.err, /key old/)
})

test('keys on a PKCS#11 token', () => {
  const env = { SOFTHSM2_CONF: at('softhsm.conf') }
  mkdirSync(at('tokens')), mkdirSync(at('hsm'))
  writeFileSync(at('softhsm.conf'), `directories.tokendir = ${at('tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  ok('softhsm2-util', ['--init-token', '--free', '--label', 'motcua', '--pin', '1234', '--so-pin', '5678'], env)
  for (const [name, id] of [['leader', '01'], ['city', '02']])
    ok('softhsm2-util', ['--import', at(`k/${name}.key.pem`), '--token', 'motcua', '--label', name, '--id', id, '--pin', '1234'], env)
  writeFileSync(at('hsm/pin'), '1234\n', { mode: 0o600 })
  const module = '/usr/lib/softhsm/libsofthsm2.so'
  const yaml = (pin, token) => ['leader', 'city'].map(name => `  - name: ${name}\n    person: ${name}\n    module: ${module}\n    token: ${token}\n` +
    `    label: ${name}\n    pin-file: ${pin}\n    certificates: ../k/${name}.pem\n`).join('')
  writeFileSync(at('hsm/keys.yaml'), `keys:\n${yaml('pin', 'motcua')}`)
  for (const key of ['leader:1', 'city']) {
    const r = sign('paper.pdf', 'hsm.pdf', key, { keys: 'hsm/keys.yaml', env })
    assert.equal(r.status, 0, r.err)
    assert.match(pdfsig('hsm.pdf'), /Signature is Valid[\s\S]*Certificate is Trusted/)
    assert.equal(verify('hsm.pdf').status, 0)
  }
  const keys = run(motcuaPath, ['keys', '--signing-keys', at('hsm/keys.yaml')], env)
  assert.equal(keys.status, 0, keys.err)
  assert.match(keys.out, /^key leader .*where=PKCS#11 .*state="ready"$/m)
  writeFileSync(at('hsm/absent.yaml'), `keys:\n${yaml('pin', 'elsewhere')}`)
  const gone = run(motcuaPath, ['keys', '--signing-keys', at('hsm/absent.yaml')], env)
  assert.equal(gone.status, 1)
  assert.match(gone.out, /state="its token is not there"/)
})

test('time stamps', async () => {
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at('tsa.key'))
  writeFileSync(at('tsa.ext'), 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n')
  openssl('req', '-new', '-key', at('tsa.key'), '-subj', '/CN=Thoi gian', '-out', at('tsa.csr'))
  openssl('x509', '-req', '-in', at('tsa.csr'), '-CA', at('k/trust/root.pem'), '-CAkey', at('k/root.key.pem'), '-CAcreateserial', '-days', '30', '-extfile', at('tsa.ext'), '-out', at('tsa.pem'))
  writeFileSync(at('tsa.cnf'), `[tsa]\ndefault_tsa=t\n[t]\nserial=${at('tsa.serial')}\ncrypto_device=builtin\nsigner_cert=${at('tsa.pem')}\n` +
    `signer_key=${at('tsa.key')}\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\nordering=yes\ntsa_name=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n`)
  writeFileSync(at('tsa.serial'), '01\n')
  let answer = 'good'
  const server = createServer((req, res) => {
    const parts = []
    req.on('data', (d) => parts.push(d)).on('end', () => {
      writeFileSync(at('q.tsq'), Buffer.concat(parts))
      execFileSync('openssl', ['ts', '-reply', '-config', at('tsa.cnf'), '-queryfile', at(answer === 'replay' ? 'old.tsq' : 'q.tsq'), '-out', at('r.tsr')], { stdio: 'ignore' })
      if (answer === 'good') copyFileSync(at('q.tsq'), at('old.tsq'))
      res.writeHead(answer === 'busy' ? 503 : 200, { 'content-type': 'application/timestamp-reply' }).end(readFileSync(at('r.tsr')))
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const stamp = `http://127.0.0.1:${server.address().port}/tsa`
  const { spawn } = await import('node:child_process')
  const stamped = (out) => new Promise((done) => {            // our own loop answers, so the signer's program must not block it
    const p = spawn(signPath, ['sign', motcuaPath, at('k/keys.yaml'), at('paper.pdf'), at(out), 'leader', stamp], { cwd: dir })
    let err = ''
    p.stderr.on('data', (d) => { err += d })
    p.on('close', (status) => done({ status, err }))
  })
  try {
    const r = await stamped('stamped.pdf')
    assert.equal(r.status, 0, r.err)
    const mine = verify('stamped.pdf')
    assert.equal(mine.status, 0, mine.out)
    assert.match(mine.out, /^signature 1 stamped 20/m)
    assert.match(mine.out, /^signature 1 stamped-by Thoi gian$/m)
    assert.match(pdfsig('stamped.pdf'), /Signature is Valid[\s\S]*Certificate is Trusted/)
    for (answer of ['busy', 'replay']) {
      const no = await stamped('not.pdf')
      assert.equal(no.status, 1, answer)
      assert.match(no.err, /time stamp server/)
    }
  } finally { server.close() }
})

test('every result of the demo city is signed, trusted and in its register', () => {
  const config = at('city/motcua.yaml'), root = resolve(import.meta.dirname, '../..')
  mkdirSync(at('city'))
  const made = spawnSync(motcuaPath, ['init', '--demo', 'demo', '--config', config, '--db', `sqlite:${at('city/motcua.db')}`, '--catalogue', 'catalogue'], { cwd: root, encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  const sql = (text) => ok('sqlite3', [at('city/motcua.db'), text]).trim().split('\n').filter(Boolean)
  const issued = sql("SELECT lower(hex(content)) FROM result WHERE length(content) = 32")
  assert.ok(issued.length > 0)
  ok('certutil', ['-A', '-d', 'sql:nss', '-n', 'city-root', '-t', 'C,C,C', '-i', 'city/signing/trust/root.pem'])
  for (const sha256 of issued) {
    const file = `city/store/${sha256.slice(0, 2)}/${sha256.slice(2)}`, said = pdfsig(file)
    assert.equal(count(said, 'Signature is Valid.'), 2, said)
    assert.equal(count(said, 'Certificate is Trusted.'), 2, said)
    const r = run(motcuaPath, ['verify', at(file), '--config', config])
    assert.equal(r.status, 0, r.out)
    assert.match(r.out, /^register in_force$/m)
    sql(`UPDATE result SET state = 5 WHERE content = x'${sha256}'`)
    const gone = run(motcuaPath, ['verify', at(file), '--config', config])
    assert.equal(gone.status, 1, gone.out)
    assert.match(gone.out, /^register revoked$/m)
  }
  const other = run(motcuaPath, ['verify', at('once.pdf'), '--config', config, '--trust', at('k/trust')])
  assert.match(other.out, /^register unknown$/m)
  assert.equal(other.status, 0)
})

test('codes are checked without a server', () => {
  const text = ok(signPath, ['claim', motcuaPath, at('k/keys.yaml')]).trim()
  writeFileSync(at('claims.json'), ok(motcuaPath, ['keys', 'claims', '--signing-keys', at('k/keys.yaml')]))
  const check = (t, key = 'claims.json') => run(motcuaPath, ['verify', '--claim', t, '--key', at(key)])
  const good = check(`https://dichvucong.hanoi.gov.vn/xac-thuc/${text}`)
  assert.equal(good.status, 0, good.out)
  assert.match(good.out, /^claim genuine\nnumber 15\/2026\/TLKS-BS\nissued 2026-11-22\nagency H26.X.00070\n/)
  const other = text.replace(/.$/, (c) => c === 'A' ? 'Q' : 'A')
  assert.equal(check(other).status, 1)
  writeFileSync(at('none.json'), '{"keys":[]}')
  assert.match(check(text, 'none.json').out, /^claim unknown-key$/m)
  assert.match(check('15/2026').out, /^claim unreadable$/m)
})

test('bad arguments are named', () => {
  for (const [args, words] of [
    [['verify'], /a file must be named/],
    [['verify', at('absent.pdf')], /absent\.pdf/],
    [['verify', at('once.pdf'), '--trust', at('absent')], /absent/],
    [['verify', '--claim', 'x'], /--key/],
    [['verify', 'a', 'b'], /b is not an argument/],
    [['keys', 'burn'], /burn/],
    [['signer'], /--keys must be given/],
    [['signer', '--keys', 'x'], /--socket/],
  ]) {
    const r = run(motcuaPath, args)
    assert.equal(r.status, 2, args.join(' '))
    assert.match(r.err, words)
  }
})
