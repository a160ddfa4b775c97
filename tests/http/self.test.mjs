// `motcua audit self`: what it finds in a demo city, in its files and beside a running server, as text and as JSON.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { demoCity } from '../lib/browser.mjs'
import { motcua } from '../lib/server.mjs'
import { ENGINE } from '../lib/engine.mjs'

let city, folder
before(async () => { city = await demoCity(); folder = city.site.folder })
after(() => city.site.clean())

const self = (...more) => motcua(folder, ['audit', 'self', ...more])
function table(...more) {
  const done = self('--json', ...more)
  assert.ok([0, 1].includes(done.status), done.stderr)
  const rows = done.stdout.trim().split('\n').map(l => JSON.parse(l))
  return { status: done.status, of: Object.fromEntries(rows.map(r => [r.check, r])), rows }
}

test('every check is a row with its verdict, its reason and what to do', () => {
  const { status, rows } = table()
  assert.equal(status, 1)
  assert.ok(rows.length >= 45, `${rows.length} checks`)
  for (const r of rows) {
    assert.deepEqual(Object.keys(r), ['check', 'verdict', 'looked_at', 'found', 'why', 'advice'])
    assert.ok(['ok', 'weak', 'bad'].includes(r.verdict) && r.why && r.advice && r.looked_at, r.check)
  }
  const listed = readFileSync(new URL('../../docs/operator/audit-self.md', import.meta.url), 'utf8')
  for (const r of rows) assert.match(listed, new RegExp(`[\`| ]${r.check}[\` ]`), `${r.check} is documented`)
})

test('a demo city is what it is', () => {
  const { of } = table()
  for (const name of ['demo-accounts', 'scanner', 'second-factor', 'administrators-second', 'backup']) assert.equal(of[name].verdict, 'bad', name)
  for (const name of ['site-key', 'rules', 'confine', 'tokens-endless', 'server-walls', 'seal-key', 'seal-refused', 'clock-servers']) assert.equal(of[name].verdict, 'ok', name)
  assert.equal(of['server-root'].found.match(/of (\d+) servers/)?.[1] >= 1, true, of['server-root'].found)
})

test('what is changed is found, and good again', () => {
  const config = join(folder, 'motcua.yaml'), backup = join(folder, 'ban-sao')
  chmodSync(config, 0o666)
  assert.equal(table().of['config-file'].verdict, 'bad')
  chmodSync(config, 0o600)
  assert.equal(table().of['config-file'].verdict, 'ok')
  const made = motcua(folder, ['backup', '--to', backup])
  assert.equal(made.status, 0, made.stderr)
  assert.equal(table().of.backup.verdict, 'ok')
  rmSync(backup, { recursive: true })
  assert.equal(table('--log-level', 'debug').of['log-level'].verdict, 'weak')
  if (ENGINE === 'sqlite') {
    chmodSync(join(folder, 'motcua.db'), 0o644)
    assert.equal(table().of['database-file'].verdict, 'bad')
    chmodSync(join(folder, 'motcua.db'), 0o600)
  }
})

test('words of the command', () => {
  const text = self()
  assert.equal(text.status, 1)
  assert.match(text.stdout, /^bad {2}demo-accounts: 2\n {5}why: .+\n {5}do: {2}.+$/m)
  assert.match(text.stdout, /^checks \d+\nok \d+\nweak \d+\nbad \d+$/m)
  assert.doesNotMatch(text.stdout, /^ok {3}/m)
  assert.equal(self('more').status, 2)
  assert.match(self('--help').stdout, /Exit status: 0 all is good/)
})
