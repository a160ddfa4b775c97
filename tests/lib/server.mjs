// A server of its own for each scenario file: a fresh data folder, a free port, an end.
// A city that several files begin with is made once a run and copied: tests/lib/run.mjs names a folder for it, MOTCUA_TEST_CITIES.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from './client.mjs'
import { soon } from './soon.mjs'
import { CLUSTER_NAME, createDatabase, databaseUrl, dropDatabase } from './engine.mjs'

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const BUILD = process.env.MOTCUA_BUILD ? resolve(process.env.MOTCUA_BUILD) : join(ROOT, 'build')
const MOTCUA = join(BUILD, 'motcua')

export class Server {
  constructor(child, folder) {
    this.child = child
    this.folder = folder
    this.log = ''
    this.ended = new Promise(done => child.on('exit', (code, signal) => done({ code, signal })))
  }

  // The log's own word tells the port: "msg=listening ... port=NNN".
  async ready() {
    const port = await new Promise((found, failed) => {
      const timer = setTimeout(() => failed(new Error(`server did not start:\n${this.log}`)), 90000)
      this.child.stderr.on('data', bytes => {
        this.log += bytes
        const m = this.log.match(/msg=listening .*port=(\d+)/)
        if (m) { clearTimeout(timer); found(Number(m[1])) }
      })
      this.child.on('exit', code => { clearTimeout(timer); failed(new Error(`server ended with ${code}:\n${this.log}`)) })
    })
    this.port = port
    this.base = `http://127.0.0.1:${port}`
    return this
  }

  client(options) { return new Client(this, options) }

  // The log comes by a pipe: what was done is in it a moment later.  Whole lines are looked at, from a place in it that was noted before.
  logged(pattern, from = 0) {
    return soon(() => this.log.slice(from, this.log.lastIndexOf('\n') + 1).match(pattern), () => `the log does not say ${pattern}:\n${this.log.slice(-3000)}`)
  }

  // Lines of the log as objects: { msg: 'request', route: '/...', status: '200', ... }
  lines() {
    return this.log.split('\n').filter(Boolean).map(line => Object.fromEntries(
      [...line.matchAll(/(\S+?)=("(?:[^"\\]|\\.)*"|\S*)/g)]
        .map(([, k, v]) => [k, v.startsWith('"') ? JSON.parse(v) : v])))
  }

  // With MOTCUA_VISITED=FILE the routes that were answered are added to it: METHOD PATTERN STATUS a line.
  async stop(signal = 'SIGTERM') {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal)
    const end = await this.ended
    if (process.env.MOTCUA_VISITED && !this.told) {
      this.told = true
      const seen = new Set(this.lines().filter(l => l.msg === 'request' && l.route !== '-')
        .map(l => `${l.method === 'HEAD' ? 'GET' : l.method} ${l.route} ${l.status}\n`))
      appendFileSync(process.env.MOTCUA_VISITED, [...seen].join(''))
    }
    return end
  }

  // At the end of a file: after(() => server.clean())
  async clean() {
    const end = await this.stop()
    removeFolder(this.folder)
    return end
  }
}

function start(program, args, folder, env = {}) {
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] }), server = new Server(child, folder)
  return Object.assign(server.ready(), { server })              // .server: before it is ready
}

// A folder for a site, on PostgreSQL with an empty database that has its name.
export function freshFolder(within = tmpdir()) {
  const folder = mkdtempSync(join(within, 'motcua-'))
  createDatabase(folder)
  return folder
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true })
  dropDatabase(folder)
}

// `motcua ARGS` in a folder: { status, stdout, stderr }; input: text for its standard input.  One that hangs is ended.
export function motcua(folder, args, { input } = {}) {
  return spawnSync(MOTCUA, args, { cwd: folder, encoding: 'utf8', input, timeout: 300000 })
}

// The route table as data: { method, path, perm, body, sees, face, in: [{ name, kind, required, ... }] }.
export const routes = () => JSON.parse(motcua(ROOT, ['routes', '--json']).stdout)

// `motcua init` in a folder with the shipped catalogue: what it said.
export function initSite(folder, flags = []) {
  const made = motcua(folder, ['init', '--db', databaseUrl(folder), '--catalogue', join(ROOT, 'catalogue'), ...flags])
  if (made.status !== 0) throw new Error(`motcua init: ${made.status}\n${made.stdout}${made.stderr}`)
  return made
}

