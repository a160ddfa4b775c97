// node tests/routes-visited.mjs FILE: routes of the table that no scenario reached (exit 1 when there are any), and those
// that never answered well.  FILE is what scenarios left with MOTCUA_VISITED=FILE: METHOD PATTERN STATUS a line (lib/server.mjs).
import { readFileSync } from 'node:fs'
import { routes } from './lib/server.mjs'

if (!process.argv[2]) { console.error('usage: routes-visited.mjs FILE'); process.exit(2) }
const answers = new Map()
try {
  for (const [, route, status] of readFileSync(process.argv[2], 'utf8').matchAll(/^(\S+ \S+) (\d+)$/gm))
    answers.set(route, Math.min(answers.get(route) ?? 999, Number(status)))
} catch { console.error(`no scenario left anything in ${process.argv[2]}: run the stages http and browser first`) }

const all = routes().map(r => `${r.method} ${r.path}`)
const never = all.filter(r => !answers.has(r)), refused = all.filter(r => answers.get(r) >= 400)
for (const r of never) console.log(`never visited: ${r}`)
for (const r of refused) console.log(`only ever refused: ${r}`)
console.log(`${all.length - never.length} of ${all.length} routes visited, ${refused.length} only ever refused`)
process.exit(never.length ? 1 : 0)
