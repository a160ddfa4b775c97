// tests/rights-mutation.mjs: is each permission held by the rights test?  Every cell of tests/rights.csv is tried once against the program and its
// answer kept; then
//   words    every cell of the table is changed to every other word: the answers must contradict it
//   routes   every row of the program's route table gets every other permission, and none that anybody has: a cell must show it
//   taken    every permission is taken from every role that has it: a cell must show it
//   given    every permission is given to every role that has it not: the same
// The program with a change is build/rights-mutant: its own objects, two functions wrapped (tests/rights/mutant.c); each pass begins with the same city.
//
//   node tests/rights-mutation.mjs [--answers FILE] [words] [routes] [taken] [given]
//
// One fact a line.  Exit status: 0; 1 a change survived; 2 bad arguments.  On SQLite; ten minutes on two cores.
import { writeFileSync } from 'node:fs'
import { judge } from './lib/knock.mjs'
import { PERMS, Pristine, has, rolePass, routePass, survivingWords } from './lib/mutants.mjs'
import { ROLES } from './lib/rights.mjs'

const args = process.argv.slice(2), at = args.indexOf('--answers'), answers = at < 0 ? undefined : args.splice(at, 2)[1]
const want = part => args.length === 0 || args.includes(part), began = Date.now()
if (args.some(a => !['words', 'routes', 'taken', 'given'].includes(a))) { console.error(`rights-mutation: ${args.join(' ')}: words, routes, taken, given`); process.exit(2) }
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

// What a role may be given without anything being opened, and why.
const NO_USE = [
  ['administrator', /^(apply|assist|digitise|dossier\.)/, 'who administers users has nothing of dossiers, whatever the roles say: keep_apart()'],
  ['reporter auditor community', /^dossier\.process$/, 'a step is taken on the page of a dossier, which wants dossier.read'],
]
const noUse = (role, perm) => NO_USE.find(([roles, perms]) => roles.split(' ').includes(role) && perms.test(perm))?.[2]

// What each role has is taken from it; what it has not is given to it: sign '-' or '+'.
async function roles(sign) {
  let n = 0
  const asked = new Set([...[...city.table.values()].map(r => r.perm), 'dossier.process']), officers = PERMS.filter(p => asked.has(p) && !['public', 'signed-in', 'citizen', 'officer', 'api.read', 'api.write', 'unset'].includes(p))
  for (const role of ROLES)
    for (const perm of officers.filter(p => has(role, p) === (sign === '-'))) {
      const shows = await rolePass(city, role, sign, perm)
      n++
      if (shows) say(`role ${role} ${sign}${perm}: tests/rights.csv:${shows.line}: ${shows.method} ${shows.path} (${shows.relation})`)
      else if (sign === '+' && noUse(role, perm)) say(`held twice: role ${role} +${perm}: ${noUse(role, perm)}`)
      else survived(`role ${role} ${sign}${perm}`)
    }
  say(`roles ${sign}: ${n} changes`)
}

try {
  if (want('words')) await words()
  if (want('routes')) await rows()
  if (want('taken')) await roles('-')
  if (want('given')) await roles('+')
} finally {
  await city.clean()
}
say(`${survivors} survive`)
process.exit(survivors ? 1 : 0)