// --- cities that are made once a run: `motcua init`, some people; and copied ---

function makeCity(folder, initFlags, people) {
  const { stdout } = initSite(folder, initFlags)
  people?.(folder)
  return { folder, stdout }
}

// Two files that need it at the same moment both make it; who is last is copied from then on.
function modelCity(initFlags, people) {
  // One with a name of its own comes from tests/lib and is shared; one written in the file's call is called `people`, and is the file's.
  const whose = people && (['people', ''].includes(people.name) ? [people.toString(), process.argv[1]] : people.name)
  const name = createHash('sha256').update(JSON.stringify([CLUSTER_NAME, initFlags, whose])).digest('hex').slice(0, 16)
  const note = join(process.env.MOTCUA_TEST_CITIES, name)
  if (!existsSync(note)) {
    writeFileSync(`${note}.${process.pid}`, JSON.stringify(makeCity(freshFolder(process.env.MOTCUA_TEST_CITIES), initFlags, people)))
    renameSync(`${note}.${process.pid}`, note)
  }
  return JSON.parse(readFileSync(note, 'utf8'))
}

// Its files as they are (modes too), its database under the new name, its configuration saying where it is now.
function copyCity({ folder: from, stdout }) {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-'))
  const copied = spawnSync('cp', ['-a', '--', `${from}/.`, folder], { encoding: 'utf8' })
  if (copied.status !== 0) throw new Error(`cp ${from} ${folder}: ${copied.stderr}`)
  createDatabase(folder, from)
  for (const name of readdirSync(folder).filter(n => n.endsWith('.yaml'))) {
    const text = readFileSync(join(folder, name), 'utf8')
    writeFileSync(join(folder, name), text.replaceAll(databaseUrl(from), databaseUrl(folder)).replaceAll(from, folder))
  }
  return { folder, stdout }
}

// A fresh city: { folder, stdout }, what `motcua init` said.  initFlags: more flags of init; people(folder): adds what the file begins
// with; of a named function (people.mjs: addPeople) the city is made once for all files.
export function freshCity(initFlags = [], people) {
  return process.env.MOTCUA_TEST_CITIES ? copyCity(modelCity(initFlags, people)) : makeCity(freshFolder(), initFlags, people)
}

// The whole program with a fresh city: `motcua init`, its people, then whatever `prepare(folder, { stdout })` does, then serve.
// flags: more flags of serve, as ['--session-seconds', '300'].  rate: how often one may ask: no limit, unless that is what is tried.
export async function startSite({ flags = [], people, prepare = () => {}, initFlags = [], rate = ['--rate', '0'] } = {}) {
  const { folder, stdout } = freshCity(initFlags, people)
  await prepare(folder, { stdout })
  return start(MOTCUA, ['serve', '--listen', '127.0.0.1:0', ...rate, ...flags], folder)
}

// The same city, served anew (after server.stop()): another clock, another configuration.
export function serveAgain(server, flags = []) {
  return start(MOTCUA, ['serve', '--listen', '127.0.0.1:0', '--rate', '0', ...flags], server.folder)
}

// The same city, served by the program with one permission changed (tests/rights/mutant.c); '' changes nothing.
export function serveMutant(server, change, flags = []) {
  return start(join(BUILD, 'rights-mutant'), ['serve', '--listen', '127.0.0.1:0', '--rate', '0', ...flags], server.folder, change ? { RIGHTS_MUTANT: change } : {})
}

// The gate with route rows made for its scenarios: tests/gate/gate_server.c.  MOTCUA_GATE_FLAGS: for every start.
export function startGate(flags = []) {
  const folder = freshFolder()
  const more = (process.env.MOTCUA_GATE_FLAGS ?? '').split(' ').filter(Boolean)
  return start(join(BUILD, 'tests/gate_server'), [databaseUrl(folder, 'gate.db'), join(folder, 'data'), ...flags, ...more], folder)
}

// The same, while this process goes on answering (a server of objects that the command asks).
export function motcuaAside(folder, args) {
  return new Promise(done => {
    const child = spawn(MOTCUA, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }), out = { stdout: '', stderr: '' }
    for (const to of ['stdout', 'stderr']) child[to].on('data', bytes => { out[to] += bytes })
    child.on('close', status => done({ status, ...out }))
  })
}
