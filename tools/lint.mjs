// The limits the build keeps (docs/adr/0012): sizes, layers, file suffixes, banned calls, where SQL may stand.
// Usage: node tools/lint.mjs      Exit 1 when a limit is broken; warnings are printed and counted.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const git = (...args) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n').filter(Boolean);
const files = git('ls-files', '--cached', '--others', '--exclude-standard', 'src', 'tools', 'tests', 'bench');
const sources = files.filter((f) => /\.[ch]$/.test(f));
const src = sources.filter((f) => f.startsWith('src/'));
let failures = 0, warnings = 0;
const fail = (at, say) => { failures++; console.log(`${at}: ${say}`); };
const warn = (at, say) => { warnings++; console.log(`${at}: warning: ${say}`); };

// --- sizes -----------------------------------------------------------------------------------------------------
const functions = sources.length ? execFileSync('ctags', ['--fields=+ne', '--c-kinds=f', '--languages=C', '-o', '-', ...sources],
  { encoding: 'utf8', maxBuffer: 1 << 27 }).split('\n').filter((l) => l && !l.startsWith('!')).map((l) => {
  const [name, file, , ...rest] = l.split('\t');
  const num = (k) => Number((rest.find((r) => r.startsWith(`${k}:`)) ?? '').slice(k.length + 1));
  return { name, file, line: num('line'), lines: num('end') - num('line') + 1 };
}) : [];
for (const f of functions) {
  if (f.lines > 100) fail(`${f.file}:${f.line}`, `function ${f.name} has ${f.lines} lines; 100 is the limit`);
  else if (f.lines > 60) warn(`${f.file}:${f.line}`, `function ${f.name} has ${f.lines} lines`);
}
const sizes = functions.filter((f) => f.file.startsWith('src/')).map((f) => f.lines).sort((a, b) => a - b);
const at = (q) => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * q))] ?? 0;
if (at(0.5) > 15) fail('src', `the median function has ${at(0.5)} lines; 15 is the limit`);
if (at(0.9) > 50) fail('src', `nine of ten functions have at most ${at(0.9)} lines; 50 is the limit`);

for (const f of sources) {
  const lines = readFileSync(f, 'utf8').split('\n');
  const n = lines.length - 1;
  if (n > 1000) fail(f, `${n} lines; 1,000 is the limit`);
  else if (n > 600) warn(f, `${n} lines`);
  const publicHeader = f.endsWith('.h') && !/_(sql|internal)\.h$/.test(f) && f.startsWith('src/');
  if (publicHeader && n > 150) fail(f, `a public header of ${n} lines; 150 is the limit`);
  lines.forEach((l, i) => { if ([...l].length > 100) fail(`${f}:${i + 1}`, `${[...l].length} columns; 100 is the limit`); });
}

// --- layers: folders include only leftwards ----------------------------------------------------------------------
const LAYER = { base: 0, db: 1, http: 1, html: 1, pdf: 1, convert: 1, sign: 1, scan: 1, oidc: 1, mail: 1, auth: 2, job: 2, mod: 3, site: 4, proc: 5, move: 5, seal: 6 };
const SLICES = {       // a slice may include only those named (design: a leaf knows no other slice)
  audit: [], assist: ['deadlines'], deadlines: [], eforms: [], workflow: [], agencies: [], people: [], papers: ['people'], results: ['papers', 'catalogue', 'agencies'], payments: [],
  catalogue: ['agencies', 'eforms', 'workflow', 'deadlines'], mandates: ['audit', 'deadlines', 'people', 'papers', 'catalogue'], dossiers: '*',
  retention: ['dossiers', 'results', 'papers', 'people', 'catalogue', 'agencies', 'workflow', 'digitise', 'deadlines'],
};
const SIDEWAYS = { http: [], db: [], html: ['http'], pdf: [], convert: [], sign: [], scan: [], oidc: [], mail: [], auth: [], job: [] };    // html shows what http read
for (const f of src) {
  const [, top, slice] = f.split('/');
  const mine = f.split('/').length > 2 ? top : 'main';
  const text = readFileSync(f, 'utf8');
  [...text.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].forEach((m) => {
    const [theirs, theirSlice] = m[1].split('/');
    if (!(theirs in LAYER) || mine === 'main' || theirs === mine && theirs !== 'mod') return;
    const line = text.slice(0, m.index).split('\n').length;
    if (['site/site.h', 'site/command.h'].includes(m[1]) && LAYER[mine] >= 2) return;  // facts of the site, and how commands reach it
    if (theirs === 'mod' && mine === 'mod') {
      const may = SLICES[slice] ?? '*';
      if (slice !== theirSlice && may !== '*' && !may.includes(theirSlice))
        fail(`${f}:${line}`, `slice ${slice} may not include ${m[1]}`);
    } else if (LAYER[theirs] > LAYER[mine] || (LAYER[theirs] === LAYER[mine] && !(SIDEWAYS[mine] ?? []).includes(theirs)))
      fail(`${f}:${line}`, `${mine} may not include ${m[1]}: folders include only leftwards`);
  });
}

