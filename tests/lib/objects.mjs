// A server of S3-compatible objects (s3rver) behind a strict gate that proves every signature anew, with node's own crypto and
// from the text of AWS's specification, and that can be told to fail.
import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'

export const KEY = { id: 'MOTCUATESTKEY', secret: 'khoa/bi+mat/khong/bao/gio/hien/ra' }
const REGION = 'vn-north-1', BUCKET = 'giay-to', WINDOW = 15 * 60 * 1000
const sha = b => createHash('sha256').update(b).digest('hex')
const hmac = (k, s) => createHmac('sha256', k).update(s).digest()

// null, or what is wrong with the proof.
export function refused(req, body) {
  const m = (req.headers.authorization ?? '').match(
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request,SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})$/)
  if (!m) return 'no proof'
  const [, id, day, region, names, signature] = m, now = req.headers['x-amz-date'], signed = names.split(';')
  if (id !== KEY.id || region !== REGION) return 'another key or region'
  const at = (now ?? '').match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/)
  if (!at || !now.startsWith(day) || Math.abs(Date.UTC(at[1], at[2] - 1, at[3], at[4], at[5], at[6]) - Date.now()) > WINDOW) return 'another time'
  if (names !== [...signed].sort().join(';') || !signed.includes('host')) return 'headers out of order'
  for (const h of Object.keys(req.headers)) if ((h.startsWith('x-amz-') || h === 'content-md5') && !signed.includes(h)) return `${h} is not signed`
  const payload = req.headers['x-amz-content-sha256']
  if (payload !== sha(body)) return 'the body is not what was signed'
  if (req.headers['content-md5'] && req.headers['content-md5'] !== createHash('md5').update(body).digest('base64')) return 'another MD5'
  const url = new URL(req.url, 'http://x')
  const query = [...url.searchParams].map(([k, v]) => [k, v].map(x => encodeURIComponent(x).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join('='))
    .sort().join('&')
  const canonical = [req.method, url.pathname, query, ...signed.map(h => `${h}:${(req.headers[h] ?? '').trim()}`), '', names, payload].join('\n')
  const text = ['AWS4-HMAC-SHA256', now, `${day}/${region}/s3/aws4_request`, sha(canonical)].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce(hmac, `AWS4${KEY.secret}`)
  return hmac(key, text).toString('hex') === signature ? null : 'the signature is wrong'
}

// { place, endpoint, flags(), calls: [{ method, path, status }], fail(how), stop() }
// fail(({ method, path, n }) => false | 503 | 'cut' | 'stall' | 'damage'): what happens instead of the answer.
export async function startObjects() {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-objects-')), keys = mkdtempSync(join(tmpdir(), 'motcua-key-'))
  const s3 = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: folder, configureBuckets: [{ name: BUCKET }],
    serviceEndpoint: 'amazonaws.com', allowMismatchedSignatures: true })
  const inner = await s3.run(), calls = [], wrong = [], sockets = new Set()
  let how = () => false
  const gate = http.createServer(async (req, res) => {
    const chunks = []
    for await (const c of req) chunks.push(c)
    const body = Buffer.concat(chunks), path = new URL(req.url, 'http://x').pathname
    const call = { method: req.method, path, query: req.url.split('?')[1] ?? '', n: calls.length }
    calls.push(call)
    const why = refused(req, body), fault = how(call)
    if (why) wrong.push(`${req.method} ${req.url}: ${why}`)
    call.status = why ? 403 : fault === 503 ? 503 : 0
    if (call.status) return res.writeHead(call.status).end('<Error/>')
    if (fault === 'stall') return
    if (fault === 'cut') return req.socket.destroy()
    const { authorization, host, ...headers } = req.headers
    const out = http.request({ host: '127.0.0.1', port: inner.port, method: req.method, path: req.url, headers: { ...headers, host: `127.0.0.1:${inner.port}` } }, async answer => {
      const parts = []
      for await (const c of answer) parts.push(c)
      let all = Buffer.concat(parts)
      if (fault === 'damage' && all.length) all = Buffer.concat([Buffer.from([all[0] ^ 1]), all.subarray(1)])
      call.status = answer.statusCode
      res.writeHead(answer.statusCode, answer.headers).end(all)
    })
    out.on('error', () => res.destroy())
    out.end(body)
  })
  gate.on('connection', s => { sockets.add(s); s.on('close', () => sockets.delete(s)) })
  await new Promise(done => gate.listen(0, '127.0.0.1', done))
  const endpoint = `http://127.0.0.1:${gate.address().port}`, place = `s3://${BUCKET}/ha-noi`
  return {
    place, endpoint, calls, wrong, folder, bucket: BUCKET,
    fail(f) { how = f ?? (() => false) },
    // Flags of every command that meets the store.
    flags(secret = KEY.secret) {
      const file = join(keys, `${secret === KEY.secret ? 'objects' : 'other'}.key`)
      writeFileSync(file, `${KEY.id}\n${secret}\n`, { mode: 0o600 })
      return ['--store', place, '--store-endpoint', endpoint, '--store-region', REGION, '--store-secret', file]
    },
    async stop() {
      for (const s of sockets) s.destroy()
      await new Promise(done => gate.close(done))
      await s3.close()
      for (const f of [folder, keys]) rmSync(f, { recursive: true, force: true })
    },
  }
}
