// The sample files of docs/operator, read by the programs they are for; a program that is not installed is skipped, and said so.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import http from 'node:http'
import https from 'node:https'
import { createServer } from 'node:net'
import { connect } from 'node:tls'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { soon } from '../lib/soon.mjs'
import { BUILD, ROOT, freshCity, removeFolder } from '../lib/server.mjs'

const DOCS = join(ROOT, 'docs/operator')
const sample = name => readFileSync(join(DOCS, name), 'utf8')
const here = mkdtempSync(join(tmpdir(), 'motcua-operator-'))
after(() => rmSync(here, { recursive: true, force: true }))

const path = process.env.PATH + ':/usr/sbin:/sbin'
const run = (program, ...args) => spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: path, SYSTEMD_LOG_LEVEL: 'warning' } })
const installed = program => run('sh', '-c', `command -v ${program}`).status === 0
const needs = program => ({ skip: installed(program) ? false : `${program} is not installed` })
const good = done => assert.equal(done.status, 0, done.stdout + done.stderr)
const PG = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => b - a).map(v => `/usr/lib/postgresql/${v}/bin`)[0] : null

test('nginx.conf, for one machine and behind haproxy', needs('nginx'), () => {
  good(run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=x',
    '-keyout', join(here, 'key.pem'), '-out', join(here, 'fullchain.pem')))
  const one = sample('nginx.conf').replaceAll('/etc/ssl/motcua', here).replaceAll('/var/log/nginx', here)
  const several = one.replace(/^ *listen 443 ssl http2;\n/m, '').replace(/^ *listen 127\.0\.0\.1:8081;\n/m, '').replaceAll('# HAPROXY: listen', 'listen')
  assert.notEqual(several.match(/proxy_protocol;/g), null)
  for (const [i, site] of [one, several].entries()) {
    const file = join(here, `nginx-${i}.conf`)
    const ports = site.replace(/listen (127\.0\.0\.1:)?(80|443|8081)\b/g, (_, host, port) => `listen 127.0.0.1:${Number(port) + 18000}`)   // not root's
    writeFileSync(file, `pid ${here}/pid; error_log stderr; events {} http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map(w => `${w}_temp_path ${here}/${w};`).join(' ')} ${ports} }`)
    good(run('nginx', '-t', '-q', '-e', join(here, 'nginx.log'), '-c', file))
  }
})

