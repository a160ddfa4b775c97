// One visitor of every sort, signed in on a site: guest, citizen, each role, tokens of the API.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, motcua } from './server.mjs'

export const PASSWORD = 'Mat-khau-2026-thu'
const HERE = 'H26.X.00070'

// What each may, in the words of `motcua routes`: the table of the house rules, written here anew.
export const MAY = {
  guest: ['public'],
  citizen: ['public', 'signed-in', 'citizen', 'apply'],
  intake: ['public', 'signed-in', 'officer', 'dossier.read', 'dossier.intake', 'digitise', 'apply', 'assist'],
  specialist: ['public', 'signed-in', 'officer', 'dossier.read', 'dossier.process'],
  leader: ['public', 'signed-in', 'officer', 'dossier.read', 'dossier.process', 'dossier.decide', 'dossier.assign', 'report', 'archive'],
  archivist: ['public', 'signed-in', 'officer', 'dossier.read', 'dossier.process', 'digitise', 'archive'],
  reporter: ['public', 'signed-in', 'officer', 'report'],
  auditor: ['public', 'signed-in', 'officer', 'audit', 'report', 'rights', 'journal'],
  administrator: ['public', 'signed-in', 'officer', 'admin.agencies', 'admin.officers', 'admin.catalogue', 'admin.settings', 'rights', 'journal'],
  community: ['public', 'signed-in', 'officer', 'apply', 'assist'],
}
export const TOKENS = { 'reading token': ['public', 'api.read'], 'writing token': ['public', 'api.read', 'api.write'] }

const roles = Object.keys(MAY).filter(who => !['guest', 'citizen'].includes(who))

// For startSite({ people: addPeople }).
export function addPeople(folder) {
  const add = (...args) => {
    const made = motcua(folder, ['user', 'add', ...args, '--password-stdin'], { input: `${PASSWORD}\n` })
    assert.equal(made.status, 0, made.stderr)
  }
  // The catalogue, the calendar and the settings are changed by the city's administrator alone.
  for (const role of roles) add('--login', `nguoi-${role}`, '--name', 'Trần Văn Thử', '--role', `${role}@${role === 'administrator' ? 'H26' : HERE}`)
  add('--login', '001191000123', '--name', 'Nguyễn Thị Thử', '--citizen')
}

// { guest: Client, citizen: Client, intake: Client, ..., 'reading token': Client, ... }, all signed in.
export async function meetPeople(site) {
  const people = { guest: site.client() }
  const enter = async (who, path, login) => {
    people[who] = site.client()
    const done = await people[who].submit(path, { login, password: PASSWORD })
    assert.equal(done.status, 303, `${who}: ${done.text}`)
  }
  await enter('citizen', '/dang-nhap', '001191000123')
  for (const role of roles) await enter(role, '/can-bo/dang-nhap', `nguoi-${role}`)
  for (const [who, write] of [['reading token', []], ['writing token', ['--write']]]) {
    const made = motcua(site.folder, ['token', 'create', '--login', 'nguoi-intake', '--label', 'thu', ...write])
    assert.equal(made.status, 0, made.stderr)
    people[who] = site.client({ token: made.stdout.match(/mct_[\w-]+/)[0] })
  }
  return people
}

// A value of each kind that is well-formed, and names nothing that is there.
export const PLAIN = { 'text': 'Nguyễn Văn An', 'lines': 'Dòng một\nDòng hai', 'secret': 'Mat-khau-khac-2026', 'int': '1', 'bool': '1',
  'date': '2026-11-22', 'moment': '2026-11-22T14:05', 'money': '100.000', 'personal-number': '001191000123', 'phone': '0912345678',
  'email': 'an@vidu.vn', 'code': 'khong-co', 'dossier-code': 'H26.X.00070-260101-9999', 'token': 'khongcotoken' }
export const plain = input => (input.words ? input.words[0] : PLAIN[input.kind])

// "/a/{code}/b" with each {name} replaced: by `values[name]`, else by a plain value of its kind.
export const fill = (route, values = {}) => route.path.replace(/\{([^}]+)\}/g, (_, name) =>
  encodeURIComponent(values[name] ?? plain(route.in.find(i => i.name === name))))

// Things that are there, so that forms behind an address can be tried: a draft and a dossier of the citizen's
// own, a dossier at the desk.  real(route) gives the {name}s of a route.
export async function makeThings(people, procedure = '1.001193') {
  const begun = await people.citizen.submit(`/thu-tuc/${procedure}/nop`, {}, { action: `/thu-tuc/${procedure}/nop` })
  const draft = begun.location?.match(/\/nop\/([\w-]+)/)?.[1]
  assert.ok(draft, `a draft: ${begun.status} ${begun.location}`)
  const panel = (await people.citizen.get(`/nop/${draft}`)).text.match(/\/to-khai\/([\w.-]+)/)?.[1] ?? '0'
  const path = `/can-bo/tiep-nhan/${procedure}`
  const answers = JSON.parse(readFileSync(join(ROOT, 'tests/data/answers', `${procedure}.json`)))
  const page = await people.intake.get(path)
  const done = await people.intake.send(page, { ...answers, 'applicant.name': 'Nguyễn Thị Thử', 'applicant.personal_number': '001191000123',
    'applicant.phone': '0912345678', 'applicant.address': 'Số 12 phố Hàng Bài', whom: 'self', delivery: 'desk', channel: 'direct',
    'papers.giay_chung_sinh': 'original', _viec: 'receive' }, { action: path, files: [] })
  const code = done.text.match(/H26\.X\.00070-\d{6}-\d{4}/)?.[0]
  assert.ok(code, `a dossier: ${done.status}`)
  const rows = [
    [/^\/(can-bo\/|api\/v1\/dossiers)?.*(ho-so|dossiers)/, { code, so: '1', mau: '01', viec: 'accept' }],
    [/^\/nop\//, { draft, panel, so: '1' }],
    [/\/co-quan\//, { code: HERE, ngay: '2025-07-01' }],
    [/\/can-bo\/\{login\}/, { login: 'nguoi-archivist' }],
    [/thu-tuc|tiep-nhan|procedures/, { code: procedure, procedure, version: '1', name: 'procedure.yaml' }],
  ]
  return { draft, code, real: route => rows.find(([at]) => at.test(route.path))?.[1] ?? {} }
}
