// tests/rights-mutation.mjs: takes the permission from rows of the route table, one after the other, builds, and expects the test of rights
// to fail.  Works in this tree and puts each file back; wants a tree without changes.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const ROWS = [
  ['src/mod/dossiers/dossiers_desk_show.c', 'path, PERM_DOSSIER_READ,', 'path, PERM_OFFICER,'],
  ['src/site/audit.c', '"/quan-tri/nhat-ky.csv", PERM_AUDIT,', '"/quan-tri/nhat-ky.csv", PERM_SIGNED_IN,'],
  ['src/site/settings.c', 'PERM_ADMIN_SETTINGS', 'PERM_OFFICER'],
]
const build = () => execFileSync('ninja', ['-C', join(ROOT, 'build'), 'motcua'], { stdio: ['ignore', 'ignore', 'inherit'] })
let missed = 0

for (const [file, has, gets] of ROWS.slice(0, Number(process.argv[2] ?? ROWS.length))) {
  const path = join(ROOT, file), was = readFileSync(path, 'utf8')
  if (!was.includes(has)) { console.log(`${file}: ${has} is not there`); missed++; continue }
  try {
    writeFileSync(path, was.replaceAll(has, gets))
    build()
    const ran = spawnSync(process.execPath, ['--test', join(ROOT, 'tests/http/rights-matrix.test.mjs')], { encoding: 'utf8' })
    const cells = new Set(ran.stdout.match(/tests\/rights\.csv:\d+: \w+ \([\w -]+\)/g))
    console.log(`${ran.status ? 'found' : 'MISSED'}: ${file}: ${has} -> ${gets}: ${cells.size} cells`)
    missed += ran.status === 0
  } finally {
    writeFileSync(path, was)
  }
}
build()
process.exit(missed ? 1 : 0)
