// The worker is killed, or waits for another program's lock.
import test from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { onSqlite, startFaulty } from '../lib/faults.mjs'
import { sleep } from '../lib/soon.mjs'

test('the worker is killed: another one goes on', { skip: onSqlite }, async () => {
  const f = await startFaulty()
  try {
    for (let round = 0; round < 3; round++)
      await f.under(async () => {
        const [worker] = f.workers
        process.kill(worker, 'SIGKILL')
        await f.until(() => f.workers[0] > 0 && f.workers[0] !== worker, 'no other worker')
        await f.becomesReady()
      })
    await f.settle()
    assert.ok(f.count.cut > 0, 'somebody was cut off')
    assert.ok(f.says(/the worker crashed/, 'error'))
  } finally { await f.clean() }
})

// sqlite3's shell with the lock until end() is called.
function lock(database, how) {
  const child = spawn('sqlite3', [database], { stdio: ['pipe', 'pipe', 'inherit'] })
  const has = new Promise(done => child.stdout.once('data', done))
  child.stdin.write(`.timeout 5000\n${how};\nSELECT 'locked';\n`)
  return { has, kill: () => child.kill('SIGKILL'), end: () => new Promise(done => { child.on('exit', done); child.stdin.end('ROLLBACK;\n') }) }
}

test('another program holds the lock for fifteen seconds', { skip: onSqlite }, async () => {
  const f = await startFaulty()
  let shell
  try {
    const [worker] = f.workers
    await f.under(async () => {
      const since = Date.now()
      shell = lock(f.database, 'BEGIN EXCLUSIVE')
      await shell.has
      await f.becomesUnready(/write lane is stuck|cannot be written/)
      const asked = Date.now()
      for (const page of ['/thu-tuc/1.001193', '/tra-cuu', '/co-quan', '/api/v1/agencies'])
        assert.equal((await f.request('GET', page, { token: null })).status, 200, page)
      assert.ok(Date.now() - asked < 6000, `who reads does not wait: ${Date.now() - asked} ms`)       // the lock stays for ten more
      await sleep(15000 - (Date.now() - since))
      await shell.end()
      await f.becomesReady()
    })
    await f.settle()
    assert.ok(f.count.away > 0, 'who waited too long was told to come again')
    assert.ok(f.says(/another program holds its lock/, 'error'), f.tail())
    assert.deepEqual(f.workers, [worker], 'without a restart')
  } finally {
    shell?.kill()
    await f.clean()
  }
})
