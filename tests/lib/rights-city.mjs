// The city of the rights test: everybody of rights.mjs, and behind every address of the route table a thing that is there.
import assert from 'node:assert/strict'
import { ENGINE, sql } from './engine.mjs'
import { Identity, SITE, walk } from './identity.mjs'
import { addKeys } from './keys.mjs'
import { declare, fileBy } from './mandates.mjs'
import { HERE, HOUSEHOLD, PDF, act, at, readyToSend, receive, signed, tomorrow } from './parked.mjs'
import { jpeg } from './photos.mjs'
import { PASSWORD } from './people.mjs'
import { CITIZENS, MANAGED, ROLES, addEverybody, login, makeEverything, meetEverybody, tokenOf } from './rights.mjs'
import { motcua, startSite } from './server.mjs'
import { startSmtp } from './smtp.mjs'
import { said, soon } from './soon.mjs'
import * as archive from './archive.mjs'
import * as assisted from './assisted.mjs'
import * as scans from './scans.mjs'
import * as vault from './vault.mjs'

const JOINER = ['001191000456', 'Đỗ Thị Nối']      // an account that was registered before its number came from a provider
const NEW_PASSWORD = 'Mot-cau-moi-cua-nam-2026'

// { site, people, things, flags, close() }; flags: to serve the same city again.
export async function rightsCity() {
  const smtp = await startSmtp(), identity = await Identity.start()
  identity.people = { joiner: { SoDinhDanh: JOINER[0], HoVaTen: JOINER[1], SoDienThoai: '0912345670', ThuDienTu: 'noi@vidu.vn' } }
  const flags = ['--sign-in-codes', 'yes', '--mail-server', smtp.url, '--mail-from', 'khong-tra-loi@cong.test', '--seal-seconds', '1', '--base-url', SITE]
  const site = await startSite({ flags, prepare: folder => {
    identity.configure(folder)
    addEverybody(folder)
    for (const who of [['--login', JOINER[0], '--name', JOINER[1], '--citizen'], ['--login', MANAGED, '--name', 'Trần Quản Lý', '--role', `intake@${HERE}`]]) {
      const made = motcua(folder, ['user', 'add', ...who, '--password-stdin'], { input: `${PASSWORD}\n` })
      assert.equal(made.status, 0, made.stderr)
    }
    addKeys(folder, [{ name: 'lanh-dao', person: login('leader', 'own'), holder: 'Trần Văn Thử' }, { name: 'phuong', agency: HERE, holder: 'UBND phường' }, { name: 'ma', holder: 'Mã QR' }])
  } })
  const close = async () => { await smtp.close(); await identity.close() }
  try {
    const people = await meetEverybody(site), things = { ...await makeEverything(people), ...await makeTheRest(site, people, identity) }
    return { site, people, things, flags, close }
  } catch (e) {
    await site.clean()
    await close()
    throw e
  }
}

async function makeTheRest(site, people, identity) {
  const parts = await Promise.all([papers(people), photos(people), results(people), piles(people), ended(site, people), doors(site, people, identity), halves(people), sent(people), copy(people), done(site, people)])
  return Object.assign({}, ...parts, keys(site), await sealed(site))
}

const found = (page, pattern, what) => {
  const m = page.text.match(pattern)
  assert.ok(m, `${what}: ${pattern} is not there: ${said(page)}`)
  return m[1] ?? m[0]
}

// A dossier handed in by a mandate; one that uses a paper of the vault; a link to a paper, a report that it is wrong.
async function papers({ own: { citizen, intake, leader } }) {
  const mandate = await declare(citizen), acted = await fileBy(citizen, mandate)
  const used = await vault.send(citizen, await vault.filled(citizen)), offered = await vault.filled(citizen), held = await vault.newest(citizen, '?loai=khuyet_tat')
  await vault.share(citizen, held)
  const question = found(await leader.get('/can-bo/cau-hoi'), /name="cau" value="([^"]+)"/, 'the question')
  const page = await citizen.get(held), link = found(page, /name="lien-ket" value="([^"]+)"/, 'the link'), shared = (await vault.share(citizen, held)).token
  assert.equal((await citizen.send(page, { 'noi-dung': 'Số đúng là 78/UBND-GXN' }, { action: `${held}/bao-sai` })).status, 303)
  const report = found(await intake.get('/can-bo/bao-sai'), /name="bao-sai" value="([^"]+)"/, 'the report')
  return { acted, used, offered: offered.split('/').at(-1), shared, link, report, question }
}