test('nginx speaks TLS 1.2 and 1.3 with forward secrecy alone, and says HSTS', needs('nginx'), async () => {
  const site = sample('nginx.conf').replaceAll('/etc/ssl/motcua', here).replaceAll('/var/log/nginx', here)
  const port = await new Promise(found => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => found(port)) }) })
  const file = join(here, 'nginx-tls.conf')
  writeFileSync(file, `pid ${here}/tls.pid; error_log ${here}/tls.err; daemon off; master_process off; events {} http { ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(w => `${w}_temp_path ${here}/${w};`).join(' ')} ${site.replace('listen 443', `listen 127.0.0.1:${port}`).replace(/listen 80;/, `listen unix:${here}/80.sock;`).replace('listen 127.0.0.1:8081', `listen unix:${here}/8081.sock`)} }`)
  const nginx = spawn('nginx', ['-c', file, '-e', join(here, 'tls.err')], { env: { ...process.env, PATH: path }, stdio: 'ignore' })
  const shake = options => new Promise(done => {
    const s = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => { done(`${s.getProtocol()} ${s.getCipher().name}`); s.destroy() })
    s.on('error', e => done(e.code === 'ECONNREFUSED' ? null : 'refused'))
  })
  try {
    await soon(() => shake({}), () => 'nginx did not start')
    assert.match(await shake({}), /^TLSv1\.3 /)
    assert.match(await shake({ maxVersion: 'TLSv1.2' }), /^TLSv1\.2 ECDHE-ECDSA-(AES256-GCM-SHA384|CHACHA20-POLY1305)$/)
    for (const ciphers of ['AES256-GCM-SHA384', 'ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA-AES128-SHA', 'DHE-RSA-AES256-GCM-SHA384'])
      assert.equal(await shake({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` }), 'refused', ciphers)
    assert.equal(await shake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), 'refused')
    const ask = (request, options) => new Promise((done, failed) => { const r = request({ path: '/api/v1/x', ...options }, done); r.on('error', failed); r.end() })
    const gone = await ask(https.request, { host: '127.0.0.1', port, rejectUnauthorized: false })          // nobody behind it: nginx's own answer
    assert.deepEqual([gone.statusCode, gone.headers['strict-transport-security']], [502, 'max-age=63072000; includeSubDomains'])
    const plain = socketPath => p => ask(http.request, { socketPath, path: p })
    const at80 = plain(join(here, '80.sock'))
    assert.equal((await at80('/api/v1/x')).statusCode, 403, 'a program is not led on')
    const led = await at80('/can-bo')
    assert.deepEqual([led.statusCode, led.headers.location.startsWith('https://')], [301, true])
    assert.doesNotMatch(readFileSync(join(here, 'motcua.log'), 'utf8'), /\?/)
  } finally {
    nginx.kill()
    await new Promise(done => nginx.on('exit', done))
  }
})

test('haproxy.cfg', needs('haproxy'), () => good(run('haproxy', '-c', '-q', '-f', join(DOCS, 'haproxy.cfg'))))

test('the units of systemd', needs('systemd-analyze'), () => {
  const bin = join(here, 'bin')
  mkdirSync(bin)
  for (const program of ['motcua', 'backup-nightly']) {
    writeFileSync(join(bin, program), '#!/bin/sh\n')
    chmodSync(join(bin, program), 0o755)
  }
  const units = ['motcua.service', 'motcua-backup.service', 'motcua-backup.timer'].map(name => {
    writeFileSync(join(here, name), sample(name).replaceAll('/usr/local/bin', bin).replaceAll('/usr/local/share/motcua', bin))
    return join(here, name)
  })
  const done = run('systemd-analyze', 'verify', '--man=no', ...units)
  assert.equal(done.status, 0, done.stderr)
  assert.doesNotMatch(done.stderr, /motcua[^ ]*: (Unknown|.*ignoring|Failed)/i, done.stderr)
})

test('PostgreSQL takes every setting of postgresql-node.conf', { skip: PG ? false : 'PostgreSQL is not installed' }, () => {
  writeFileSync(join(here, 'postgresql.conf'), sample('postgresql-node.conf'))
  for (const line of sample('postgresql-node.conf').split('\n').filter(l => /^\w/.test(l))) {
    const name = line.split(' ')[0]
    const done = run(join(PG, 'postgres'), '-C', name, '-D', here)
    assert.equal(done.status, 0, `${name}: ${done.stderr}`)
    assert.notEqual(done.stdout.trim(), '', name)
  }
})

test('the nightly backup: linked with the night before, proved, old ones removed', () => {
  const { folder } = freshCity(['--demo', join(ROOT, 'demo')]), nights = join(here, 'nights')
  mkdirSync(nights)
  try {
    const env = { ...process.env, MOTCUA: join(BUILD, 'motcua'), MOTCUA_CONFIG: join(folder, 'motcua.yaml') }
    const night = () => spawnSync(join(DOCS, 'backup-nightly'), [nights], { encoding: 'utf8', env })
    const first = night()
    assert.equal(first.status, 0, first.stderr)
    const old = join(nights, '2020-01-01T000000')
    mkdirSync(old)
    spawnSync('touch', ['-d', '2020-01-01', old])
    renameSync(join(nights, readdirSync(nights).at(-1)), join(nights, '2026-01-01T013000'))       // a folder is named by its second
    const second = night()
    assert.equal(second.status, 0, second.stderr)
    assert.match(second.stdout, /^store ([1-9]\d*) files \d+ bytes, \1 linked$/m)
    assert.match(second.stdout, /^verified /m)
    assert.equal(readdirSync(nights).length, 2)
  } finally { removeFolder(folder) }
})
