// What an authenticator on a telephone does: RFC 6238 with SHA-1, six digits, 30 seconds.
import { createHmac } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function bytes(base32) {
  let bits = ''
  for (const ch of base32.replaceAll(' ', '')) bits += LETTERS.indexOf(ch).toString(2).padStart(5, '0')
  return Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)))
}

export function code(base32, at = Date.now()) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)))
  const mac = createHmac('sha1', bytes(base32)).update(counter).digest(), from = mac[19] & 15
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0')
}

// A code is never taken twice: the next step's is taken one step early.
export const later = (base32, steps = 1) => code(base32, Date.now() + steps * 30000)
