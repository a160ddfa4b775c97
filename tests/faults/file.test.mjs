// The database's file is taken away, brought back, replaced, made read-only, overwritten in its middle.
import test from 'node:test'
import assert from 'node:assert/strict'
import { chmodSync, chownSync, closeSync, existsSync, openSync, readSync, readdirSync, renameSync, statSync, writeSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { onSqlite, startFaulty } from '../lib/faults.mjs'
import { sleep } from '../lib/soon.mjs'

const sqlite = (database, text) => {
  const r = spawnSync('sqlite3', ['-cmd', '.timeout 5000', database, text], { encoding: 'utf8' })
  assert.equal(r.status, 0, r.stderr)
  return r.stdout.trim()
}

test('the file is taken away and brought back: nothing is written where nobody finds it', { skip: onSqlite }, async () => {
  const f = await startFaulty()
  try {
    const [worker] = f.workers, away = f.database + '.away'
    await f.under(async () => {
      renameSync(f.database, away)
      await f.becomesUnready(/cannot be/)
      await sleep(500)
      assert.ok(!existsSync(f.database), 'no empty database is made in its place')
      renameSync(away, f.database)
      await f.becomesReady()
    })
    await f.settle()
    assert.ok(f.count.away > 0)
    assert.ok(f.says(/motcua\.db: it (is gone: bring it back or restore it|cannot be opened: is its folder there)/, 'error'), f.tail())     // as who looks first finds it
    assert.deepEqual(f.workers, [worker], 'without a restart')
  } finally { await f.clean() }
})

test('the file is replaced by an older copy: it is served, with nothing of the newer one played into it', { skip: onSqlite }, async () => {
  const f = await startFaulty()
  try {
    await f.load(() => f.held.size >= 300)
    const copy = f.database + '.copy'
    sqlite(f.database, `VACUUM INTO '${copy}'`)
    const then = new Set(f.held.values())
    await f.load(() => f.held.size >= 600)
    renameSync(copy, f.database)
    await f.until(async () => { const r = await f.request('GET', '/api/v1/dossiers?agency=H26.X.00070&limit=1'); return r.status === 200 && then.has(JSON.parse(r.text).items[0].code) },
      'the older one is not served')
    f.held = new Map([...f.held].filter(([, code]) => then.has(code)))
    await f.load(() => f.held.size >= 900)
    await f.settle()
    await f.becomesReady()
    assert.equal(sqlite(f.database, 'PRAGMA integrity_check'), 'ok')
    assert.ok(f.says(/file was replaced: opened anew/, 'warn'), f.tail())
  } finally { await f.clean() }
})

// Root may write everywhere: the server runs as nobody.
const NOBODY = 65534
const asNobody = process.getuid() === 0 ? false : 'only root may start the server as somebody else'

test('folder and file become read-only and writable again', { skip: onSqlite || asNobody }, async () => {
  const f = await startFaulty({ around: ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'], owner: NOBODY })
  try {
    const mode = (folder, file) => {
      for (const name of readdirSync(f.data)) if (name.startsWith('motcua.db')) chmodSync(join(f.data, name), file)
      for (const dir of ['store/tmp', 'store', '.']) chmodSync(join(f.data, dir), folder)
    }
    await f.under(async () => {
      mode(0o500, 0o400)
      await f.becomesUnready(/store of files cannot be written/)
      await f.upload()
      assert.ok(f.count.away > 0, 'an upload is refused with 503')
      mode(0o700, 0o600)
      await f.becomesReady()
    })
    assert.ok(await f.upload(), 'uploads are taken again')
    await f.settle()
  } finally { await f.clean() }
})

// Pages of a table's tree in the middle of the file, with what stood there.
function overwrite(database, pages) {
  const size = 4096, fd = openSync(database, 'r+'), before = new Map(), junk = Buffer.alloc(size, 0x5a)
  for (const page of pages) {
    const kept = Buffer.alloc(size)
    readSync(fd, kept, 0, size, (page - 1) * size)
    before.set(page, kept)
    writeSync(fd, junk, 0, size, (page - 1) * size)
  }
  closeSync(fd)
  return () => {
    const back = openSync(database, 'r+'), now = Buffer.alloc(size)
    for (const [page, kept] of before) {
      readSync(back, now, 0, size, (page - 1) * size)
      if (now.equals(junk)) writeSync(back, kept, 0, size, (page - 1) * size)
    }
    closeSync(back)
  }
}

test('pages in the middle of the file are overwritten: said where, nothing false is shown, and mended it goes on', { skip: onSqlite }, async () => {
  const f = await startFaulty()
  try {
    const [worker] = f.workers
    await f.load(() => f.held.size >= 2000)
    sqlite(f.database, 'PRAGMA wal_checkpoint(TRUNCATE)')
    const pages = sqlite(f.database, "SELECT pageno FROM dbstat WHERE name = 'dossier' AND pagetype = 'leaf' ORDER BY pageno").split('\n').map(Number)
    const codes = [...f.held.values()]
    const mend = overwrite(f.database, pages.slice(0, pages.length - 5))
    let refused = 0
    for (const code of codes.slice(0, 300)) {
      const r = await f.request('GET', `/api/v1/dossiers/${code}`)
      if (r.status === 503 && Number(r.headers['retry-after']) > 0) refused++
      else if (r.status === 200) assert.equal(JSON.parse(r.text).code, code)
      else assert.fail(`${code}: ${r.status} ${r.text}`)
    }
    assert.ok(refused > 100, `${refused} of 300 refused`)
    await f.becomesUnready(/damaged/)
    assert.ok(f.says(/motcua\.db: it is DAMAGED: run motcua check --deep, then motcua restore/, 'error'), f.tail())
    await f.until(() => f.server.lines().some(l => l.msg === 'damaged' && l.table === 'dossier' && /page \d+/i.test(l.detail)), 'the log does not name page and table')
    mend()
    await f.becomesReady()
    for (const code of codes.slice(0, 300)) assert.equal((await f.request('GET', `/api/v1/dossiers/${code}`)).status, 200)
    await f.load(() => f.held.size >= 2200)
    await f.settle()
    assert.deepEqual(f.workers, [worker], 'without a restart')
    assert.equal(sqlite(f.database, 'PRAGMA integrity_check'), 'ok')
  } finally { await f.clean() }
})
