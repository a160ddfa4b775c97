// Small pictures (60 dpi, 16 greys) of the five results that tests/http/results.test.mjs issues by the real flow.
// Usage: node tools/result-pictures.mjs FOLDER      e.g. docs/results
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { page } from './pictures.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..'), folder = process.argv[2]
if (!folder) {
  console.error('result-pictures: which folder?')
  process.exit(2)
}
const work = mkdtempSync(join(tmpdir(), 'motcua-pictures-'))
const played = spawnSync(process.execPath, ['--test', '--test-name-pattern', 'is issued', join(root, 'tests/http/results.test.mjs')],
  { cwd: root, encoding: 'utf8', env: { ...process.env, MOTCUA_KEEP: work } })
assert.equal(played.status, 0, played.stdout)
mkdirSync(folder, { recursive: true })
for (const file of readdirSync(work).filter(f => f.endsWith('.pdf')).sort()) {
  const name = file.replace(/\.pdf$/, ''), pages = Number(spawnSync('pdfinfo', [join(work, file)], { encoding: 'utf8' }).stdout.match(/Pages:\s+(\d+)/)[1])
  const png = page(join(work, file), pages)         // the one that is signed
  writeFileSync(join(folder, `${name}.png`), png)
  console.log(`${name} ${png.length}`)
}
rmSync(work, { recursive: true, force: true })
