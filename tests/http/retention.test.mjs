// The archive: what is past its period, a hold, a list by two people, destruction that is killed in the middle and goes on; packages that
// unzip and sha256sum believe; and that nothing else removes a kept paper.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from '../lib/engine.mjs'
import { ELSEWHERE, HERE, act, addNeighbours, apply, at, receive } from '../lib/parked.mjs'
import { PASSWORD, meetPeople } from '../lib/people.mjs'
import { motcua, serveAgain, startSite } from '../lib/server.mjs'

const DESK = '/can-bo/luu-tru', LISTS = `${DESK}/huy`
const words = html => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const codes = html => [...new Set(html.match(/H26\.X\.00070-\d{6}-\d{4}/g) ?? [])]
const pause = ms => new Promise(r => setTimeout(r, ms))
let site, people, refused = [], withFile

async function until(what, say) {
  for (let i = 0; i < 600; i++) {
    const found = await what()
    if (found) return found
    await pause(100)
  }
  assert.fail(`${say}:\n${site.log.split('\n').slice(-30).join('\n')}`)
}

async function meet() {
  people = await meetPeople(site)
  for (const [who, login] of [['far', 'luu-tru-o-xa'], ['second', 'lanh-dao-hai']]) {
    people[who] = site.client()
    assert.equal((await people[who].submit('/can-bo/dang-nhap', { login, password: PASSWORD })).status, 303)
  }
}

function addMore(folder) {
  addNeighbours(folder)
  for (const [login, role] of [['luu-tru-o-xa', `archivist@${ELSEWHERE}`], ['lanh-dao-hai', `leader@${HERE}`]])
    assert.equal(motcua(folder, ['user', 'add', '--login', login, '--name', `Cán bộ ${login}`, '--role', role, '--password-stdin'],
      { input: `${PASSWORD}\n` }).status, 0)
}

// The same city on another day; its log goes on, so that the routes that were visited are known at the end.
async function serve(moment) {
  const { log } = site
  site = await serveAgain(site, ['--clock', moment])
  site.log = log + site.log
}

// Another day: what was closed is followed, everybody signs in anew.
async function day(moment) {
  await site.stop()
  await serve(moment)
  await meet()
}

const rows = (view, client = people.archivist) => client.get(`${DESK}?xem=${view}`)
const shown = async (view, client) => codes((await rows(view, client)).text)

before(async () => {
  site = await startSite({ prepare: addMore, flags: ['--clock', '2026-11-23T08:30'] })
  await meet()
  withFile = await apply(people)
  await act(people.intake, withFile, 'refuse_intake', { note: 'Không thuộc thẩm quyền', ground: 'Điều 17 Nghị định 118/2025/NĐ-CP' })
  for (let i = 0; i < 14; i++) {
    const code = await receive(people.intake, undefined, { 'papers.giay_chung_sinh': 'missing' }, 'record')
    await act(people.intake, code, 'refuse_intake', { note: 'Thiếu giấy tờ', ground: 'Điều 17 Nghị định 118/2025/NĐ-CP' })
    refused.push(code)
  }
  await day('2026-12-01T08:30')
  await until(async () => (await shown('con-han')).length === 15, 'what was closed is followed')
})
after(() => site?.clean())

test('a closed dossier has its period, with the rule and how it is counted', async () => {
  assert.deepEqual(await shown('het-han'), [], 'nothing is past its period in the first year')
  assert.match(words((await rows('het-han')).text), /Không có hồ sơ nào hết thời hạn bảo quản/)
  const page = await people.archivist.get(`${DESK}/ho-so/${withFile}`)
  assert.match(words(page.text), /Hồ sơ bị từ chối, đã rút hoặc dừng giải quyết.*5 năm, đến hết năm 2031.*Tính từ hết năm 2026.*31\/12\/2031/)
  assert.equal((await people.far.get(`${DESK}/ho-so/${withFile}`)).status, 404, 'of another agency: it does not exist')
  assert.equal((await people.intake.get(DESK)).status, 403)
  assert.equal((await people.far.get(`${DESK}?co-quan=${HERE}`)).status, 404)
  assert.match((await people.archivist.get(`${DESK}?xem=con-han&lang=en`)).text, /Within the period/)
  const csv = await people.archivist.get(`${DESK}.csv?xem=con-han&co-quan=${HERE}`)
  assert.equal(csv.text.trim().split('\r\n').length, 16)
})

