// The short form of tests/rights-mutation.mjs: the permission of every row of the route table taken away (anybody may), and withdrawn from everybody
// (nobody may): the cells of tests/rights.csv show each.  Rights do not depend on the engine: on SQLite.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { ENGINE } from '../lib/engine.mjs'
import { Pristine, routePass } from '../lib/mutants.mjs'

const skip = ENGINE !== 'sqlite'
let city
before(async () => { if (!skip) city = await Pristine.make() })
after(() => city?.clean())

for (const perm of ['public', 'unset'])
  test(`every row of the route table with the permission "${perm}" instead of its own`, { skip }, async () => {
    const pass = await routePass(city, perm)
    console.log(`rights-mutation ${perm}: ${pass.rows} rows changed, ${pass.found} found, ${pass.twice.length} held twice, ${pass.survive.length} survive`)
    assert.deepEqual(pass.survive, [])
    assert.ok(pass.rows > 250)
  })
