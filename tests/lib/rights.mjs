// What tests/rights.csv says, the people it speaks of, and the things that they knock at.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SECRET, addConfidential } from './confidential.mjs'
import { ready } from './assisted.mjs'
import { ELSEWHERE, HERE, act, apply, readyToSend, receive } from './parked.mjs'
import { PASSWORD, fill, plain } from './people.mjs'
import { ROOT, motcua } from './server.mjs'
import { declare, verify } from './mandates.mjs'
import { DISABILITY, first, newest } from './vault.mjs'

const CITY = 'H26', THIRD = 'H26.X.00082'
export const ROLES = ['intake', 'specialist', 'leader', 'archivist', 'reporter', 'auditor', 'administrator', 'community']
const TOKENS = { 'reading token': [], 'writing token': ['--write'] }

// One object a cell: { method, path, relation, who, want, line }.
export function cells() {
  const [head, ...lines] = readFileSync(join(ROOT, 'tests/rights.csv'), 'utf8').trimEnd().split('\n')
  const whos = head.split(',').slice(3)
  return lines.flatMap((text, i) => {
    if (text.startsWith('#')) return []
    const [method, path, relation, ...wants] = text.split(',')
    assert.equal(wants.length, whos.length, `tests/rights.csv:${i + 2}: ${wants.length} cells for ${whos.length} sorts of people`)
    return wants.map((want, k) => ({ method, path, relation, who: whos[k], want, line: i + 2 })).filter(c => c.want)
  })
}

// Officers of the agency, of the city above it, of another ward; and of a third one in the place of another, now and from tomorrow on.
const SEATS = { own: HERE, above: CITY, foreign: ELSEWHERE }
const STANDS = ['stand-in', 'to come'], STAND_ROLES = ['intake', 'specialist', 'leader', 'archivist']
// Of the agency, for some fields of procedures alone: those of every dossier of this city, and one that none of them is of.
const OF_FIELDS = { 'own field': 'G15-TP07,G18-BAO-TRO', 'other field': 'G12-HO-KINH-DOANH' }
export const login = (role, relation) => `${role}.${relation.replaceAll(' ', '-')}`
const every = [...ROLES.flatMap(role => Object.keys(SEATS).map(relation => [role, relation])),
  ...STAND_ROLES.flatMap(role => [...STANDS, ...Object.keys(OF_FIELDS)].map(relation => [role, relation]))]
const seat = (role, relation) => SEATS[relation] ? `${role}@${SEATS[relation]}` : OF_FIELDS[relation] ? `${role}@${HERE}:${OF_FIELDS[relation]}` : `reporter@${THIRD}`
export const RELATIONS = [...Object.keys(SEATS), ...STANDS, ...Object.keys(OF_FIELDS)]
export const CITIZENS = { own: ['001191000123', 'Nguyễn Thị Thử'], foreign: ['001191000987', 'Đỗ Văn Người Lạ'] }

export function addEverybody(folder) {
  addConfidential(folder)
  const add = (...args) => {
    const made = motcua(folder, ['user', 'add', ...args, '--password-stdin'], { input: `${PASSWORD}\n` })
    assert.equal(made.status, 0, made.stderr)
  }
  for (const [role, relation] of every)
    add('--login', login(role, relation), '--name', 'Trần Văn Thử', '--role', seat(role, relation))
  for (const [number, name] of Object.values(CITIZENS)) add('--login', number, '--name', name, '--citizen')
  for (const [number] of Object.values(CITIZENS)) verify(folder, number)
}

export const MANAGED = 'nguoi-hai'       // whom administrators change while everybody goes about

const day = n => new Date(Date.now() + 7 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)

