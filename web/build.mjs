// Builds src/ into dist/: styles, scripts, icons and fonts, each named by its content, packed, listed in manifest.json.
// The same sources give the same bytes, so that dist/ can be committed and checked.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import * as sass from 'sass';

const here = new URL('.', import.meta.url).pathname;
const dist = `${here}dist/`;
const manifest = {};

// "app.css" is written as app-3f2a91c0.css, and once more packed where that is smaller.
function put(name, bytes, pack = true) {
  const dot = name.lastIndexOf('.');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  const file = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  writeFileSync(dist + file, bytes);
  manifest[name] = file;
  if (pack) {
    const packed = gzipSync(bytes, { level: 9 });
    if (packed.length < bytes.length) writeFileSync(`${dist}${file}.gz`, packed);
  }
  return file;
}

// Every icon is a file of one 24x24 drawing; pages use them as symbols of one sheet.
function icons() {
  const symbols = readdirSync(`${here}src/icons`).sort().map((f) => {
    const svg = readFileSync(`${here}src/icons/${f}`, 'utf8');
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').trim();
    return `<symbol id="${f.replace('.svg', '')}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
      `stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`;
}

function fonts() {
  const from = `${here}node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro-`;
  const names = {};
  for (const subset of ['latin', 'vietnamese'])
    for (const [word, weight] of [['text', 400], ['bold', 600]])
      names[`${word}-${subset}`] = put(`${word}-${subset}.woff2`, readFileSync(`${from}${subset}-${weight}-normal.woff2`), false);
  return names;
}

async function styles(names) {
  let { css } = sass.compile(`${here}src/app.scss`, { loadPaths: [`${here}node_modules/govuk-frontend/dist`], quietDeps: true });
  for (const [name, file] of Object.entries(names)) css = css.replaceAll(`font:${name}`, file);
  const { code } = await transform(css, { loader: 'css', minify: true, target: ['chrome90', 'firefox90', 'safari14'] });
  return code;
}

async function scripts() {
  const made = await build({
    entryPoints: [`${here}src/js/app.js`], bundle: true, minify: true, format: 'esm', write: false,
    target: 'es2020', legalComments: 'none',
  });
  return made.outputFiles[0].contents;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
put('icons.svg', Buffer.from(icons()));
put('mark.svg', readFileSync(`${here}src/mark.svg`));
const css = put('app.css', Buffer.from(await styles(fonts())));
const js = put('app.js', Buffer.from(await scripts()));
writeFileSync(`${dist}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);

const LIMITS = { [css]: 40_000, [js]: 30_000 };         // bytes, packed (design of pages)
for (const [file, limit] of Object.entries(LIMITS)) {
  const size = readFileSync(`${dist}${file}.gz`).length;
  console.log(`${file}: ${size} bytes packed, limit ${limit}`);
  if (size > limit) process.exitCode = 1;
}
