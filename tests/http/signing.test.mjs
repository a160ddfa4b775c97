// A site with keys: its signer, its figures, the public keys of its codes; and one without.
import test, { after } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startSite } from '../lib/server.mjs'
import { soon } from '../lib/soon.mjs'

const build = process.env.MOTCUA_BUILD ?? resolve(import.meta.dirname, '../../build')
const PATH = '/.well-known/motcua-claim-keys.json'
const sites = []
const start = async (options) => { const s = await startSite(options); sites.push(s); return s }
after(async () => { for (const s of sites) await s.clean() })

const figure = async (site, name) => Number((await site.client().get('/metrics')).text.match(new RegExp(`^${name} (\\d+)$`, 'm'))?.[1])
// Processes `motcua signer` of a site: its folder is where they work.
const signers = (folder) => readdirSync('/proc').filter((d) => /^\d+$/.test(d)).filter((pid) => {
  try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === 'signer' && readlinkSync(`/proc/${pid}/cwd`) === folder } catch { return false }
})

test('without keys nothing is signed and nothing is published', async () => {
  const site = await start()
  const r = await site.client().get(PATH)
  assert.equal(r.status, 200)
  assert.deepEqual(r.json(), { keys: [] })
  assert.ok(!(await site.client().get('/metrics')).text.includes('motcua_signer_up'))
})

test('a site with keys publishes those of its codes, and starts a lost signer again', async () => {
  let keys
  const site = await start({ prepare: (folder) => {
    keys = join(folder, 'signing')
    execFileSync(join(build, 'tests/sign_files'), ['keys', keys])
  } })
  const published = (await site.client().get(PATH)).json()
  assert.equal(published.keys.length, 1)
  assert.deepEqual(Object.keys(published.keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  const code = execFileSync(join(build, 'tests/sign_files'), ['claim', join(build, 'motcua'), join(keys, 'keys.yaml')], { encoding: 'utf8' }).trim()
  const file = join(keys, 'published.json')
  writeFileSync(file, JSON.stringify(published))
  assert.match(execFileSync(join(build, 'motcua'), ['verify', '--claim', code, '--key', file], { encoding: 'utf8' }), /^claim genuine$/m)

  assert.equal(await figure(site, 'motcua_signer_up'), 1)
  assert.equal(await figure(site, 'motcua_signer_keys'), 5)
  const mine = signers(site.folder)
  assert.equal(mine.length, 1)
  const status = readFileSync(`/proc/${mine[0]}/status`, 'utf8')
  assert.match(status, /^NoNewPrivs:\s+1$/m)
  assert.match(status, /^Seccomp:\s+2$/m)
  assert.deepEqual(readdirSync(`/proc/${mine[0]}/fd`).sort(), ['0', '1', '2', '3'])
  process.kill(Number(mine[0]), 'SIGKILL')
  await soon(async () => await figure(site, 'motcua_signer_restarts_total') === 1, 'the signer is not started again')
  await soon(async () => await figure(site, 'motcua_signer_up') === 1, 'the signer does not come up again')
  assert.equal((await site.client().get(PATH)).json().keys.length, 1)
})

test('a faulty file of keys keeps the server from starting and is named', async () => {
  await assert.rejects(startSite({ prepare: (folder) => {
    mkdirSync(join(folder, 'signing'))
    writeFileSync(join(folder, 'signing/keys.yaml'), 'keys:\n  - name: x\n    colour: red\n')
  } }), /keys\.yaml:3:5: 'colour' is no field of a key/)
})