// people[relation][who]: a client that is signed in.
export async function meetEverybody(site) {
  const people = { any: {}, ...Object.fromEntries(RELATIONS.map(r => [r, {}])) }
  const enter = async (path, name) => {
    const client = site.client(), done = await client.submit(path, { login: name, password: PASSWORD })
    assert.equal(done.status, 303, `${name}: ${done.text}`)
    return client
  }
  const city = await enter('/can-bo/dang-nhap', login('administrator', 'above'))
  for (const role of STAND_ROLES)
    for (const [i, relation] of STANDS.entries()) {
      const path = `/quan-tri/can-bo/${login(role, 'own')}/lam-thay`
      const done = await city.submit(path, { 'nguoi-thay': login(role, relation), 'tu-ngay': day(i), 'den-ngay': day(i + 3), 'ly-do': 'Nghỉ phép' }, { action: path })
      assert.equal(done.status, 303, `${role} ${relation}: ${done.text}`)
    }
  for (const [role, relation] of every) people[relation][role] = await enter('/can-bo/dang-nhap', login(role, relation))
  for (const [relation, [number]] of Object.entries(CITIZENS)) people[relation].citizen = await enter('/dang-nhap', number)
  for (const relation of ['own', 'foreign', ...Object.keys(OF_FIELDS)])
    for (const [who, flags] of Object.entries(TOKENS)) {
      const made = motcua(site.folder, ['token', 'create', '--login', login('intake', relation), '--label', 'thu', ...flags])
      assert.equal(made.status, 0, made.stderr)
      people[relation][who] = site.client({ token: made.stdout.match(/mct_[\w-]+/)[0] })
    }
  people.own.guest = site.client()
  people.any = people['to do'] = people.own
  // Of the confidential dossier: who was assigned and the leader of the agency; intake that handed it on, the same room, those above.
  people.named = { specialist: people.own.specialist, leader: people.own.leader }
  people.unnamed = { intake: people.own.intake, archivist: people.own.archivist, specialist: people.above.specialist, leader: people.above.leader,
    'reading token': people.own['reading token'], 'writing token': people.own['writing token'] }
  return people
}

// A client's own token against forged forms, as its pages have it.
export async function tokenOf(client, who) {
  if (client.csrf === undefined) {
    const page = who === 'guest' || / token$/.test(who) ? '/tra-cuu' : who === 'citizen' ? '/tai-khoan' : '/can-bo/tai-khoan'
    client.csrf = (await client.get(page)).text.match(/name="_csrf" value="([^"]+)"/)?.[1] ?? ''
  }
  return client.csrf
}

