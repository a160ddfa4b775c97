// A real OpenID Connect provider (npm oidc-provider) with the claims of a national identity, and hands to make it misbehave.
import http from 'node:http'
import https from 'node:https'
import { createPrivateKey, generateKeyPairSync, sign, constants, randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Provider } from 'oidc-provider'
import { Client } from './client.mjs'

export const SITE = 'http://cong.test'          // the site's public address: who walks knows where it is
const ALGORITHMS = { vneid: 'RS256', 'vneid-es': 'ES256', 'vneid-ps': 'PS256', 'vneid-ed': 'EdDSA', 'thanh-pho': 'RS256' }

const secret = randomBytes(24).toString('base64url') + ' %&+'       // what has to be encoded in a head

function makeKeys() {
  const jwk = (pair, more) => ({ ...pair.privateKey.export({ format: 'jwk' }), use: 'sig', kid: randomBytes(6).toString('hex'), ...more })
  return [
    jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }), { alg: 'RS256' }),
    jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }), { alg: 'PS256' }),
    jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }), { alg: 'ES256' }),
    jwk(generateKeyPairSync('ed25519'), { alg: 'EdDSA' }),
  ]
}

const b64 = x => Buffer.from(typeof x === 'string' ? x : JSON.stringify(x)).toString('base64url')

// people: { sub: { claims } }; identity.user and .acr are who sits at the provider's page.
export class Identity {
  people = {}
  user = ''
  acr = 'LoA1'
  deny = ''         // an error that the provider's page answers with
  mode = ''         // 'down': connections break; 'slow': no answer; 'broken': answers that are none
  forge = null      // claims, head -> what the token endpoint says instead
  asked = []        // paths that were asked for
  manual = false    // the page waits for a button

  // tls: { key, cert, ca } of lib/tls.mjs
  static async start({ tls } = {}) {
    const self = new Identity(), answer = (req, res) => self.#answer(req, res)
    self.ca = tls?.ca
    self.server = tls ? https.createServer(tls, answer) : http.createServer(answer)
    await new Promise(done => self.server.listen(0, '127.0.0.1', done))
    self.port = self.server.address().port
    self.issuer = `http${tls ? 's' : ''}://127.0.0.1:${self.port}`
    self.rotate()
    return self
  }

  // New keys; what was signed with the old ones is no longer believed.
  rotate() {
    this.keys = makeKeys()
    const client = id => ({
      client_id: id, client_secret: secret, redirect_uris: [`${SITE}${id === 'thanh-pho' ? '/can-bo' : ''}/dang-nhap/${id}/ve`],
      post_logout_redirect_uris: [`${SITE}/`], id_token_signed_response_alg: ALGORITHMS[id],
      token_endpoint_auth_method: id === 'vneid-es' ? 'client_secret_post' : 'client_secret_basic' })
    this.provider = new Provider(this.issuer, {
      clients: Object.keys(ALGORITHMS).map(client),
      jwks: { keys: this.keys },
      cookies: { keys: ['tests'] },
      pkce: { required: () => true, methods: ['S256'] },
      acrValues: ['LoA1', 'LoA2', 'LoA3'],
      conformIdTokenClaims: false,
      claims: { openid: ['sub'], profile: ['SoDinhDanh', 'HoVaTen', 'SoDienThoai', 'ThuDienTu', 'NgayThangNamSinh', 'MaSoThue', 'TenDoanhNghiep', 'preferred_username'] },
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
      findAccount: (ctx, id) => this.people[id] && { accountId: id, claims: async () => ({ sub: id, ...this.people[id] }) },
      interactions: { url: (ctx, i) => `/vao/${i.uid}` },
      renderError: (ctx, out) => { ctx.type = 'json'; ctx.body = out },
    })
    this.handler = this.provider.callback()
  }

