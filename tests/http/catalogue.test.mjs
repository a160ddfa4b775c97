// The catalogue: the command that checks packages, the API, and the administrator's pages over an import.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { motcua, startSite, ROOT } from '../lib/server.mjs'
import { said, soon } from '../lib/soon.mjs'

const PASSWORD = 'Danh mục thủ tục 2026'
const BIRTH = 'catalogue/procedures/1.001193'
let site, work

function officer(folder, login, role) {
  const made = motcua(folder, ['user', 'add', '--login', login, '--name', 'Người thử', '--role', role, '--password-stdin'],
    { input: `${PASSWORD}\n` })
  assert.equal(made.status, 0, made.stderr)
}

before(async () => {
  work = mkdtempSync(join(tmpdir(), 'motcua-packages-'))
  site = await startSite({ prepare: folder => {
    officer(folder, 'quantri', 'administrator@H26')
    officer(folder, 'motcua', 'intake@H26')
  } })
})
after(async () => {
  rmSync(work, { recursive: true, force: true })
  await site.clean()
})

async function signedIn(login) {
  const c = site.client()
  const done = await c.submit('/can-bo/dang-nhap', { login, password: PASSWORD })
  assert.equal(done.status, 303, done.text)
  return c
}

// A copy of the birth package under work/procedures/<code> with texts replaced.
function copy(changes, form = []) {
  const dir = join(work, 'procedures', '1.001193')
  cpSync(join(ROOT, BIRTH), dir, { recursive: true })
  for (const [file, list] of [['procedure.yaml', changes], ['form.json', form]]) {
    let text = readFileSync(join(dir, file), 'utf8')
    for (const [from, to] of list) {
      assert.ok(text.includes(from), from)
      text = text.replace(from, to)
    }
    writeFileSync(join(dir, file), text)
  }
  return dir
}

test('catalogue check: no fault in what we ship, exit 0', () => {
  const { status, stdout } = motcua(work, ['catalogue', 'check', join(ROOT, 'catalogue')])
  assert.equal(status, 0, stdout)
  assert.equal(stdout.trimEnd().split('\n').length, 1)
})

test('catalogue check: every fault of one run with its place, sorted, exit 1', () => {
  const dir = copy([['level: commune', 'level: village'], ['mode: end-of-day', 'mode: end-of-day\n  mood: good']])
  writeFileSync(join(dir, 'note.txt'), 'x')
  const { status, stdout } = motcua(work, ['catalogue', 'check', 'procedures'])
  const lines = stdout.trimEnd().split('\n')
  assert.equal(status, 1)
  assert.equal(lines.length, 3, stdout)
  assert.match(lines[0], /^procedures\/1\.001193\/note\.txt:1:1: /)
  assert.match(lines[1], /^procedures\/1\.001193\/procedure\.yaml:\d+:8: `village` is not a value of `level`/)
  assert.match(lines[2], /^procedures\/1\.001193\/procedure\.yaml:\d+:3: `mood` is no key of `deadline`/)
  rmSync(join(work, 'procedures'), { recursive: true })
})

test('catalogue: bad arguments say which one, exit 2', () => {
  for (const [args, word] of [[['check'], 'DIR'], [['check', 'nowhere'], 'nowhere'], [['chek', '.'], 'chek'],
    [['check', '.', 'x'], 'x'], [[], 'command']]) {
    const { status, stderr } = motcua(work, ['catalogue', ...args])
    assert.equal(status, 2, args.join(' '))
    assert.ok(stderr.includes(word), stderr)
    assert.equal(stderr.trimEnd().split('\n').length, 1)
  }
})

test('catalogue strings: a template that a translator can fill', () => {
  const { status, stdout } = motcua(work, ['catalogue', 'strings', join(ROOT, BIRTH)])
  assert.equal(status, 0)
  assert.match(stdout, /msgid "Đăng ký khai sinh"\nmsgstr ""/)
})

