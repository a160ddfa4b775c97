// The shipped catalogue with one procedure that asks how surely it is known who applies: level 1, 2 or 3.
import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, motcua } from './server.mjs'

export function addSure(folder, procedure, level) {
  const all = join(folder, 'danh-muc-muc'), yaml = join(all, 'procedures', procedure, 'procedure.yaml')
  cpSync(join(ROOT, 'catalogue'), all, { recursive: true })
  writeFileSync(yaml, `${readFileSync(yaml, 'utf8').replace(/^assurance:.*\n/m, '').replace(/^version: (\d+)/m, (_, n) => `version: ${Number(n) + 1}`).replace(/^valid_from:.*$/m, 'valid_from: 2026-01-01')}\nassurance: ${level}\n`)
  const made = motcua(folder, ['catalogue', 'import', all])
  assert.equal(made.status, 0, made.stdout + made.stderr)
  rmSync(all, { recursive: true })
}
