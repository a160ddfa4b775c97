// Small pictures of papers: what form-pictures.mjs and result-pictures.mjs share.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { deflateSync, crc32 } from 'node:zlib'

// --- a PGM of pdftoppm as a PNG of four bits a pixel --------------------------------------------------------------

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length)
  out.write(type, 4, 'latin1')
  data.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

function picture(pgm) {
  const [head, w, h] = pgm.subarray(0, 60).toString('latin1').match(/^P5\s+(\d+)\s+(\d+)\s+255\s/)
  const width = Number(w), height = Number(h), row = 1 + Math.ceil(width / 2), rows = Buffer.alloc(row * height), ihdr = Buffer.alloc(13)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * row + 1 + (x >> 1)] |= Math.round(pgm[head.length + y * width + x] / 17) << (x % 2 ? 0 : 4)
  ihdr.writeUInt32BE(width)
  ihdr.writeUInt32BE(height, 4)
  ihdr[8] = 4                                                 // bits; colour type 0: grey
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', ihdr), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

// A page of a PDF at 60 dpi, 16 greys.
export function page(file, number = 1) {
  const r = spawnSync('pdftoppm', ['-r', '60', '-gray', '-f', `${number}`, '-l', `${number}`, file], { maxBuffer: 1 << 26 })
  assert.equal(r.status, 0, String(r.stderr))
  return picture(r.stdout)
}
