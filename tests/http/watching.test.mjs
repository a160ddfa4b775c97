// What watches the server: it answers, it is ready, and its figures are well-formed and true.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startSite } from '../lib/server.mjs'
import { parse, value } from '../lib/metrics.mjs'
import { soon } from '../lib/soon.mjs'

let site, c
before(async () => { site = await startSite(); c = site.client() })
after(() => site.clean())

const metrics = async () => {
  const page = await c.get('/metrics')
  assert.equal(page.status, 200)
  assert.match(page.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  const m = parse(page.text)
  assert.deepEqual(m.faults, [])
  return m
}

test('it answers and is ready', async () => {
  assert.equal((await c.get('/healthz')).text, 'ok\n')
  const ready = await c.get('/readyz')
  assert.deepEqual([ready.status, ready.text], [200, 'ready\n'])
})

test('the parser of the text sees faults', () => {
  const bad = text => assert.ok(parse(text).faults.length > 0, text)
  const head = '# HELP a_total x\n# TYPE a_total counter\n'
  assert.deepEqual(parse(head + 'a_total{b="c\\"d"} 1\n').faults, [])
  bad('a 1\n')
  bad(head + 'a_total 1')
  bad(head + 'a_total{b="c"} x\n')
  bad(head + 'a_total{b="c} 1\n')
  bad(head + 'a_total 1\na_total 1\n')
  bad(head + 'a_total -1\n')
  bad(head + head)
  bad('# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n')
  bad('# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n')
})

test('requests are counted by pattern, method and result, with their time', async () => {
  const before = await metrics()
  for (let i = 0; i < 7; i++) await c.get('/thu-tuc/1.001193')
  await c.get('/thu-tuc/9.999999')
  await c.get('/khong-co')
  const m = await metrics(), of = { route: '/thu-tuc/{code}', method: 'GET' }
  const grown = (name, labels) => value(m, name, labels) - value(before, name, labels)
  assert.equal(grown('motcua_requests_total', { ...of, result: '2xx' }), 7)
  assert.equal(grown('motcua_requests_total', { ...of, result: '4xx' }), 1)
  assert.equal(grown('motcua_requests_total', { route: '-', result: '4xx' }), 1)
  assert.equal(grown('motcua_request_seconds_count', of), 8)
  assert.ok(grown('motcua_request_seconds_sum', of) > 0)
  assert.ok([...m.families.values()].every(f => f.samples.every(s => !/001193|khong-co/.test(JSON.stringify(s.labels)))), 'no address in a label')
})

test('what else an operator watches is there', async () => {
  const m = await metrics()
  for (const name of ['motcua_lane_waiting', 'motcua_lane_batch_jobs', 'motcua_lane_jobs_total', 'motcua_lane_failed_jobs_total',
    'motcua_lane_commit_seconds', 'motcua_lane_again_jobs_total', 'motcua_db_connections', 'motcua_db_connections_busy',
    'motcua_workers_waiting', 'motcua_outbox_waiting', 'motcua_outbox_oldest_seconds', 'motcua_uploads_total',
    'process_resident_memory_bytes', 'motcua_uptime_seconds', 'motcua_build_info', 'motcua_clock_jumps_total'])
    assert.ok(m.families.get(name)?.samples.length > 0, name)
  assert.equal(value(m, 'motcua_ready'), 1)
  assert.ok(value(m, 'process_resident_memory_bytes') > 1 << 20)
  assert.ok(value(m, 'motcua_uptime_seconds') > 0)
  const info = m.families.get('motcua_build_info').samples[0].labels
  assert.ok(info.version && info.engine && info.seat !== undefined, JSON.stringify(info))
})

test('a slow request is logged with where its time went, a slow statement by its name', async () => {
  const slow = await startSite({ flags: ['--slow-ms', '1', '--slow-query-ms', '1'] }), d = slow.client()
  try {
    const form = { 'ho-ten': 'Nguyễn Thị Thử', 'so-dinh-danh': '001191000123', 'dien-thoai': '0912345678', password: 'một mật khẩu dài',
      password2: 'một mật khẩu dài', 'dong-y': '1' }
    assert.equal((await d.submit('/dang-ky', form)).status, 303)
    const found = () => slow.lines().find(l => l.msg === 'slow request' && l.route === '/dang-ky' && Number(l.statements) > 3)
    const line = await soon(found, () => slow.log)          // the log comes by another pipe
    const n = Object.fromEntries(Object.entries(line).map(([k, v]) => [k, Number(v)]))
    assert.equal(n.body + n.wait + n.handler + n.commit + n.send, n.us, JSON.stringify(line))
    assert.ok(n.handler > 5000, 'hashing the password takes its time')
    assert.ok('slowest' in line && n.db >= n.slowest_us, JSON.stringify(line))
    assert.ok(!/Nguyễn|001191000123/.test(slow.log), 'no values')
    assert.ok(value(parse((await d.get('/metrics')).text), 'motcua_slow_requests_total') > 0)
  } finally {
    d.close()
    await slow.clean()
  }
})

test('figures are for addresses that the configuration names', async () => {
  assert.equal((await c.get('/metrics', { headers: { 'x-forwarded-for': '9.9.9.9' } })).status, 403, 'a proxy that is not believed hides anybody')
  const behind = await startSite({ flags: ['--behind-proxy', 'yes', '--metrics-allow', '10.2.0.0/16'] }), d = behind.client()
  const asks = async (from, path = '/metrics') => (await d.get(path, from ? { headers: { 'x-forwarded-for': from } } : {})).status
  try {
    assert.equal(await asks('10.2.3.4'), 200)
    assert.equal(await asks('10.3.3.4'), 403)
    assert.equal(await asks('10.2.3.4, 9.9.9.9'), 403, 'the last address is the true one')
    assert.equal(await asks(), 403)
    assert.equal(await asks('9.9.9.9', '/readyz'), 200)
  } finally {
    d.close()
    await behind.clean()
  }
})
