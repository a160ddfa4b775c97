// A confidential procedure for tests: the shipped catalogue and 9.900001, a registration of birth that only who is named may read.
import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, motcua } from './server.mjs'

export const SECRET = '9.900001', COVER = 'Thủ tục bảo mật', OPEN_NAME = 'Đăng ký khai sinh có yếu tố thử mật'

export function addConfidential(folder) {
  const all = join(folder, 'danh-muc-thu'), package_ = join(all, 'procedures', SECRET), yaml = join(package_, 'procedure.yaml')
  cpSync(join(ROOT, 'catalogue'), all, { recursive: true })
  cpSync(join(all, 'procedures', '1.001193'), package_, { recursive: true })
  const text = readFileSync(yaml, 'utf8').replaceAll('1.001193', SECRET).replace(/^name: .*$/m, `name: ${OPEN_NAME}`)
  writeFileSync(yaml, `${text}\nconfidential:\n  basis: Điều 8 Luật thử, chỉ dùng trong kiểm thử\n  readers: [intake, leader]\n` +
    `  cover: ${COVER}\n  from: 2026-01-01\n`)
  const form = join(package_, 'form.json')          // a form is no other's copy
  writeFileSync(form, readFileSync(form, 'utf8').replace(/"maxLength": (\d+)/, (_, n) => `"maxLength": ${Number(n) - 1}`))
  const made = motcua(folder, ['catalogue', 'import', all])
  assert.equal(made.status, 0, made.stdout + made.stderr)
  rmSync(all, { recursive: true })
}