test('nothing is destroyed early: what is within its period cannot be proposed', async () => {
  const page = await people.archivist.get(`${DESK}?xem=con-han`)
  assert.ok(!page.forms().some(f => f.action === LISTS), 'there is no form')
  await day('2032-01-10T08:30')
  await until(async () => (await shown('het-han')).length === 15, 'the year after the last year of keeping')
})

test('an archive package is believed by unzip and sha256sum, and by the program until a bit is another', async () => {
  const path = `${DESK}/ho-so/${withFile}`, done = await people.archivist.submit(path, {}, { action: `${path}/goi` })
  assert.equal(done.status, 303, words(done.text).slice(0, 800))
  const zip = await people.archivist.get(`${path}/goi.zip`), file = join(site.folder, 'goi.zip'), out = join(site.folder, 'goi')
  assert.equal(zip.headers['content-type'], 'application/zip')
  writeFileSync(file, zip.bytes)
  const opened = spawnSync('unzip', ['-q', file, '-d', out], { encoding: 'utf8' })
  assert.equal(opened.status, 0, opened.stderr)
  for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
    const sums = spawnSync('sha256sum', ['--strict', '-c', manifest], { cwd: out, encoding: 'utf8' })
    assert.equal(sums.status, 0, sums.stdout + sums.stderr)
  }
  assert.match(readFileSync(join(out, 'bagit.txt'), 'utf8'), /^BagIt-Version: 1\.0\nTag-File-Character-Encoding: UTF-8\n$/)
  assert.match(readFileSync(join(out, 'bag-info.txt'), 'utf8'), new RegExp(`External-Identifier: ${withFile}[\\s\\S]*Payload-Oxum: \\d+\\.\\d+`))
  const about = JSON.parse(readFileSync(join(out, 'data/ho-so.json'))), timeline = JSON.parse(readFileSync(join(out, 'data/timeline.json')))
  assert.equal(about.code, withFile)
  assert.equal(about.period.keep_until_end_of, 2031)
  assert.ok(about.files.length >= 1 && about.files.every(f => existsSync(join(out, f.path))))
  assert.ok(timeline.events.length >= 2 && timeline.events.every(e => /^[0-9a-f]{64}$/.test(e.hash)))
  assert.equal(motcua(site.folder, ['archive', '--verify', 'goi.zip']).status, 0)
  const bad = Buffer.from(zip.bytes), name = bad.indexOf('data/giay-to/')
  bad[name + 200] ^= 1
  writeFileSync(join(site.folder, 'bad.zip'), bad)
  const judged = motcua(site.folder, ['archive', '--verify', 'bad.zip'])
  assert.equal(judged.status, 1, judged.stdout)
  assert.match(judged.stdout, /^fault /m)
  assert.equal((await people.far.get(`${path}/goi.zip`)).status, 404)
})

test('a year of an agency as a folder, made again only where something is missing', () => {
  const args = ['archive', '--agency', HERE, '--year', '2026', '--out', 'nam-2026'], run = () => motcua(site.folder, args)
  const first = run()
  assert.equal(first.status, 0, first.stdout + first.stderr)
  assert.match(first.stdout, /^made 15\nthere 0$/m)
  const again = run()
  assert.match(again.stdout, /^made 0\nthere 15$/m)
  const sums = spawnSync('sha256sum', ['--strict', '-c', 'manifest-sha256.txt'], { cwd: join(site.folder, 'nam-2026'), encoding: 'utf8' })
  assert.equal(sums.status, 0, sums.stderr)
  assert.equal(readdirSync(join(site.folder, 'nam-2026/data')).length, 16)
  const proof = motcua(site.folder, ['archive', '--verify', 'nam-2026'])
  assert.equal(proof.status, 0, proof.stdout)
  assert.match(proof.stdout, /^packages 15\nfaults 0$/m)
  for (const [bad, say] of [[['--agency', HERE, '--year', '2026'], /--out is missing/], [['--agency', 'H99', '--year', '2026', '--out', 'x'], /H99/],
    [['--agency', HERE, '--year', 'x', '--out', 'x'], /--year x/]]) {
    const done = motcua(site.folder, ['archive', ...bad])
    assert.equal(done.status, 2)
    assert.match(done.stderr, say)
  }
})