// A paper of two photos, made one document; evidence of a correction.
async function photos({ own: { citizen, intake, leader } }) {
  const path = await readyToSend(citizen, [1, 2].map(n => ['tep', { name: `anh-${n}.jpg`, type: 'image/jpeg', content: jpeg([`Trang ${n}`]) }]))
  const code = await vault.send(citizen, path), before = new Set((await leader.get('/can-bo/sua-thong-tin')).text.match(/sua-thong-tin\/[\w-]+/g))
  const asked = await citizen.submit('/tai-khoan/du-lieu', { muc: 'khac', 'gia-tri': '1991-01-02', 'ly-do': 'Ngày sinh ghi sai', 'co-quan': HERE },
    { action: '/tai-khoan/du-lieu/sua', files: [['minh-chung', PDF]] })
  assert.equal(asked.status, 303, said(asked))
  const evidence = (await leader.get('/can-bo/sua-thong-tin')).text.match(/sua-thong-tin\/[\w-]+/g).find(c => !before.has(c)).split('/').at(-1)
  await soon(async () => (await intake.get(`${at(code)}/tai-lieu/giay_chung_sinh/0`)).status === 200, 'two photos became no document')
  await soon(async () => (await leader.get(`/can-bo/sua-thong-tin/${evidence}/minh-chung`)).status === 200, 'evidence is not shown')
  return { photographed: code, evidence }
}

