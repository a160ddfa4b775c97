// The API as another system uses it, held against its own description.
import { pdf } from '../lib/photos.mjs'
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import { BUILD, ROOT, motcua, startSite } from '../lib/server.mjs'

const HERE = 'H26.X.00070', ELSEWHERE = 'H26.X.00004', PASSWORD = 'Mat-khau-2026-thu'
let site, api, other, reader, openapi
const ajv = new Ajv2020({ strict: false, validateFormats: false })

before(async () => {
  site = await startSite({ prepare: folder => {
    const add = (login, ...roles) => {
      const made = motcua(folder, ['user', 'add', '--login', login, '--name', `Hệ thống ${login}`, ...roles.flatMap(r => ['--role', r]), '--password-stdin'],
        { input: `${PASSWORD}\n` })
      assert.equal(made.status, 0, made.stderr)
    }
    add('may', `intake@${HERE}`, `specialist@${HERE}`)
    add('ky', `leader@${HERE}`)
    add('xa', `intake@${ELSEWHERE}`, `specialist@${ELSEWHERE}`)
  } })
  const token = (login, ...more) => {
    const made = motcua(site.folder, ['token', 'create', '--login', login, '--label', 'thu', ...more])
    assert.equal(made.status, 0, made.stderr)
    return site.client({ token: made.stdout.match(/mct_[\w-]+/)[0] })
  }
  api = token('may', '--write')
  api.leader = token('ky', '--write')
  other = token('xa', '--write')
  reader = token('may')
  openapi = (await api.get('/api/v1/openapi.json')).json()
  for (const [name, schema] of Object.entries(openapi.components.schemas)) ajv.addSchema(rewrite(schema), name)
})
after(() => site.clean())

// '#/components/schemas/X' -> 'X', so that ajv finds each by its name.
const rewrite = o => JSON.parse(JSON.stringify(o).replaceAll('#/components/schemas/', ''))

// The answer must be as described for this path, method and status.
function described(path, method, answer) {
  let r = openapi.paths[path][method].responses[answer.status]
  assert.ok(r, `${method} ${path} may answer ${answer.status}: ${answer.text}`)
  if (r.$ref) r = openapi.components.responses[r.$ref.split('/').at(-1)]
  const [type, { schema }] = Object.entries(r.content)[0]
  assert.match(answer.headers['content-type'], new RegExp(type.replace('+', '\\+')))
  const check = ajv.compile(rewrite(schema))
  assert.ok(check(answer.json()), `${method} ${path} ${answer.status}: ${ajv.errorsText(check.errors)}\n${answer.text}`)
  return answer.json()
}

test('a linter accepts the description', () => {
  const redocly = join(ROOT, 'tests/node_modules/@redocly/cli/bin/cli.js')
  execFileSync(process.execPath, [redocly, 'lint', '--extends', 'recommended', join(ROOT, 'src/site/openapi.json')], { stdio: 'pipe' })
})

test('the description names every API route, and no other', () => {
  const rows = execFileSync(join(BUILD, 'motcua'), ['routes'], { encoding: 'utf8' }).split('\n').map(l => l.split('\t')).filter(r => r[6] === 'api')
  const have = rows.map(r => `${r[0].toLowerCase()} ${r[1]}`).sort()
  const say = Object.entries(openapi.paths).flatMap(([p, ops]) => Object.keys(ops).map(m => `${m} ${p}`)).sort()
  assert.deepEqual(say, have)
})

test('procedures: list, search without diacritics, one, its form', async () => {
  const all = described('/api/v1/procedures', 'get', await api.get('/api/v1/procedures'))
  assert.ok(all.items.length >= 40, `${all.items.length} procedures are shipped`)
  const found = described('/api/v1/procedures', 'get', await api.get('/api/v1/procedures?q=dang+ky+khai+sinh'))
  assert.equal(found.items[0].code, '1.001193')
  const one = described('/api/v1/procedures/{code}', 'get', await api.get('/api/v1/procedures/1.001193'))
  assert.ok(one.papers.length && one.steps.length && one.cases.length)
  const form = described('/api/v1/procedures/{code}/form', 'get', await api.get('/api/v1/procedures/1.001193/form'))
  assert.equal(form.display, 'wizard')
  described('/api/v1/procedures/{code}', 'get', await api.get('/api/v1/procedures/9.999999'))
  described('/api/v1/agencies', 'get', await api.get('/api/v1/agencies'))
})

const PDF = pdf([['Giay chung sinh']])

// Flat inputs of a page -> answers of the API.
function answers() {
  const out = {}, form = JSON.parse(readFileSync(join(ROOT, 'catalogue/procedures/1.001193/form.json'), 'utf8'))
  const fields = Object.fromEntries(form.components.flatMap(p => p.components).map(f => [f.key, f]))
  for (const [k, v] of Object.entries(JSON.parse(readFileSync(join(ROOT, 'tests/data/answers/1.001193.json'), 'utf8')))) {
    const [key, part] = k.split('.')
    if (part) (out[key] ??= {})[part] = v
    else if (fields[key]) out[key] = fields[key].type === 'number' ? Number(v) : fields[key].type === 'checkbox' ? v === 'true' : v
  }
  return out
}

async function upload() {
  const sent = await api.postParts('/api/v1/files', [['file', { name: 'giấy chứng sinh.pdf', type: 'application/pdf', content: PDF }]])
  return described('/api/v1/files', 'post', sent).items[0]
}

