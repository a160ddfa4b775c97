// tests/rights-mutation.mjs: is each permission held by the rights test?  Every cell of tests/rights.csv is tried once against the program and its
// answer kept; then
//   words    every cell of the table is changed to every other word: the answers must contradict it
//   routes   every row of the program's route table gets every other permission, and none that anybody has: a cell must show it
//   roles    every permission is taken from every role, and every other given: a cell must show it
// The program with a change is build/rights-mutant: its own objects, two functions wrapped (tests/rights/mutant.c); each pass begins with the same city.
//
//   node tests/rights-mutation.mjs [--answers FILE] [words] [routes] [roles]
//
// One fact a line.  Exit status: 0; 1 a change survived.  On SQLite; some ten minutes on two cores.
import { writeFileSync } from 'node:fs'
import { judge } from './lib/knock.mjs'
import { PERMS, Pristine, has, rolePass, routePass, survivingWords } from './lib/mutants.mjs'
import { ROLES } from './lib/rights.mjs'

const args = process.argv.slice(2), at = args.indexOf('--answers'), answers = at < 0 ? undefined : args.splice(at, 2)[1]
const want = part => args.length === 0 || args.includes(part), began = Date.now()
if (args.some(a => !['words', 'routes', 'roles'].includes(a))) { console.error(`rights-mutation: ${args.join(' ')}: words, routes, roles`); process.exit(2) }
let survivors = 0
const say = (...words) => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s`, ...words)
const survived = (...words) => { survivors++; say('SURVIVES', ...words) }
const city = await Pristine.make()

async function words() {
  await city.serve('')
  const tried = await city.try(city.cells), wrong = tried.filter(({ cell, answer }) => !judge(cell.want, answer)), { tried: n, survive } = survivingWords(tried)
  if (answers) writeFileSync(answers, tried.map(({ cell, answer }) => JSON.stringify({ ...cell, ...answer })).join('\n'))
  for (const { cell, answer } of wrong) survived(`unchanged tests/rights.csv:${cell.line}: ${cell.who} (${cell.relation}): ${cell.want} expected, ${answer.status} came`)
  for (const { cell, want } of survive) survived(`tests/rights.csv:${cell.line}: ${cell.who} (${cell.relation}) ${cell.method} ${cell.path}: ${cell.want} -> ${want}`)
  say(`words: ${n} changes of ${tried.length} cells, ${survive.length} survive`)
}

async function rows() {
  const sum = { rows: 0, nobody: 0, found: 0, twice: 0, survive: 0 }
  for (const perm of PERMS) {
    const pass = await routePass(city, perm)
    for (const k of Object.keys(sum)) sum[k] += pass[k].length ?? pass[k]
    for (const row of pass.survive) survived(`${row}: ${city.table.get(row).perm} -> ${perm}`)
    for (const row of pass.twice) say(`held twice, by its handler as well: ${row}: ${city.table.get(row).perm} -> ${perm}`)
    say(`route ${perm}: ${pass.rows} rows changed, ${pass.found} found, ${pass.twice.length} held twice, ${pass.nobody} concern nobody, ${pass.survive.length} survive`)
  }
  say(`routes: ${sum.rows} changes, ${sum.found} found, ${sum.twice} held twice, ${sum.nobody} concern nobody (the same people have both), ${sum.survive} survive`)
}

async function roles() {
  let n = 0
  const officers = PERMS.filter(p => !['public', 'signed-in', 'citizen', 'officer', 'api.read', 'api.write', 'unset'].includes(p))
  for (const role of ROLES)
    for (const perm of officers) {
      const sign = has(role, perm) ? '-' : '+', cells = await rolePass(city, role, sign, perm)
      n++
      if (cells) say(`role ${role} ${sign}${perm}: ${cells} cells`)
      else survived(`role ${role} ${sign}${perm}`)
    }
  say(`roles: ${n} changes`)
}

try {
  if (want('words')) await words()
  if (want('routes')) await rows()
  if (want('roles')) await roles()
} finally {
  await city.clean()
}
say(`${survivors} survive`)
process.exit(survivors ? 1 : 0)
