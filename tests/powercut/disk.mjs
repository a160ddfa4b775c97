// A disk that forgets: what the shim wrote down is played on a model of inodes and folders, each with what is on the disk for sure and
// what only the cache knew.  At any point the disk can be looked at as it would be after a power cut.
import { lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HEAD = 48
// { op, a, b, x: Buffer, y: Buffer } in order.
export function readLog(path) {
  const all = readFileSync(path), out = []
  for (let at = 0; at + HEAD <= all.length;) {
    const [op, a, b, , n, m] = [0, 8, 16, 24, 32, 40].map(i => Number(all.readBigInt64LE(at + i)))
    if (at + HEAD + n + m > all.length) break                     // killed while it was written
    out.push({ op: String.fromCharCode(op), a, b, x: all.subarray(at + HEAD, at + HEAD + n), y: all.subarray(at + HEAD + n, at + HEAD + n + m) })
    at += HEAD + n + m
  }
  return out
}

export class Disk {
  // As it is now, all of it on the disk.
  constructor(folder) {
    this.by = new Map()             // inode number -> node: numbers are used again, nodes are not
    this.root = this.take(folder)
    this.syncs = 0
  }

  take(path) {
    const st = lstatSync(path), node = st.isDirectory() ? { dir: new Map() } : { bytes: readFileSync(path) }
    if (node.dir) for (const name of readdirSync(path)) node.dir.set(name, this.take(join(path, name)))
    this.keep(node)
    this.by.set(st.ino, node)
    return node
  }

  keep(node) {                      // fsync
    if (node.dir) node.safe = new Map(node.dir)
    else node.safe = node.bytes
  }

  play({ op, a, b, x, y }) {
    const node = this.by.get(a), name = x.toString()
    if (!node) return
    switch (op) {
      case 'W': {
        const bytes = Buffer.alloc(Math.max(node.bytes.length, b + x.length))
        node.bytes.copy(bytes)
        x.copy(bytes, b)
        node.bytes = bytes
        break
      }
      case 'T': node.bytes = b <= node.bytes.length ? node.bytes.subarray(0, b) : Buffer.concat([node.bytes, Buffer.alloc(b - node.bytes.length)]); break
      case 'S': this.keep(node); this.syncs++; break
      case 'C': case 'M': {
        const made = op === 'M' ? { dir: new Map(), safe: new Map() } : { bytes: Buffer.alloc(0), safe: Buffer.alloc(0) }
        this.by.set(b, made)
        node.dir.set(name, made)
        break
      }
      case 'R': {
        const to = this.by.get(b), moved = node.dir.get(name)
        node.dir.delete(name)
        to?.dir.set(y.toString(), moved)
        break
      }
      case 'U': node.dir.delete(name); break
    }
  }

  // What is left, into a fresh folder.  names: 'lost' (a name counts when its folder was synced) or 'kept' (the journal had brought
  // every name over, and only bytes are lost); all: nothing is lost, the program alone was killed.
  write(folder, names, node = this.root) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const [name, child] of names === 'lost' ? node.safe : node.dir) {
      if (!child) continue
      if (child.dir) this.write(join(folder, name), names, child)
      else writeFileSync(join(folder, name), names === 'all' ? child.bytes : child.safe, { mode: 0o600 })
    }
  }
}
