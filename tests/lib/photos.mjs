// Photos of papers as telephones make them (JPEG, PNG, HEIC), and PDF files good and bad, made here.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// A well-formed PDF: a page a list of lines (plain ASCII).
export function pdf(pages) {
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', '', '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>'], kids = []
  for (const lines of pages) {
    const text = `BT /F1 22 Tf 60 760 Td 30 TL ${lines.map(l => `(${l}) Tj T*`).join(' ')} ET`
    objects.push(`<</Length ${text.length}>>\nstream\n${text}\nendstream`)
    objects.push(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${objects.length} 0 R/Resources<</Font<</F1 3 0 R>>>>>>`)
    kids.push(`${objects.length} 0 R`)
  }
  objects[1] = `<</Type/Pages/Kids[${kids.join(' ')}]/Count ${kids.length}>>`
  let out = '%PDF-1.4\n'
  const at = objects.map((o, i) => { const here = out.length; out += `${i + 1} 0 obj\n${o}\nendobj\n`; return here })
  const start = out.length
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map(n => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}`
  return Buffer.from(`${out}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`)
}

function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'photos-'))
  try { return work(folder) } finally { rmSync(folder, { recursive: true, force: true }) }
}

const page = (kind, lines, dpi = 100) => inFolder(folder => {
  writeFileSync(join(folder, 'p.pdf'), pdf([lines]))
  execFileSync('pdftoppm', [`-${kind}`, '-r', String(dpi), '-singlefile', join(folder, 'p.pdf'), join(folder, 'p')])
  return readFileSync(join(folder, kind === 'jpeg' ? 'p.jpg' : 'p.png'))
})

export const jpeg = (lines, dpi) => page('jpeg', lines, dpi)
export const png = (lines, dpi) => page('png', lines, dpi)
export const haveHeic = spawnSync('heif-enc', ['--version']).error === undefined
export const heic = lines => inFolder(folder => {
  writeFileSync(join(folder, 'p.png'), png(lines))
  execFileSync('heif-enc', ['-q', '50', '-o', join(folder, 'p.heic'), join(folder, 'p.png')], { stdio: 'ignore' })
  return readFileSync(join(folder, 'p.heic'))
})
export const encrypted = pages => inFolder(folder => {
  writeFileSync(join(folder, 'p.pdf'), pdf(pages))
  execFileSync('qpdf', ['--encrypt', 'mat-khau', 'mat-khau', '256', '--', join(folder, 'p.pdf'), join(folder, 'e.pdf')])
  return readFileSync(join(folder, 'e.pdf'))
})
