// The bill of materials (docs/security/components.md).  Usage: tools/sbom [FILE]      Standard output without FILE; the last line on
// standard error counts.  Exit 1 when a package of tools/packages or a linked library cannot be named, 2 for bad arguments.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const faults = [], components = new Map();
if (process.argv.length > 3) { console.error('sbom: at most one FILE is expected'); process.exit(2); }
const run = (program, ...args) => { const done = spawnSync(program, args, { encoding: 'utf8' }); return done.status === 0 ? done.stdout : ''; };
const property = (name, value) => ({ name: `motcua:${name}`, value });

function add(ref, more) {
  const had = components.get(ref);
  if (had) had.properties.push(...more.properties.filter((p) => !had.properties.some((q) => q.name === p.name && q.value === p.value)));
  else components.set(ref, { type: 'library', 'bom-ref': ref, purl: ref, ...more });
}

const codename = (existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '').match(/VERSION_CODENAME=(\w+)/)?.[1] ?? 'unknown';
function debian(name, use) {
  const [version, source, status] = run('dpkg-query', '-W', '-f', '${Version}\t${source:Package}\t${Status}', name).split('\t');
  if (!status?.endsWith('installed')) return false;
  add(`pkg:deb/debian/${name}@${encodeURIComponent(version)}?distro=${codename}`, { name, version, scope: use === 'serve' || use === 'linked' ? 'required' : 'excluded',
    properties: [property('use', use), property('source', source)] });
  return true;
}
for (const line of read('tools/packages').split('\n').filter((l) => l && !l.startsWith('#'))) {
  const [use, name] = line.split(' ');
  if (!debian(name, use) && use !== 'bench' && !['nodejs', 'npm'].includes(name)) faults.push(`${name} (${use}) is not installed`);
}

// What the programs load: the package that owns each library's file.
for (const program of ['build/motcua', 'build/motcua-convert'].filter((p) => existsSync(join(ROOT, p))))
  for (const [, path] of run('ldd', join(ROOT, program)).matchAll(/=> (\/\S+)/g)) {
    const owner = [path, realpathSync(path), realpathSync(path).replace(/^\/usr/, '')].map((p) => run('dpkg-query', '-S', p).match(/^([^:,\s]+)/)?.[1]).find(Boolean);
    if (!owner || !debian(owner, 'linked')) faults.push(`${path}: no package owns it`);
  }

for (const [lock, use] of [['web/package-lock.json', 'web'], ['tests/package-lock.json', 'test']])
  for (const [path, p] of Object.entries(JSON.parse(read(lock)).packages)) {
    if (!path || !p.version) continue;
    const name = p.name ?? path.split('node_modules/').pop();
    if (!p.integrity) faults.push(`${lock}: ${name} has no hash`);
    const [kind, hash] = (p.integrity ?? 'sha512-').split('-');
    add(`pkg:npm/${name.replace('@', '%40')}@${p.version}`, { name, version: p.version, scope: 'excluded', licenses: p.license ? [{ license: { name: p.license } }] : undefined,
      hashes: [{ alg: kind.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') }], properties: [property('use', use)] });
  }

const version = read('meson.build').match(/version: '([^']+)'/)[1];
const list = [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
const bom = JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
  metadata: { timestamp: new Date().toISOString(), component: { type: 'application', 'bom-ref': 'motcua', name: 'motcua', version, licenses: [{ license: { id: 'Apache-2.0' } }] },
    properties: [property('commit', execFileSync('git', ['-C', ROOT, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim())] },
  components: list }, null, 1);
if (process.argv[2]) writeFileSync(process.argv[2], bom + '\n'); else console.log(bom);
for (const f of faults) console.error(`sbom: ${f}`);
console.error(`components ${list.length}, faults ${faults.length}`);
process.exit(faults.length ? 1 : 0);
