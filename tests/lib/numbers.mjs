// What the database holds of a sealed number, worked out anew (docs/adr/0046): after "~1." stands base64url of the synthetic IV, the
// BLAKE2b-128 of place, row and text under a key made of the file's, and of the encrypted text.
import { createDecipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const M = (1n << 64n) - 1n
const IV = [0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n, 0x510e527fade682d1n, 0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n]
const SIGMA = ['0123456789abcdef', 'ea489fd61c02b753', 'b8c052fdae367194', '7931dcbe265a40f8', '905724afe1bc683d',
  '2c6a0b834d75fe19', 'c51fed4a0763928b', 'db7ec13950f4862a', '6fe9b308c2d714a5', 'a2847615fb9e3cd0']
const right = (x, n) => ((x >> n) | (x << (64n - n))) & M

function mix(v, a, b, c, d, x, y) {
  v[a] = (v[a] + v[b] + x) & M; v[d] = right(v[d] ^ v[a], 32n); v[c] = (v[c] + v[d]) & M; v[b] = right(v[b] ^ v[c], 24n)
  v[a] = (v[a] + v[b] + y) & M; v[d] = right(v[d] ^ v[a], 16n); v[c] = (v[c] + v[d]) & M; v[b] = right(v[b] ^ v[c], 63n)
}

// RFC 7693, keyed.
function blake2b(key, data, size) {
  const h = [...IV], all = Buffer.concat([key, Buffer.alloc(128 - key.length), data])
  h[0] ^= 0x01010000n ^ BigInt(key.length << 8) ^ BigInt(size)
  for (let at = 0; at < all.length; at += 128) {
    const end = Math.min(at + 128, all.length), last = end === all.length
    const block = Buffer.concat([all.subarray(at, end), Buffer.alloc(128 - (end - at))])
    const m = Array.from({ length: 16 }, (_, i) => block.readBigUInt64LE(8 * i)), v = [...h, ...IV]
    v[12] ^= BigInt(end)
    if (last) v[14] ^= M
    for (let r = 0; r < 12; r++) {
      const s = [...SIGMA[r % 10]].map(x => m[parseInt(x, 16)])
      mix(v, 0, 4, 8, 12, s[0], s[1]); mix(v, 1, 5, 9, 13, s[2], s[3]); mix(v, 2, 6, 10, 14, s[4], s[5]); mix(v, 3, 7, 11, 15, s[6], s[7])
      mix(v, 0, 5, 10, 15, s[8], s[9]); mix(v, 1, 6, 11, 12, s[10], s[11]); mix(v, 2, 7, 8, 13, s[12], s[13]); mix(v, 3, 4, 9, 14, s[14], s[15])
    }
    for (let i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8]
  }
  const out = Buffer.alloc(64)
  h.forEach((x, i) => out.writeBigUInt64LE(x, 8 * i))
  return out.subarray(0, size)
}

// HChaCha20 (the 16 bytes of the IV make a key of their own), then ChaCha20 with a nonce of zeros.
const left = (x, n) => ((x << n) | (x >>> (32 - n))) >>> 0
function quarter(v, a, b, c, d) {
  v[a] = (v[a] + v[b]) >>> 0; v[d] = left(v[d] ^ v[a], 16); v[c] = (v[c] + v[d]) >>> 0; v[b] = left(v[b] ^ v[c], 12)
  v[a] = (v[a] + v[b]) >>> 0; v[d] = left(v[d] ^ v[a], 8); v[c] = (v[c] + v[d]) >>> 0; v[b] = left(v[b] ^ v[c], 7)
}
function hchacha(key, iv) {
  const bytes = Buffer.concat([Buffer.from('expand 32-byte k'), key, iv]), v = Array.from({ length: 16 }, (_, i) => bytes.readUInt32LE(4 * i)), out = Buffer.alloc(32)
  for (let r = 0; r < 10; r++) {
    for (let i = 0; i < 4; i++) quarter(v, i, 4 + i, 8 + i, 12 + i)
    for (let i = 0; i < 4; i++) quarter(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
  }
  for (const i of [0, 1, 2, 3, 12, 13, 14, 15]) out.writeUInt32LE(v[i], 4 * (i < 4 ? i : i - 8))
  return out
}
const keyOf = (folder, id) => Buffer.from(readFileSync(join(folder, 'numbers.keys'), 'utf8').match(new RegExp(`^key ${id} ([0-9a-f]{64})$`, 'm'))[1], 'hex')
export function openSealed(folder, text) {
  const [, id, code] = text.match(/^~(\d+)\.([\w-]+)$/), box = Buffer.from(code, 'base64url')
  const key = hchacha(blake2b(keyOf(folder, id), Buffer.from('numbers: stream\0'), 32), box.subarray(0, 16))
  return createDecipheriv('chacha20', key, Buffer.alloc(16)).update(box.subarray(16)).toString()
}

// The first 20 letters of it that tell: SQL says substr(column, 1, 23) = '...'.
export function sealedStart(folder, place, text, about = 0n) {
  const [, id, hex] = readFileSync(join(folder, 'numbers.keys'), 'utf8').match(/^key (\d+) ([0-9a-f]{64})$/m)
  const mac = blake2b(Buffer.from(hex, 'hex'), Buffer.from('numbers: synthetic IV\0'), 32), row = Buffer.alloc(8)
  row.writeBigInt64LE(BigInt(about))
  const siv = blake2b(mac, Buffer.concat([Buffer.from(`${place}\0`), row, Buffer.from(text)]), 16)
  return `~${id}.${siv.toString('base64url').slice(0, 20)}`
}
export const sealedIs = (folder, place, text, column = place.split('.')[1]) => `substr(${column}, 1, 23) = '${sealedStart(folder, place, text)}'`