let list
const work = (client, fields) => client.submit(list, fields, { action: list })
const on = async (client = people.archivist) => words((await client.get(list)).text)

test('a list: made by an archivist, decided by a leader who is another', async () => {
  const [held, kept] = refused, path = `${DESK}/ho-so/${held}`
  assert.equal((await people.archivist.submit(path, { 'ly-do': '' }, { action: `${path}/giu-lai` })).status, 422)
  assert.equal((await people.archivist.submit(path, { 'ly-do': 'Đang có khiếu nại' }, { action: `${path}/giu-lai` })).status, 303)
  assert.match(words((await rows('giu-lai')).text), new RegExp(held))
  assert.equal((await people.archivist.submit(path, {}, { action: `${path}/bo-giu` })).status, 303)
  assert.equal((await people.archivist.submit(path, { 'ly-do': 'Đang có vụ án' }, { action: `${path}/giu-lai` })).status, 303)
  assert.match(words((await people.archivist.get(path)).text), /Giữ lại từ.*Đang có vụ án/)
  const past = await rows('het-han')
  assert.equal((await people.archivist.send(past, { 'ly-do': '', 'tat-ca': '1' }, { action: LISTS })).status, 422)
  assert.equal((await people.archivist.send(await rows('het-han'), { 'ly-do': 'Hết thời hạn' }, { action: LISTS })).status, 422, 'nothing chosen')
  const made = await people.archivist.send(await rows('het-han'), { 'ly-do': 'Hết thời hạn bảo quản', 'tat-ca': '1' }, { action: LISTS })
  assert.equal(made.status, 303, words(made.text).slice(0, 600))
  list = made.location
  assert.match(await on(), /Đang lập/)
  assert.match(words((await people.leader.get(LISTS)).text), /Hết thời hạn bảo quản.*Đang lập/)
  assert.match(words((await people.far.get(LISTS)).text), /Chưa có danh mục nào/)
  assert.ok(!(await people.archivist.get(list)).text.includes(held), 'what is held back is no part of all')
  assert.equal((await people.far.get(list)).status, 404)
  const seq = (await people.archivist.get(list)).forms().map(f => f.fields.muc).filter(Boolean)
  assert.equal(seq.length, 14)
  assert.equal((await work(people.archivist, { viec: 'bo', muc: '14' })).status, 303)
  const old = await people.archivist.get(list)
  assert.equal((await work(people.archivist, { viec: 'trinh' })).status, 303)
  assert.equal((await people.archivist.send(old, { viec: 'trinh' }, { action: list })).status, 409, 'an old screen')
  const mine = await people.archivist.get(list)
  assert.equal((await people.archivist.send(mine, { viec: 'dong-y', muc: '1' }, { action: list })).status, 403, 'never who made it')
  const pdf = await people.archivist.get(`${list}/in.pdf`)
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-')
  if (process.env.MOTCUA_KEEP) writeFileSync(join(process.env.MOTCUA_KEEP, 'danh-muc.pdf'), pdf.bytes)
  assert.equal((await people.archivist.get(`${list}/bang.csv`)).text.trim().split('\r\n').length, 14)
  assert.equal((await work(people.leader, { viec: 'khong-dong-y', muc: '2', 'ly-do': '' })).status, 422)
  assert.equal((await work(people.leader, { viec: 'khong-dong-y', muc: '2', 'ly-do': 'Còn cần dùng' })).status, 303)
  assert.equal((await work(people.leader, { viec: 'phe-duyet' })).status, 409, 'some are undecided')
  assert.equal((await work(people.leader, { viec: 'dong-y-con-lai' })).status, 303)
  const open = await people.second.get(list)
  assert.equal((await work(people.leader, { viec: 'phe-duyet' })).status, 303)
  assert.equal((await people.second.send(open, { viec: 'phe-duyet' }, { action: list })).status, 409, 'approved once')
  assert.match(await on(), /Đã duyệt, chờ hủy.*12 đồng ý, 1 không đồng ý/)
  void kept
})

