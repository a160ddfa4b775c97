// What failed requests leave in the store is swept, what a paper names and what is young stays.
import test from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { onSqlite, startFaulty } from '../lib/faults.mjs'
import { motcua } from '../lib/server.mjs'

test('contents that nobody names are swept after two days', { skip: onSqlite }, async () => {
  const f = await startFaulty()
  try {
    const put = async () => JSON.parse((await f.upload()).text).items[0]
    const place = ({ sha256 }) => join(f.data, 'store', sha256.slice(0, 2), sha256.slice(2))
    const age = (file, hours) => utimesSync(place(file), Date.now() / 1000 - hours * 3600, Date.now() / 1000 - hours * 3600)
    const named = await put(), orphan = await put(), young = await put()
    f.attach([named.file])
    assert.ok(await f.submit(), f.odd.join())
    for (const file of [named, orphan]) age(file, 49)
    age(young, 20)
    const check = (...more) => motcua(f.folder, ['check', '--db', `sqlite:${f.database}`, '--data', f.data, ...more])
    assert.match(check('--deep').stdout, new RegExp(`content\\s+${orphan.sha256}`))
    assert.ok(existsSync(place(orphan)), 'the check alone changes nothing')
    const swept = check('--deep', '--sweep')
    assert.equal(swept.status, 0, swept.stdout + swept.stderr)
    assert.match(swept.stdout, /^swept 1$/m)
    assert.deepEqual([named, orphan, young].map(x => existsSync(place(x))), [true, false, true])
    assert.equal(check('--sweep').status, 2)
  } finally { await f.clean() }
})
