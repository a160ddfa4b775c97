// The archive's desk: a dossier whose period is over, and a list that it stands on.
import assert from 'node:assert/strict'
import { sql } from './engine.mjs'

export const DESK = '/can-bo/luu-tru'
const pause = ms => new Promise(r => setTimeout(r, ms))

// Waits until the closed dossier is followed, and lets its period be over.
export async function outlive(site, code) {
  const id = `(SELECT id FROM dossier WHERE code = '${code}')`
  for (let i = 0; i < 600; i++) {
    if (sql(site.folder, `SELECT count(*) FROM retention, retention_cursor WHERE dossier = ${id} AND walk = -1`) === '1') {
      sql(site.folder, `UPDATE retention SET years = 5, end_year = 2020 WHERE dossier = ${id}`)
      return
    }
    await pause(100)
  }
  assert.fail(`${code} has no period`)
}

// A list with this dossier, sent to the leader: its address.
export async function listed(archivist, code) {
  const made = await archivist.send(await archivist.get(DESK), { 'ly-do': 'Hết thời hạn bảo quản', chon: code }, { action: `${DESK}/huy` })
  assert.equal(made.status, 303, made.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 800))
  const sent = await archivist.submit(made.location, { viec: 'trinh' }, { action: made.location })
  assert.equal(sent.status, 303)
  return made.location
}