const body = file => ({
  procedure: '1.001193', agency: HERE, answers: answers(), delivery: 'desk',
  parties: [{ role: 'applicant', kind: 'person', name: 'Nguyễn Thị Thu Hà', personal_number: '001191900123', phone: '0912345678', address: 'Số 12 phố Hàng Bài' }],
  papers: [{ paper: 'giay_chung_sinh', files: [file] }],
})

test('a dossier with its papers, to the handed-over result', async () => {
  const { file } = await upload(), doc = body(file), key = { headers: { 'idempotency-key': 'mot-ho-so-0001' } }
  const first = await api.postJson('/api/v1/dossiers', doc, key)
  const made = described('/api/v1/dossiers', 'post', first)
  assert.equal(first.status, 201, first.text)

  const again = await api.postJson('/api/v1/dossiers', doc, key)
  assert.equal(again.status, 201)
  assert.deepEqual(again.json(), made, 'the same key and body give the same answer')
  const changed = await api.postJson('/api/v1/dossiers', { ...doc, helper: 'Lê Thị B' }, key)
  assert.equal(changed.status, 422, 'another body under the same key is refused')

  const path = `/api/v1/dossiers/${made.code}`
  let d = described('/api/v1/dossiers/{code}', 'get', await reader.get(path))
  assert.equal(d.status, 'submitted')
  assert.equal(d.files.length, 1)
  assert.equal((await other.get(path)).status, 404, 'another agency does not find it')

  const act = async (who, action, more = {}) => {
    const done = await who.postJson(`${path}/actions`, { action, version: d.version, ...more }, { headers: { 'idempotency-key': `viec-${action}-${d.version}-x` } })
    assert.equal(done.status, 200, `${action}: ${done.text}`)
    d = described('/api/v1/dossiers/{code}/actions', 'post', done)
    return d
  }
  const stale = await api.postJson(`${path}/actions`, { action: 'accept', version: 99 })
  assert.equal(stale.status, 409)
  described('/api/v1/dossiers/{code}/actions', 'post', stale)
  await act(api, 'claim')
  await act(api, 'accept', { papers: [{ paper: 'giay_chung_sinh', form: 'original', count: 1, accepted: true }] })
  assert.ok(d.due_at)
  await act(api, 'claim')
  await act(api, 'check_papers', { papers: [{ paper: 'giay_chung_sinh', form: 'original', count: 1, accepted: true }] })
  await act(api, 'forward')
  await act(api.leader, 'claim')
  await act(api.leader, 'approve', { number: '01/2026', signer: 'Phạm Quang Hải' })
  await act(api, 'claim')
  await act(api, 'hand_over', { to_name: 'Nguyễn Thị Thu Hà', to_number: '001191900123', to_paper: 'Thẻ căn cước' })
  assert.equal(d.status, 'returned')

  const list = described('/api/v1/dossiers', 'get', await reader.get(`/api/v1/dossiers?agency=${HERE}&status=returned`))
  assert.ok(list.items.some(x => x.code === made.code))
  assert.equal(described('/api/v1/dossiers', 'get', await other.get(`/api/v1/dossiers?agency=${HERE}`)).items.length, 0)

  const seen = []       // where several lanes write, the last seconds are held back
  for (let cursor = '', until = Date.now() + 90_000; seen.at(-1) !== 'hand_over' && Date.now() < until;) {
    const page = described('/api/v1/events', 'get', await reader.get(`/api/v1/events?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`))
    seen.push(...page.items.filter(e => e.dossier === made.code).map(e => e.action))
    cursor = page.resume ?? ''
    if (!page.next) await new Promise(done => setTimeout(done, 200))
  }
  assert.equal(seen[0], 'submit')
  assert.equal(seen.at(-1), 'hand_over')
  assert.equal(described('/api/v1/events', 'get', await other.get('/api/v1/events')).items.length, 0)
})

test('what is wrong is named, and nothing is stored', async () => {
  const { file } = await upload()
  const wrong = [
    [{ ...body(file), answers: { ...answers(), tre_ho_ten: '' } }, 'tre_ho_ten'],
    [{ ...body(file), answers: { ...answers(), khong_co: 1 } }, 'khong_co'],
    [{ ...body(file), agency: 'H26.X.99999' }, 'agency'],
    [{ ...body(file), la: true }, 'la'],
    [{ ...body(file), papers: [{ paper: 'giay_chung_sinh', files: ['bia-dat'] }] }, 'papers.0.files.0'],
    [{ ...body(file), papers: [] }, 'giay_chung_sinh'],
    [{ ...body(file), parties: [] }, ''],
    [{ ...body(file), channel: 'bo-cau' }, 'channel'],
  ]
  for (const [doc, field] of wrong) {
    const refused = await api.postJson('/api/v1/dossiers', doc)
    assert.equal(refused.status, 422, `${field}: ${refused.text}`)
    const problem = described('/api/v1/dossiers', 'post', refused)
    assert.ok(problem.errors.some(e => e.name.includes(field)), `${field} is named: ${refused.text}`)
  }
  assert.equal((await other.postJson('/api/v1/dossiers', body(file))).status, 422, "another account's file is no file")
  assert.equal((await reader.postJson('/api/v1/dossiers', body(file))).status, 403, 'a reading token does not write')
  assert.equal((await site.client().get(`/api/v1/dossiers?agency=${HERE}`)).status, 401)
  const list = (await reader.get(`/api/v1/dossiers?agency=${HERE}&status=submitted`)).json()
  assert.equal(list.items.length, 0)
})
