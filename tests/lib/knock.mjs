// How a cell of tests/rights.csv is tried, and what its answer says: the test and its mutations judge by the same rules.
import { randomUUID } from 'node:crypto'
import { urlencoded } from './client.mjs'
import { pdfText } from './pdf.mjs'
import { address, body, mine, tokenOf } from './rights.mjs'

const FORGED = /Trang đã mở quá lâu/
const TYPES = { json: 'application/json', part: 'application/octet-stream', look: 'multipart/form-data; boundary=x' }
const signIn = r => r.status === 401 || (r.status === 303 && /^(\/can-bo)?\/dang-nhap/.test(r.location ?? ''))

// A form without its token goes no further than the gate; with it, on to the handler, with nothing that could be done.
async function request(client, route, things, { who, relation }, whole) {
  const to = address(route, things, relation, who)
  if (route.method === 'GET') return client.get(to)
  const type = TYPES[route.body] ?? (route.body === 'none' ? undefined : 'application/x-www-form-urlencoded')
  const fields = whole ? { ...body(route), _csrf: await tokenOf(client, who), _idem: randomUUID() } : { x: '1' }
  const headers = { ...(type && { 'content-type': type }), ...(whole && route.face === 'script' && { 'x-csrf-token': fields._csrf }) }
  const text = route.body === 'json' ? (whole ? '{"action":"claim","version":99999}' : '{')
    : route.body === 'look' ? '--x\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--x--\r\n' : urlencoded(fields)
  return client.request('POST', to, { headers, body: type ? text : undefined })
}

// Whole forms go where the thing is another's (not found must come from the handler), and to dossiers of the own, where an old screen is told so.
const ofDossier = route => /^\/can-bo\/ho-so\/\{code\}\/viec\//.test(route.path)
export const isWhole = (cell, route) => cell.want === '0' || (cell.want === '-' && cell.relation === 'foreign') || (cell.want === '+' && ofDossier(route) && cell.relation !== 'any')

const text = r => (/pdf/.test(r.headers['content-type']) ? pdfText(r.bytes) : r.text)

// Asks, and says what came in a few facts: what is kept of an answer, and all that is judged.
export async function knock(client, route, things, cell) {
  const whole = isWhole(cell, route), r = await request(client, route, things, cell, whole)
  return { status: r.status, location: r.location, signIn: signIn(r), forged: r.status === 403 && FORGED.test(r.text),
    stopped: route.method === 'POST' && !whole && route.face !== 'api',      // a form that was sent to be stopped at its token
    names: cell.want.startsWith('+') && r.status === 200 && /[=!]$/.test(cell.want) && mine(things, cell.relation).some(code => text(r).includes(code)) }
}

// Is this what `want` says?
export function judge(want, a) {
  if (want === '?') return a.signIn
  if (want === '-') return a.status === 403 && !a.forged
  if (want === '0') return a.status === 404
  if (a.signIn || a.status >= 500 || (a.status === 403 && !a.forged) || (a.stopped && !a.forged)) return false
  if (/^\+[=!]$/.test(want) && a.names !== (want === '+=')) return false
  return want === '~' || a.status !== 404
}
