// How a cell of tests/rights.csv is tried, and what its answer says: the test and its mutations judge by the same rules.
import { randomUUID } from 'node:crypto'
import { multipart, urlencoded } from './client.mjs'
import { pdfText } from './pdf.mjs'
import { address, body, mine, tokenOf } from './rights.mjs'

const FORGED = /Trang đã mở quá lâu/
const TYPES = { json: 'application/json', part: 'application/octet-stream', look: 'multipart/form-data; boundary=x' }
const LOOKED = ['tep', { name: 'kq.pdf', type: 'application/pdf', content: '%PDF-1.4 nothing' }]
const signIn = (route, r) => r.status === 401 || (route.method === 'GET' && r.status === 303 && /^(\/can-bo)?\/dang-nhap\?tiep=/.test(r.location ?? ''))

// A number in an address leads to a sealed word: the page is behind it.
const sealed = (client, r) => (/=(~|%7E)/.test(r.location ?? '') ? client.get(r.location) : r)

// Every form has its token and its fields: it gets as far as who sends it may go.
async function request(client, route, things, { who, relation }) {
  const to = address(route, things, relation, who)
  if (route.method === 'GET') return sealed(client, await client.get(to))
  const type = TYPES[route.body] ?? (route.body === 'none' ? undefined : 'application/x-www-form-urlencoded')
  const fields = { ...body(route, things, relation, who), _csrf: await tokenOf(client, who), _idem: randomUUID() }
  const headers = { ...(type && { 'content-type': type }), ...(route.face === 'script' && { 'x-csrf-token': fields._csrf }) }
  const text = route.body === 'json' ? '{"action":"claim","version":99999}'
    : route.body === 'look' ? multipart([...Object.entries(fields), LOOKED], 'x').body : urlencoded(fields)
  return client.request('POST', to, { headers, body: type ? text : undefined })
}

// Forms after which a thing is no more there, or somebody no more signed in: tried last, in this order.
const ENDS = [/^\/can-bo\/cau-hoi$/, /^\/tai-len\/.*\/bo$/, /^\/nop\/.*\/(gui|xoa)$/, /du-lieu\/ban-sao$/, /tai-khoan\/(mat-khau|phien)$/, /du-lieu\/dong$/, /du-lieu\/dang-nhap-lai$|doi-nguoi$/, /^\/dang-xuat$/]
const ends = c => (c.method === 'POST' && /^[+~]/.test(c.want) ? ENDS.findIndex(e => e.test(c.path)) : -1)
export const lastEnds = list => list.toSorted((a, b) => ends(a) - ends(b))
// Who left already: somebody of the same sort elsewhere signs out.
export const visitor = (people, { path, relation, who }) => (path === '/dang-xuat' && people.foreign[who]) || people[relation][who]

const text = r => (/pdf/.test(r.headers['content-type']) ? pdfText(r.bytes) : r.text)

// Asks, and says what came in a few facts: what is kept of an answer, and all that is judged.
export async function knock(client, route, things, cell) {
  const r = await request(client, route, things, cell)
  return { status: r.status, location: r.location, signIn: signIn(route, r), forged: r.status === 403 && FORGED.test(r.text),
    names: cell.want.startsWith('+') && r.status === 200 && /[=!]$/.test(cell.want) && mine(things, cell.relation, cell.path).some(code => text(r).includes(code)) }
}

// Is this what `want` says?
export function judge(want, a) {
  if (want === '?') return a.signIn
  if (want === '-') return a.status === 403 && !a.forged
  if (want === '0') return a.status === 404
  if (a.signIn || a.status >= 500 || a.status === 403) return false
  if (/^\+[=!]$/.test(want) && a.names !== (want === '+=')) return false
  return want === '~' || a.status !== 404
}