// Dossiers taken at the counter of the agency, and sent by its citizen; a draft; a paper of the vault; a pile of scans.
export async function makeEverything(people) {
  const { own } = people, counter = await receive(own.intake)
  const accepted = await first(own)
  const sent = await apply(own)
  const secret = await receive(own.intake, SECRET)
  await act(own.leader, secret, 'assign', { to_account: login('specialist', 'own') })
  for (const client of [own.leader, own.specialist]) await client.get(`/can-bo/ho-so/${sent}`)
  const looks = await own.citizen.get('/tai-khoan/nhat-ky'), [look, another] = [...looks.text.matchAll(/nhat-ky\/([\w-]+)\/hoi/g)].map(m => m[1])
  const asked = await own.citizen.submit(`/tai-khoan/nhat-ky/${look}/hoi`, { 'cau-hoi': 'Vì sao hồ sơ của tôi được mở?' })
  assert.equal(asked.status, 303, asked.text)
  const wrong = await own.citizen.submit('/tai-khoan/du-lieu', { muc: 'khac', 'gia-tri': '1990-01-02', 'ly-do': 'Ngày sinh ghi sai', 'co-quan': HERE }, { action: '/tai-khoan/du-lieu/sua' })
  assert.equal(wrong.status, 303, wrong.text)
  const correction = (await own.leader.get('/can-bo/sua-thong-tin')).text.match(/sua-thong-tin\/([\w-]+)/)[1]
  const mandate = await declare(own.citizen)
  const draft = await readyToSend(own.citizen)
  const panel = (await own.citizen.get(draft)).text.match(/\/to-khai\/([\w.-]+)/)?.[1]
  const helped = {}
  for (const who of ['intake', 'community']) helped[who] = (await ready(own[who])).split('/').at(-1)
  const done = (await own.auditor.get('/quan-tri/nhat-ky/quan-tri?viec=lam-thay')).text.match(/nhat-ky\/quan-tri\/([0-9a-f]{16})"/)[1]
  return { act: done, counter, sent, secret, accepted, correction, helped, look: another, mandate: mandate.split('/').at(-1), draft: draft.split('/').at(-1), panel, held: (await newest(own.citizen, '?loai=khuyet_tat')).split('/').at(-1) }
}

// The {name}s of an address, by what it is about.
export function names(route, t, who) {
  const rows = [
    [/^\/a\//, { file: t.asset }],
    [/dat-mat-khau\//, { token: t.invited }],
    [/^\/dang-nhap\/\{nha\}|^\/da-dang-xuat/, { nha: 'vneid' }],
    [/^\/can-bo\/dang-nhap\/\{nha\}/, { nha: 'thanh-pho' }],
    [/^\/xac-thuc\/\{ma\}/, { ma: t.issued }],
    [/^\/chia-se\//, { token: t.shared, so: '1' }],
    [/\{upload\}/, { upload: t.uploads[who], offset: '0' }],
    [/^\/xac-nhan\//, { token: t.confirm }],
    [/\/tai-lieu\//, { code: t.photographed, giay: 'giay_chung_sinh', lan: '0' }],
    [/^\/can-bo\/ho-so\/\{code\}\/dai-dien/, { code: t.acted, so: '1' }],
    [/giay-to-da-co\/\{paper\}/, { code: t.used, paper: DISABILITY, so: '1' }],
    [/^\/nop\/\{draft\}\/giay-to-da-co/, { draft: t.offered }],
    [/ket-qua\/(ban-du-thao|trang)/, { code: t.drafted, trang: '1' }],
    [/can-bo\/ket-qua\/\{token\}/, { token: t.issued }],
    [/so-hoa\/\{lo\}\/mau/, { lo: t.register }],
    [/luu-tru\/ho-so\//, { code: t.ended }],
    [/luu-tru\/huy\//, { dm: t.destruction }],
    [/khoa\/\{ref\}/, { ref: t.keys?.[who] }],
    [/minh-chung/, { 'yeu-cau': t.evidence }],
    [/\{code\}\/in\//, { code: t.accepted, mau: '01' }],
    [/^\/(can-bo\/ho-so|ho-so)\/|\/api\/v1\/dossiers\//, { code: t.sent, so: '1', mau: '01', giay: 'khongco', lan: '1', paper: 'khongco', trang: '1' }],
    [/dai-dien\/\{uy-quyen\}/, { 'uy-quyen': t.mandate, so: '1' }],
    [/quan-tri\/\{muc\}/, { muc: t.act }],
    [/nhat-ky\/\{luot\}/, { luot: t.look }],
    [/sua-thong-tin\/\{yeu-cau\}/, { 'yeu-cau': t.correction }],
    [/^\/nop\//, { draft: t.helped[who] ?? t.draft, panel: t.panel, so: '1' }],
    [/^\/kho-giay-to\//, { giay: t.held, so: '1' }],
    [/so-hoa\/\{lo\}/, { lo: t.cut, so: '1', vb: '1' }],
    [/co-quan\/\{code\}/, { code: HERE, ngay: '2025-07-01' }],
    [/can-bo\/\{login\}/, { login: MANAGED }],
    [/thu-tuc|tiep-nhan|procedures/, { code: '1.001193', procedure: '1.001193', version: '1', name: 'procedure.yaml' }],
  ]
  return rows.find(([at]) => at.test(route.path))?.[1] ?? {}
}

// What a list is asked, so that the dossier would stand in it.
export const ASKED = { '/tra-cuu/niem-phong': t => `?ma=${t.sent}`, '/api/v1/seal/proof': t => `?dossier=${t.sent}`, '/api/v1/seal/consistency': t => `?from=1&to=${t.leaves}`,
   '/can-bo': () => '?xem=all', '/can-bo/xuat.csv': () => '?xem=all', '/can-bo/tim': () => `?q=${CITIZENS.own[0]}`,
  '/can-bo/so-hoa/to.pdf': t => `?ma=${t.counter}`, '/quan-tri/nhat-ky': () => '?muc-dich=work', '/quan-tri/nhat-ky/quan-tri': () => '?viec=lam-thay', '/quan-tri/nhat-ky/quan-tri.csv': () => '?viec=lam-thay', '/quan-tri/nhat-ky/quan-tri/in': () => '?viec=lam-thay', '/quan-tri/nhat-ky.csv': () => '?muc-dich=work', '/api/v1/dossiers': () => `?agency=${HERE}`,
  '/can-bo/so-theo-doi/in': () => `?tu-ngay=${day(-1)}&den-ngay=${day(0)}&co-quan=${HERE}` }
// Rows of `named` and `unnamed` are about the confidential dossier.
// Rows of `to do` about one that waits for its specialist.
const ofSecret = (relation, t) => /named$/.test(relation) ? { ...t, sent: t.secret, accepted: t.secret, counter: t.secret } : relation === 'to do' ? { ...t, sent: t.counter } : t
export const address = (route, t, relation, who) => fill(route, names(route, ofSecret(relation, t), who)) + (ASKED[route.path]?.(ofSecret(relation, t)) ?? '')
// What a list would name: dossiers; a page of an action its form; the journal of administration the officer that the city's administrator gave a stand-in; the archive its list of what is to be destroyed.
export const mine = (t, relation, path) => /^\/quan-tri\/nhat-ky\/quan-tri/.test(path) ? [login('intake', 'own')] : path === '/can-bo/luu-tru/huy' ? [t.destruction] : relation === 'to do' ? [`action="/can-bo/ho-so/${t.counter}/viec/claim"`] : /named$/.test(relation) ? [t.secret] : [t.counter, t.sent, t.accepted]

// Fields that lead to what is there; `undefined` leaves one out, so that the form is refused by its fields (422) and stays for who comes next.
const FIELDS = {
  '/quan-tri/co-quan/them': () => ({ 'truc-thuoc': HERE }),
  '/quan-tri/canh-bao': () => ({ 'ket-luan': undefined }),
  '/can-bo/cau-hoi': t => ({ cau: t.question }),
  '/tai-khoan/phien': () => ({ phien: undefined }),
  '/can-bo/tai-khoan/phien': () => ({ phien: undefined }),
  '/can-bo/tai-khoan/hai-lop/khoa/{ref}': () => ({ 'mat-khau': undefined }),
  '/can-bo/so-hoa/chi-tieu': () => ({ 'co-quan': HERE }),
  '/quan-tri/giay-to/mot': () => ({ tep: undefined }),
  '/tra-cuu': t => ({ ma: t.sent }),
  '/kho-giay-to/{giay}/thu-hoi': t => ({ 'lien-ket': t.link }),
  '/nop/{draft}/giay-to-da-co': () => ({ 'giay-to': DISABILITY, dung: '' }),
  '/can-bo/luu-tru/huy': () => ({ 'co-quan': HERE }),
  '/can-bo/dat-mat-khau/{token}': () => ({ password2: 'không phải như trên' }),
  '/can-bo/bao-sai': t => ({ 'bao-sai': t.report, 'tra-loi': undefined }),
  '/xac-nhan/{token}': () => ({ 'dong-y': undefined }),
  '/lien-ket/tach': () => ({ 'dong-y': undefined }),
  '/can-bo/tai-khoan/ma-truy-cap': () => ({ 'ma-truy-cap': undefined }),
  '/can-bo/tai-khoan/hai-lop/xac-nhan': () => ({ ma: undefined }),
  '/quan-tri/can-bo/{login}/ma-truy-cap': (t, relation) => relation !== 'foreign' && { 'ma-truy-cap': undefined },
  '/quan-tri/can-bo/{login}/phieu': (t, relation) => relation !== 'foreign' && { ma: undefined },
}

// A body that is well-formed and changes nothing: a screen that is long out of date.
export function body(route, t, relation, who) {
  const fields = Object.fromEntries(route.in.filter(i => i.required && i.kind !== 'files').map(i => [i.name, plain(i)]))
  if (route.in.some(i => i.name === 'v')) fields.v = '99999'
  if ('vai-tro' in fields) Object.assign(fields, { 'vai-tro': 'archivist', 'co-quan': HERE })
  const secret = route.in.find(i => i.required && i.kind === 'secret')
  if (secret && !['citizen', 'intake'].includes(who)) delete fields[secret.name]        // a password is hashed for some, not for all: it takes a tenth of a second
  return { ...fields, ...FIELDS[route.path]?.(t, relation) }
}
