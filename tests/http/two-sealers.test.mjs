// Two servers of one PostgreSQL that both would seal the log: the leased job moves while both live and by kill -9, under load, and
// the log stays one tree: every event in it once, every head begins with the one before, `audit verify` clean.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '../lib/client.mjs'
import { ENGINE, sql } from '../lib/engine.mjs'
import { addNeighbours, meetNeighbours } from '../lib/parked.mjs'
import { ROOT, motcua, serveAgain, startSite } from '../lib/server.mjs'
import { sleep, soon } from '../lib/soon.mjs'

const only = { skip: ENGINE !== 'pg' && 'SQLite has one server' }, FLAGS = ['--seal-seconds', '1']
const body = readFileSync(join(ROOT, 'tests/data/submission.json'), 'utf8')
let first, second, third, left, token, folder
const given = []

before(async () => {
  if (only.skip) return
  first = await startSite({ people: addNeighbours, flags: FLAGS })
  folder = first.folder
  second = await serveAgain(first, FLAGS)
  token = (await meetNeighbours(first))['writing token'].headers
})
after(async () => {
  for (const s of [second, third]) await s?.stop()
  await first?.clean()
})

// Submissions to these servers by turns until stop(); one that died meanwhile answers nothing, the next is asked with the same key.
let number = 0
function load(servers) {
  let over = false
  const clients = servers.map(s => new Client(s, { headers: token }))
  const submit = async i => {
    while (!over) {
      const key = `hai-may-niem-phong-${number++}`
      for (let turn = i; !over; turn++) {
        const r = await clients[turn % clients.length].postJson('/api/v1/dossiers', body, { headers: { 'idempotency-key': key } }).catch(() => null)
        if (r?.status === 201) { given.push(r.json().code); break }
        await sleep(50)
      }
      await sleep(20)
    }
  }
  const all = Array.from({ length: 6 }, (_, i) => submit(i))
  return async () => { over = true; await Promise.all(all); for (const c of clients) c.close() }
}

// Supervisor and workers at once, with no word to anybody.
async function kill9(server) {
  const { pid } = server.child
  process.kill(pid, 'SIGSTOP')                          // or it would start another worker
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)) process.kill(Number(child), 'SIGKILL')
  await server.stop('SIGKILL')
}

const heads = server => server.lines().filter(l => l.msg === 'log sealed').map(l => Number(l.leaves))
const told = () => `first ${heads(first)}; second ${heads(second)}${third ? `; third ${heads(third)}` : ''}`
const expire = () => sql(folder, "UPDATE lease SET until = 0 WHERE name = 'seal'")
const clean = async () => {
  await soon(() => sql(folder, 'SELECT count(*) FROM seal_waiting') === '0', () => `${sql(folder, 'SELECT count(*) FROM seal_waiting')} events wait`)
  const verified = motcua(folder, ['audit', 'verify'])
  assert.equal(verified.status, 0, verified.stdout + verified.stderr)
  const sizes = sql(folder, 'SELECT size FROM seal_head ORDER BY size').split('\n').map(Number)
  assert.equal(new Set(sizes).size, sizes.length)
  const [leaves, last, of, events] = sql(folder, 'SELECT count(*), max(position) + 1, count(*) FILTER (WHERE kind = 1), (SELECT count(*) FROM dossier_event) FROM seal_leaf').split('|')
  assert.deepEqual([leaves, of], [last, events], 'every event has one leaf, and no place is empty')
}

test('both live and the lease ends every moment: they seal by turns, and one tree comes of it', only, async () => {
  const stop = load([first, second])
  await soon(async () => { expire(); await sleep(30); return heads(first).length >= 3 && heads(second).length >= 3 }, told, 180)
  await stop()
  await clean()
})

test('who seals is killed under load: the other goes on when the lease is over', only, async () => {
  const stop = load([first, second]), was = Math.max(...heads(first), ...heads(second))
  await soon(() => [first, second].some(s => heads(s).at(-1) > was), told)
  const sealer = heads(first).at(-1) > was ? first : second         // whoever has the lease: it is not given to one by asking
  left = sealer === first ? second : first
  await kill9(sealer)
  const dead = heads(sealer).at(-1)
  await soon(() => heads(left).at(-1) > dead, told, 180)
  await stop()
  await clean()
})

test('and back: a third server takes it from the one that was left', only, async () => {
  third = await serveAgain(first, FLAGS)
  const stop = load([left, third]), was = heads(left).length
  await soon(() => heads(left).length > was, told)
  await kill9(left)
  const dead = heads(left).at(-1)
  expire()                                              // its minute is over at once: the second of these waits is enough
  await soon(() => (heads(third).at(-1) ?? 0) > dead, told, 180)
  await stop()
  await clean()
  assert.equal(Number(sql(folder, 'SELECT count(*) FROM dossier')), new Set(given).size, 'every submission once')
  console.log(`two sealers: ${given.length} submissions, ${sql(folder, 'SELECT count(*) FROM seal_leaf')} leaves, ${sql(folder, 'SELECT count(*) FROM seal_head')} heads: ${told()}`)
})
