// The gate's promises, with route rows made for it (tests/gate/gate_server.c).
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import net from 'node:net'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { startGate } from '../lib/server.mjs'
import { raw, statuses, multipart } from '../lib/client.mjs'

let server
before(async () => { server = await startGate() })
after(async () => { await server.clean() })

const HEAD = 'Host: x\r\nConnection: close\r\n'
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n'

test('ambiguous requests are refused before anything else', async t => {
  const rows = [
    ['two different Content-Length', `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Content-Length: 3\r\nContent-Length: 5\r\n\r\na=bcd`],
    ['the same Content-Length twice', `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b`],
    ['a list as Content-Length', `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Content-Length: 3, 3\r\n\r\na=b`],
    ['a sign in Content-Length', `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Content-Length: +3\r\n\r\na=b`],
    ['Transfer-Encoding beside Content-Length', `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n`],
    ['an unknown Transfer-Encoding', `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Transfer-Encoding: xchunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n`],
    ['two Transfer-Encoding', `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two Hosts', `GET /thu/trang HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`],
    ['no Host', `GET /thu/trang HTTP/1.1\r\nConnection: close\r\n\r\n`],
    ['a space before the colon', `GET /thu/trang HTTP/1.1\r\n${HEAD}Content-Length : 0\r\n\r\n`],
    ['a name that is no token', `GET /thu/trang HTTP/1.1\r\n${HEAD}X(y): 1\r\n\r\n`],
    ['a control byte in a value', `GET /thu/trang HTTP/1.1\r\n${HEAD}X-A: b\x01c\r\n\r\n`],
    ['two Cookies', `GET /thu/trang HTTP/1.1\r\n${HEAD}Cookie: a=b\r\nCookie: c=d\r\n\r\n`],
    ['an encoded NUL in the path', `GET /thu/a%00b HTTP/1.1\r\n${HEAD}\r\n`],
    ['an encoded slash in the path', `GET /thu/a%2fb HTTP/1.1\r\n${HEAD}\r\n`],
    ['dots in the path', `GET /thu/../thu/trang HTTP/1.1\r\n${HEAD}\r\n`],
    ['encoded dots in the path', `GET /thu/%2e%2e/trang HTTP/1.1\r\n${HEAD}\r\n`],
    ['invalid UTF-8 in the path', `GET /thu/%ff%fe HTTP/1.1\r\n${HEAD}\r\n`],
    ['an escape cut short', `GET /thu/%4 HTTP/1.1\r\n${HEAD}\r\n`],
    ['a backslash in the path', `GET /thu%5ctrang HTTP/1.1\r\n${HEAD}\r\n`],
    ['an absolute address', `GET http://x/thu/trang HTTP/1.1\r\n${HEAD}\r\n`],
  ]
  for (const [name, bytes] of rows)
    await t.test(name, async () => {
      // The library writes the head of its own refusals twice, then closes: still nothing but 400.
      const got = statuses(await raw(server.port, bytes))
      assert.deepEqual([...new Set(got)], [400])
    })
})

test('a refused request takes its connection with it: nothing rides behind it', async () => {
  const second = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const got = await raw(server.port, `POST /thu/trang HTTP/1.1\r\nHost: x\r\n${FORM}Content-Length: 0\r\nContent-Length: ${second.length}\r\n\r\n${second}`)
  assert.deepEqual(statuses(got), [400])
})

test('a head that never ends is refused', async () => {
  const got = statuses(await raw(server.port, `GET / HTTP/1.1\r\nHost: x\r\n${'X-Long: ' + 'a'.repeat(60000)}\r\n\r\n`))
  assert.ok([400, 414, 431].includes(got[0]), String(got))
})

test('method and path', async () => {
  const c = server.client()
  assert.equal((await c.get('/khong-co')).status, 404)
  assert.equal((await c.get('/thu/trang/')).status, 404)
  assert.equal((await c.get('/thu/ma/Tr%E1%BA%A7n%20V%C4%83n')).text, 'Trần Văn')
  for (const m of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
    const r = await c.request(m, '/thu/trang')
    assert.equal(r.status, 405, m)
    assert.equal(r.headers.allow, 'GET, HEAD, POST')
  }
  const r = await c.post('/thu/doc', { a: '1' })
  assert.equal(r.status, 405)
  assert.equal(r.headers.allow, 'GET, HEAD')
  c.close()
})

test('HEAD gives the head of GET', async () => {
  const c = server.client()
  const get = await c.get('/thu/moi'), head = await c.request('HEAD', '/thu/moi')
  assert.equal(head.status, 200)
  assert.equal(head.text, '')
  assert.equal(head.headers['content-length'], get.headers['content-length'])
  c.close()
})

test('an answer that is known already is not sent again', async () => {
  const c = server.client()
  const first = await c.get('/thu/moi')
  assert.equal(first.headers['cache-control'], 'public, max-age=60')
  const again = await c.get('/thu/moi', { headers: { 'if-none-match': first.headers.etag } })
  assert.equal(again.status, 304)
  assert.equal(again.text, '')
  assert.equal((await c.get('/thu/moi', { headers: { 'if-none-match': '"v0"' } })).status, 200)
  c.close()
})

test('security headers are on every answer, refused ones too', async () => {
  const c = server.client()
  for (const path of ['/thu/trang', '/khong-co', '/healthz', '/api/khong-co', '/thu/rieng']) {
    const { headers } = await c.get(path)
    assert.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/, path)
    assert.doesNotMatch(headers['content-security-policy'], /unsafe/)
    assert.equal(headers['x-content-type-options'], 'nosniff', path)
    assert.ok(headers['referrer-policy'] && headers['permissions-policy'], path)
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path)
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', path)
    assert.equal(headers['cache-control'], 'no-store', path)
  }
  const bad = await raw(server.port, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')
  assert.match(bad, /Content-Security-Policy: default-src 'none'/)
  c.close()
})

