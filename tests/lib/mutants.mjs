// Mutations of rights: a city that each pass finds as it was, and which people a change of the tables concerns.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { judge, knock, lastEnds, visitor } from './knock.mjs'
import { MAY, PASSWORD, TOKENS } from './people.mjs'
import { rightsCity } from './rights-city.mjs'
import { RELATIONS, cells, login } from './rights.mjs'
import { routes, serveMutant } from './server.mjs'

export const PERMS = [...new Set(Object.values({ ...MAY, ...TOKENS }).flat()), 'unset']       // 'unset': nobody has it
export const has = (who, perm) => perm === 'public' || (MAY[who] ?? TOKENS[who]).includes(perm)

// At a route: a page knows nobody by a token, the API nobody by a cookie; a token has what its officer has, one that reads has no permission to write.
const OFFICERS = { 'reading token': ['dossier.read'], 'writing token': MAY.intake.filter(p => p !== 'signed-in') }
const may = (who, perm, face) => has((face === 'api') === (who in TOKENS) ? who : 'guest', perm) || (face === 'api' && (OFFICERS[who] ?? []).includes(perm))

export class Pristine {
  static async make() {
    const city = new Pristine()
    Object.assign(city, await rightsCity())
    city.table = new Map(routes().map(r => [`${r.method} ${r.path}`, r]))
    city.cells = cells().filter(c => city.table.has(`${c.method} ${c.path}`))
    await city.site.stop()
    city.copy(city.site.folder, `${city.site.folder}.first`)
    return city
  }

  copy(from, to) {
    const done = spawnSync('sh', ['-c', 'rm -rf "$2" && cp -a "$1" "$2"', 'sh', from, to], { encoding: 'utf8' })
    assert.equal(done.status, 0, done.stderr)
  }

  clients() { return new Set(Object.values(this.people).flatMap(some => Object.values(some))) }

  // The city as it was made, served with one change.
  async serve(change) {
    await this.site.stop()
    this.copy(`${this.site.folder}.first`, this.site.folder)
    await this.open(change)
  }

  async open(change) {
    this.change = change
    this.site = await serveMutant(this.site, change, this.flags)
    for (const client of this.clients()) { client.agent.destroy(); client.server = this.site; client.agent = new client.agent.constructor({ keepAlive: true }) }
  }

  // Who loses or gets something by a change of roles is signed out by it.
  async signInAgain(role) {
    for (const relation of RELATIONS) {
      const client = this.people[relation][role]
      if (!client) continue
      client.cookies.delete('phien')
      client.csrf = undefined
      const done = await client.submit('/can-bo/dang-nhap', { login: login(role, relation), password: PASSWORD })
      assert.equal(done.status, 303, `${role} ${relation}: ${done.status}`)
    }
  }

  // A handler that counts on what the gate should have seen to may end the server: let in, to be sure.
  async died(e) {
    if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(e.code)) throw e
    await this.site.stop('SIGKILL')
    await this.open(this.change)
    return { status: 0 }
  }

  // Tries these cells: each with its answer.
  async try(list) {
    const out = []
    for (const cell of lastEnds(list)) {
      const client = visitor(this.people, cell), route = this.table.get(`${cell.method} ${cell.path}`)
      assert.ok(client, `tests/rights.csv:${cell.line}: nobody is ${cell.who}, ${cell.relation}`)
      out.push({ cell, answer: await knock(client, route, this.things, cell).catch(e => this.died(e)) })
    }
    return out
  }

  async clean() {
    await this.site.clean()
    await this.close()
    spawnSync('rm', ['-rf', `${this.site.folder}.first`])
  }
}

// --- the table of the test: a word of it changed -----------------------------------------------------------------

// What a cell may be changed to: a permission taken away, one given, a foreign thing shown or refused, a list that names or does not.
const OTHERS = { '+': ['-', '0', '?'], '~': ['-', '?'], '+=': ['-', '0', '?', '+!'], '+!': ['-', '0', '?', '+='], '-': ['+', '~', '0', '?'],
  '0': ['+', '-', '?'], '?': ['+', '~', '-', '0'] }

// Changes of the table that the answers do not contradict, of how many.
export function survivingWords(tried) {
  const all = tried.flatMap(({ cell, answer }) => OTHERS[cell.want].map(want => ({ cell, want, found: !judge(want, answer) })))
  return { tried: all.length, survive: all.filter(m => !m.found) }
}

// --- the tables of the program ------------------------------------------------------------------------------------

// Every row of the route table gets the permission `perm`; judged are people whom it concerns alone.  found: a cell shows it; twice: none does, as the
// handler refuses them, too (the gate by itself let them in); survive: no cell shows that.
export async function routePass(city, perm) {
  const concerned = new Map()
  for (const cell of city.cells) {
    const key = `${cell.method} ${cell.path}`, row = city.table.get(key)
    if (row.perm !== perm && may(cell.who, row.perm, row.face) !== may(cell.who, perm, row.face)) concerned.set(key, [...(concerned.get(key) ?? []), cell])
  }
  const shown = async (kind, keys) => {
    await city.serve(`${kind} ${perm}`)
    return new Set((await city.try(keys.flatMap(k => concerned.get(k)))).filter(({ cell, answer }) => !judge(cell.want, answer)).map(({ cell }) => `${cell.method} ${cell.path}`))
  }
  const rows = [...concerned.keys()], found = await shown('route', rows), hidden = rows.filter(k => !found.has(k))
  const twice = hidden.length ? await shown('gate', hidden) : new Set(), changed = [...city.table.values()].filter(r => r.perm !== perm).length
  return { rows: changed, nobody: changed - rows.length, found: found.size, twice: [...twice], survive: hidden.filter(k => !twice.has(k)) }
}

// One role lacks a permission, or has one more: a cell of its people that shows it (rows of that
// permission and of the steps are tried first, what signs out last), or undefined.
export async function rolePass(city, role, sign, perm) {
  await city.serve(`role ${role} ${sign}${perm}`)
  await city.signInAgain(role)
  const asks = c => c.relation === 'to do' || city.table.get(`${c.method} ${c.path}`).perm === perm
  const own = lastEnds(city.cells.filter(c => c.who === role)).sort((a, b) => asks(b) - asks(a))
  for (const cell of own) {
    const [{ answer }] = await city.try([cell])
    if (!judge(cell.want, answer)) return cell
  }
}
