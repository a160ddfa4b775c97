// Files in parts: begun, cut off, gone on with where the server says, across a restart; bounded; and what they become is named by
// forms and by the API as any uploaded content.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pdfOf } from '../lib/ballast.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { ROOT, serveAgain, startSite } from '../lib/server.mjs'

const PART = 1 << 20
let site, people, citizen, csrf, draft
const pdf = size => pdfOf(size)
const sum = b => createHash('sha256').update(b).digest('hex')

// What the script of the page does.
class Sender {
  constructor(client, at, token) { Object.assign(this, { client, at, head: token ? { 'x-csrf-token': token } : {} }) }
  async begin(name, size) {
    const r = this.at.startsWith('/api') ? await this.client.postJson(this.at, { name, size })
      : await this.client.request('POST', this.at, { headers: { ...this.head, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ name, size }).toString() })
    return { ...r, json: r.json }
  }
  part(upload, offset, bytes) {
    return this.client.request('POST', `${this.at}/${upload}/${offset}`, { headers: { ...this.head, 'content-type': 'application/octet-stream' }, body: bytes })
  }
  state(upload) { return this.client.get(`${this.at}/${upload}`) }
  drop(upload) { return this.client.request('POST', `${this.at}/${upload}/bo`, { headers: this.head }) }
  async all(name, content) {
    const { upload } = (await this.begin(name, content.length)).json()
    for (let at = 0; ;) {
      const r = await this.part(upload, at, content.subarray(at, at + PART))
      assert.equal(r.status, 200, r.text)
      const is = r.json()
      if (is.file) return is
      at = is.offset
    }
  }
}

const field = (text, name) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))[1]
before(async () => {
  site = await startSite({ people: addPeople })
  people = await meetPeople(site)
  citizen = people.citizen
  const begun = await citizen.submit('/thu-tuc/1.001193/nop', {}, { action: '/thu-tuc/1.001193/nop' })
  draft = begun.location
  csrf = field((await citizen.get(`${draft}/giay-to`)).text, '_csrf')
})
after(() => site.clean())

test('a file in parts is the same content as one sent whole, and a form names it', async () => {
  const content = pdf(3 * PART + 917), me = new Sender(citizen, '/tai-len', csrf), done = await me.all('Giấy chứng sinh.pdf', content)
  assert.equal(done.sha256, sum(content))
  assert.equal(done.type, 'application/pdf')
  assert.equal(done.name, 'Giấy chứng sinh.pdf')
  const page = await citizen.get(`${draft}/giay-to`), paper = field(page.text, 'giay-to')
  const attached = await citizen.post(`${draft}/giay-to`, { _csrf: csrf, _idem: field(page.text, '_idem'), 'giay-to': paper, tep: done.file })
  assert.equal(attached.status, 303, attached.text)
  const seen = await citizen.get(`${draft}/giay-to`)
  assert.match(seen.text, /Giấy chứng sinh\.pdf/)
  const file = await citizen.get(seen.text.match(/href="(\/nop\/[^"]+\/tep\/\d+)"/)[1])
  assert.deepEqual(file.bytes, content)
})

test('after a cut and a restart of the server it goes on where it stood', async () => {
  const content = pdf(2 * PART + 905), me = new Sender(citizen, '/tai-len', csrf)
  const { upload, offset } = (await me.begin('a.pdf', content.length)).json()
  assert.equal(offset, 0)
  assert.equal((await me.state(upload)).json().offset, 0, 'nothing of it is here')
  assert.equal((await me.part(upload, 0, content.subarray(0, PART))).json().offset, PART)
  assert.equal((await me.part(upload, 0, content.subarray(0, PART))).json().offset, PART, 'the same part again changes nothing')
  assert.equal((await me.part(upload, 2 * PART, content.subarray(2 * PART))).json().offset, PART, 'nor one that comes too early')
  await site.stop('SIGKILL')
  const cookies = citizen.cookies
  site = Object.assign(await serveAgain(site), { clean: site.clean })
  for (const who of Object.values(people)) who.server = site
  assert.equal(citizen.cookies, cookies)
  assert.equal((await me.state(upload)).json().offset, PART)
  assert.equal((await me.part(upload, PART, content.subarray(PART, 2 * PART))).json().offset, 2 * PART)
  const last = await me.part(upload, 2 * PART, content.subarray(2 * PART))
  assert.equal(last.json().sha256, sum(content))
  const again = await me.state(upload)
  assert.equal(again.json().sha256, sum(content), 'who lost the last answer asks for it')
  assert.equal((await me.part(upload, 2 * PART, content.subarray(2 * PART))).json().sha256, sum(content))
})