// --- banned calls, clocks, memory, SQL --------------------------------------------------------------------------------
const BANNED = /\b(strcpy|strcat|strncpy|sprintf|vsprintf|strtok|gmtime|localtime|atoi|system|popen|gets)\s*\(/;
const stripped = (text) => text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' ')).replace(/"(?:\\.|[^"\\\n])*"/g, '""');
for (const f of src) {
  const raw = readFileSync(f, 'utf8');
  stripped(raw).split('\n').forEach((l, i) => {
    const where = `${f}:${i + 1}`;
    const m = l.match(BANNED);
    if (m) fail(where, `${m[1]} is banned`);
    if (!f.startsWith('src/base/') && /\b(malloc|calloc|realloc|free|strdup)\s*\(/.test(l)) fail(where, 'memory comes from base/ only');
    if (f !== 'src/base/now.c' && /\b(time|clock_gettime|gettimeofday)\s*\(/.test(l)) fail(where, 'time is read in base/now.c only');
  });
  if (!/_sql\.c$/.test(f) && !f.startsWith('src/db/') && !/_test\.c$/.test(f)) {
    const m = raw.match(/"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\s/);
    if (m) fail(`${f}:${raw.slice(0, m.index).split('\n').length}`, 'SQL stands in *_sql.c and schema/ only');
  }
  if (/_sql\.c$/.test(f) && /\bconst struct query \w+(\[\w*\])?\s*=/.test(raw)) fail(f, 'a table of queries says QUERIES (db/db.h)');
  if (/"[^"\n]*SELECT\s+\*/.test(raw)) fail(f, 'no SELECT *');
}

// --- shape of a slice ----------------------------------------------------------------------------------------------
for (const f of src.filter((x) => x.startsWith('src/mod/') && x.endsWith('.c'))) {
  const slice = dirname(f).split('/')[2];
  if (!basename(f).startsWith(slice)) fail(f, `files of slice ${slice} begin with its name`);
}
for (const f of git('ls-files').filter((x) => !/\.(woff2|png|gz|lock)$|package-lock|^tools\/lint/.test(x)))
  if (/(^|[^A-Za-z])\/(work|home)\//.test(readFileSync(f, 'utf8'))) fail(f, 'names a path of one machine');

// --- docs/security/asvs.md names tests and code that are there --------------------------------------------------------
try { execFileSync(process.execPath, ['tools/asvs-check.mjs'], { encoding: 'utf8' }); }
catch (e) { e.stdout.split('\n').filter((l) => /^\S+:/.test(l)).forEach((l) => { failures++; console.log(l); }); }

console.log(`lint: ${sources.length} files, ${functions.length} functions (median ${at(0.5)}, nine of ten ${at(0.9)}), ` +
  `${warnings} warnings, ${failures} failures`);
process.exit(failures ? 1 : 0);
