// The disk is filled to its last byte while sixteen submit, and freed again.
import test from 'node:test'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { mayMount, onSqlite, startFaulty } from '../lib/faults.mjs'
import { sleep } from '../lib/soon.mjs'

const aFewRefusals = async (f, n = 50) => {
  const want = f.count.away + n
  await f.until(() => f.count.away >= want, 'nobody was told to come again')
}

test('a full disk: 503, nothing lost, and on it goes', { skip: onSqlite || (!mayMount && 'no file system can be made here') }, async () => {
  const f = await startFaulty({ disk: 160 })
  try {
    const [worker] = f.workers
    await f.under(async () => {
      f.disk.fill()
      await aFewRefusals(f)
      f.disk.fill()                                     // what a failed write gave back
      await f.becomesUnready(/database cannot be written/)
      assert.equal((await f.request('GET', '/thu-tuc/1.001193', { token: null })).status, 200, 'pages are still there')
      assert.equal((await f.request('GET', '/healthz', { token: null })).status, 200)
      await f.upload()
      await aFewRefusals(f)
      assert.deepEqual(readdirSync(join(f.data, 'store/tmp')), [], 'no half files stay')
      f.disk.free()
      await f.becomesReady()
    })
    await f.settle()
    assert.deepEqual(f.workers, [worker], 'without a restart')
    assert.ok(f.says(/motcua\.db: the disk is full: make room/, 'error'), f.tail())
    assert.ok(await f.upload(), 'uploads too')
  } finally { await f.clean() }
})

test('a page for people: nothing was stored, and what to do', { skip: onSqlite || (!mayMount && 'no file system can be made here') }, async () => {
  const f = await startFaulty({ disk: 120 }), c = f.client()
  try {
    const form = await c.get('/dang-ky')
    assert.equal(form.status, 200)
    f.disk.fill()
    await f.until(async () => !await f.submit(), 'the disk is not full')
    f.disk.fill()
    const page = await c.send(form, { 'ho-ten': 'Nguyễn Thị Thử', 'so-dinh-danh': '001191000123', 'dien-thoai': '0912345678',
      password: 'một mật khẩu dài', password2: 'một mật khẩu dài', 'dong-y': '1' })
    assert.equal(page.status, 503, page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '))
    assert.ok(Number(page.headers['retry-after']) > 0)
    assert.match(page.text, /chưa được ghi lại|chưa có gì được ghi/i)
    f.disk.free()
    await f.becomesReady()
    await f.settle()
  } finally { c.close(); await f.clean() }
})

test('a limit on the size of files: the same', { skip: onSqlite }, async () => {
  const f = await startFaulty()
  try {
    const [worker] = f.workers, limit = bytes => assert.equal(spawnSync('prlimit', ['--pid', String(worker), `--fsize=${bytes}:unlimited`]).status, 0)
    await f.under(async () => {
      limit(100 << 10)
      await aFewRefusals(f)
      await f.becomesUnready(/database cannot be written/)
      await sleep(300)
      limit('unlimited')
      await f.becomesReady()
    })
    await f.settle()
    assert.deepEqual(f.workers, [worker], 'without a restart')
    assert.ok(f.says(/motcua\.db: the disk refused/, 'error'), f.tail())
  } finally { await f.clean() }
})