test('it belongs to who began it, to this site, and to forms of this site', async () => {
  const me = new Sender(citizen, '/tai-len', csrf), { upload } = (await me.begin('a.pdf', 5000)).json()
  const other = new Sender(people.intake, '/tai-len', field((await people.intake.get('/can-bo/tiep-nhan/1.001193')).text, '_csrf'))
  assert.equal((await other.state(upload)).status, 404)
  assert.equal((await other.part(upload, 0, Buffer.alloc(10))).status, 404)
  assert.equal((await me.part(`${upload.slice(0, -1)}${upload.endsWith('0') ? 1 : 0}`, 0, Buffer.alloc(10))).status, 404)
  assert.equal((await new Sender(citizen, '/tai-len', 'x').part(upload, 0, Buffer.alloc(10))).status, 403)
  assert.equal((await new Sender(citizen, '/tai-len').begin('a.pdf', 10)).status, 403)
  assert.equal((await new Sender(people.guest, '/tai-len', csrf).begin('a.pdf', 10)).status, 401)
  const done = await me.all('b.pdf', pdf(5000)), page = await people.intake.get('/can-bo/tiep-nhan/1.001193')
  const stolen = await people.intake.send(page, { 'tep.giay_to_khac': done.file, _viec: 'record' })
  assert.equal(stolen.status, 422)
  assert.match(stolen.text, /quá 24 giờ hoặc từ lần đăng nhập khác/)
})

test('bounds: size, number, parts; kinds are told apart in kind words as soon as they are known', async () => {
  const me = new Sender(citizen, '/tai-len', csrf)
  assert.equal((await me.begin('a.pdf', 21 << 20)).status, 422)
  assert.equal((await me.begin('a.pdf', 0)).status, 422)
  const { upload } = (await me.begin('a.pdf', 3000)).json()
  assert.equal((await me.part(upload, 0, Buffer.alloc(PART + 1)).catch(() => ({ status: 413 }))).status, 413, 'refused on its head')
  assert.equal((await me.part(upload, 0, pdf(3900))).status, 422, 'longer than it said')
  const zip = Buffer.concat([Buffer.from('504b0304140000000800', 'hex'), Buffer.alloc(9000, 1)])
  const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(9000)])
  const gif = Buffer.concat([Buffer.from('GIF89a\x10\x00\x10\x00'), Buffer.alloc(9000)])
  for (const [bytes, say] of [[zip, /tệp nén, hoặc tệp Word/], [ole, /Word, Excel/], [gif, /lưu lại thành JPEG/], [Buffer.from('xin chào '.repeat(900)), /văn bản thô/]]) {
    const bad = (await me.begin('Don.pdf', bytes.length * 2)).json()
    const r = await me.part(bad.upload, 0, bytes)
    assert.equal(r.status, 422, r.text)
    assert.match(r.json().errors[0].detail, say)
    assert.equal((await me.state(bad.upload)).json().offset, 0, 'and it is gone')
  }
  const halves = []
  for (let i = 0; i < 30; i++) {
    const { upload: one } = (await me.begin(`${i}.pdf`, 9000)).json(), r = await me.part(one, 0, pdf(6000))
    halves.push(one)
    if (i < 19) assert.equal(r.status, 200, `${i}: ${r.text}`)
    if (i > 20) assert.equal(r.status, 429)
  }
  for (const one of halves) assert.equal((await me.drop(one)).status, 200)
  assert.equal((await me.part((await me.begin('c.pdf', 9000)).json().upload, 0, pdf(6000))).status, 200, 'room again')
})

test('the API does the same with its token, and papers that are declared held are not dropped', async () => {
  const api = people['writing token'], me = new Sender(api, '/api/v1/uploads'), content = pdf(PART + 9), done = await me.all('a.pdf', content)
  const body = { ...JSON.parse(readFileSync(join(ROOT, 'tests/data/submission.json'))),
    papers: [{ paper: 'van_ban_uy_quyen', form: 'held', note: 'số 12' }, { paper: 'uy_quyen_nop', form: 'electronic', count: 1, files: [done.file] }] }
  const made = await api.postJson('/api/v1/dossiers', body, { 'idempotency-key': 'u1' })
  assert.equal(made.status, 201, made.text)
  const seen = (await api.get(`/api/v1/dossiers/${made.json().code}`)).json()
  const papers = JSON.stringify(seen.papers)
  assert.match(papers, /"held"/, papers)
  assert.ok(JSON.stringify(seen).includes(sum(content)), JSON.stringify(seen))
  const data = readdirSync(site.folder).includes('store') ? site.folder : join(site.folder, 'data')
  assert.ok(existsSync(join(data, 'store/half')))
})
