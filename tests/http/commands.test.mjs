// init, check, serve: exit status, what they say, and that they may be run again.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ROOT, freshFolder, initSite, motcua, removeFolder, startSite } from '../lib/server.mjs'
import { ENGINE, databaseUrl, sql, tables } from '../lib/engine.mjs'
import { freePort, soon } from '../lib/soon.mjs'

const CATALOGUE = join(ROOT, 'catalogue')
let folder
before(() => { folder = freshFolder(); initSite(folder) })
after(() => removeFolder(folder))

// Every row of every table, as one sum.
function contents(folder) {
  const rows = sql(folder, tables(folder).map(t => `SELECT '${t}', t.* FROM "${t}" t`).join(';'))
  return createHash('sha256').update(rows.split('\n').sort().join('\n')).digest('hex')
}

test('init makes what is missing, privately, and may be run again', () => {
  const own = ['motcua.key', ...(ENGINE === 'sqlite' ? ['motcua.db'] : [])]
  for (const name of ['motcua.yaml', ...own]) assert.ok(existsSync(join(folder, name)), name)
  for (const name of own) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  assert.equal(statSync(join(folder, 'motcua.key')).size, 32)
  const key = readFileSync(join(folder, 'motcua.key')), again = motcua(folder, ['init'])
  assert.equal(again.status, 0, again.stderr)
  assert.match(again.stdout, /^configuration motcua.yaml kept$/m)
  assert.match(again.stdout, /^key kept$/m)
  assert.match(again.stdout, /^calendar.yaml unchanged$/m)
  assert.match(again.stdout, /^agencies unchanged$/m)
  assert.deepEqual(readFileSync(join(folder, 'motcua.key')), key)
})

test('the configuration that init writes holds what its flags said', () => {
  const text = readFileSync(join(folder, 'motcua.yaml'), 'utf8')
  assert.match(text, new RegExp(`^catalogue: "${CATALOGUE}"$`, 'm'))
  assert.match(text, /^# Configuration of motcua/)
})

test('check says what is in order and changes nothing', () => {
  const before = contents(folder), r = motcua(folder, ['check'])
  assert.equal(r.status, 0, r.stderr)
  const url = databaseUrl(folder).replace(/^sqlite:/, '(sqlite:)?').replace(/^(postgresql:\/\/).*@/, '$1.*')
  assert.match(r.stdout, new RegExp(`^database ${url} schema \\d+$`, 'm'))
  assert.match(r.stdout, /can be loaded/)
  assert.equal(contents(folder), before)
})

test('every fault of the configuration is told with its place', () => {
  const bad = join(folder, 'bad.yaml')
  writeFileSync(bad, 'port: 80\nio_threads: many\n')
  for (const command of ['check', 'serve', 'init']) {
    const r = motcua(folder, [command, '--config', bad])
    assert.equal(r.status, 1, command)
    assert.match(r.stderr, /bad\.yaml:1:1: 'port' is not a key of the configuration\n/)
    assert.match(r.stderr, /bad\.yaml:2:13: io_threads must be a whole number from 1 to 8\n/)
  }
})

test('bad arguments: exit status 2 and one sentence that names the argument', async t => {
  const rows = [
    [['serve', '--port', '80'], /--port is not known/],
    [['serve', '--listen'], /--listen needs a value/],
    [['serve', '--listen', 'everywhere'], /listen must be ADDRESS:PORT/],
    [['serve', '--listen', '0.0.0.0:0'], /listen must be a loopback address/],
    [['serve', '--rate', '-1'], /--rate must be/],
    [['serve', '--clock', 'today'], /--clock must be of the form/],
    [['serve', 'now'], /now is not an argument/],
    [['check', '--config', 'none.yaml'], /--config: cannot read none.yaml/],
    [['check', '--db', 'mysql://x'], /db must be of the form sqlite:PATH/],
    [['check', 'it'], /it is not an argument/],
    [['init', '--config', 'motcua.yaml', '--config', 'motcua.yaml'], /--config is given twice/],
    [['nonsense'], /unknown command nonsense/],
    [[], /Usage: motcua COMMAND/],
  ]
  for (const [args, say] of rows)
    await t.test(args.join(' ') || '(nothing)', () => {
      const r = motcua(folder, args)
      assert.equal(r.status, 2, r.stderr)
      assert.match(r.stderr, say)
      if (args.length) assert.equal(r.stderr.trim().split('\n').length, 1, r.stderr)
    })
})

test('every command has a manual', () => {
  const list = motcua(folder, ['--help'])
  assert.equal(list.status, 0)
  const names = [...list.stdout.matchAll(/^ {2}(\w+) /gm)].map(m => m[1])
  for (const name of ['init', 'serve', 'check', 'routes', 'catalogue', 'agencies', 'user', 'token', 'due', 'version']) assert.ok(names.includes(name), name)
  for (const name of names) {
    const r = motcua(folder, [name, '--help'])
    assert.equal(r.status, 0, `${name}: ${r.stderr}`)
    assert.match(r.stdout, /^usage:/i, name)
  }
})

test('a key that others can read, and a database that is not there, are refused', () => {
  const other = freshFolder()
  initSite(other)
  chmodSync(join(other, 'motcua.key'), 0o644)
  let r = motcua(other, ['check'])
  assert.equal(r.status, 1)
  assert.match(r.stderr, /motcua\.key can be read by others/)
  chmodSync(join(other, 'motcua.key'), 0o600)
  r = motcua(other, ['serve', '--db', 'sqlite:none.db'])
  assert.equal(r.status, 1)
  assert.match(r.stderr, /none\.db: it cannot be opened/)
  assert.ok(!existsSync(join(other, 'none.db')), 'only init makes a database')
  removeFolder(other)
})

const workers = pid => {
  try { return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number) } catch { return [] }
}

test('serve: a crashed worker is started again, SIGTERM ends with 0', async () => {
  const port = await freePort()
  const server = await startSite({ flags: ['--listen', `127.0.0.1:${port}`] })
  try {
    const [first] = workers(server.child.pid)
    process.kill(first, 'SIGSEGV')
    await soon(() => workers(server.child.pid).some(p => p !== first), 'no new worker')
    await soon(async () => (await server.client().get('/healthz').catch(() => ({}))).status === 200, 'it does not answer')
    assert.match(server.log, /the worker crashed.* signal=11/)
    assert.deepEqual(await server.stop(), { code: 0, signal: null })
    assert.equal(workers(server.child.pid).length, 0)
  } finally { await server.clean() }
})

test('serve: a worker does not outlive its supervisor', async () => {
  const server = await startSite()
  const [worker] = workers(server.child.pid)
  await server.stop('SIGKILL')
  await soon(() => { try { process.kill(worker, 0); return false } catch { return true } }, 'it lives on')
  await server.clean()
})
