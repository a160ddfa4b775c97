// Scan batches as an officer sends them: sheets of the desk's own, pages made here, joined by qpdf.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pdf } from './photos.mjs'
import { said, soon } from './soon.mjs'

export const DESK = '/can-bo/so-hoa'
export const page = (...lines) => pdf([lines])
const words = html => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

export async function sheet(client, code, paper) {
  const query = code ? `ma=${code}${paper ? `&giay-to=${paper}` : ''}` : `loai=${paper}`
  const got = await client.get(`${DESK}/to.pdf?${query}`)
  assert.equal(got.status, 200, words(got.text).slice(0, 400))
  return got.bytes
}

export function joined(parts) {
  const folder = mkdtempSync(join(tmpdir(), 'scans-'))
  const names = parts.map((bytes, i) => { const name = join(folder, `${i}.pdf`); writeFileSync(name, bytes); return name })
  execFileSync('qpdf', ['--empty', '--pages', ...names, '--', join(folder, 'all.pdf')])
  const bytes = readFileSync(join(folder, 'all.pdf'))
  rmSync(folder, { recursive: true })
  return bytes
}

export const file = (content, name = 'may-quet.pdf', type = 'application/pdf') => ['tep', { name, type, content }]

// The batch's address.
export async function send(client, files, fields = {}) {
  const done = await client.submit(DESK, fields, { action: DESK, files })
  assert.equal(done.status, 303, words(done.text).slice(0, 600))
  return done.location
}

// The page once it no longer says that the machine works on it.
export async function settled(client, path) {
  let page
  await soon(async () => !/Đang chia lô|Máy đang đọc/.test((page = await client.get(path)).text), () => `${path} is not settled: ${said(page)}`, 180)
  return page
}

export const cut = async (client, files, fields) => {
  const path = await send(client, files, fields)
  return { path, page: await settled(client, path) }
}

// Documents of a batch's page: { 1: 'Chờ nhập ...', ... } as words.
export const documents = page => Object.fromEntries([...page.text.matchAll(/id="vb-(\d+)">([\s\S]*?)<\/section>/g)]
  .map(m => [m[1], words(m[2])]))

export const work = (client, path, fields) => client.submit(path, fields, { action: path })
