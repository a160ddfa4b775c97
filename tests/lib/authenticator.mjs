// A security key in software (WebAuthn Level 2): what browser and authenticator make of what a page asks.  ES256, EdDSA, RS256.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const sha256 = b => createHash('sha256').update(b).digest()
const url = b => Buffer.from(b).toString('base64url')
const PRESENT = 1, VERIFIED = 4, ATTESTED = 64
const KINDS = {
  ES256: { alg: -7, make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), digest: 'sha256' },
  EdDSA: { alg: -8, make: () => generateKeyPairSync('ed25519'), digest: null },
  RS256: { alg: -257, make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }), digest: 'sha256' },
}

function cose(kind, key) {
  const jwk = key.export({ format: 'jwk' }), b = s => Buffer.from(s, 'base64url'), hex = s => Buffer.from(s, 'hex')
  if (kind === 'ES256') return Buffer.concat([hex('a5010203262001215820'), b(jwk.x), hex('225820'), b(jwk.y)])
  if (kind === 'EdDSA') return Buffer.concat([hex('a4010103272006215820'), b(jwk.x)])
  return Buffer.concat([hex('a401030339010020590100'), b(jwk.n), hex('2143'), b(jwk.e)])
}

// The data- attributes of the page's form that a key answers.
export function asked(page) {
  const form = page.forms().find(f => f['data-key'])
  return form && Object.fromEntries(Object.entries(form).filter(([k]) => k.startsWith('data-')).map(([k, v]) => [k.slice(5), v]))
}

export class SecurityKey {
  constructor(kind = 'ES256', { counter = 0, counts = true } = {}) {
    Object.assign(this, { kind, counter, counts, id: randomBytes(32), pair: KINDS[kind].make() })
  }

  client(type, challenge, origin, more = {}) {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...more }))
  }

  data(rp, flags, attested = Buffer.alloc(0)) {
    if (this.counts) this.counter++
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    return Buffer.concat([sha256(rp), Buffer.from([flags]), counter, attested])
  }

  // The fields of the form that adds a key.  change: what a wrong one says instead.
  create(ask, origin, { type = 'webauthn.create', rp = ask.rp, flags = PRESENT | VERIFIED | ATTESTED, challenge = ask.challenge } = {}) {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, cose(this.kind, this.pair.publicKey)])
    return { 'du-lieu': url(this.client(type, challenge, origin)), 'xac-thuc': url(this.data(rp, flags, flags & ATTESTED ? attested : undefined)), cach: 'usb+nfc' }
  }

  // The fields of the sign-in.
  get(ask, origin, { type = 'webauthn.get', rp = ask.rp, flags = PRESENT, challenge = ask.challenge, id = this.id, more } = {}) {
    const client = this.client(type, challenge, origin, more), data = this.data(rp, flags)
    const signature = sign(KINDS[this.kind].digest, Buffer.concat([data, sha256(client)]), this.pair.privateKey)
    return { khoa: url(id), 'du-lieu': url(client), 'xac-thuc': url(data), 'chu-ky': url(signature) }
  }
}
