// An English page has no untranslated text: every public page, every procedure with its application, and the
// citizen's own pages are read with ?lang=en, and no Vietnamese letter may be left over.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, routes, startSite } from '../lib/server.mjs'
import { unescape } from '../lib/client.mjs'
import { BIRTH, answers, apply } from '../lib/parked.mjs'
import { ROOT as MANDATES, declare, fileBy, verify } from '../lib/mandates.mjs'
import { addPeople, fill, meetPeople } from '../lib/people.mjs'

const PROCEDURES = readdirSync(join(ROOT, 'catalogue/procedures')).filter(name => /^\d/.test(name)).sort()
const LETTER = /[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]/

// Peoples, as identity papers spell them.
const PEOPLES = new Set(`Tày, Thái, Mường, Nùng, Mông, Ngái, Ê Đê, Xơ Đăng, Sán Chay, Cơ Ho, Chăm, Sán Dìu, Hrê, Mnông, Xtiêng, Bru - Vân Kiều, Thổ, Giáy, Cơ Tu,
  Gié Triêng, Mạ, Khơ Mú, Tà Ôi, Chơ Ro, Kháng, Hà Nhì, Lào, La Chí, Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn, Cơ Lao, Cống, Bố Y, Pu Péo,
  Brâu, Ơ Đu, Rơ Măm`.split(/,\s+/))

