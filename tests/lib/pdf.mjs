// What a PDF says and whether it is whole, by programs that are not ours (poppler-utils, qpdf).
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

function withFile(bytes, work) {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-pdf-')), file = join(folder, 'a.pdf')
  try {
    writeFileSync(file, bytes)
    return work(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(program, args) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 60000 })
  assert.equal(r.status, 0, `${program}: ${r.stderr}${r.stdout}`)
  return r.stdout
}

// Its text, white space runs made one space; pages end with \f.
export const pdfText = bytes => withFile(bytes, file => run('pdftotext', ['-raw', file, '-'])).replace(/[^\S\f]+/g, ' ')
export const pdfPages = bytes => Number(withFile(bytes, file => run('pdfinfo', [file])).match(/^Pages:\s+(\d+)/m)[1])
export const pdfWhole = bytes => assert.match(withFile(bytes, file => run('qpdf', ['--check', file])), /No syntax or stream encoding errors/)

// A form by its address: the first print of a paper takes its number and sends there again.
export async function form(client, path) {
  const r = await client.follow(await client.get(path))
  assert.equal(r.status, 200, `${path}: ${r.text.slice(0, 500)}`)
  assert.equal(r.headers['content-type'], 'application/pdf')
  assert.match(r.headers['content-disposition'], /^inline; filename=/)
  return r
}