test('a form: what is declared is read, what is wrong is named, what was typed stays', async t => {
  const c = server.client()
  const count = async () => Number((await c.get('/thu/doc')).text)

  await t.test('all well', async () => {
    const r = await c.submit('/thu/trang', { ten: '  Nguyễn   An ', so: '3', ngay: '22/11/2026', sdt: '+84 912 345 678' })
    assert.equal(r.status, 303)
    assert.equal(r.location, '/thu/xong/a%20b')
    const page = await c.follow(r)
    assert.match(page.text, /Đã ghi nhận/)
    assert.doesNotMatch((await c.get('/thu/trang')).text, /Đã ghi nhận/, 'the notification is shown once')
  })

  const rows = [
    ['missing', { ten: undefined }, 'Hãy điền mục này'],
    ['blank', { ten: ' \t ' }, 'Hãy điền mục này'],
    ['too short', { ten: 'a' }, 'quá ngắn'],
    ['too long', { ten: 'ă'.repeat(21) }, 'quá dài'],
    ['twice', { ten: ['An', 'Bình'] }, 'hai lần'],
    ['two lines in one', { ten: 'a\nb' }, 'ký tự'],
    ['a control character', { ten: 'a\u0007b' }, 'không đọc được'],
    ['a bidi override', { ten: 'a\u202eb' }, 'không đọc được'],
    ['a number out of range', { ten: 'An', so: '10' }, 'trong khoảng'],
    ['no number', { ten: 'An', so: '1e1' }, 'trong khoảng'],
    ['a day that is none', { ten: 'An', ngay: '30/02/2026' }, 'ngày'],
    ['a word of no list', { ten: 'An', mau: ['do', 'tim'] }, 'danh sách'],
    ['no telephone', { ten: 'An', sdt: '12' }, '10 chữ số'],
    ['no money', { ten: 'An', tien: '1.5đ' }, 'số tiền'],
  ]
  for (const [name, fields, say] of rows)
    await t.test(name, async () => {
      const had = await count()
      const r = await c.submit('/thu/trang', { mat: 'bí mật', ...fields })
      assert.equal(r.status, 422)
      assert.ok(r.text.includes(say), `${say} in ${r.text}`)
      assert.ok(!r.text.includes('bí mật'), 'a secret is never shown')
      const ten = [].concat(fields.ten ?? '')[0]
      if (ten.trim() && !/[\u0000-\u001f\u202e]/.test(ten)) assert.ok(r.text.includes(`value="${ten}"`), 'what was typed stays')
      assert.equal(await count(), had, 'nothing is stored')
    })

  await t.test('invalid UTF-8 is named', async () => {
    const f = (await c.get('/thu/trang')).forms()[0].fields
    const r = await c.request('POST', '/thu/trang', { headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `_csrf=${f._csrf}&_idem=${f._idem}&ten=%ff%fe&so=2` })
    assert.equal(r.status, 422)
    assert.match(r.text, /không đọc được/)
    assert.match(r.text, /#f-ten/)
  })

  await t.test('a fault that the handler finds', async () => {
    const had = await count()
    const r = await c.submit('/thu/trang', { ten: 'Bình', loi: 'o' })
    assert.equal(r.status, 422)
    assert.match(r.text, /Tên này đã có/)
    assert.match(r.text, /value="Bình"/)
    assert.equal(await count(), had)
  })

  for (const [loi, status] of [['khong-thay', 404], ['cam', 403], ['doi', 409], ['may', 500], ['dang-nhap', 401], ['nhanh', 429], ['im', 500]])
    await t.test(`the handler ends with ${status} (${loi})`, async () => {
      const had = await count()
      const r = await c.submit('/thu/trang', { ten: 'Bình', loi })
      assert.equal(r.status, status)
      if (status < 500 && status !== 401) assert.match(r.text, /Đã có người khác xử lý/)
      if (status === 409) assert.match(r.text, /value="Bình"/, 'the page of a conflict keeps what was typed')
      assert.equal(await count(), had, 'the change is undone')
    })

  await t.test('the database is away: the form is given back with what was typed, and its key', async () => {
    const had = await count()
    const page = await c.get('/thu/trang')
    const r = await c.send(page, { ten: 'Bình "B" <b>', so: 3, loi: 'mat' })
    assert.equal(r.status, 503)
    assert.ok(Number(r.headers['retry-after']) > 0)
    const f = r.forms().find(x => x.fields.ten !== undefined)
    assert.equal(f.fields.ten, 'Bình "B" <b>')
    assert.equal(f.fields._idem, page.forms()[0].fields._idem, 'sent once more it is the same request')
    assert.equal(await count(), had, 'nothing is stored')
    assert.equal((await c.send(r, { loi: '' })).status, 303)
    assert.equal(await count(), had + 1)
  })

  await t.test('the database is away: a password is never given back', async () => {
    const r = await c.submit('/thu/trang', { ten: 'Bình', mat: 'bí mật của tôi', loi: 'mat' })
    assert.equal(r.status, 503)
    assert.doesNotMatch(r.text, /bí mật của tôi/)
  })

  await t.test('a malformed body', async () => {
    for (const body of ['a=%zz', 'a=%4', '%ff=1'])
      assert.equal((await c.request('POST', '/thu/trang', { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status, 400, body)
  })
  c.close()
})

test('CSRF', async t => {
  const c = server.client(), other = server.client()
  const fields = async who => (await who.get('/thu/trang')).forms()[0].fields
  const good = { ...(await fields(c)), ten: 'An' }

  const rows = [
    ['no token', async () => c.post('/thu/trang', { ...good, _csrf: undefined })],
    ['a wrong token', async () => c.post('/thu/trang', { ...good, _csrf: 'a'.repeat(32) })],
    ["another's token", async () => c.post('/thu/trang', { ...good, _csrf: (await fields(other))._csrf })],
    ['no cookie', async () => server.client().post('/thu/trang', good)],
    ['another site by Origin', async () => c.post('/thu/trang', good, { headers: { origin: 'https://evil.example' } })],
    ['no site by Origin', async () => c.post('/thu/trang', good, { headers: { origin: 'null' } })],
    ['another site by Sec-Fetch-Site', async () => c.post('/thu/trang', good, { headers: { 'sec-fetch-site': 'cross-site' } })],
    ['a sister site', async () => c.post('/thu/trang', good, { headers: { 'sec-fetch-site': 'same-site' } })],
  ]
  for (const [name, act] of rows)
    await t.test(name, async () => { assert.equal((await act()).status, 403) })
  await t.test('our own origin', async () => {
    const r = await c.post('/thu/trang', good, { headers: { origin: server.base, 'sec-fetch-site': 'same-origin' } })
    assert.equal(r.status, 303)
  })
  c.close(); other.close()
})

test('idempotency', async t => {
  const c = server.client()
  const count = async () => Number((await c.get('/thu/doc')).text)

  await t.test('a form sent twice changes once and answers alike', async () => {
    const fields = { ...(await c.get('/thu/trang')).forms()[0].fields, ten: 'Hai lần' }, had = await count()
    const [a, b] = await Promise.all([c.post('/thu/trang', fields), c.post('/thu/trang', fields)])
    assert.deepEqual([a.status, b.status, a.location, b.location], [303, 303, '/thu/xong/a%20b', '/thu/xong/a%20b'])
    assert.equal(await count(), had + 1)
  })
  await t.test('another body under the same key is refused', async () => {
    const fields = { ...(await c.get('/thu/trang')).forms()[0].fields, ten: 'Một' }
    assert.equal((await c.post('/thu/trang', fields)).status, 303)
    const r = await c.post('/thu/trang', { ...fields, ten: 'Khác' })
    assert.equal(r.status, 422)
    assert.match(r.text, /đã được gửi trước đó/)
  })
  await t.test('a refused form may be mended under its key', async () => {
    const fields = { ...(await c.get('/thu/trang')).forms()[0].fields }
    assert.equal((await c.post('/thu/trang', { ...fields, ten: 'x' })).status, 422)
    assert.equal((await c.post('/thu/trang', { ...fields, ten: 'Xuân' })).status, 303)
  })
  await t.test('a form without a key is refused', async () => {
    const fields = { ...(await c.get('/thu/trang')).forms()[0].fields, ten: 'Ba', _idem: undefined }
    assert.equal((await c.post('/thu/trang', fields)).status, 400)
  })
  await t.test('the API: same answer, and 422 for another body', async () => {
    const headers = { 'idempotency-key': `k-${Math.random()}` }
    const a = await c.postJson('/api/thu', { ten: 'API' }, { headers }), b = await c.postJson('/api/thu', { ten: 'API' }, { headers })
    assert.equal(a.status, 201)
    assert.deepEqual([b.status, b.text, b.headers['content-type']], [a.status, a.text, a.headers['content-type']])
    const other = await c.postJson('/api/thu', { ten: 'Khác' }, { headers })
    assert.equal(other.status, 422)
    assert.equal(other.headers['content-type'], 'application/problem+json')
    assert.equal((await c.postJson('/api/thu', { ten: 'API' }, { headers: { 'idempotency-key': 'x'.repeat(200) } })).status, 400)
  })
  c.close()
})

test('the API speaks problems', async t => {
  const c = server.client()
  const rows = [
    ['not JSON', '{', 400], ['a list', '[]', 400], ['a member twice', '{"ten":"An","ten":"Bo"}', 400],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), 400],
    ['NUL in a text', '{"ten":"a\\u0000b"}', 400], ['nothing', '', 400], ['trailing words', '{} x', 400],
    ['a missing member', '{}', 422], ['a wrong type', '{"ten":[]}', 422], ['too long', JSON.stringify({ ten: 'a'.repeat(300) }), 422],
  ]
  for (const [name, body, status] of rows)
    await t.test(name, async () => {
      const r = await c.request('POST', '/api/thu', { body, headers: { 'content-type': 'application/json' } })
      assert.equal(r.status, status)
      assert.equal(r.headers['content-type'], 'application/problem+json')
      const p = r.json()
      assert.equal(p.status, status)
      assert.ok(p.title && p.detail && p.request)
      if (status === 422) assert.equal(p.errors[0].name, 'ten')
    })
  await t.test('401 with the scheme, 404, 405', async () => {
    const r = await c.postJson('/api/rieng', { ten: 'An' })
    assert.deepEqual([r.status, r.headers['www-authenticate'], r.headers['content-type']], [401, 'Bearer', 'application/problem+json'])
    assert.equal((await c.postJson('/api/thu', { ten: 'An' }, { headers: { authorization: 'Bearer mct_nothing' } })).status, 401)
    assert.equal((await c.get('/api/khong')).headers['content-type'], 'application/problem+json')
    assert.equal((await c.get('/api/thu')).status, 405)
  })
  c.close()
})

test('who is not signed in is sent to sign in, and back', async () => {
  const c = server.client()
  const r = await c.get('/thu/rieng?a=b')
  assert.equal(r.status, 303)
  assert.equal(r.location, '/dang-nhap?tiep=%2Fthu%2Frieng%3Fa%3Db')
  c.close()
})

test('bodies: type and size', async t => {
  const c = server.client()
  await t.test('another type is 415', async () => {
    assert.equal((await c.request('POST', '/thu/trang', { body: 'a=b', headers: { 'content-type': 'text/plain' } })).status, 415)
    assert.equal((await c.request('POST', '/thu/trang', { body: 'a=b' })).status, 415)
    assert.equal((await c.request('POST', '/api/thu', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status, 415)
  })
  await t.test('too much is 413 before it is sent', async () => {
    const got = await raw(server.port, `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n`)
    assert.deepEqual(statuses(got), [413])
  })
  await t.test('100 Continue where it fits', async () => {
    const got = await raw(server.port, `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Content-Length: 3\r\nExpect: 100-continue\r\n\r\n`, { enough: got => got.includes('\r\n\r\n') })
    assert.deepEqual(statuses(got), [100])
  })
  await t.test('too much in chunks', async () => {
    const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
    const got = await raw(server.port, `POST /thu/trang HTTP/1.1\r\n${HEAD}${FORM}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`)
    assert.deepEqual(statuses(got), [400])
  })
  await t.test('chunks that fit', async () => {
    const got = await raw(server.port, `POST /api/thu HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{"ten":\r\n5\r\n"An"}\r\n0\r\n\r\n`)
    assert.deepEqual(statuses(got), [201])
  })
  await t.test('a GET has no body', async () => {
    assert.deepEqual(statuses(await raw(server.port, `GET /thu/trang HTTP/1.1\r\n${HEAD}Content-Length: 3\r\n\r\na=b`)), [413])
  })
  c.close()
})

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), Buffer.alloc(5000, 'x'), Buffer.from('\n%%EOF\n')])
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

test('uploads', async t => {
  const c = server.client()
  const send = parts => c.postParts('/api/tep', parts)

  await t.test('files are typed by content, named without a path, stored under their hash', async () => {
    const r = await send([['ghi', 'hai tệp'], ['tep', { name: 'C:\\anh\\Giấy  khai sinh.exe', content: PDF }], ['tep', { name: 'a/b.png', content: PNG }]])
    assert.equal(r.status, 200, r.text)
    const [a, b] = r.json()
    assert.deepEqual([a.name, a.mime, a.size], ['Giấy khai sinh.exe.pdf', 'application/pdf', PDF.length], 'the end fits the type')
    assert.deepEqual([b.name, b.mime], ['b.png', 'image/png'])
    const back = await c.get(`/api/tep/${a.sha256}`)
    assert.ok(back.bytes.equals(PDF))
    assert.match(back.headers['content-disposition'], /^inline; filename=".*"; filename\*=UTF-8''gi%E1%BA%A5y%20khai%20sinh\.pdf$/)
  })
  await t.test('photographs of telephones', async () => {
    const heic = Buffer.concat([Buffer.from('0000001866747970686569630000000068656963' + '6d696631', 'hex'), Buffer.alloc(200)])
    const jpeg = Buffer.concat([Buffer.from('ffd8ffe000104a46494600010101004800480000ffdb', 'hex'), Buffer.alloc(200)])
    const r = await send([['tep', { name: 'a.heic', content: heic }], ['tep', { name: 'b.jpg', content: jpeg }]])
    assert.equal(r.status, 200, r.text)
    assert.deepEqual(r.json().map(f => f.mime), ['image/heic', 'image/jpeg'])
  })
  await t.test('other types are refused with advice', async () => {
    for (const content of ['MZ\x90\x00 program', '<html><script>alert(1)</script>', 'PK\x03\x04 docx', '<svg xmlns="http://www.w3.org/2000/svg"/>']) {
      const r = await send([['tep', { name: 'a.pdf', type: 'application/pdf', content }]])
      assert.equal(r.status, 422)
      assert.match(r.json().errors[0].detail, /: hãy |chuyển tệp này sang PDF/)
    }
  })
  await t.test('none where one is needed', async () => {
    assert.equal((await send([['ghi', 'x']])).json().errors[0].name, 'tep')
    assert.equal((await send([['tep', { name: '', content: '' }]])).json().errors[0].name, 'tep')
  })
  await t.test('twenty-one files', async () => {
    const r = await send(Array.from({ length: 21 }, (_, i) => ['tep', { name: `${i}.png`, content: PNG }]))
    assert.equal(r.status, 400)
    assert.match(r.json().detail, /20 tệp/)
  })
  await t.test('a file over the limit is named', async () => {
    const r = await send([['tep', { name: 'to.pdf', content: Buffer.concat([PDF, Buffer.alloc(21 << 20)]) }]])
    assert.equal(r.status, 422)
    assert.match(r.json().errors[0].detail, /lớn quá/)
  })
  await t.test('malformed bodies', async () => {
    const { body, type } = multipart([['tep', { name: 'a.png', content: PNG }]])
    const rows = [
      ['cut short', body.subarray(0, body.length - 6), type],
      ['no boundary', body, 'multipart/form-data'],
      ['another boundary', body, 'multipart/form-data; boundary=other'],
      ['an endless boundary', body, `multipart/form-data; boundary=${'a'.repeat(200)}`],
      ['a preamble', Buffer.concat([Buffer.from('hello\r\n'), body]), type],
      ['no name', Buffer.from('------motcua-7f3a\r\nContent-Disposition: form-data\r\n\r\nx\r\n------motcua-7f3a--\r\n'), type],
      ['no disposition', Buffer.from('------motcua-7f3a\r\nContent-Type: text/plain\r\n\r\nx\r\n------motcua-7f3a--\r\n'), type],
      ['an endless head', Buffer.from(`------motcua-7f3a\r\nX: ${'y'.repeat(9000)}\r\n\r\nx\r\n------motcua-7f3a--\r\n`), type],
      ['nothing', Buffer.alloc(0), type],
    ]
    for (const [name, bytes, ct] of rows)
      assert.equal((await c.request('POST', '/api/tep', { body: bytes, headers: { 'content-type': ct } })).status, 400, name)
  })
  await t.test('sent twice under a key with another border', async () => {
    const headers = { 'idempotency-key': 'upload-1' }, parts = [['tep', { name: 'a.png', content: PNG }]]
    const one = multipart(parts), two = multipart(parts, 'another')
    const a = await c.request('POST', '/api/tep', { body: one.body, headers: { ...headers, 'content-type': one.type } })
    const b = await c.request('POST', '/api/tep', { body: two.body, headers: { ...headers, 'content-type': two.type } })
    assert.deepEqual([a.status, b.status, b.text], [200, 200, a.text])
  })
  c.close()
})

test('a file that is only looked at is kept nowhere, and has a rate of its own', async () => {
  const s = await startGate(['--rate', '50', '--burst', '100']), c = s.client()
  const tree = d => readdirSync(d, { withFileTypes: true, recursive: true }).filter(e => e.isFile()).map(e => e.name)
  const content = Buffer.concat([PDF, Buffer.from('only looked at')]), sha256 = createHash('sha256').update(content).digest('hex')
  const look = () => c.postParts('/api/xem', [['tep', { name: 'a.pdf', content }]])
  const seen = await look()
  assert.equal(seen.status, 200, seen.text)
  assert.equal(seen.text, `%PDF ${sha256}`)
  assert.equal((await c.postParts('/api/xem', [['tep', { name: 'a.pdf', content: 'MZ' }]])).status, 422, 'typed like any other')
  const kept = (await c.postParts('/api/tep', [['tep', { name: 'b.png', content: PNG }]])).json()[0].sha256
  const names = tree(s.folder)
  assert.ok(names.includes(kept.slice(2)), 'what is handed in is there')
  assert.ok(!names.includes(sha256.slice(2)), 'what was looked at is not')
  assert.deepEqual(names.filter(n => /^[0-9a-f]{32}$/.test(n)), [], 'nor half of it')
  let last = seen
  for (let i = 0; i < 12 && last.status === 200; i++) last = await look()
  assert.equal(last.status, 429)
  assert.ok(Number(last.headers['retry-after']) >= 1)
  assert.equal((await c.postParts('/api/tep', [['tep', { name: 'b.png', content: PNG }]])).status, 200, 'everything else goes on')
  c.close()
  await s.clean()
})

test('a page about a person leaves after the entry of its log', async () => {
  const c = server.client()
  const before = Number((await c.get('/thu/nguoi')).text)
  assert.equal(Number((await c.get('/thu/nguoi')).text), before + 1)
  c.close()
})

test('a page for everybody is made once, one with a form for each', async () => {
  const s = await startGate(['--threads', '1'])
  const a = s.client(), b = s.client(), count = r => r.text.match(/id="count">(\d+)/)[1]
  const first = await a.get('/thu/chung')
  assert.equal((await a.submit('/thu/trang', { ten: 'An' })).status, 303)
  assert.equal((await b.get('/thu/chung')).text, first.text, 'kept')
  assert.equal(count(await b.get('/thu/chung?x=1')), '1', 'another address is another page')
  assert.match((await b.get('/thu/chung?lang=en')).text, /<html lang="en"/)
  assert.match((await b.get('/thu/chung')).text, /<html lang="en"/)
  assert.equal((await a.get('/thu/chung')).text.includes('Đã ghi nhận'), true, 'a notification is its own')
  assert.equal((await a.get('/thu/chung')).text, first.text)
  const forms = await Promise.all([a, b, a, b].map(c => c.get('/thu/chung-mau')))
  assert.equal(new Set(forms.map(r => r.forms()[0].fields._idem)).size, 4)
  assert.notEqual(forms[0].forms()[0].fields._csrf, forms[1].forms()[0].fields._csrf)
  a.close(); b.close()
  await s.clean()
})

test('the language of the page', async () => {
  const c = server.client()
  assert.match((await c.get('/thu/trang')).text, /<html lang="vi"/)
  assert.match((await c.get('/thu/trang?lang=en')).text, /<html lang="en"/)
  assert.match((await c.get('/thu/trang')).text, /<html lang="en"/, 'it is remembered')
  assert.match((await c.get('/thu/trang?lang=vi')).text, /<html lang="vi"/)
  c.close()
})

test('the log has a line a request, with its pattern and nothing of the person', async () => {
  const c = server.client()
  await c.get('/thu/ma/Nguyen%20Van%20A?sdt=0912345678')
  await server.logged(/route=\/thu\/ma\/\{code\}.*\n/)
  const line = server.lines().findLast(l => l.route === '/thu/ma/{code}')
  assert.ok(line.id && line.us && line.bytes && line.wait)
  assert.deepEqual([line.msg, line.method, line.status, line.end], ['request', 'GET', '200', 'sent'])
  assert.doesNotMatch(server.log, /Nguyen|0912345678/)
  c.close()
})

test('limits of the address', async () => {
  const s = await startGate(['--rate', '5', '--burst', '5'])
  const c = s.client()
  const answers = await Promise.all(Array.from({ length: 40 }, () => c.get('/healthz'))), refused = answers.filter(r => r.status !== 200)
  assert.ok(refused.length > 0, 'forty at once are too many')
  for (const r of refused) {
    assert.equal(r.status, 429)
    assert.ok(Number(r.headers['retry-after']) >= 1)
  }
  c.close()
  await s.clean()
})

test('the proxy is believed only where it is configured', async () => {
  const s = await startGate(['--rate', '3', '--burst', '3', '--behind-proxy', '1'])
  const c = s.client()
  for (let i = 0; i < 10; i++)
    assert.equal((await c.get('/healthz', { headers: { 'x-forwarded-for': `9.9.9.9, 10.0.0.${i}` } })).status, 200)
  const same = await Promise.all(Array.from({ length: 30 }, (_, i) => c.get('/healthz', { headers: { 'x-forwarded-for': `10.1.1.${i}, 10.0.0.99` } })))
  assert.ok(same.some(r => r.status === 429), 'the last address of the list counts, not what the client wrote before it')
  c.close()
  await s.clean()
})

const GIVE_UP = 45000       // of a server that cuts nobody off; its own limits are twenty seconds and more

// Sends one byte of `text` every 100 ms; gives the milliseconds until the server closed.
function trickle(port, text) {
  return new Promise(done => {
    const socket = net.connect(port, '127.0.0.1'), began = Date.now()
    let i = 0
    const timer = setInterval(() => socket.write(text[i++ % text.length]), 100)
    const end = () => { clearInterval(timer); socket.destroy(); done(Date.now() - began) }
    socket.on('error', end)
    socket.on('close', end)
    socket.resume()
    setTimeout(end, GIVE_UP).unref()
  })
}

test('slow clients are cut off, others are served meanwhile', async t => {
  const s = await startGate(['--idle', '1', '--head', '1', '--body', '1'])
  const rows = [
    ['a head without an end', 'GET / HTTP/1.1\r\nHost: x\r\n' + 'X: y\r\n'.repeat(100)],
    ['a request line without an end', 'G'.repeat(200)],
    ['a body without an end', `POST /thu/trang HTTP/1.1\r\nHost: x\r\n${FORM}Content-Length: 60000\r\n\r\n` + 'a'.repeat(1000)],
  ]
  // The head of the third row is sent at once: its time is the body's.
  const runs = rows.map(([, text], i) => (i < 2 ? trickle(s.port, text) : new Promise(done => {
    const socket = net.connect(s.port, '127.0.0.1'), began = Date.now()
    const cut = text.indexOf('\r\n\r\n') + 4
    socket.write(text.slice(0, cut))
    const timer = setInterval(() => socket.write('a'), 100)
    const end = () => { clearInterval(timer); socket.destroy(); done(Date.now() - began) }
    socket.on('error', end); socket.on('close', end); socket.resume()
    setTimeout(end, GIVE_UP).unref()
  })))
  const c = s.client()
  assert.equal((await c.get('/healthz')).status, 200)
  const took = await Promise.all(runs)
  for (const [i, [name]] of rows.entries())
    await t.test(name, () => assert.ok(took[i] < 15000, `${took[i]} ms`))
  c.close()
  await s.clean()
})

test('SIGTERM finishes what runs, then ends', async () => {
  const s = await startGate()
  const c = s.client()
  const fields = { ...(await c.get('/thu/trang')).forms()[0].fields, ten: 'Chậm' }
  const slow = c.post('/thu/cham', fields)
  await s.logged(/msg="a slow page begins"/)
  const ended = s.stop()
  const r = await slow
  assert.equal(r.status, 303)
  assert.equal(r.headers.connection, 'close')
  c.close()
  assert.deepEqual(await ended, { code: 0, signal: null })
  await s.clean()
})
