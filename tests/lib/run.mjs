// Every *.test.mjs of a folder with node's own test runner, one process a file, the longest first; at the end how long each took.
//
//   node tests/lib/run.mjs FOLDER             (MOTCUA_TEST_AT_ONCE: how many files at a time; one more than there are cores)
//
// The files share a folder for cities that are made once and copied (server.mjs: freshCity).  A file that failed is run once more,
// alone, when at most three did: what then passes is said as unsteady, with what it first said.  It is a fault to mend, of the
// program or of the test, and not one that stops a release.  MOTCUA_TEST_SORRY: a file to which the words of every failure are
// added, for the end of ./test.  Exit status: 0; 1 a test failed.
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

const AT_ONCE = Number(process.env.MOTCUA_TEST_AT_ONCE ?? cpus().length + 1), LONGEST_MS = 900000, AGAIN_AT_MOST = 3, WORDS_AT_MOST = 1500
const LONG = ['axe', 'rights-matrix', 'rights-mutation', 'numbers-at-rest', 'retention', 'two-sealers', 'hostile', 'move', 'servers', 'digitise', 'results', 'vault', 'intake', 'gate', 'gate-waiting']     // begun first, so that none is alone at the end
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

// What failed: the innermost tests, each with its file and the words of its error.
function pass(some, concurrency) {
  const failed = [], tests = run({ files: some, concurrency, timeout: LONGEST_MS })
  tests.on('test:fail', f => failed.push({ file: f.file ?? f.name, test: f.name, error: f.details?.error, outer: f.details?.error?.failureType === 'subtestsFailed' }))
  tests.on('test:summary', s => { if (s.file) took.push([s.duration_ms, name(s.file)]) })
  return new Promise(end => {
    tests.compose(new spec()).on('end', () => end(failed)).pipe(process.stdout, { end: false })
  })
}

const errorOf = error => String(error?.cause?.stack ?? error?.cause ?? error?.message ?? error).slice(0, WORDS_AT_MOST)
function tell(how, failed) {
  const text = failed.filter(f => !f.outer).map(f => `${how}: ${basename(folder)}/${name(f.file)}: ${f.test}\n${errorOf(f.error).replace(/^/gm, '    ')}\n`).join('')
  console.log(text)
  if (process.env.MOTCUA_TEST_SORRY) appendFileSync(process.env.MOTCUA_TEST_SORRY, text)
}

const took = [], first = await pass(files, AT_ONCE)
const again = files.filter(f => first.some(x => resolve(x.file) === f))
if (first.length && again.length && again.length <= AGAIN_AT_MOST) {
  console.log(`once more, alone: ${again.map(name).join(', ')}`)
  const second = await pass(again, 1)
  tell(second.length ? 'FAILED first' : 'unsteady (passed when run alone)', first)
  tell('FAILED again', second)
  if (second.length) process.exitCode = 1
} else if (first.length) {
  tell('FAILED', first)
  process.exitCode = 1
}
console.log(`seconds a file: ${took.sort(([a], [b]) => b - a).map(([ms, file]) => `${file} ${(ms / 1000).toFixed(1)}`).join(', ')}`)
