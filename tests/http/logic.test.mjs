// Conditions: the server's evaluator beside json-logic-js on random rules, and beside the browser's own on every
// condition of the shipped e-forms.  No server is started.
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, ROOT } from '../lib/server.mjs'
import jsonLogic from 'json-logic-js'
import { holds } from '../../web/src/js/logic.js'

function answers(pairs) {
  const out = spawnSync(join(BUILD, 'tests/logic_lines'), { input: pairs.map(p => JSON.stringify(p)).join('\n') + '\n',
    encoding: 'utf8', maxBuffer: 1 << 28 })
  assert.equal(out.status, 0, out.stderr)
  return out.stdout.trimEnd().split('\n').map(line => JSON.parse(line))
}

// The same numbers in every run.
function numbers(seed) {
  return n => {
    seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5
    return (seed >>> 0) % n
  }
}

const DATA = { a: 1, b: { c: [10, 20, { d: 'x' }] }, e: '', n: null, z: '0', no: [], rows: [{ n: 1 }, { n: 2 }, { n: 3 }],
  t: 'Đặng', f: 2.5, neg: -3, s: '12', tr: true }
const VARS = ['a', 'b.c.0', 'b.c', 'e', 'n', 'z', 'no', 'rows', 't', 'f', 'neg', 's', 'tr', 'none', 'none.x', 'b.c.2.d']
const LITERALS = [0, 1, 2, -1, 2.5, '', '0', '1', '12', 'abc', 'x', true, false, null, [], [1], [1, 2], ['a']]
const LISTS = ['map', 'filter', 'all', 'none', 'some']
const MANY = ['+', '*', 'max', 'min', 'cat', 'merge', 'or', 'and', 'if']
const TWO = ['==', '===', '!=', '!==', '>', '>=', '/', '%', 'in', '-']
const OPS = [...LISTS, ...MANY, ...TWO, '<', '<=', '!', '!!', 'reduce', 'missing', 'missing_some', 'substr']

function rule(r, depth, inside) {
  const v = () => VARS[r(VARS.length)], sub = () => rule(r, depth - 1, inside)
  if (depth <= 0 || r(10) < 3) return r(2) ? LITERALS[r(LITERALS.length)] : { var: inside && r(2) ? ['', 'n'][r(2)] : v() }
  const op = OPS[r(OPS.length)], list = () => (r(3) ? { var: 'rows' } : sub())
  if (LISTS.includes(op)) return { [op]: [list(), rule(r, depth - 1, true)] }
  if (MANY.includes(op)) return { [op]: Array.from({ length: 1 + r(4) }, sub) }
  if (TWO.includes(op)) return { [op]: [sub(), sub()] }
  if (op === '<' || op === '<=') return { [op]: Array.from({ length: 2 + r(2) }, sub) }
  if (op === '!' || op === '!!') return { [op]: [sub()] }
  if (op === 'missing') return { missing: [v(), v()] }
  if (op === 'missing_some') return { missing_some: [r(3), [v(), v()]] }
  if (op === 'substr') return { substr: [['jsonlogic', 'abc'][r(2)], r(9) - 4, ...(r(2) ? [r(9) - 4] : [])] }
  return { reduce: [list(), { [['+', '*', 'max', 'cat'][r(4)]]: [{ var: 'current.n' }, { var: 'accumulator' }] }, r(5)] }
}

// What JSON cannot write is null on the way out.
const plain = v => (v === undefined || (typeof v === 'number' && !Number.isFinite(v)) ? null
  : Object.is(v, -0) ? 0 : Array.isArray(v) ? v.map(plain) : v)

test('20,000 random rules mean what they mean to json-logic-js', () => {
  const r = numbers(20261122)
  const rules = Array.from({ length: 20000 }, () => rule(r, 3, false))
  const ours = answers(rules.map(x => [x, DATA]))
  let compared = 0
  rules.forEach((x, i) => {
    let want
    try { want = plain(jsonLogic.apply(structuredClone(x), DATA)) } catch { return }    // it trips over some lists
    assert.deepEqual(ours[i], want, JSON.stringify(x))
    compared++
  })
  assert.ok(compared > 19000, `${compared}`)
})

// --- the browser's evaluator ---

const day = before => new Date(Date.now() + 7 * 3600e3 - before * 86400e3).toISOString().slice(0, 10)
const DATES = [undefined, day(1), day(30), day(100), day(7 * 365 + 30), day(12 * 365 + 50), day(40 * 365 + 60)]

function* components(list) {
  for (const c of list) {
    yield c
    if (c.components) yield* components(c.components)
  }
}

function answer(c, r) {
  if (c.type === 'datetime') return DATES[r(DATES.length)]
  if (c.type === 'checkbox') return [undefined, true, false][r(3)]
  if (c.type === 'number') return [undefined, 1, 3][r(3)]
  const choices = c.values ?? c.data?.values
  if (choices) return r(4) ? choices[r(choices.length)].value : undefined
  return [undefined, '', 'VN', 'abc'][r(4)]
}

test('every condition of a shipped e-form shows and hides alike in the browser', () => {
  const r = numbers(7), pairs = []
  for (const code of readdirSync(join(ROOT, 'catalogue/procedures'))) {
    const form = JSON.parse(readFileSync(join(ROOT, 'catalogue/procedures', code, 'form.json'), 'utf8'))
    const all = [...components(form.components)]
    for (const c of all) {
      if (!c.conditional?.json) continue
      for (let i = 0; i < 20; i++) {
        const data = { $received: day(0), $channel: 'online', $payer: 'citizen' }
        for (const f of all) {
          const v = answer(f, r)
          if (v !== undefined) data[f.key] = v
        }
        pairs.push([c.conditional.json, data, `${code} ${c.key}`])
      }
    }
  }
  assert.ok(pairs.length > 500)
  const ours = answers(pairs.map(([x, data]) => [x, data]))
  pairs.forEach(([x, data, where], i) => {
    const shown = Array.isArray(ours[i]) ? ours[i].length > 0 : Boolean(ours[i])
    assert.equal(holds(x, data), shown, `${where}: ${JSON.stringify(x)} of ${JSON.stringify(data)}`)
  })
})
