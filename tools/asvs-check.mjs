// docs/security/asvs.md says for every requirement of OWASP ASVS 5.0.0, levels 1 and 2, whether it is met and what shows it.
// This fails when an id of tools/asvs-ids.txt is missing, twice, unknown or out of order, when a level is another, when a met row
// names no evidence, when named evidence (`path` or `path:text in it`) is not in the tree any more, or when the counts in the head
// are wrong.  Usage: tools/asvs-check [--write]     --write puts the counts right.  Exit 1 with a line a fault.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const TABLE = 'docs/security/asvs.md', IDS = 'tools/asvs-ids.txt', ASK_WORDS = 12;
const STATES = ['met', 'n/a', 'open'];
const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const faults = [];
const fault = (line, say) => faults.push(`${TABLE}:${line}: ${say}`);

const known = new Map(read(IDS).split('\n').filter((l) => l && !l.startsWith('#')).map((l) => l.split(' ')));
const text = read(TABLE);
const rows = text.split('\n').map((l, i) => ({ line: i + 1, cells: l.split(/(?<!\\)\|/).map((c) => c.trim()) }))
  .filter((r) => /^V\d/.test(r.cells[1] ?? '')).map(({ line, cells: [, id, level, ask, state, shown, ...rest] }) => ({ line, id, level, ask, state, shown, rest }));

const files = new Map();
const source = (path) => {
  if (!files.has(path)) files.set(path, read(path));
  return files.get(path);
};
const escaped = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const holds = (path, what) => (/^\w+$/.test(what) && /\.[ch]$/.test(path) ? new RegExp(`\\b${what}\\b`).test(source(path)) : source(path).includes(what));

// `folder/file`, or `folder/file:a name in it`: the rest of what stands in backticks is words.
function evidence(row) {
  const found = [...(row.shown ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1].match(/^([\w.@-]+(?:\/[\w.@-]+)+)(?::(.+))?$/)).filter(Boolean);
  for (const [, path, what] of found) {
    if (!existsSync(join(ROOT, path))) fault(row.line, `${row.id}: ${path} is not there`);
    else if (what && (statSync(join(ROOT, path)).isDirectory() || !holds(path, what))) fault(row.line, `${row.id}: ${path} has no "${what}"`);
  }
  return found.length;
}

function check(row, before) {
  const { line, id, level, ask, state, shown, rest } = row;
  if (!known.has(id)) return fault(line, `${id} is no requirement of level 1 or 2`);
  if (known.get(id) !== level) fault(line, `${id} is of level ${known.get(id)}`);
  if (!ask || ask.split(/\s+/).length > ASK_WORDS) fault(line, `${id}: say in at most ${ASK_WORDS} words what it asks for`);
  if (!STATES.includes(state)) fault(line, `${id}: the state is one of ${STATES.join(', ')}`);
  if (rest.length !== 1) fault(line, `${id}: five cells, please`);
  const n = evidence(row);
  if (state === 'met' && n === 0) fault(line, `${id}: met, and no test or code is named`);
  if (state !== 'met' && (shown ?? '').split(/\s+/).length < 3) fault(line, `${id}: say why`);
  if (before && [...known.keys()].indexOf(before.id) >= [...known.keys()].indexOf(id)) fault(line, `${id} stands behind ${before.id}`);
}

// Words that the table promises are nowhere in what is served or built.
const NOWHERE = { 'web/src/js': ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'document.write', 'postMessage', 'WebSocket', 'localStorage', "'paste'"],
  src: ['VERIFYPEER, 0', 'VERIFYHOST, 0', 'FOLLOWLOCATION, 1', 'Access-Control-Allow'] };
const below = (path) => readdirSync(join(ROOT, path), { withFileTypes: true })
  .flatMap((e) => (e.isDirectory() ? below(`${path}/${e.name}`) : /\.(c|h|js)$/.test(e.name) && !/_test\.c$/.test(e.name) ? [`${path}/${e.name}`] : []));
for (const [folder, words] of Object.entries(NOWHERE))
  for (const path of below(folder))
    for (const word of words) if (read(path).includes(word)) faults.push(`${path}: "${word}" is not to be here (${TABLE})`);

rows.forEach((row, i) => check(row, rows[i - 1]));
for (const id of known.keys()) {
  const n = rows.filter((r) => r.id === id).length;
  if (n !== 1) fault(1, `${id} is there ${n} times`);
}

const tally = (of) => STATES.map((s) => rows.filter((r) => r.state === s && of(r)).length);
const say = (title, [met, not, open]) => `| ${title} | ${met + not + open} | ${met} | ${not} | ${open} |`;
const head = ['<!-- counts: tools/asvs-check --write -->', '| | requirements | met | n/a | open |', '|---|---|---|---|---|',
  say('level 1', tally((r) => r.level === '1')), say('level 2', tally((r) => r.level === '2')), say('both', tally(() => true)),
  '<!-- end of counts -->'].join('\n');
const counts = /<!-- counts:[^]*?<!-- end of counts -->/;
if (process.argv[2] === '--write') writeFileSync(join(ROOT, TABLE), text.replace(counts, head));
else if (text.match(counts)?.[0] !== head) fault(1, 'the counts in the head are wrong: tools/asvs-check --write');

for (const f of faults) console.log(f);
const [met, not, open] = tally(() => true);
console.log(`asvs ${rows.length} requirements, ${met} met, ${not} not applicable, ${open} open, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
