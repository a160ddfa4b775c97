// A number that an officer or auditor types stands in no address, link or form's target (ADR 0055): every input of the route table that says `number`.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { receive } from '../lib/parked.mjs'
import { addPeople, fill, meetPeople } from '../lib/people.mjs'
import { routes, startSite } from '../lib/server.mjs'

const NUMBER = '001191000123', PHONE = '0912 345 678', WORD = /=(~|%7E)[\w-]{60,}/
let site, people, code
before(async () => {
  site = await startSite({ prepare: addPeople })
  people = await meetPeople(site)
  code = await receive(people.intake)
})
after(() => site?.clean())

const open = (who, path) => people[who].open(path)
const of = row => row.path.startsWith('/quan-tri/can-bo') ? 'administrator' : row.path.startsWith('/quan-tri') ? 'auditor' : 'intake'
const named = { procedure: '1.001193' }
const asked = (row, input, text) => `${fill(row, named)}?${input.name}=${encodeURIComponent(text)}`
// What leaves the page for other addresses: links, targets of forms, and scripts' attributes.
const addresses = page => [...page.text.matchAll(/ (?:href|action|formaction|data-suggest|src)="([^"]*)"/g)].map(m => m[1])
const bare = text => decodeURIComponent(text).replace(/[ +.()-]/g, '')
const silent = (page, number, say) => {
  for (const a of [page.location ?? '', ...addresses(page)]) assert.ok(!bare(a).includes(bare(number)), `${say}: ${a}`)
}
const gets = routes().filter(r => r.method === 'GET').flatMap(row => row.in.filter(i => i.number).map(input => ({ row, input })))

test('an address with a plain number leads to one with a sealed word, which no link tells either', async () => {
  assert.ok(gets.length > 0)
  for (const { row, input } of gets) for (const number of [NUMBER, ...(input.kind === 'text' ? [PHONE] : [])]) {
    const say = `${row.path} ${input.name} ${number}`, first = await people[of(row)].get(asked(row, input, number))
    assert.equal(first.status, 303, say)
    assert.match(first.location, WORD, say)
    silent(first, number, say)
    const page = await people[of(row)].get(first.location)
    assert.equal(page.status, 200, say)
    silent(page, number, say)
    if (row.face !== 'file') assert.ok(page.forms().some(f => [].concat(f.fields[input.name]).includes(number)), `${say}: what was typed stands in its field`)
  }
})

test('each form of such an input goes by POST, and leads to the same', async () => {
  for (const { row, input } of gets.filter(g => g.row.face !== 'file')) {
    const say = `${row.path} ${input.name}`, page = await people[of(row)].get(fill(row, named))
    const form = page.forms().find(f => f.names.has(input.name) && f.action.startsWith(fill(row, named)) && f.role !== 'none' && (row.path !== '/can-bo/tiep-nhan/{procedure}' || f.names.size <= 3))
    assert.equal(form?.method, 'post', say)
    const sent = await people[of(row)].send(page, { [input.name]: NUMBER }, { action: form.action })
    assert.equal(sent.status, 303, `${say}: ${sent.text}`)
    assert.match(sent.location, WORD, say)
    assert.ok(sent.location.startsWith(`${fill(row, named)}?`), `${say}: ${sent.location}`)
    assert.equal((await people[of(row)].get(sent.location)).status, 200, say)
    const forged = await people[of(row)].post(form.action, { [input.name]: NUMBER, _csrf: 'x', _idem: 'y' })
    assert.equal(forged.status, 403, say)
  }
})

test('no GET form has a field for a number', async () => {
  const names = new Set(gets.map(g => g.input.name)), paths = new Set(gets.map(g => g.row.path))
  for (const path of paths) {
    const { row } = gets.find(g => g.row.path === path)
    if (row.face === 'file') continue
    const page = await people[of(row)].get(fill(row, named))
    for (const f of page.forms()) if (f.method === 'get' && paths.has(f.action)) assert.deepEqual([...f.names].filter(n => names.has(n)), [], path)
  }
})

test('names and dossiers’ codes stay readable', async () => {
  assert.equal((await people.intake.get('/can-bo/tim?q=nguyen')).status, 200)
  const sent = await people.intake.submit('/can-bo/tim', { q: 'Nguyễn Thị' }, { action: '/can-bo/tim' })
  assert.equal(sent.location, `/can-bo/tim?q=${encodeURIComponent('Nguyễn Thị')}`)
  assert.equal((await people.intake.get(`/can-bo/tim?q=${code}`)).location, `/can-bo/ho-so/${code}`)
  const lower = await people.intake.submit('/can-bo/tim', { q: code.toLowerCase() }, { action: '/can-bo/tim' })
  assert.equal((await people.intake.follow(lower)).status, 200)
})

test('a word opens for the account that typed it alone, and not when it was changed', async () => {
  const { location } = await people.intake.get(`/can-bo/tim?q=${NUMBER}`)
  assert.ok((await open('intake', location)).text.includes(code))
  for (const [who, path] of [['specialist', location], ['intake', location.slice(0, -2)], ['intake', `${location}A`], ['intake', '/can-bo/tim?q=~'], ['intake', '/can-bo/tim?q=~abc']]) {
    const page = await people[who].get(path)
    assert.equal(page.status, 400, `${who} ${path}`)
    assert.match(page.text, /hãy gõ lại số/)
    assert.ok(!page.text.includes(code))
  }
})

test('who is not signed in takes no number to the sign-in’s address', async () => {
  const stranger = await people.guest.get(`/can-bo/tim?q=${NUMBER}`)
  assert.equal(stranger.location, `/can-bo/dang-nhap?tiep=${encodeURIComponent('/can-bo/tim')}`)
})