  async #answer(req, res) {
    const path = req.url.split('?')[0]
    this.asked.push(path)
    if (this.mode === 'down') return req.socket.destroy()
    if (this.mode === 'slow' && !path.startsWith('/vao/')) return
    if (this.mode === 'broken') { res.setHeader('content-type', 'application/json'); return res.end('{"issuer":') }
    if (this.mode === 'away' && path === '/token') { res.statusCode = 302; res.setHeader('location', `${this.issuer}/elsewhere`); return res.end() }
    if (this.mode === 'endless' && path === '/jwks') { res.write('{"keys":['); const fill = () => { while (res.write(' '.repeat(65536))); }; res.on('drain', fill); return fill() }
    if (this.forge && path === '/token') {
      res.setHeader('content-type', 'application/json')
      return res.end(JSON.stringify(this.forge(this)))
    }
    if (path.startsWith('/vao/')) return this.#page(req, res).catch(e => { res.statusCode = 500; res.end(String(e)) })
    return this.handler(req, res)
  }

  async #page(req, res) {
    const details = await this.provider.interactionDetails(req, res)
    if (this.manual && req.method === 'GET' && details.prompt.name === 'login') {
      res.setHeader('content-type', 'text/html; charset=utf-8')
      return res.end('<!doctype html><html lang="vi"><title>Định danh thử</title><main><h1>Hệ thống định danh thử</h1>' +
        `<form method="post" action="${req.url}"><button>Đồng ý đăng nhập</button></form></main></html>`)
    }
    if (this.deny) return this.provider.interactionFinished(req, res, { error: this.deny }, { mergeWithLastSubmission: false })
    if (details.prompt.name === 'login')
      return this.provider.interactionFinished(req, res, { login: { accountId: this.user, acr: this.acr, remember: false } }, { mergeWithLastSubmission: false })
    const grant = new this.provider.Grant({ accountId: details.session.accountId, clientId: details.params.client_id })
    grant.addOIDCScope('openid profile')
    const missing = details.prompt.details.missingOIDCClaims
    if (missing) grant.addOIDCClaims(missing)
    return this.provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true })
  }

  // A token as this provider would sign it: of any head and claims, by one of its keys (or by nobody's).
  token(claims, { alg = 'RS256', head = {}, key = this.keys.find(k => k.alg === alg) ?? this.keys[0] } = {}) {
    const text = `${b64({ alg, kid: key.kid, ...head })}.${b64(claims)}`
    if (alg === 'none') return `${text}.`
    const pem = createPrivateKey({ key, format: 'jwk' })
    const how = alg === 'PS256' ? { key: pem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      : alg === 'ES256' ? { key: pem, dsaEncoding: 'ieee-p1363' } : pem
    return `${text}.${sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(text), how).toString('base64url')}`
  }

  // identity.yaml and its secret in a site's folder.
  configure(folder, more = '') {
    writeFileSync(join(folder, 'oidc.secret'), secret + '\n')
    chmodSync(join(folder, 'oidc.secret'), 0o600)
    const one = id => `  - id: ${id}
    name: ${id === 'vneid' ? 'VNeID' : id}
    face: ${id === 'thanh-pho' ? 'officer' : 'citizen'}
    issuer: ${this.issuer}
    client-id: ${id}
    secret-file: oidc.secret
    client-auth: ${id === 'vneid-es' ? 'post' : 'basic'}
    scope: openid profile
    userinfo: ${id === 'vneid-ps' ? 'yes' : 'no'}
    seconds: 2
    levels: {LoA1: 1, LoA2: 2, LoA3: 3}
    claims: ${id === 'thanh-pho' ? '{login: preferred_username}'
      : '{personal-number: SoDinhDanh, name: HoVaTen, phone: SoDienThoai, email: ThuDienTu, tax-code: MaSoThue, organisation: TenDoanhNghiep}'}
`
    writeFileSync(join(folder, 'identity.yaml'), `providers:\n${Object.keys(ALGORITHMS).map(one).join('')}${more}`)
    return ['--identity', join(folder, 'identity.yaml'), '--base-url', SITE]
  }

  // One browser's session at the provider.
  visitor() { return new Client(this) }

  close() { this.server.closeAllConnections(); return new Promise(done => this.server.close(done)) }
}

// Follows redirects between site and provider, up to `most`, or to the answer that `until` wants.
export async function walk(site, provider, identity, answer, { most = 12, until = () => false } = {}) {
  while (answer.location && answer.status >= 300 && answer.status < 400 && most-- > 0 && !until(answer)) {
    const to = answer.location
    if (to.startsWith(identity.issuer)) answer = await provider.get(to.slice(identity.issuer.length))
    else if (to.startsWith(SITE)) answer = await site.get(to.slice(SITE.length))
    else if (answer.from === 'provider') answer = await provider.get(to)
    else answer = await site.get(to)
    answer.from = to.startsWith(SITE) || (!to.startsWith('http') && answer.from !== 'provider') ? 'site' : 'provider'
  }
  return answer
}
