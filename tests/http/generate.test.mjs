// `motcua generate`, and what the pages of a generated city show: work list, search, look-up, statistics; with figures asked twice.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { ENGINE, sql } from '../lib/engine.mjs'
import { freshCity, motcua, removeFolder, startSite } from '../lib/server.mjs'

const HERE = 'H26.X.00070', PASSWORD = 'Mat-khau-2026-thu', N = 2000
let site, said, leader, officer

before(async () => {
  site = await startSite({ prepare: folder => {
    const made = motcua(folder, ['generate', '--dossiers', `${N}`, '--seed', '5'])
    assert.equal(made.status, 0, made.stderr)
    said = Object.fromEntries(made.stdout.trim().split('\n').map(l => l.split(' ')))
    // Indexes are made from narrow tables and then given to their own.
    if (ENGINE === 'sqlite') {
      assert.equal(String(sql(folder, 'PRAGMA integrity_check')).trim(), 'ok')
      assert.equal(String(sql(folder, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'beside%' OR tbl_name LIKE 'beside%'")).trim(), '0')
      assert.match(String(sql(folder, "EXPLAIN QUERY PLAN SELECT id FROM dossier WHERE unit = 1 ORDER BY id")), /dossier_by_unit/)
    }
    for (const [login, role] of [['xem', 'leader'], ['lam', 'specialist']]) {
      const added = motcua(folder, ['user', 'add', '--login', login, '--name', 'Trần Văn Thử', '--role', `${role}@H26`, '--password-stdin'], { input: `${PASSWORD}\n` })
      assert.equal(added.status, 0, added.stderr)
    }
  } })
  const enter = async login => {
    const client = site.client()
    assert.equal((await client.submit('/can-bo/dang-nhap', { login, password: PASSWORD })).status, 303)
    return client
  }
  leader = await enter('xem')
  officer = await enter('lam')
})
after(() => site.clean())

const codeOn = page => page.text.match(/H26[\w.]*-\d{6}-\d{4}/)?.[0]

test('it says what it made, one fact a line', () => {
  assert.equal(said.dossiers, `${N}`)
  assert.equal(said.seed, '5')
  assert.ok(Number(said.open) > 20 && Number(said.open) < N / 5, said.open)
  assert.ok(Number(said.events) > 4 * N && Number(said.rows) > 10 * N)
})

test('check --deep finds nothing', () => {
  const deep = motcua(site.folder, ['check', '--deep'])
  assert.equal(deep.status, 0, deep.stdout + deep.stderr)
  assert.match(deep.stdout, new RegExp(`dossiers ${N}\\b`))
  assert.match(deep.stdout, /findings 0\b/)
})

test('an officer sees open work, opens one and finds it by name and code', async () => {
  const list = await leader.get('/can-bo?xem=all'), code = codeOn(list)
  assert.equal(list.status, 200)
  assert.ok(code, `a dossier on the list: ${list.text.replace(/<[^>]+>|\s+/g, ' ').slice(-900)}`)
  const page = await leader.get(`/can-bo/ho-so/${code}`)
  assert.equal(page.status, 200)
  const found = await leader.get(`/can-bo/tim?q=${code}`)
  assert.ok(found.status === 303 || found.text.includes(code), 'found by its code')
  const named = await leader.get(`/can-bo/tim?q=${encodeURIComponent('nguyen thi')}`)
  assert.equal(named.status, 200)
  assert.match(named.text, /Nguyễn Thị/)
  assert.equal((await officer.get('/can-bo')).status, 200)
})

test('anybody looks a dossier up by its code', async () => {
  const code = codeOn(await leader.get('/can-bo?xem=all')), page = await site.client().get(`/tra-cuu?ma=${code}`)
  assert.equal(page.status, 200)
  assert.ok(code && page.text.includes(code))
})

test('public statistics add up to the dossiers', async () => {
  const page = await site.client().get('/thong-ke')
  assert.equal(page.status, 200)
  assert.match(page.text, /Phường Hoàn Kiếm/)
})

test('what is asked wrongly is said, with the argument', () => {
  const { folder } = freshCity()
  try {
    for (const [args, say] of [[[], /--dossiers N or --scenario NAME/], [['--dossiers', 'many'], /--dossiers many is not a number/],
      [['--dossiers', '0'], /--dossiers 0/], [['--dossiers', '5', '--from', '2026-02-30'], /--from 2026-02-30 is not a date/],
      [['--dossiers', '5', '--from', '2026-05-02', '--to', '2026-05-01'], /--from is after --to/], [['--dossiers', '5', '--to', '2090-01-01'], /--to lies in the future/],
      [['--scenario', 'trial-2031'], /--scenario trial-2031 is not known/], [['--scenario', 'trial-2021', '--dossiers', '5'], /gives the number and the dates/],
      [['--dossiers', '5', '--seed', 'x'], /--seed x is not a number/], [['--dossiers', '5', 'more'], /more is not an argument/]]) {
      const done = motcua(folder, ['generate', ...args])
      assert.equal(done.status, 2, `${args}: ${done.stderr}`)
      assert.match(done.stderr, say)
    }
    assert.equal(motcua(folder, ['generate', '--dossiers', '3']).status, 0)
    const again = motcua(folder, ['generate', '--dossiers', '3'])
    assert.equal(again.status, 1)
    assert.match(again.stderr, /holds dossiers already/)
    assert.match(motcua(folder, ['generate', '--help']).stdout, /trial-2021/)
  } finally { removeFolder(folder) }
})
