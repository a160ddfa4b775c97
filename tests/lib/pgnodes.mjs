// Two PostgreSQL nodes that can be killed, cut off and promoted: for the failover rounds only.
//
// As root each node lives in a network namespace of its own behind a bridge, so a cut is a link that is down: no reset, no answer.
// Otherwise (or with MOTCUA_NETNS=0) the nodes are ports of 127.0.0.1 behind relays that stop relaying.
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './soon.mjs'

const ROOT_USER = userInfo().uid === 0
const BIN = readdirSync('/usr/lib/postgresql').sort((a, b) => a - b).map(v => `/usr/lib/postgresql/${v}/bin`).at(-1)

const SETTINGS = `
listen_addresses = '*'
unix_socket_directories = ''
wal_level = replica
hot_standby = on
max_connections = 60
shared_buffers = 64MB
synchronous_commit = on
wal_keep_size = 256MB
wal_receiver_timeout = 5s
wal_sender_timeout = 5s
tcp_user_timeout = 3000
log_min_messages = warning
`

// Not the synchronous kind: the relays live in this process.
const execute = promisify(execFile)

function ip(...args) { return spawnSync('ip', args, { encoding: 'utf8' }) }

// --- the two kinds of network -------------------------------------------------------------------

class Namespaces {
  static possible() {
    if (!ROOT_USER || process.env.MOTCUA_NETNS === '0') return false
    const name = `mcx${process.pid}`
    const made = ip('netns', 'add', name).status === 0
    ip('netns', 'del', name)
    return made
  }

  constructor() {
    this.tag = `mc${process.pid % 100000}`
    this.net = `10.213.${process.pid % 250}`
    this.names = []
    ip('link', 'add', this.tag, 'type', 'bridge')
    ip('addr', 'add', `${this.net}.1/24`, 'dev', this.tag)
    ip('link', 'set', this.tag, 'up')
  }

  async place(i) {
    const name = `${this.tag}n${i}`, host = `${this.tag}h${i}`, address = `${this.net}.${10 + i}`
    for (const args of [['netns', 'add', name], ['link', 'add', host, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name],
      ['link', 'set', host, 'master', this.tag, 'up'], ['-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0'],
      ['-n', name, 'link', 'set', 'eth0', 'up'], ['-n', name, 'link', 'set', 'lo', 'up']]) {
      const r = ip(...args)
      if (r.status !== 0) throw new Error(`ip ${args.join(' ')}: ${r.stderr}`)
    }
    this.names.push(name)
    return { address, port: 5432, listen: 5432, within: ['ip', 'netns', 'exec', name], peers: `${this.net}.0/24`,
      cut: () => ip('link', 'set', host, 'down'), mend: () => ip('link', 'set', host, 'up') }
  }

  end() {
    for (const name of this.names) ip('netns', 'del', name)
    ip('link', 'del', this.tag)
  }
}

class Relays {
  constructor() { this.all = [] }

  async place() {
    const listen = await freePort()
    const relay = { down: false, sockets: new Set() }
    relay.server = createServer(near => {
      const far = connect(listen, '127.0.0.1')
      for (const [a, b] of [[near, far], [far, near]]) {
        relay.sockets.add(a)
        a.on('data', d => b.write(d)).on('error', () => b.destroy()).on('close', () => { b.destroy(); relay.sockets.delete(a) })
        if (relay.down) a.pause()
      }
    })
    const port = await new Promise(done => relay.server.listen(0, '127.0.0.1', () => done(relay.server.address().port)))
    this.all.push(relay)
    return { address: '127.0.0.1', port, listen, within: [], peers: '127.0.0.1/32',
      cut: () => { relay.down = true; for (const s of relay.sockets) s.pause() },
      mend: () => { relay.down = false; for (const s of relay.sockets) s.destroy() } }
  }

  end() { for (const r of this.all) { r.server.close(); for (const s of r.sockets) s.destroy() } }
}

// --- a node ---------------------------------------------------------------------------------------

class Node {
  constructor(pair, name, place) {
    Object.assign(this, { pair, name, place, data: join(pair.folder, name) })
  }

  command(program, args) {
    const as = ROOT_USER ? ['runuser', '-u', 'postgres', '--'] : []
    return [...this.place.within, ...as, join(BIN, program), ...args]
  }

