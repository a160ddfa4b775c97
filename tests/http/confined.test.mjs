// What the server takes from itself before it serves: seen from outside, in the kernel's own words.
import test from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { serveAgain, startSite } from '../lib/server.mjs'

const status = pid => Object.fromEntries(readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').filter(Boolean)
  .map(l => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 1).trim()]))
const children = pid => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
// The supervisor's child that is the server itself.
const worker = s => children(s.child.pid).find(p => status(p).Name === 'motcua')
const walls = s => s.lines().find(l => l.msg === 'confined')?.walls ?? ''

test('no capability, no new privileges, calls and folders filtered; its children, too', async t => {
  const s = await startSite()
  t.after(() => s.clean())
  const pid = worker(s), is = status(pid)
  assert.equal(is.NoNewPrivs, '1')
  for (const set of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) assert.match(is[set], /^0+$/, set)
  assert.equal(is.Seccomp, '2')
  assert.match(walls(s), /caps seccomp/)
  const all = [pid, ...children(pid)]
  for (const p of all) assert.equal(status(p).Seccomp, '2', status(p).Name)
  assert.equal((await s.client().get('/')).status, 200)
})

test('a server that root starts becomes the user that it is told', { skip: process.getuid() !== 0 && 'only root can become another' }, async t => {
  const s = await startSite()
  await s.stop()
  const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
  execFileSync('chown', ['-R', 'nobody', s.folder])
  const again = await serveAgain(s, ['--user', 'nobody'])
  t.after(() => again.clean())
  assert.equal(status(worker(again)).Uid.split('\t')[0], String(nobody))
  assert.match(walls(again), /^user /)
  assert.equal((await again.client().get('/thu-tuc')).status, 200)
  await assert.rejects(serveAgain(s, ['--user', 'khong-co-ai']), /there is no user khong-co-ai/)
})

test('a site that must not be confined says so', async t => {
  const s = await startSite({ flags: ['--confine', 'no'] })
  t.after(() => s.clean())
  assert.equal(walls(s), '')
  assert.ok(s.lines().some(l => l.msg === 'not confined' && l.level === 'warn'))
})
