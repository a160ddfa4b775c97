// slow.mjs [SECONDS [CONNECTIONS [PHASE,...]]]: a demo city, an officer signed in, and bench/slow against it: what slow clients do to officers' pages.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, startSite } from '../tests/lib/server.mjs'
import { urlencoded } from '../tests/lib/client.mjs'
import { addNeighbours, meetNeighbours, park } from '../tests/lib/parked.mjs'

const [seconds = '10', connections = '10000', phases] = process.argv.slice(2)
if (!(Number(seconds) > 0 && Number(connections) > 0)) { console.error('slow: [SECONDS [CONNECTIONS [PHASE,...]]]'); process.exit(2) }
const site = await startSite({ people: addNeighbours, flags: ['--behind-proxy', 'yes'] })
try {
  const people = await meetNeighbours(site)
  await park(people)
  const page = await people.guest.get('/can-bo/dang-nhap')
  // Longer than what is sent of it: the body that trickles.  The guesses end it with a key of twenty digits.
  const fields = urlencoded({ _csrf: page.forms()[0].fields._csrf, login: 'doan-00000', password: 'sai mat khau', tiep: '', _idem: '' })
  const cookie = [...people.guest.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  writeFileSync(join(site.folder, 'form'), `POST /can-bo/dang-nhap HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nCookie: ${cookie}\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${fields.length + 20}\r\n\r\n${fields}`)
  const own = [...people.specialist.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  // The worker is the child of the supervisor that was started.
  const pid = readFileSync(`/proc/${site.child.pid}/task/${site.child.pid}/children`, 'utf8').trim().split(' ')
    .find(p => /serve/.test(readFileSync(`/proc/${p}/cmdline`, 'utf8'))) ?? String(site.child.pid)
  const child = spawn(join(BUILD, 'bench/slow'), [String(site.port), own, join(site.folder, 'form'), seconds, connections, pid, ...phases ? [phases] : []], { stdio: 'inherit' })
  process.exitCode = await new Promise(done => child.on('close', done))
} finally {
  await site.clean()
}
