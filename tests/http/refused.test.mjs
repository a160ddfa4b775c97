// Every action at every place of a dossier's life, over HTTP: what the status does not allow is refused with 403 or 409, says why,
// and leaves no trace.  The table is written here anew from the regulation (NĐ 118/2025/NĐ-CP art. 15-20), not read from the program.
import test, { before, after } from 'node:test'
import assert from 'node:assert/strict'
import { routes, startSite } from '../lib/server.mjs'
import { sql } from '../lib/engine.mjs'
import { plain } from '../lib/people.mjs'
import { ACTIONS, ELSEWHERE, addNeighbours, apply, at, meetNeighbours, park, tomorrow } from '../lib/parked.mjs'

const STATUS = { 1: 'submitted', 2: 'accepted', 3: 'refused', 4: 'processing', 5: 'supplement', 6: 'fiscal', 7: 'withdrawing', 8: 'stopped', 9: 'done', 10: 'returned' }
const WORK = ['accepted', 'processing'], OPEN = ['submitted', ...WORK, 'supplement', 'fiscal', 'withdrawing', 'done']

// The statuses in which an action may be done at all; whose it is and the step's own guards come on top.
const MAY_IN = {
  accept: ['submitted'], refuse_intake: ['submitted'], check_papers: ['submitted', ...WORK], forward: WORK, return: WORK,
  supplement: ['submitted', ...WORK], supplement_agree: ['submitted', ...WORK], supplement_deny: ['submitted', ...WORK],
  fiscal: WORK, paid: OPEN.filter(s => s !== 'withdrawing'), consult: WORK, opinion: [...WORK, 'supplement', 'fiscal', 'withdrawing'],
  refuse: [...WORK, 'fiscal'], approve: WORK, attach_result: WORK, stop: [...WORK, 'supplement', 'fiscal'], extend: WORK, pause: WORK, resume: WORK,
  withdraw: ['submitted', ...WORK, 'supplement', 'fiscal'], withdraw_grant: ['withdrawing'], withdraw_deny: ['withdrawing'],
  answer_supplement: ['supplement'], hand_over: ['done'], reopen: ['done'], name: OPEN, unname: OPEN, correct: [...WORK, 'supplement', 'fiscal'],
  claim: OPEN, release: OPEN, assign: OPEN,
}

// What an officer would write, so that nothing but the status can be wrong.
const FIELDS = {
  note: 'Ghi chú của người thử', ground: 'Điều 17 Nghị định 118/2025/NĐ-CP', number: '12/2026', moment: tomorrow(7), amount: '50.000', to_unit: ELSEWHERE,
  to_account: 'nguoi-specialist', pause: 'publicity', to_name: 'Nguyễn Thị Thử', to_number: '001191000123', to_paper: 'thẻ căn cước', delivery: 'desk',
  'd.field.que_quan': '1', 'd.field.que_quan.reason': 'wrong_form', 'd.field.que_quan.text': 'Ghi rõ quê quán', 'papers.giay_chung_sinh': 'original',
}
const REASON = { refuse_intake: 'not_competent', stop: 'duplicate' }

let site, people, places
before(async () => {
  site = await startSite({ people: addNeighbours })
  people = await meetNeighbours(site)
  places = { ...await park(people), submitted: await apply(people) }
})
after(() => site.clean())

const one = (code, what) => sql(site.folder, `SELECT ${what} FROM dossier d WHERE d.code = '${code}'`)
const trace = code => one(code, '(SELECT count(*) FROM dossier_event e WHERE e.dossier = d.id), d.version, d.status, d.step, d.holder')
const words = r => r.text.replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim().slice(0, 500)

// Who may do it elsewhere; an opinion is asked of a neighbour, who does not see what nobody asked her about.
const actor = action => people[action === 'opinion' ? 'specialist' : ACTIONS[action][0]]

let serial = 0
const tokens = new Map()
async function csrf(client) {
  if (!tokens.has(client)) tokens.set(client, (await client.get('/can-bo/tai-khoan')).text.match(/name="_csrf" value="([^"]+)"/)[1])
  return tokens.get(client)
}

async function attempt(route, action, code, v) {
  const who = actor(action)
  const required = Object.fromEntries(route.in.filter(i => i.required && i.name && !['code', 'v'].includes(i.name)).map(i => [i.name, plain(i)]))
  const fields = { ...required, ...FIELDS, ...(REASON[action] && { reason: REASON[action] }), v, _csrf: await csrf(who), _idem: `tu-choi-${++serial}` }
  const takes = name => name.startsWith('_') || /^(d|papers)\./.test(name) ? route.body === 'eform' || name.startsWith('_') : route.in.some(i => i.name === name)
  return who.post(`${at(code)}/viec/${action}`, Object.fromEntries(Object.entries(fields).filter(([name]) => takes(name))))
}

test('the places of a dossier: every status is there', () => {
  const there = new Set(Object.values(places).map(code => STATUS[one(code, 'status')]))
  assert.deepEqual(Object.values(STATUS).filter(s => !there.has(s)), [])
})

test('every action of the desk has its row in the table', () => {
  const actions = routes().filter(r => r.method === 'POST' && r.path.includes('/viec/')).map(r => r.path.split('/').at(-1))
  assert.deepEqual(actions.sort(), Object.keys(MAY_IN).sort())
  assert.deepEqual(Object.keys(ACTIONS).sort(), Object.keys(MAY_IN).sort())
})

test('what the status does not allow is refused and leaves no trace', async t => {
  const table = routes().filter(r => r.method === 'POST' && r.path.includes('/viec/'))
  let refused = 0
  for (const [place, code] of Object.entries(places)) {
    const status = STATUS[one(code, 'status')]
    await t.test(`${place} (${status})`, async () => {
      const before = trace(code), version = one(code, 'version')
      for (const route of table) {
        const action = route.path.split('/').at(-1)
        if (MAY_IN[action].includes(status)) continue
        const r = await attempt(route, action, code, version)
        assert.ok([403, 409].includes(r.status), `${action}: ${r.status} ${words(r)}`)
        assert.ok(words(r).length > 40, `${action}: says why`)
        refused++
      }
      assert.equal(trace(code), before, 'nothing left a trace')
    })
  }
  assert.ok(refused > 200, `${refused} pairs were tried`)
})