test('it waits for its day; killed in the middle it goes on; what is held back since is not destroyed', async () => {
  await pause(6000)
  assert.match(await on(), /12 đồng ý.*0 đã hủy/, 'nothing goes before the day')
  const last = codes((await people.leader.get(list)).text).at(-1), path = `${DESK}/ho-so/${last}`
  assert.equal((await people.leader.submit(path, { 'ly-do': 'Thanh tra yêu cầu' }, { action: `${path}/giu-lai` })).status, 303)
  await site.stop()
  await serve('2032-03-01T08:30')
  await until(() => Number(sql(site.folder, 'SELECT count(*) FROM retention WHERE state = 3')) > 0, 'the first of them is gone')
  await site.stop('SIGKILL')
  const gone = Number(sql(site.folder, 'SELECT count(*) FROM retention WHERE state = 3'))
  assert.equal(Number(sql(site.folder, 'SELECT count(*) FROM destroy_item WHERE state = 4')), gone, 'row and list agree')
  await serve('2032-03-01T08:35')
  await meet()
  await until(async () => /Đã hủy xong/.test(await on()), 'it goes on')
  assert.match(await on(), /11 đã hủy, 1 giữ lại/)
  assert.ok((await shown('giu-lai')).includes(last))
  assert.equal((await shown('da-huy')).length, 11)
})

test('what is left says by whose approval, names nobody, and the whole agrees with itself', async () => {
  const deep = motcua(site.folder, ['check', '--deep'])
  assert.equal(deep.status, 0, deep.stdout + deep.stderr)
  const code = (await shown('da-huy'))[0], page = await people.archivist.get(at(code))
  assert.equal(page.status, 200)
  assert.match(words(page.text), /Đã hủy tài liệu hết thời hạn bảo quản.*Danh mục [A-Z0-9]{8}, Trần Văn Thử đề nghị/)
  assert.equal(words(page.text).match(/.{0,80}(Nguyễn Thị Thử|001191000123|số 12 phố Hàng Bài).{0,40}/i)?.[0], undefined, 'nothing names the applicant')
  assert.equal(sql(site.folder, `SELECT count(*) FROM party p JOIN dossier d ON d.id = p.owner WHERE d.code = '${code}'`), '0')
  assert.equal(sql(site.folder, `SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}' AND e.changes LIKE '%Nguyễn%'`), '0')
  const path = `${DESK}/ho-so/${code}`
  assert.match(words((await people.archivist.get(path)).text), /Giấy tờ và thông tin cá nhân đã được hủy/)
  sql(site.folder, `UPDATE dossier_event SET note = 'sửa' WHERE version = 1 AND dossier = (SELECT id FROM dossier WHERE code = '${code}')`)
  const forged = motcua(site.folder, ['check', '--deep'])
  assert.equal(forged.status, 1)
  assert.match(forged.stdout, new RegExp(`chain ${code}: event \\d+ does not carry its hash`))
  sql(site.folder, `UPDATE dossier_event SET note = '' WHERE version = 1 AND dossier = (SELECT id FROM dossier WHERE code = '${code}')`)
})

test('nothing is deleted otherwise: no job of sixty years removes a kept paper, the sweep takes what was destroyed', async () => {
  const kept = Number(sql(site.folder, 'SELECT count(*) FROM retention WHERE state <> 3'))
  const count = () => sql(site.folder, `SELECT (SELECT count(*) FROM paper_file f JOIN retention k ON k.dossier = f.owner WHERE k.state <> 3), (SELECT count(*) FROM party p
    JOIN retention k ON k.dossier = p.owner WHERE k.state <> 3), (SELECT count(*) FROM dossier_event)`)
  const before = count()
  await day('2090-01-05T08:30')
  await pause(11000)
  assert.equal(count(), before)
  assert.equal(Number(sql(site.folder, 'SELECT count(*) FROM retention WHERE state <> 3')), kept)
  const swept = motcua(site.folder, ['check', '--deep', '--sweep'])
  assert.equal(swept.status, 0, swept.stdout + swept.stderr)
})
