// The real virus scanner with a signature database of its own: EICAR's test file and nothing else, so it starts in a second.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// In two pieces, or a scanner would take this file for it.
export const EICAR = Buffer.from('X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-' + 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*')
const NAME = 'Eicar-Test-Signature'

const CLAMD = ['/usr/sbin/clamd', '/usr/bin/clamd'].find(existsSync)
export const haveClamd = Boolean(CLAMD)

// A file of a kind that is taken, with the test string in it.
export const infected = head => Buffer.concat([head, Buffer.from('\n% '), EICAR, Buffer.from('\n')])

const answers = socket => new Promise(done => {
  const c = createConnection(socket)
  c.on('connect', () => c.write('zPING\0'))
  c.on('data', d => { c.destroy(); done(d.toString().startsWith('PONG')) })
  c.on('error', () => done(false))
})

// { socket, stop() }; `more`: lines of its configuration.
export async function startClamd({ folder = mkdtempSync(join(tmpdir(), 'clamd-')), more = [] } = {}) {
  const socket = join(folder, 'clamd.sock')
  // A body signature of the string itself, wherever it stands in a file (target 0), in hex.
  writeFileSync(join(folder, 'test.ndb'), `${NAME}:0:*:${EICAR.toString('hex')}\n`)
  writeFileSync(join(folder, 'clamd.conf'), [`DatabaseDirectory ${folder}`, `LocalSocket ${socket}`, 'Foreground yes', 'LogFile /dev/null', 'LogFileUnlock yes',
    'StreamMaxLength 30M', 'MaxThreads 4', ...more].join('\n') + '\n')
  const child = spawn(CLAMD, ['-c', join(folder, 'clamd.conf')], { stdio: 'ignore' })
  let ended = false
  child.on('exit', () => { ended = true })
  for (let i = 0; !(await answers(socket)); i++) {
    if (ended || i > 900) throw new Error('clamd did not start')
    await new Promise(r => setTimeout(r, 100))
  }
  return {
    socket, folder,
    stop: async (signal = 'SIGTERM', keep = false) => {
      if (!ended) {
        const gone = new Promise(done => child.on('exit', done))
        child.kill(signal)
        await gone
      }
      if (!keep) rmSync(folder, { recursive: true, force: true })
    },
  }
}
