// A database that is newer than the program is refused by every command; several that begin at once make one schema.
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { BUILD, ROOT, freshCity, freshFolder, motcua, removeFolder } from '../lib/server.mjs'
import { databaseUrl, sql } from '../lib/engine.mjs'

test('a newer schema is refused: serve, check, init, and nothing is changed', () => {
  const { folder } = freshCity()
  try {
    sql(folder, "INSERT INTO schema_version (number, name, sha256, applied_at) VALUES (9999, '9999.sql', 'x', 0)")
    for (const words of [['serve', '--listen', '127.0.0.1:0'], ['check'], ['init', '--catalogue', join(ROOT, 'catalogue')]]) {
      const r = motcua(folder, [...words, '--db', databaseUrl(folder)])
      assert.equal(r.status, 1, `${words[0]}: ${r.stdout}${r.stderr}`)
      assert.match(r.stderr, /the database has migration 9999, which this program does not know/, words[0])
    }
    assert.equal(sql(folder, 'SELECT max(number) FROM schema_version'), '9999')
  } finally { removeFolder(folder) }
})

test('an altered migration is refused', () => {
  const { folder } = freshCity()
  try {
    sql(folder, "UPDATE schema_version SET sha256 = 'x' WHERE number = 11")
    const r = motcua(folder, ['check', '--db', databaseUrl(folder)])
    assert.equal(r.status, 1)
    assert.match(r.stderr, /migration 0011\S* was altered/)
  } finally { removeFolder(folder) }
})

test('four that begin at once make one schema', async () => {
  const folder = freshFolder()
  try {
    const begin = () => new Promise(done => {
      const child = spawn(join(BUILD, 'motcua'), ['init', '--db', databaseUrl(folder), '--catalogue', join(ROOT, 'catalogue')], { cwd: folder })
      let said = ''
      child.stdout.on('data', b => { said += b })
      child.stderr.on('data', b => { said += b })
      child.on('exit', status => done({ status, said }))
    })
    for (const r of await Promise.all([begin(), begin(), begin(), begin()])) assert.equal(r.status, 0, r.said)
    assert.equal(sql(folder, 'SELECT count(*) - count(DISTINCT number) FROM schema_version'), '0')
    assert.equal(motcua(folder, ['check', '--db', databaseUrl(folder)]).status, 0)
  } finally { removeFolder(folder) }
})
