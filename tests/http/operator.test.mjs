// The sample files of docs/operator, read by the programs they are for; a program that is not installed is skipped, and said so.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  const one = sample('nginx.conf').replaceAll('/etc/ssl/motcua', here)
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
