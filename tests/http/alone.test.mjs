// A SQLite file has one server; what a server shares with nobody is checked on every engine.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSite, serveAgain, motcua } from '../lib/server.mjs'
import { ENGINE } from '../lib/engine.mjs'

test('a second server on the same SQLite file is refused with a sentence', { skip: ENGINE !== 'sqlite' && 'for SQLite' }, async () => {
  const first = await startSite()
  await assert.rejects(serveAgain(first), /another motcua serve has .*PostgreSQL/)
  assert.equal((await first.client().get('/')).status, 200)
  await first.stop()
  const second = await serveAgain(first)
  assert.equal((await second.client().get('/readyz')).status, 200)
  await second.clean()
})

test('a store that is not there any more keeps a server from starting, until it is adopted', async () => {
  const s = await startSite(), marker = join(s.folder, 'store', 'motcua.store')
  await s.stop()
  assert.ok(existsSync(marker))
  const was = readFileSync(marker, 'utf8')
  rmSync(marker)
  await assert.rejects(serveAgain(s), /has no marker of this database/)
  const looked = motcua(s.folder, ['check'])
  assert.equal(looked.status, 1)
  assert.match(looked.stderr, /has no marker of this database/)
  writeFileSync(marker, 'khac\n')
  await assert.rejects(serveAgain(s), /another database's/)
  const adopted = motcua(s.folder, ['init', '--adopt'])
  assert.equal(adopted.status, 0, adopted.stderr)
  assert.match(adopted.stdout, /store and key adopted/)
  assert.equal(readFileSync(marker, 'utf8'), was)
  const again = await serveAgain(s)
  await again.clean()
})

test('another key keeps a server from starting, until it is adopted', async () => {
  const s = await startSite(), key = join(s.folder, 'motcua.key')
  await s.stop()
  renameSync(key, key + '.old')
  writeFileSync(key, Buffer.alloc(32, 9), { mode: 0o600 })
  await assert.rejects(serveAgain(s), /is not this database's: copy motcua.key/)
  assert.equal(motcua(s.folder, ['init', '--adopt']).status, 0)
  const again = await serveAgain(s)
  await again.clean()
})

test('a command that writes beside the server makes ids of its own seat', async () => {
  const s = await startSite()
  const made = motcua(s.folder, ['user', 'add', '--login', '001191000777', '--name', 'Nguyễn Thị Bảy', '--citizen', '--password-stdin'], { input: 'Mat-khau-2026-thu\n' })
  assert.equal(made.status, 0, made.stderr)
  const said = motcua(s.folder, ['servers'])
  assert.equal(said.status, 0, said.stderr)
  assert.match(said.stdout, /^\d+\t\S+ serve\t\d+\n$/)
  assert.equal(motcua(s.folder, ['servers', 'x']).status, 2)
  await s.clean()
})
