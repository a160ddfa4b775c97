// Every *.test.mjs of a folder with node's own test runner, one process a file, the longest first; at the end how long each took.
//
//   node tests/lib/run.mjs FOLDER             (MOTCUA_TEST_AT_ONCE: how many files at a time; two, as a small machine has cores)
//
// The files share a folder for cities that are made once and copied (server.mjs: freshCity).  Exit status: 0; 1 a test failed.
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

const AT_ONCE = Number(process.env.MOTCUA_TEST_AT_ONCE ?? 2), LONGEST_MS = 900000
const LONG = ['axe', 'hostile', 'move', 'servers', 'digitise', 'results', 'vault', 'intake', 'gate', 'gate-waiting']     // begun first, so that none is alone at the end
const name = file => basename(file, '.test.mjs')
const place = file => (LONG.indexOf(name(file)) + 1 || LONG.length + 1)

const folder = resolve(process.argv[2])
const files = readdirSync(folder).filter(f => f.endsWith('.test.mjs')).sort((a, b) => place(a) - place(b) || a.localeCompare(b)).map(f => join(folder, f))
if (!files.length) {
  console.error(`${folder} holds no tests`)
  process.exit(1)
}

process.env.MOTCUA_TEST_CITIES = mkdtempSync(join(tmpdir(), 'motcua-cities-'))
process.on('exit', () => rmSync(process.env.MOTCUA_TEST_CITIES, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

const took = [], tests = run({ files, concurrency: AT_ONCE, timeout: LONGEST_MS })
tests.on('test:fail', () => { process.exitCode = 1 })
tests.on('test:summary', s => { if (s.file) took.push([s.duration_ms, name(s.file)]) })
process.on('exit', () => {
  const list = took.sort(([a], [b]) => b - a).map(([ms, file]) => `${file} ${(ms / 1000).toFixed(1)}`)
  console.log(`seconds a file: ${list.join(', ')}`)
})
tests.compose(new spec()).pipe(process.stdout)
