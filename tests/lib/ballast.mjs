// A real PDF of one empty page that weighs as much as is asked for: its ballast is a stream of bytes that nobody shows.
import { randomBytes } from 'node:crypto'

export function pdfOf(size, bytes) {
  const parts = [], at = []
  let n = 0
  const add = b => { parts.push(Buffer.from(b)); n += b.length }
  const object = b => { at.push(n); add(Buffer.concat([Buffer.from(`${at.length} 0 obj\n`), Buffer.from(b), Buffer.from('\nendobj\n')])) }
  const ballast = bytes ?? randomBytes(Math.max(16, size - 700))
  add('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n')
  object('<< /Type /Catalog /Pages 2 0 R >>')
  object('<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
  object('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>')
  object('<< /Length 24 >>\nstream\n0 0 m 100 100 l S       \nendstream')
  object(Buffer.concat([Buffer.from(`<< /Length ${ballast.length} >>\nstream\n`), ballast, Buffer.from('\nendstream')]))
  const xref = n
  add(`xref\n0 ${at.length + 1}\n0000000000 65535 f \n${at.map(o => `${String(o).padStart(10, '0')} 00000 n \n`).join('')}`)
  add(`trailer\n<< /Size ${at.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`)
  return Buffer.concat(parts)
}
