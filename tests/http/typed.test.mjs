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
const table = routes(), post = row => table.find(r => r.method === 'POST' && [row.path, `${row.path}/nguoi`].includes(r.path) && r.where === 'read-first')
const gets = table.filter(r => r.method === 'GET').flatMap(row => row.in.filter(i => i.number).map(input => ({ row, input })))
const pages = gets.filter(({ row }) => post(row))

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
    if (post(row)) assert.ok(page.forms().some(f => [].concat(f.fields[input.name]).includes(number)), `${say}: what was typed stands in its field`)
  }
})

test('each form of such an input goes by POST, and leads to the same', async () => {
  for (const { row, input } of pages) {
    const at = fill(row, named), to = fill(post(row), named), say = `${row.path} ${input.name}`
    const page = await people[of(row)].get(at), client = people[of(row)]
    for (const f of page.forms()) assert.ok(f.method === 'post' || f.action !== at || !f.names.has(input.name), `${say}: no GET form has the field`)
    const sent = await client.send(page, { [input.name]: NUMBER }, { action: to })
    assert.equal(sent.status, 303, `${say}: ${sent.text}`)
    assert.match(sent.location, WORD, say)
    assert.ok(sent.location.startsWith(`${at}?`), `${say}: ${sent.location}`)
    assert.equal((await client.get(sent.location)).status, 200, say)
    assert.equal((await client.post(to, { [input.name]: NUMBER, _csrf: 'x', _idem: 'y' })).status, 403, `${say}: forged`)
  }
})

test('the routes that take a number', () => {
  const paths = list => [...new Set(list.map(g => g.row.path))].sort()
  assert.deepEqual(paths(pages), ['/can-bo/tiep-nhan/{procedure}', '/can-bo/tim', '/quan-tri/can-bo', '/quan-tri/nhat-ky', '/quan-tri/nhat-ky/quan-tri'])
  assert.deepEqual(paths(gets.filter(g => !post(g.row))), ['/quan-tri/nhat-ky.csv', '/quan-tri/nhat-ky/quan-tri.csv', '/quan-tri/nhat-ky/quan-tri/in'])
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

test('an auditor’s filter by number and its CSV hold what is of that person, however the telephone is written', async () => {
  const of = async fields => people.auditor.follow(await people.auditor.submit('/quan-tri/nhat-ky', fields, { action: '/quan-tri/nhat-ky' }))
  await people.intake.get(`/can-bo/ho-so/${code}`)
  for (const nguoi of [NUMBER, PHONE, '+84912345678']) {
    const page = await of({ nguoi }), csv = page.text.match(/href="(\/quan-tri\/nhat-ky\.csv[^"]*)"/)?.[1]
    assert.ok(page.text.includes(code), nguoi)
    assert.match(csv, WORD)
    assert.ok((await people.auditor.get(csv)).text.includes(code), nguoi)
  }
  assert.ok(!(await of({ nguoi: '001191000124' })).text.includes(code))
  const wrong = await people.auditor.submit('/quan-tri/nhat-ky', { nguoi: NUMBER, 'tu-ngay': '31/02/2026' }, { action: '/quan-tri/nhat-ky' })
  assert.equal(wrong.status, 422)
  assert.equal(wrong.forms().find(f => f.action === '/quan-tri/nhat-ky').fields.nguoi, NUMBER, 'what was typed stays')
  silent(wrong, NUMBER, 'refused')
})

test('the link to the other language keeps the word', async () => {
  const page = await people.auditor.open(`/quan-tri/nhat-ky/quan-tri?doi-tuong=${NUMBER}`)
  assert.match(page.text, /href="\/quan-tri\/nhat-ky\/quan-tri\?doi-tuong=(~|%7E)[\w-]{60,}[^"]*lang=en"/)
})
