// Between a scanner and the site, on 127.0.0.1: the edge as docs/operator/nginx.conf has it (https is said, HSTS added), the session
// of whoever is scanned as, and a fresh key in each form (else an attack would be answered with the first one's answer).  A good form that
// would end the session does not leave; a forged one does.  Notes what a scanner overlooks: answers of 500 and more, connections cut, answers without the policy.
import http from 'node:http'

export const HOST = 'motcua.test'
const KEPT_BACK = [/^\/dang-xuat/, /^\/can-bo\/doi-nguoi/, /\/tai-khoan\/(mat-khau|phien)$/, /\/hai-lop\//, /\/dang-nhap/, /^\/lien-ket/]
let serial = 0

function note(seen, req, answer, body) {
  seen.statuses[answer.statusCode] = (seen.statuses[answer.statusCode] ?? 0) + 1
  const what = `${answer.statusCode} ${req.method} ${req.url} ${body.toString('latin1').slice(0, 300)}`
  if (answer.statusCode >= 500) seen.broken.push(what)
  const policy = answer.headers['content-security-policy'] ?? ''
  if (!/frame-ancestors 'none'/.test(policy) || /unsafe|\*/.test(policy) || answer.headers['x-content-type-options'] !== 'nosniff') seen.open.push(what)
}

function forward(site, seen, req, res, headers, body) {
  const up = http.request({ host: '127.0.0.1', port: site.port, method: req.method, path: req.url, headers, agent: seen.agent }, answer => {
    note(seen, req, answer, body)
    res.writeHead(answer.statusCode, [...answer.rawHeaders, 'Strict-Transport-Security', 'max-age=31536000'])
    answer.pipe(res)
  })
  up.on('error', e => { seen.cut.push(`${req.method} ${req.url.slice(0, 200)}: ${e.code}`); res.destroy() })
  up.end(body)
}

function headersFor(req, client, body) {
  const headers = { ...req.headers, host: HOST, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' }
  if (headers.origin) headers.origin = `https://${HOST}`
  if (client.cookies.size) headers.cookie = [...client.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  if (body.length) headers['content-length'] = String(body.length)
  return headers
}

// client: of tests/lib, signed in or a guest's.  token: of its forms, when it is signed in.  { port, requests, held, statuses, broken, cut, open, close() }
export async function between(site, client, token) {
  const old = new Set()
  const seen = { requests: 0, held: 0, statuses: {}, broken: [], cut: [], open: [], agent: new http.Agent({ keepAlive: true, maxSockets: 16 }) }
  const server = http.createServer((req, res) => {
    const chunks = []
    req.on('data', c => chunks.push(c))
    req.on('end', () => {
      seen.requests++
      let body = Buffer.concat(chunks)
      for (const was of old) if (body.includes(was)) body = Buffer.from(body.toString('latin1').replaceAll(was, token), 'latin1')
      if (token && req.method === 'POST' && KEPT_BACK.some(r => r.test(req.url)) && body.includes(`_csrf=${token}`)) {
        seen.held++
        return res.writeHead(303, { location: '/', 'content-length': 0 }).end()
      }
      if (/urlencoded/.test(req.headers['content-type'] ?? ''))
        body = Buffer.from(body.toString('latin1').replace(/(^|&)_idem=[^&]*/, (_, and) => `${and}_idem=quet-${++serial}`), 'latin1')
      forward(site, seen, req, res, headersFor(req, client, body), body)
    })
  })
  await new Promise(done => server.listen(Number(process.env.SCAN_PORT ?? 0), '127.0.0.1', done))
  seen.port = server.address().port
  // After another sign-in: forms that a scanner holds go on with the new key.
  seen.renew = key => {
    if (!key || key === token) return
    if (token) old.add(token)
    token = key
  }
  seen.close = () => { server.closeAllConnections(); server.close(); seen.agent.destroy() }
  return seen
}
