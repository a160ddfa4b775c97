// motcua check --deep: what the demo city did agrees with itself; what is broken is named, and counters are corrected when somebody agrees.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { ROOT, freshCity, motcua, removeFolder } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'

let folder
before(() => { ({ folder } = freshCity(['--demo', join(ROOT, 'demo')])) })
after(() => removeFolder(folder))
const check = (...words) => motcua(folder, ['check', ...words])

test('the demo city agrees with itself', () => {
  const r = check('--deep')
  assert.equal(r.status, 0, r.stdout + r.stderr)
  assert.match(r.stdout, /^dossiers 7$/m)
  assert.match(r.stdout, /^findings 0$/m)
})

test('what is broken is a line and exit status 1', () => {
  sql(folder, "UPDATE dossier_event SET note = 'x' WHERE version = 2")
  const r = check('--deep')
  assert.equal(r.status, 1)
  assert.match(r.stdout, /^chain H26\.X\.\d+-\d{6}-\d{4}: event 2 does not carry its hash$/m)
})

test('counters are corrected only when somebody agrees', () => {
  sql(folder, "UPDATE stat_month SET submitted = submitted + 5 WHERE unit = 0 AND procedure = ''")
  const refused = check('--repair-counters')
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /nothing was changed; --yes/)
  const mended = check('--repair-counters', '--yes')
  assert.equal(mended.status, 0, mended.stderr)
  assert.match(mended.stdout, /^counter stat_month unit=all procedure=all month=\d{6} submitted: is \d+, counted \d+$/m)
  assert.doesNotMatch(check('--deep').stdout, /^counter/m)
  assert.equal(check('--yes').status, 2)
})