  run(program, ...args) {
    const [first, ...rest] = this.command(program, args)
    return execute(first, rest, { cwd: this.pair.folder, encoding: 'utf8' })
  }

  configure() {
    appendFileSync(join(this.data, 'postgresql.conf'), `${SETTINGS}\nport = ${this.place.listen}\ncluster_name = '${this.name}'\n`)
  }

  async init() {
    await this.run('initdb', '-D', this.data, '-E', 'UTF8', '--locale=C', '-U', 'motcua', '-A', 'trust', '--no-instructions')
    this.configure()
    appendFileSync(join(this.data, 'pg_hba.conf'), `host all all ${this.place.peers} trust\nhost replication all ${this.place.peers} trust\n`)
    await this.start()
  }

  // A fresh copy of `primary`, which waits for this one from then on.  What a returning node does, too: never start it as it was.
  async follow(primary) {
    rmSync(this.data, { recursive: true, force: true })
    const from = primary.place
    await this.run('pg_basebackup', '-D', this.data, '-R', '-X', 'stream', '-c', 'fast',
      '-d', `host=${from.address} port=${from.port} user=motcua application_name=${this.name} connect_timeout=5 tcp_user_timeout=3000 keepalives_idle=2`)
    appendFileSync(join(this.data, 'postgresql.conf'), `\nport = ${this.place.listen}\ncluster_name = '${this.name}'\nsynchronous_standby_names = ''\n`)
    appendFileSync(join(this.data, 'postgresql.auto.conf'), "\nsynchronous_standby_names = ''\n")
    await this.start()
    await primary.sql(`ALTER SYSTEM SET synchronous_standby_names = '${this.name}'`)
    await primary.sql('SELECT pg_reload_conf()')
  }

  // The server keeps the descriptors it is given: none of ours, or we would wait for its end.
  async start() {
    const [first, ...rest] = this.command('pg_ctl', ['-D', this.data, '-l', join(this.pair.folder, `${this.name}.log`), '-w', '-t', '120', 'start'])
    const child = spawn(first, rest, { cwd: this.pair.folder, stdio: 'ignore' })
    const status = await new Promise(done => child.on('exit', done))
    if (status !== 0) throw new Error(`${this.name} did not start`)
  }

  async sql(text) {
    const [first, ...rest] = [...this.place.within, join(BIN, 'psql'), '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(this.place.listen),
      '-U', 'motcua', '-d', this.pair.database, '-c', text]
    return (await execute(first, rest, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60000 })).stdout.trim()
  }

  pids() {
    let postmaster
    try { postmaster = Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]) } catch { return [] }
    const children = spawnSync('pgrep', ['-P', String(postmaster)], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean).map(Number)
    return [postmaster, ...children]
  }

  signal(name) { for (const pid of this.pids()) try { process.kill(pid, name) } catch { /* gone already */ } }

  promote() {
    return this.run('pg_ctl', '-D', this.data, '-w', '-t', '120', 'promote')
  }

  // Every acknowledged change is on both: what a round may begin with.
  async synchronous() { return await this.sql('SELECT count(*) FROM pg_stat_replication WHERE sync_state = \'sync\'') === '1' }
}

export class Pair {
  static async open() {
    const pair = new Pair()
    pair.folder = mkdtempSync(join(tmpdir(), 'motcua-pair-'))
    pair.database = 'postgres'
    if (ROOT_USER) execFileSync('chown', ['postgres', pair.folder])
    pair.network = Namespaces.possible() ? new Namespaces() : new Relays()
    pair.kind = pair.network instanceof Namespaces ? 'network namespaces' : 'relayed ports'
    pair.a = new Node(pair, 'node_a', await pair.network.place(1))
    pair.b = new Node(pair, 'node_b', await pair.network.place(2))
    await pair.a.init()
    await pair.b.follow(pair.a)
    ;[pair.primary, pair.standby] = [pair.a, pair.b]
    return pair
  }

  // What a site's configuration says.
  url(database) {
    const nodes = [this.a, this.b].map(n => n.place)
    return `postgresql://motcua@${nodes.map(n => `${n.address}:${n.port}`).join(',')}/${database}?target_session_attrs=read-write&connect_timeout=2&sslmode=disable`
  }

  swap() { [this.primary, this.standby] = [this.standby, this.primary] }

  end() {
    for (const n of [this.a, this.b]) { n.signal('SIGCONT'); n.signal('SIGKILL') }
    this.network.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
