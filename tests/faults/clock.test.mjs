// The machine's clock jumps while sixteen submit: forward by hours, back by hours, and a restart with a clock that runs behind.
import test from 'node:test'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onSqlite, startFaulty } from '../lib/faults.mjs'
import { motcua } from '../lib/server.mjs'
import { value } from '../lib/metrics.mjs'
import { rmSync } from 'node:fs'

const PASSWORD = 'một câu dài dễ nhớ'
const rows = (f, text) => spawnSync('sqlite3', ['-cmd', '.timeout 5000', f.database, text], { encoding: 'utf8' }).stdout.trim().split('\n')

// When the newest event's id says that it was made, in milliseconds (base/id.h).
const newestId = f => Number(BigInt(rows(f, 'SELECT max(id) FROM dossier_event')[0] || 0) >> 22n) + Date.UTC(2020, 0, 1)

// begins: seconds that the clock is ahead from the start.
async function withClock(run, begins = 0) {
  const file = join(tmpdir(), `motcua-clock-${process.pid}`)
  writeFileSync(file, String(begins))
  const f = await startFaulty({ flags: ['--clock', `@${file}`] })
  f.jump = async (seconds, say) => {
    const jumps = async () => value(await f.metrics(), 'motcua_clock_jumps_total'), before = await jumps()
    writeFileSync(file, String(seconds))
    await f.until(async () => await jumps() > before, say)
  }
  try { await run(f) } finally { await f.clean(); rmSync(file) }
}

test('the clock jumps forward and back under load: nothing lost, nobody locked out', { skip: onSqlite }, async () => withClock(async f => {
  motcua(f.folder, ['user', 'add', '--login', 'quantri', '--name', 'Người thử', '--role', 'administrator@H26', '--password-stdin'], { input: `${PASSWORD}\n` })
  const c = f.client(), signIn = who => who.submit('/can-bo/dang-nhap', { login: 'quantri', password: PASSWORD })
  assert.equal((await signIn(c)).status, 303)
  await f.under(async () => {
    await f.jump(6 * 3600, 'the jump forward was not seen')
    assert.ok(f.says(/the clock jumped/, 'warn') && f.says(/nothing is deleted by age/, 'warn'), f.tail())
    const r = await f.ready()
    assert.ok(r.ready && r.reasons.some(l => /^warning: the clock jumped/.test(l)), r.reasons.join())
    const d = f.client()
    assert.equal((await signIn(d)).status, 303, 'who signs in with the wrong clock')
    for (let i = 0; i < 6; i++) await f.client().submit('/can-bo/dang-nhap', { login: 'ai-do', password: 'không phải' })
    await f.until(() => newestId(f) > Date.now() + 5 * 3600e3, 'ids do not follow the clock')        // with the next beat of the seat
    await f.jump(0, 'the jump back was not seen')
    assert.equal((await d.get('/can-bo')).status, 200, '... is still signed in with the right one')
    assert.equal((await c.get('/can-bo')).status, 200)
    const [seen, ends] = rows(f, "SELECT max(seen_at) - strftime('%s', 'now'), max(expires_at) - strftime('%s', 'now') FROM session")[0].split('|').map(Number)
    assert.ok(seen <= 300 && ends <= 12 * 3600 + 300, `no session lives for ever: seen ${seen}, ends ${ends}`)
    assert.notEqual((await f.client().submit('/can-bo/dang-nhap', { login: 'ai-do', password: 'không phải' })).status, 429, 'no limit holds for ever')
  })
  await f.settle()
  const ids = rows(f, 'SELECT id FROM dossier_event ORDER BY rowid'), sorted = rows(f, 'SELECT id FROM dossier_event ORDER BY id')
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(rows(f, 'SELECT count(*) FROM dossier_event a JOIN dossier_event b ON b.dossier = a.dossier AND b.version = a.version + 1 WHERE b.at < a.at OR b.id < a.id'), ['0'],
    'no timeline turns around')
  assert.ok(sorted.length > 400)
  await f.until(async () => value(await f.metrics(), 'motcua_clock_behind_seconds') > 3 * 3600, 'that the newest event is ahead is a figure')
  await f.until(() => f.says(/the clock runs before the newest event/, 'error'), 'nor is it told')
  const r = await f.ready()
  assert.ok(r.ready && r.reasons.some(l => /warning: the clock runs \d+ s before the newest event/.test(l)), r.reasons.join())
}))

test('a restart with a clock that was set back: ids go on after the newest', { skip: onSqlite }, async () => withClock(async f => {
  await f.load(() => f.held.size >= 100)
  const newest = BigInt(rows(f, 'SELECT max(id) FROM dossier_event')[0])
  await f.jump(3 * 3600, 'the jump back was not seen')           // by nine hours; who serves is of today, whatever hour it is
  const [worker] = f.workers
  process.kill(worker, 'SIGKILL')
  await f.until(() => f.workers[0] > 0 && f.workers[0] !== worker, 'no other worker')
  await f.becomesReady()
  const more = f.held.size + 100
  await f.load(() => f.held.size >= more)
  await f.settle()
  const after = rows(f, `SELECT count(*) FROM dossier_event WHERE id > ${newest}`)[0]
  assert.equal(rows(f, 'SELECT count(*) FROM dossier_event WHERE version = 1')[0], String(f.held.size))
  assert.ok(Number(after) >= 100, `${after} events are newer than the newest before`)
  assert.ok(f.says(/the clock runs before the newest event/, 'error'), f.tail())
}, 12 * 3600))
