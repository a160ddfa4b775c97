// A holiday that an administrator adds on the page moves the due date of what is being worked on; what was printed stays.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { act, at, receive } from '../lib/parked.mjs'
import { soon } from '../lib/soon.mjs'

let site, people
before(async () => {
  site = await startSite({ people: addPeople, flags: ['--clock', '2026-11-23T08:30'] })      // a Monday
  people = await meetPeople(site)
})
after(() => site.clean())

const DAY = 86400, vn = seconds => new Date((seconds + 7 * 3600) * 1000).toISOString().slice(0, 10)
const row = code => sql(site.folder, `SELECT due_at, first_due, version FROM dossier WHERE code = '${code}'`).split('|').map(Number)
const words = r => r.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const setDay = fields => people.administrator.submit('/quan-tri/lich?nam=2026', fields, { action: '/quan-tri/lich/ngay' })

// The servers look at the calendar every second and go through what runs at once.

test('a new holiday moves a due date to the next working day, and the dossier says so', async () => {
  const working = await receive(people.intake, '1.001612'), done = await receive(people.intake, '1.001612')
  await act(people.intake, done, 'withdraw', { note: 'Nộp nhầm nơi' })
  await act(people.leader, done, 'withdraw_grant')
  const [due, printed] = row(working), ended = row(done)
  assert.equal(due, printed)
  const saved = await setDay({ ngay: vn(due).split('-').reverse().join('/'), loai: 'holiday', ten: 'Nghỉ đột xuất do bão' })
  assert.equal(saved.status, 303, words(saved).slice(0, 600))
  await soon(() => row(working)[0] !== due, 'the due date stays where it was')
  const [moved, first, version] = row(working)
  assert.ok(moved >= due + DAY && moved <= due + 4 * DAY, `${vn(due)} became ${vn(moved)}`)
  assert.ok(![0, 6].includes(new Date((moved + 7 * 3600) * 1000).getUTCDay()), 'a working day')
  assert.equal(first, printed, 'what was printed stays')
  assert.deepEqual(row(done), ended, 'what is over is not touched')
  const shown = words(await people.intake.get(at(working)))
  assert.match(shown, new RegExp(vn(moved).split('-').reverse().join('/')))
  assert.match(shown, /Lịch làm việc thay đổi/)

  const again = await people.administrator.submit('/quan-tri/lich?nam=2026', { ngay: vn(due) }, { action: '/quan-tri/lich/xoa' })
  assert.equal(again.status, 303, words(again).slice(0, 600))
  await soon(() => row(working)[0] === due, 'the holiday is taken back, the due date is not')
  assert.equal(row(working)[2], version + 1)
})
