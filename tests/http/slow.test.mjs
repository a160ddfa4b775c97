// Slow and idle connections, more than there may be: whoever comes is answered, who is signed in keeps the connection.
// (bench/slow does it with 10,000 and measures.)
import test from 'node:test'
import assert from 'node:assert/strict'
import net from 'node:net'
import { startGate, startSite } from '../lib/server.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { soon } from '../lib/soon.mjs'

const MANY = 500

// n connections that send `text` and then nothing: { closed, all, end() }
async function crowd(port, n, text) {
  const of = { closed: 0, all: [], end() { for (const s of of.all) s.destroy() } }
  for (let i = 0; i < n; i++) {
    const s = net.connect(port, '127.0.0.1')
    s.on('error', () => {}).on('close', () => of.closed++).resume()
    if (text) s.write(text)
    of.all.push(s)
    if (i % 50 === 49) await new Promise(done => s.once('connect', done).once('close', done))
  }
  return of
}
const shut = (text, why) => Number(text.match(new RegExp(`motcua_http_connections_shut_total\\{for="${why}"\\} (\\d+)`))[1])

test('twice as many connections as may be: the oldest strangers go, who comes is answered', async () => {
  const s = await startGate(['--connections', '200', '--idle', '60', '--head', '60'])
  for (const [name, text] of [['idle', ''], ['a head', 'GET / HTTP/1.1\r\nHost: x\r\nX: '],
    ['a body', 'POST /thu/trang HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nten=']]) {
    const c = s.client(), slow = await crowd(s.port, MANY, text)
    assert.equal((await c.get('/healthz')).status, 200, name)
    await soon(() => slow.closed >= MANY - 200, () => `${name}: ${slow.closed} of ${MANY} closed`)
    const figures = (await c.get('/metrics')).text
    assert.ok(Number(figures.match(/motcua_http_connections (\d+)/)[1]) <= 200, name)
    assert.ok(shut(figures, 'room') >= MANY - 200, name)
    slow.end()
    c.close()
  }
  assert.deepEqual(await s.clean(), { code: 0, signal: null })
})

test('an officer keeps the connection, and new ones of hers are answered, while strangers crowd in', async () => {
  const site = await startSite({ people: addPeople, flags: ['--connections', '150'] })
  try {
    const people = await meetPeople(site), office = people.intake
    let closed = 0
    assert.equal((await office.get('/can-bo')).status, 200)
    const kept = Object.values(office.agent.freeSockets).flat()
    for (const socket of kept) socket.on('close', () => closed++)
    const slow = await crowd(site.port, MANY, 'GET / HTTP/1.1\r\nHost: x\r\n')
    await soon(() => slow.closed >= MANY - 150, () => `${slow.closed} closed`)
    assert.equal(closed, 0, 'the connection of an officer was shut for strangers')
    assert.equal((await office.get('/can-bo')).status, 200)
    const another = site.client()
    another.cookies = office.cookies
    assert.equal((await another.get('/can-bo')).status, 200)
    slow.end()
    another.close()
  } finally {
    await site.clean()
  }
})

test('a connection has one time for its first head, however its bytes are spread', async () => {
  const s = await startGate(['--idle', '60', '--head', '1'])
  const silent = await crowd(s.port, 1, ''), said = await crowd(s.port, 1, 'GET / HTTP/1.1\r\nHost: x\r\n')
  await soon(() => silent.closed && said.closed, () => `${silent.closed} ${said.closed}`)
  const c = s.client()
  assert.ok(shut((await c.get('/metrics')).text, 'slow') >= 2)
  c.close()
  await s.clean()
})