// The draft of a result, and one that was signed.
async function results({ own: { intake, specialist, leader } }) {
  const prepare = async () => {
    const code = await receive(intake), path = `${at(code)}/ket-qua`
    await act(specialist, code, 'check_papers', { 'papers.giay_chung_sinh': 'original' })
    const saved = await specialist.send(await specialist.get(`${path}?mau=quyet_dinh`), { 'f.trich_yeu': 'một việc', 'f.noi_dung': 'Đồng ý.' }, { action: path, files: [] })
    assert.equal(saved.status, 303, said(saved))
    await act(specialist, code, 'forward', { note: 'Đã soạn kết quả' })
    if ((await intake.get(at(code))).text.includes(`${at(code)}/viec/paid`)) await act(intake, code, 'paid', { number: 'BL 1' })
    return code
  }
  const drafted = await prepare(), code = await prepare(), path = `${at(code)}/ket-qua`
  const done = await leader.send(await leader.get(path), { 'chuc-vu': 'Chủ tịch' }, { action: `${path}/ky` })
  assert.equal(done.status, 303, said(done))
  const issued = await soon(async () => (await leader.get(path)).text.match(/\/can-bo\/ket-qua\/([\w-]+)"/)?.[1], 'a result was not signed')
  return { drafted, issued }
}

// A pile that was cut, with its document attached; a register keyed once.
async function piles({ own: { intake } }) {
  const code = await receive(intake), { path } = await scans.cut(intake, [scans.file(scans.joined([await scans.sheet(intake, code, 'giay_chung_sinh'), scans.page('GIAY CHUNG SINH')]))])
  assert.equal((await scans.work(intake, `${path}/1`, { viec: 'gan' })).status, 303)
  const { path: register } = await scans.cut(intake, [scans.file(scans.page('So 1'))], { loai: 'so_khai_sinh', moi: '1' })
  assert.equal((await scans.work(intake, `${register}/1`, { viec: 'nhap', 'f.so': '1' })).status, 303)
  return { cut: path.split('/').at(-1), register: register.split('/').at(-1) }
}

// A dossier whose period is over, on a list of what is to be destroyed, with its package.
async function ended(site, { own }) {
  const code = await signed(own)
  await act(own.intake, code, 'hand_over', { to_name: 'Nguyễn Thị Thử', to_number: CITIZENS.own[0], to_paper: 'thẻ căn cước', delivery: 'desk' })
  await archive.outlive(site, code)
  const path = `${archive.DESK}/ho-so/${code}`, list = await archive.listed(own.archivist, code)
  assert.equal((await own.archivist.submit(path, {}, { action: `${path}/goi` })).status, 303)
  return { ended: code, destruction: list.split('/').at(-1) }
}

// Doors: a file of the pages, a link for a first password, the question whether to join an account, the question for a code.
async function doors(site, people, identity) {
  const guest = site.client(), asset = found(await guest.get('/'), /"\/a\/([\w.-]+\.css)/, 'a style sheet')
  const made = await people.own.administrator.submit('/quan-tri/can-bo/them', { login: 'nguoi-moi', 'ho-ten': 'Trần Mới', 'vai-tro': 'intake', 'co-quan': HERE })
  const invited = found(made, /\/can-bo\/dat-mat-khau\/([\w-]{43})/, 'a link')
  identity.user = 'joiner'
  const joins = await walk(guest, identity.visitor(), identity, await guest.get('/dang-nhap/vneid'), { until: a => a.location === '/lien-ket' })
  assert.equal(joins.location, '/lien-ket', said(joins))
  assert.equal((await guest.submit('/dang-nhap-ma', { login: JOINER[0] })).location, '/dang-nhap-ma/nhap')
  const questions = [...guest.cookies].filter(([name]) => !/phien/.test(name))
  for (const client of new Set(Object.values(people).flatMap(some => Object.values(some)))) for (const [name, value] of questions) if (!client.cookies.has(name)) client.cookies.set(name, value)
  return { asset, invited }
}

// An application that was read out, with the link for the person.
async function halves({ own: { community } }) {
  const draft = await assisted.ready(community), asked = await assisted.ask(community, draft, 'thiet-bi')
  return { confirm: found(asked, /\/xac-nhan\/([\w-]{20,})/, 'the person\'s link') }
}

// A security key of every officer of the agency; it is asked for at no sign-in (account.second_kinds).
function keys(site) {
  const blob = ENGINE === 'pg' ? "'x'::bytea" : "X'78'", refs = {}
  const rows = ROLES.map((who, i) => {
    refs[who] = `${i}`.padEnd(32, 'a')
    return `SELECT ${i + 1}, id, '${refs[who].repeat(2)}', ${blob}, -7, ${blob}, 0, 'usb', 'Khóa thử', 1, 0 FROM account WHERE login = '${login(who, 'own')}'`
  })
  sql(site.folder, `INSERT INTO security_key (id, account, ref, credential, algorithm, public_key, counter, ways, name, added_at, used_at) ${rows.join(' UNION ALL ')}`)
  return { keys: refs }
}

// Everybody's own file in parts, and own token of the API.
async function sent({ own }) {
  const uploads = {}
  for (const who of ['citizen', ...ROLES]) {
    const begun = await own[who].request('POST', '/tai-len', { headers: { 'x-csrf-token': await tokenOf(own[who], who), 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=a.pdf&size=100' })
    uploads[who] = begun.json().upload
    assert.ok(uploads[who], said(begun))
  }
  uploads['writing token'] = (await own['writing token'].postJson('/api/v1/uploads', { name: 'a.pdf', size: 100 })).json().upload
  return { uploads }
}

// The citizen's copy of all own data.
async function copy({ own: { citizen } }) {
  assert.equal((await citizen.submit('/tai-khoan/du-lieu', {}, { action: '/tai-khoan/du-lieu/ban-sao' })).status, 303)
  await soon(async () => (await citizen.get('/tai-khoan/du-lieu/ban-sao.zip')).status === 200, 'no copy')
  return {}
}

// Acts that the cells send with an old screen, done once: a result attached, a date moved to one that is worked, an officer's new password.
async function done(site, { own: { intake, specialist, leader } }) {
  const attached = await receive(intake), late = await receive(intake, HOUSEHOLD), officer = site.client(), own = '/can-bo/tai-khoan'
  await act(specialist, attached, 'attach_result', { number: '12/2026', signer: 'Phạm Thị Hoa' }, [['files', PDF]])
  await act(specialist, late, 'claim')
  const extend = days => leader.submit(`${at(late)}/viec/extend`, { moment: tomorrow(days), note: 'Xin lỗi và hẹn lại' }, { action: `${at(late)}/viec/extend` })
  let days = 30, answer = await extend(days)
  while (answer.status === 422 && days < 60) answer = await extend(++days)
  assert.equal(answer.status, 303, said(answer))
  assert.equal((await officer.submit('/can-bo/dang-nhap', { login: MANAGED, password: PASSWORD })).status, 303)
  const changed = await officer.submit(own, { 'mat-khau-cu': PASSWORD, password: NEW_PASSWORD, password2: NEW_PASSWORD }, { action: `${own}/mat-khau` })
  assert.equal(changed.status, 303, said(changed))
  return {}
}

// The log has a head.
async function sealed(site) {
  const size = await soon(async () => {
    const head = await site.client().get('/api/v1/seal/head')
    return head.status === 200 && Number(head.text.split('\n')[1])
  }, 'no head of the log')
  return { leaves: size }
}