test('API: procedures in force, one of them, its form', async () => {
  const c = site.client()
  const list = (await c.get('/api/v1/procedures?q=dang+ky+khai+sinh')).json()
  assert.equal(list.items[0].code, '1.001193')
  const one = await c.get('/api/v1/procedures/1.001193')
  assert.equal(one.status, 200)
  assert.equal(one.json().name, 'Đăng ký khai sinh')
  assert.deepEqual((await c.get('/api/v1/procedures/1.001193/form')).json(),
    JSON.parse(readFileSync(join(ROOT, BIRTH, 'form.json'), 'utf8')))
  assert.equal((await c.get('/api/v1/procedures/9.999999')).status, 404)
  c.close()
})

test('administration: who is not an administrator sees nothing', async () => {
  const stranger = site.client(), intake = await signedIn('motcua')
  for (const path of ['/quan-tri/thu-tuc', '/quan-tri/thu-tuc/1.001193', '/quan-tri/thu-tuc/1.001193/so-sanh?tu=1&den=1',
    '/quan-tri/thu-tuc/1.001193/1/form.json']) {
    const out = await stranger.get(path)
    assert.ok([303, 401].includes(out.status), `${path} ${out.status}`)
    assert.equal((await intake.get(path)).status, 403, path)
  }
  stranger.close()
  intake.close()
})

test('administration: the list and its filters', async () => {
  const c = await signedIn('quantri')
  const all = await c.get('/quan-tri/thu-tuc')
  assert.equal(all.status, 200)
  assert.match(all.text, /Đăng ký khai sinh/)
  const found = await c.get('/quan-tri/thu-tuc?q=ket+hon')
  assert.match(found.text, /Đăng ký kết hôn/)
  assert.doesNotMatch(found.text, /href="\/quan-tri\/thu-tuc\/1\.001193"/)
  assert.match((await c.get('/quan-tri/thu-tuc?trang-thai=nhap')).text, /Không có thủ tục nào khớp/)
  assert.equal((await c.get('/quan-tri/thu-tuc?trang-thai=khac')).status, 400)
  assert.equal((await c.get('/quan-tri/thu-tuc/1.001193?ban=7')).status, 404)
  assert.equal((await c.get('/quan-tri/thu-tuc/1.001193?ban=x')).status, 400)
  assert.equal((await c.get('/quan-tri/thu-tuc/9.999999')).status, 404)
  assert.equal((await c.get('/quan-tri/thu-tuc/1.001193/so-sanh?tu=1')).status, 400)
  const file = await c.get('/quan-tri/thu-tuc/1.001193/1/procedure.yaml')
  assert.equal(file.text, readFileSync(join(ROOT, BIRTH, 'procedure.yaml'), 'utf8'))
  assert.match(file.headers['content-disposition'], /attachment/)
  c.close()
})

test('import while serving: a faulty package changes nothing, a new version shows its differences', async () => {
  const c = await signedIn('quantri')
  const dir = copy([['version: 1\n', 'version: 2\n']])
  const same = motcua(site.folder, ['catalogue', 'import', dir])
  assert.equal(same.status, 1)
  assert.match(same.stdout, /`valid_from` must be after that of version 1/)
  assert.match((await c.get('/quan-tri/thu-tuc/1.001193')).text, /Bản 1, có hiệu lực/)
  copy([['version: 1\n', 'version: 2\n'], ['valid_from: 2025-07-01', 'valid_from: 2030-03-01'], ['amount: 5000', 'amount: 7000']])
  const made = motcua(site.folder, ['catalogue', 'import', dir])
  assert.equal(made.status, 0, made.stdout + made.stderr)
  assert.match(made.stdout, /1 added, 0 replaced, 0 unchanged/)
  let page                                                // the server looks at the generation now and then
  await soon(async () => (page = await c.get('/quan-tri/thu-tuc/1.001193?ban=2')).status === 200, () => said(page))
  assert.equal(page.status, 200)
  assert.match(page.text, /Không áp dụng hôm nay/)
  const diff = await c.get('/quan-tri/thu-tuc/1.001193/so-sanh?tu=1&den=2')
  assert.equal(diff.status, 200)
  assert.match(diff.text, /<del>5000<\/del>[\s\S]*<ins>7000<\/ins>/)
  assert.match((await c.get('/api/v1/procedures/1.001193')).text, /"version":1[,}]/)
  c.close()
})
