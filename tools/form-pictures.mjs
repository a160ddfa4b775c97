// Small pictures of the thirteen statutory forms (first pages, 60 dpi, 16 greys) from dossiers of a city that is played by HTTP.
// Usage: node tools/form-pictures.mjs FOLDER [--pdf]      e.g. docs/forms; --pdf keeps the papers beside the pictures.
// The six of 2018 are those of the same dossiers after their dates were moved back in the (thrown away) database.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, crc32 } from 'node:zlib'
import { sql } from '../tests/lib/engine.mjs'
import { act, addNeighbours, at, meetNeighbours, park, receive, tomorrow } from '../tests/lib/parked.mjs'
import { form } from '../tests/lib/pdf.mjs'
import { startSite } from '../tests/lib/server.mjs'

const BACK = 700 * 86400
const MOVED = { dossier: ['submitted_at', 'accepted_at', 'due_at', 'first_due', 'extended_to', 'answer_due', 'finished_at', 'returned_at'], dossier_event: ['at'], supplement: ['asked_at', 'due_at'] }

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

function firstPage(file) {
  const r = spawnSync('pdftoppm', ['-r', '60', '-gray', '-f', '1', '-l', '1', file], { maxBuffer: 1 << 26 })
  assert.equal(r.status, 0, String(r.stderr))
  return picture(r.stdout)
}

// --- the city -----------------------------------------------------------------------------------------------------

const [folder, keep] = process.argv.slice(2)
if (!folder) {
  console.error('form-pictures: which folder?')
  process.exit(2)
}
const site = await startSite({ prepare: addNeighbours }), people = await meetNeighbours(site)
const DEFECTS = { 'd.paper.giay_chung_sinh': '1', 'd.paper.giay_chung_sinh.reason': 'wrong_form', 'd.paper.giay_chung_sinh.text': 'Bản chụp mờ, không đọc được ngày sinh',
  'd.field.que_quan': '1', 'd.field.que_quan.reason': 'wrong_form', 'd.field.que_quan.text': 'Ghi rõ xã, tỉnh' }

async function papers(year, forms) {
  for (const [number, path] of forms) {
    const file = join(folder, `${year}-${number}`), paper = await form(people.intake, path)
    writeFileSync(`${file}.pdf`, paper.bytes)
    const png = firstPage(`${file}.pdf`)
    writeFileSync(`${file}.png`, png)
    if (keep !== '--pdf') rmSync(`${file}.pdf`)
    console.log(`${year}-${number} ${png.length}`)
  }
}

const p = await park(people)
p.paper = await receive(people.intake)
await act(people.specialist, p.paper, 'supplement', { ...DEFECTS, note: 'Đề nghị nộp trước khi Ủy ban ghi sổ.' })
await act(people.leader, p.long, 'extend', { note: 'Phải xác minh địa điểm kinh doanh tại nơi khác.', moment: tomorrow(12) })
mkdirSync(folder, { recursive: true })
const register = '/can-bo/so-theo-doi/in'
await papers(2025, [['01', at(p.returned) + '/in/01'], ['02', at(p.paper) + '/in/02'], ['03', at(p.refused) + '/in/03'], ['04', at(p.long) + '/in/04'],
  ['05', at(p.stopped) + '/in/05'], ['06', at(p.returned) + '/in/06'], ['07', register]])
for (const [table, columns] of Object.entries(MOVED))
  sql(site.folder, `UPDATE ${table} SET ${columns.map(c => `${c} = CASE WHEN ${c} = 0 THEN 0 ELSE ${c} - ${BACK} END`).join(', ')}`)
const old = sql(site.folder, `SELECT code FROM dossier WHERE code = '${p.done}'`), day = n => new Date(Date.now() - n * 86400e3).toISOString().slice(0, 10)
assert.ok(old.includes(p.done))
sql(site.folder, "UPDATE dossier SET code = replace(code, '-26', '-24')")
const then = code => at(code.replace('-26', '-24'))
await papers(2018, [['01', then(p.done) + '/in/01'], ['02', then(p.supplement) + '/in/02'], ['03', then(p.refused) + '/in/03'], ['04', then(p.long) + '/in/04'],
  ['05', then(p.returned) + '/in/05'], ['06', `${register}?tu-ngay=${day(900)}&den-ngay=${day(540)}`]])
await site.clean()
