// Every (route, role, relation) of tests/rights.csv, tried against a running server: who may, is let in; who may not, is refused; what is
// another agency's or another person's is not found, and stands in no list, search, export or answer of the API.
//
// That each permission is held by it: tests/rights-mutation.mjs takes and gives every one, in the table of the test and in those of the program.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { judge, knock, lastEnds, visitor } from '../lib/knock.mjs'
import { survivingWords } from '../lib/mutants.mjs'
import { rightsCity } from '../lib/rights-city.mjs'
import { cells } from '../lib/rights.mjs'
import { routes } from '../lib/server.mjs'

const all = cells(), table = new Map(routes().map(r => [`${r.method} ${r.path}`, r]))
let city
before(async () => { city = await rightsCity() })
after(async () => { await city?.site.clean(); await city?.close() })

test('every route has a row, and every row a route', () => {
  const rows = new Set(all.map(c => `${c.method} ${c.path}`))
  const without = [...table.keys()].filter(r => !rows.has(r)), gone = [...rows].filter(r => !table.has(r))
  assert.deepEqual(without, [], 'routes without a row in tests/rights.csv: write what each role may there, from the rules')
  assert.deepEqual(gone, [], 'rows of tests/rights.csv without a route')
})

const groups = Map.groupBy(all, c => c.who)

async function column(who, list) {
  const wrong = []
  for (const cell of lastEnds(list)) {
    const route = table.get(`${cell.method} ${cell.path}`), client = visitor(city.people, cell)
    if (!route) continue
    assert.ok(client, `tests/rights.csv:${cell.line}: nobody is ${who}, ${cell.relation}`)
    const a = cell.answer = await knock(client, route, city.things, cell)
    if (!judge(cell.want, a))
      wrong.push(`tests/rights.csv:${cell.line}: ${who} (${cell.relation}) ${cell.method} ${cell.path}: ${cell.want} expected, ${a.status} ${a.location ?? ''} came`)
  }
  assert.deepEqual(wrong, [])
}

// Columns side by side: nobody's cells change what another's meet.
test('each cell', { concurrency: 3 }, async t => {
  await Promise.all([...groups].map(([who, list]) => t.test(`${who}: ${list.length} cells`, () => column(who, list))))
})

// A word of the table that could as well be another says nothing.
test('every word of the table changed to every other is contradicted by the answers', () => {
  const { tried, survive } = survivingWords(all.filter(c => c.answer).map(cell => ({ cell, answer: cell.answer })))
  console.log(`rights: ${tried} changed words, ${survive.length} not contradicted`)
  assert.deepEqual(survive.map(({ cell, want }) => `tests/rights.csv:${cell.line}: ${cell.who}: ${cell.want} -> ${want}`), [])
})

test('how many were tried', () => {
  const count = f => all.filter(f).length, fields = all.filter(c => c.method === 'POST' && c.want === '+' && [400, 422].includes(c.answer?.status))
  console.log(`rights: ${all.length} cells of ${new Set(all.map(c => c.method + c.path)).size} routes: ${count(c => /^[+~]/.test(c.want))} let in, ` +
    `${count(c => c.want === '-')} refused, ${count(c => c.want === '0')} not found, ${count(c => c.want === '?')} to sign in, ` +
    `${count(c => c.want === '+!')} lists without what is another's; ` +
    `only the gate is shown by ${count(c => c.want === '~')} cells: nothing is there; by ${fields.length} forms refused for their fields (422)`)
  if (process.env.MOTCUA_RIGHTS_FIELDS) for (const [path, list] of Map.groupBy(fields, c => c.path)) console.log(`rights: ${list.length} by fields: ${path}`)
  assert.ok(all.length > 4000)
})