// What stays Vietnamese on an English page.
const ALLOWED = [
  /[\w/.-]*\/(NĐ-CP|NQ-HĐND|TT-BLĐTBXH|QĐ-[\wĐ]+|UBTVQH\d+)/g,              // numbers of laws
  /“[^”]+”/g,                                                               // the same, quoted
  /(Đã chết|Không rõ|để trống)(?= \()/g,                                    // words to write, with their meaning behind
  /NGUYỄN MINH AN|Nguyễn Thị Thử|Trần Văn Thử/g,                            // names of people
  /Hộ kinh doanh (Bánh cuốn Thanh Trì|Phở Thìn Hà Đông)|Phở Thanh Hà/g,     // names of businesses
  /\(xà cừ\)|DĐ 123456|\bforms 1a to 1đ|résumés?/g,
]

// What the citizen of the last scenario typed in.
const TYPED = [...Object.values(answers(BIRTH)).filter(v => typeof v === 'string' && LETTER.test(v)), 'Số 12 phố Hàng Bài', 'Nguyễn Thị Thu Hà']
  .sort((a, b) => b.length - a.length)

// The words a reader meets: not what is marked as Vietnamese, not values typed in, scripts and addresses.
function words(html) {
  let left = html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<(\w+)\b[^>]*\b(lang="vi"|translate="no")[^>]*>[\s\S]*?<\/\1>/g, ' ')
    .replace(/\b(value|href|action|content)="[^"]*"/g, ' ')
  left = unescape(left)
  for (const typed of TYPED) left = left.replaceAll(typed, ' ')
  for (const kept of ALLOWED) left = left.replace(kept, ' ')
  return left.split(/[<>"\n]/).map(s => s.trim()).filter(s => LETTER.test(s) && !PEOPLES.has(s))
}

const faults = new Map()        // text -> the first page that has it
async function read(who, path) {
  const answer = await who.get(path + (path.includes('?') ? '&' : '?') + 'lang=en')
  assert.ok(answer.status < 400, `${path}: ${answer.status}`)
  for (const text of words(answer.text)) if (!faults.has(text)) faults.set(text, path)
  return answer
}
function nothingLeft() {
  const all = [...faults].map(([text, path]) => `${path}: ${text.slice(0, 160)}`)
  faults.clear()
  assert.deepEqual(all.slice(0, 60), [], `${all.length} texts have no English`)
}

let site, people
before(async () => {
  site = await startSite({ people: addPeople })
  people = await meetPeople(site)
})
after(() => { for (const c of Object.values(people)) c.close(); return site.clean() })

// Pages that lead nowhere: no result, scan or link of that token, no provider of identities and no mail here.
const NOWHERE = /token|\{nha\}|^\/lien-ket$|^\/dang-nhap-ma/

test('the pages that need no sign-in', async () => {
  const values = { code: 'H26.X.00070' }
  for (const route of routes())
    if (route.method === 'GET' && route.perm === 'public' && !['file', 'api'].includes(route.face) && !/^\/thu-tuc\/\{/.test(route.path))
      await read(people.guest, fill(route, values)).catch(e => { if (!NOWHERE.test(route.path) || !/: 404/.test(e.message)) throw e })
  for (const path of ['/thu-tuc?q=birth', '/goi-y?q=marriage', '/thong-ke?co-quan=H26.X.00070', '/co-quan?cu=1', '/co-quan/H26', '/co-quan/H26.16',
    '/khong-co-trang-nay'])
    await read(people.guest, path).catch(e => { if (!/: 404/.test(e.message)) throw e })
  nothingLeft()
})

test('an English word finds its procedure', async () => {
  const found = await people.guest.get('/thu-tuc?q=birth+registration&lang=en')
  assert.match(found.text, /\/thu-tuc\/1\.001193/)
  const units = await people.guest.get('/co-quan?q=Hoan+Kiem+Ward&lang=en')
  assert.match(units.text, /\/co-quan\/H26\.X\.00070/)
})

test('every procedure', async () => {
  for (const code of PROCEDURES) await read(people.guest, `/thu-tuc/${code}`)
  nothingLeft()
})

test('every application, panel by panel', async () => {
  const me = people.citizen
  for (const code of PROCEDURES) {
    const start = await read(me, `/thu-tuc/${code}/nop`)
    const begun = await me.send(start, {}, { action: `/thu-tuc/${code}/nop` })
    const draft = begun.location?.match(/\/nop\/[\w-]+/)?.[0]
    assert.ok(draft, `${code}: a draft: ${begun.status}`)
    const list = await read(me, draft)
    const panels = new Set(list.text.match(/\/to-khai\/[\w.-]+/g))
    assert.ok(panels.size, `${code} has panels`)
    for (const page of [...panels, '/nguoi-nop', '/giay-to', '/nhan-ket-qua', '/kiem-tra']) await read(me, draft + page)
    await me.send(await read(me, draft + '/xoa'), {}, { action: draft + '/xoa' })       // a citizen keeps a few drafts only
  }
  nothingLeft()
})

test("the citizen's own pages, and the dossier at the desk", async () => {
  const code = await apply(people)
  for (const path of ['/ho-so', '/tai-khoan', '/tai-khoan/nhat-ky', '/tai-khoan/du-lieu', '/tra-cuu']) await read(people.citizen, path)
  await read(people.citizen, `/tra-cuu?ma=${code}`)
  await read(people.citizen, `/ho-so/${code}`)
  await read(people.citizen, `/ho-so/${code}/rut`)
  await read(people.citizen, MANDATES)
  verify(site.folder, '001191000123')
  const mandate = await declare(people.citizen, { ten: 'Nguyễn Thị Thu Hà', 'so-giay-to': '15/2026' })
  for (const path of [MANDATES, ...['toi-dai-dien', 'cho-toi', 'cho-to-chuc'].map(ai => `${MANDATES}/khai?ai=${ai}`), mandate, `${mandate}/cham-dut`, `${mandate}/tu-choi`])
    await read(people.citizen, path)
  const acted = await fileBy(people.citizen, mandate)
  await read(people.intake, `/can-bo/ho-so/${acted}/dai-dien`)
  await read(people.intake, `/can-bo`)
  await read(people.intake, `/can-bo/tiep-nhan`)
  await read(people.intake, `/can-bo/ho-so/${code}`)
  await read(people.intake, `/can-bo/tiep-nhan/1.001193`)
  nothingLeft()
})
