// A real browser: Debian's chromium by playwright-core, with axe.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'
import axe from 'axe-core/axe.min.js'
import { ROOT, startSite } from './server.mjs'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

// The shell is the same browser without windows, tabs and a graphics card: much less to do for a machine that has none.
const PROGRAM = process.env.MOTCUA_CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync)

// A page is waited for with patience: the machine may be slow and busy.  axe is there from a page's beginning, compiled once a
// window; sent anew to each page it took as long as its look.
// more: flags of the browser's own.
export async function launch(more = []) {
  const browser = await chromium.launch({ executablePath: PROGRAM, args: [...FLAGS, ...more], timeout: 90000 }), open = browser.newContext.bind(browser)
  browser.newContext = async options => {
    const context = await open(options)
    context.setDefaultTimeout(90000)
    if (options?.javaScriptEnabled !== false) await context.addInitScript({ content: axe.source })
    return context
  }
  return browser
}

// A demo city: { site, accounts: { citizen: { login, password, name }, ... }, dossiers: [{ code, secret, procedure }] }
// people: a named function that adds some, as startSite's; flags: of serve.
export async function demoCity(people, { flags = [] } = {}) {
  const accounts = {}, dossiers = []
  const site = await startSite({
    flags,
    initFlags: ['--demo', join(ROOT, 'demo')],
    people,
    prepare: (folder, made) => {
      for (const line of made.stdout.split('\n')) {
        const a = line.match(/^demo account (\S+)\s+(\S+)\s+(\S+)\s+(.*)$/)
        if (a) accounts[a[1]] = { login: a[2], password: a[3], name: a[4] }
        const d = line.match(/^demo dossier (\S+) secret (\S+) (\S+)$/)
        if (d) dossiers.push({ code: d[1], secret: d[2], procedure: d[3] })
      }
    },
  })
  assert.ok(accounts.citizen && accounts.leader, 'the demo city has its accounts')
  return { site, accounts, dossiers }
}

export async function signIn(page, base, who, officer) {
  await page.goto(base + (officer ? '/can-bo/dang-nhap' : '/dang-nhap'))
  await page.locator('main input[type=password]').fill(who.password)
  await page.locator('main input:not([type=hidden]):not([type=password])').first().fill(who.login)
  await Promise.all([page.waitForURL(u => !u.pathname.includes('dang-nhap')), page.locator('main form button').last().click()])
  assert.ok(!/dang-nhap/.test(page.url()), `${who.login} is signed in: ${page.url()}`)
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

// What axe finds wrong with the page as it stands: WCAG 2.2 A and AA and axe's best practices, or the rules named.
export async function violations(page, rules) {
  if (!await page.evaluate('typeof axe === "object"')) await page.evaluate(axe.source)
  // Options of a list are drawn by the browser; ten lists of 126 communes would take most of the time.
  const found = await page.evaluate(only => window.axe.run({ exclude: [['option']] }, { runOnly: only, resultTypes: ['violations'], preload: false }),
    rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS })
  return found.violations.map(v => `${v.id}: ${v.help} (${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join('; ')})`)
}

export async function accessible(page, name) {
  assert.deepEqual(await violations(page), [], name)
}

export const answersOf = code => JSON.parse(readFileSync(join(ROOT, 'tests/data/answers', `${code}.json`), 'utf8'))

// Fills every field of the page's form that has an answer, again until nothing new appears.
export async function fillPanel(page, answers) {
  const done = new Set()
  for (let round = 0; round < 4; round++) {
    let filled = 0
    for (const [name, value] of Object.entries(answers)) {
      if (done.has(name)) continue
      const field = page.locator(`main form [name="${name}"]`)
      if (await field.count() === 0 || !await field.first().isVisible()) continue
      const kind = await field.first().evaluate(e => e.tagName === 'SELECT' ? 'select' : e.type)
      if (kind === 'select') await field.first().selectOption(value)
      else if (kind === 'radio') await page.locator(`main form [name="${name}"][value="${value}"]`).check()
      else if (kind === 'checkbox') await field.first().check()
      else await field.first().fill(/^\d{4}-\d\d-\d\d$/.test(value) ? value.split('-').reverse().join('/') : value)
      done.add(name); filled++
    }
    if (!filled) break
  }
  return done
}

export const tempShots = mkdtempSync(join(tmpdir(), 'motcua-shots-'))
