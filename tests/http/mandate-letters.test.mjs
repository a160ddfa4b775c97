// Letters about who acts for whom: the other side is told of each change, with the reason and the way to the page, without a number;
// nobody is told of what they did themselves, and an address that nobody checked gets nothing.
import test, { after, before } from 'node:test'
import assert from 'node:assert/strict'
import { sql } from '../lib/engine.mjs'
import { OWNER, declare, fileBy, say, verify } from '../lib/mandates.mjs'
import { addNeighbours, at, meetNeighbours } from '../lib/parked.mjs'
import { PASSWORD } from '../lib/people.mjs'
import { motcua, startSite } from '../lib/server.mjs'
import { startSmtp } from '../lib/smtp.mjs'

const AN = '001191000123', BINH = OWNER['so-dinh-danh'], MAIL = { an: 'an@vidu.vn', binh: 'binh@vidu.vn' }
const NAMES = { an: 'Nguyễn Thị Thử', binh: OWNER.ten }
let smtp, site, people, an, binh, got = 0
before(async () => {
  smtp = await startSmtp()
  site = await startSite({ flags: ['--mail-server', smtp.url, '--mail-from', 'khong-tra-loi@cong.test'], people: folder => {
    addNeighbours(folder)
    const made = motcua(folder, ['user', 'add', '--login', BINH, '--name', OWNER.ten, '--citizen', '--password-stdin'], { input: `${PASSWORD}\n` })
    assert.equal(made.status, 0, made.stderr)
    for (const number of [AN, BINH]) verify(folder, number)
  } })
  people = await meetNeighbours(site)
  an = people.citizen
  binh = site.client()
  assert.equal((await binh.submit('/dang-nhap', { login: BINH, password: PASSWORD })).status, 303)
  checked(MAIL)
})
after(async () => { await site?.clean(); await smtp?.close() })

function checked(mails, seen = 1) {
  for (const [who, mail] of Object.entries(mails))
    sql(site.folder, `UPDATE account SET email = '${mail}', email_verified_at = ${seen} WHERE kind = 1 AND name = '${NAMES[who]}'`)
}
// The next letter: to whom, what it says; and it is the only one.
async function letter(to, says, mandate) {
  const l = await smtp.letter(got++)
  assert.equal(l.to, MAIL[to])
  assert.match(l.subject, /Quyền đại diện của bạn có thay đổi/)
  assert.match(l.text, says)
  assert.ok(l.text.includes(mandate), 'the way to it')
  for (const number of [AN, BINH]) assert.ok(!l.raw.includes(number) && !l.text.includes(number), 'no number')
  assert.equal(smtp.letters.length, got, 'nobody else is told')
}

test('declared: who is represented is told; confirmed: who acts; ended: the other side, with the reason', async () => {
  const mandate = await declare(an)
  await letter('binh', /Nguyễn Thị Thử đại diện cho Trần Văn Bình/, mandate)
  assert.equal((await say(binh, mandate, 'xac-nhan')).status, 303)
  await letter('an', /Nguyễn Thị Thử đại diện cho Trần Văn Bình/, mandate)
  assert.equal((await say(binh, mandate, 'cham-dut', { 'ly-do': 'Tôi tự làm được rồi' })).status, 303)
  await letter('an', /Nguyễn Thị Thử đại diện cho Trần Văn Bình[^]*Tôi tự làm được rồi/, mandate)
})

test('given by who is represented: who acts is told, and who acts gives it back', async () => {
  const mandate = await declare(binh, { ten: NAMES.an, 'so-dinh-danh': AN }, 'cho-toi')
  await letter('an', /đại diện cho Trần Văn Bình/, mandate)
  assert.equal((await say(an, mandate, 'cham-dut', { 'ly-do': 'Tôi chuyển nơi ở' })).status, 303)
  await letter('binh', /Tôi chuyển nơi ở/, mandate)
})

test('refused by who is represented', async () => {
  const mandate = await declare(an)
  await letter('binh', /đại diện cho/, mandate)
  assert.equal((await say(binh, mandate, 'tu-choi', { 'ly-do': 'Tôi không ủy quyền' })).status, 303)
  await letter('an', /Tôi không ủy quyền/, mandate)
})

test('checked by an officer: both are told', async () => {
  const mandate = await declare(an)
  await letter('binh', /đại diện cho/, mandate)
  const code = await fileBy(an, mandate), page = `${at(code)}/dai-dien`, before = got
  while (smtp.letters.length > got) got++                                        // letters about the dossier are another matter
  assert.ok(got >= before)
  assert.equal((await people.intake.submit(page, { 'ket-qua': 'dung' }, { action: page })).status, 303)
  const both = [await smtp.letter(got++), await smtp.letter(got++)]
  assert.deepEqual(both.map(l => l.to).sort(), [MAIL.an, MAIL.binh])
  for (const l of both) assert.ok(l.text.includes(mandate) && l.text.includes('Nguyễn Thị Thử đại diện cho Trần Văn Bình'))
})

test('an address that nobody checked gets nothing', async () => {
  checked({ binh: MAIL.binh }, 0)
  const mandate = await declare(an)
  assert.equal((await say(an, mandate, 'cham-dut', { 'ly-do': 'Khai nhầm' })).status, 303)
  checked({ binh: MAIL.binh })
  const next = await declare(an)
  await letter('binh', /đại diện cho/, next)                                     // the first that comes is of the next one
})

test('a hostile reason is plain words of the letter: no head, no command of the server, no markup', async () => {
  const mandate = await declare(an)
  await letter('binh', /đại diện cho/, mandate)
  assert.equal((await say(binh, mandate, 'xac-nhan')).status, 303)
  await letter('an', /đại diện cho/, mandate)
  const worst = ['<img src=x onerror=alert(1)>', 'Bcc: ke-xau@vidu.vn', '.', 'MAIL FROM:<ke-xau@vidu.vn>', '.. hai dấu chấm'].join('\r\n')
  const ended = await say(binh, mandate, 'cham-dut', { 'ly-do': worst })
  assert.equal(ended.status, 303, `taken as it is: ${ended.status}`)
  await letter('an', /<img src=x onerror=alert\(1\)>/, mandate)
  const { raw, text } = smtp.letters.at(-1), head = raw.slice(0, raw.search(/\r?\n\r?\n/))
  assert.doesNotMatch(head, /^bcc|ke-xau/im)
  assert.match(head, /^content-type: text\/plain/im)
  for (const line of ['Bcc: ke-xau@vidu.vn', 'MAIL FROM:<ke-xau@vidu.vn>']) assert.ok(text.includes(line), `${line} is text`)
})
