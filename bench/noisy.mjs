// noisy.mjs [SECONDS [CONNECTIONS [FLAG VALUE]...]]: one officer asks as fast as wrk can on 200 connections, another one as people do; what the
// second one waits, before and meanwhile, on pages and on searches.  FLAG: of `serve`; `--rate 0` leaves turns alone, without limits.
// Prints one fact a line: what is asked, alone or beside, requests, p50, p99, most (ms); and what the noisy one was answered.
import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { startSite } from '../tests/lib/server.mjs'
import { addNeighbours, meetNeighbours, park } from '../tests/lib/parked.mjs'

const [seconds = '20', connections = '200', ...flags] = process.argv.slice(2)
if (!(Number(seconds) > 0 && Number(connections) > 0)) { console.error('noisy: [SECONDS [CONNECTIONS [FLAG VALUE]...]]'); process.exit(2) }
const ASKED = { page: ['/can-bo', 100], search: ['/can-bo/tim?q=nguyen%20thi', 500] }     // and ms between two of the second one's

const site = await startSite({ people: addNeighbours, rate: [], flags })
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

async function quiet(client, path, gap, until) {
  const times = [], refused = { n: 0 }
  while (performance.now() < until) {
    const began = performance.now(), answer = await client.get(path)
    if (answer.status === 200) times.push(performance.now() - began); else refused.n++
    await pause(gap)
  }
  times.sort((a, b) => a - b)
  return { n: times.length, refused: refused.n, p50: at(times, 0.5), p99: at(times, 0.99), most: at(times, 1) }
}

const say = (path, when, q) =>
  console.log([path, when, q.n, q.refused, ...[q.p50, q.p99, q.most].map(ms => ms.toFixed(1))].join('\t'))

function noise(client, path) {
  const cookie = [...client.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  const wrk = spawn('nice', ['-n', '10', 'wrk', '-t', '1', '-c', connections, '-d', `${Number(seconds) + 1}s`, '--timeout', '30s', '-H', `Cookie: ${cookie}`, `${site.base}${path}`])
  let out = ''
  wrk.stdout.on('data', b => { out += b })
  return new Promise(done => wrk.on('close', () => done({ all: Number(out.match(/(\d+) requests in/)?.[1] ?? 0), refused: Number(out.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0) })))
}

try {
  const people = await meetNeighbours(site)
  await park(people)
  const until = () => performance.now() + Number(seconds) * 1000
  console.log('what\twhen\trequests\trefused\tp50\tp99\tmost')
  site.child.stderr.removeAllListeners('data')
  site.child.stderr.resume()            // of the log nothing is kept
  for (const [kind, [path, gap]] of Object.entries(ASKED)) {
    const gentle = people.leader
    say(kind, 'alone', await quiet(gentle, path, gap, until()))
    const noisy = noise(people.specialist, path)
    await pause(500)
    say(kind, 'beside', await quiet(gentle, path, gap, until()))
    const n = await noisy
    console.log(`# ${kind}: the noisy one asked ${Math.round(n.all / (Number(seconds) + 1))} times a second, ${n.all - n.refused} answered, ${n.refused} refused`)
  }
} finally {
  await site.clean()
}
