// Small pictures of the thirteen statutory forms (first pages, 60 dpi, 16 greys) from dossiers of a city that is played by HTTP.
// Usage: node tools/form-pictures.mjs FOLDER [--pdf]      e.g. docs/forms; --pdf keeps the papers beside the pictures.
// The six of 2018 are those of the same dossiers after their dates were moved back in the (thrown away) database.
import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { page } from './pictures.mjs'
import { sql } from '../tests/lib/engine.mjs'
import { act, addNeighbours, at, meetNeighbours, park, receive, tomorrow } from '../tests/lib/parked.mjs'
import { form } from '../tests/lib/pdf.mjs'
import { startSite } from '../tests/lib/server.mjs'

const BACK = 700 * 86400
const MOVED = { dossier: ['submitted_at', 'accepted_at', 'due_at', 'first_due', 'extended_to', 'answer_due', 'finished_at', 'returned_at'], dossier_event: ['at'], supplement: ['asked_at', 'due_at'] }

// --- the city -----------------------------------------------------------------------------------------------------

const [folder, keep] = process.argv.slice(2)
if (!folder) {
  console.error('form-pictures: which folder?')
  process.exit(2)
}
const site = await startSite({ prepare: addNeighbours }), people = await meetNeighbours(site)
const DEFECTS = { 'd.paper.giay_chung_sinh': '1', 'd.paper.giay_chung_sinh.reason': 'wrong_form', 'd.paper.giay_chung_sinh.text': 'Bản chụp mờ, không đọc được ngày sinh',
  'd.field.que_quan': '1', 'd.field.que_quan.reason': 'wrong_form', 'd.field.que_quan.text': 'Ghi rõ xã, tỉnh' }

const weekend = text => [0, 6].includes(new Date(text.split('/').reverse().join('-')).getUTCDay()), workday = n => weekend(tomorrow(n)) ? workday(n + 1) : tomorrow(n)

async function papers(year, forms) {
  for (const [number, path] of forms) {
    const file = join(folder, `${year}-${number}`), paper = await form(people.intake, path)
    writeFileSync(`${file}.pdf`, paper.bytes)
    const png = page(`${file}.pdf`)
    writeFileSync(`${file}.png`, png)
    if (keep !== '--pdf') rmSync(`${file}.pdf`)
    console.log(`${year}-${number} ${png.length}`)
  }
}

const p = await park(people)
p.paper = await receive(people.intake)
await act(people.specialist, p.paper, 'supplement', { ...DEFECTS, note: 'Đề nghị nộp trước khi Ủy ban ghi sổ.' })
await act(people.leader, p.long, 'extend', { note: 'Phải xác minh địa điểm kinh doanh tại nơi khác.', moment: workday(12) })
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
