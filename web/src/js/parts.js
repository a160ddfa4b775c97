// Files that travel while the form is being filled in: in parts, gone on with where the server says after a lost link, a reload or a
// restart.  What is whole is named in the form by a hidden field; without this script the form sends its files itself.
import { all, make, say } from './words.js';

const SMALL = 64 << 10, FIRST = 256 << 10, LARGE = 1 << 20, AT_ONCE = 2, STORE = 'tep', DAY = 86400000;
const wait = (ms) => new Promise((go) => { setTimeout(go, ms); addEventListener('online', go, { once: true }); });

// What this tab began: fingerprint -> { upload, page, field, name, file?, sent?, at }.  Of the tab alone: others use the machine, too.
const memory = {
  read() { try { return JSON.parse(sessionStorage[STORE] ?? '{}'); } catch { return {}; } },
  write(all_) { try { sessionStorage[STORE] = JSON.stringify(all_); } catch { /* full or forbidden: a reload begins anew */ } },
  set(key, facts) { const m = this.read(); m[key] = { ...m[key], ...facts, at: Date.now() }; this.write(m); },
  drop(key) { const m = this.read(); delete m[key]; this.write(m); },
};
const fingerprint = (field, f) => [location.pathname, field.id, f.name, f.size, f.lastModified].join('|');

// { status, answer } of one request; status 0: it did not get through.
function ask(job, method, path, body, type) {
  return new Promise((done) => {
    const r = new XMLHttpRequest();
    job.request = r;
    r.open(method, `/tai-len${path}`);
    r.timeout = 60000;
    if (method === 'POST') r.setRequestHeader('X-CSRF-Token', job.csrf);
    if (type) r.setRequestHeader('Content-Type', type);
    if (body instanceof Blob) r.upload.addEventListener('progress', (p) => job.show(job.offset + p.loaded));
    r.addEventListener('loadend', () => {
      let answer = {};
      try { answer = JSON.parse(r.responseText); } catch { /* a proxy's page */ }
      done({ status: r.status, answer });
    });
    r.send(body);
  });
}

const passing = (status) => status === 0 || status === 409 || status === 429 || status >= 500;
const sentence = (a) => a.errors?.[0]?.detail ?? a.detail ?? say('failed');

// Until it is answered with something to go by; a lost link is waited for.
async function insist(job, ...what) {
  for (let pause = 1000; ; pause = Math.min(pause * 2, 30000)) {
    const r = await ask(job, ...what);
    if (job.gone) throw new Error('gone');
    if (!passing(r.status)) { job.say(''); return r; }
    job.say(say('waiting'), true);
    job.waiting = true;
    await (job.again = wait(pause));
    job.waiting = false;
    if (what[0] === 'POST' && job.upload && what[2] instanceof Blob) return ask(job, 'GET', `/${job.upload}`);
  }
}

async function begin(job) {
  const known = memory.read()[job.key];
  if (known) {
    const r = await insist(job, 'GET', `/${known.upload}`);
    if (r.status === 200) return r.answer;
  }
  const form = new URLSearchParams({ name: job.file.name, size: job.file.size });
  const r = await insist(job, 'POST', '', form.toString(), 'application/x-www-form-urlencoded');
  if (r.status !== 201) throw new Error(sentence(r.answer));
  memory.set(job.key, { upload: r.answer.upload, page: location.pathname, field: job.field.id, name: job.file.name });
  return r.answer;
}

async function travel(job) {
  let is = await begin(job), size = FIRST;
  job.upload = is.upload;
  while (!is.file) {
    const from = performance.now();
    job.offset = is.offset;
    job.show(is.offset);
    const r = await insist(job, 'POST', `/${job.upload}/${is.offset}`, job.file.slice(is.offset, is.offset + size), 'application/octet-stream');
    if (passing(r.status)) continue;
    if (r.status !== 200) throw new Error(sentence(r.answer));
    const took = performance.now() - from;
    size = took < 1000 ? Math.min(size * 2, LARGE) : took > 6000 ? Math.max(size >> 1, SMALL) : size;
    is = r.answer;
  }
  return is.file;
}

// --- two at once, in the order in which they were chosen ---
const line = [];
let running = 0;
function next() {
  while (running < AT_ONCE && line.length) {
    running++;
    const job = line.shift();
    travel(job).then((file) => job.done(file), (e) => { if (!job.gone) job.fail(e.message); }).finally(() => { running--; next(); });
  }
}

// --- the page ---
const hidden = (field, value) => make('input', { type: 'hidden', name: field.name, value });

function drop(job) {
  job.gone = true;
  job.request?.abort();
  if (line.includes(job)) line.splice(line.indexOf(job), 1);
  memory.drop(job.key);
  if (job.upload) ask({ csrf: job.csrf }, 'POST', `/${job.upload}/bo`, '', 'application/x-www-form-urlencoded');
  job.row.remove();
  job.value?.remove();
  job.settle();
}

// A row of the list, with what happens to the file.
function row(box, key, name, size, image) {
  const bar = make('progress', { max: Math.max(size, 1), value: 0, 'aria-label': name }), words = make('small', { role: 'status' });
  const cancel = make('button', { type: 'button', class: 'linklike' }, say('remove'), make('span', { class: 'govuk-visually-hidden' }, ` ${name}`));
  const again = make('button', { type: 'button', class: 'linklike', hidden: '' }, say('again'));
  const job = {
    key, box, field: box.field, csrf: box.form.elements._csrf.value, offset: 0,
    row: make('li', {}, image, make('span', {}, name, make('br'), words), make('span', { class: 'uploads__do' }, again, cancel), bar),
    show(n) { bar.value = n; words.textContent = say('sending', Math.floor((n * 100) / Math.max(size, 1))); },
    say(text, bad) { words.textContent = text; words.className = bad ? 'counter--over' : ''; },
    done(file) {
      job.state = 'done';
      job.value = hidden(box.field, file);
      job.row.append(job.value);          // pages stay in the order in which they were chosen, whichever came first
      memory.set(key, { file });
      bar.remove();
      again.hidden = true;
      job.say(say('here'));
      job.settle();
    },
    fail(text) { job.state = 'bad'; again.hidden = false; job.say(text, true); memory.drop(key); job.settle(); },
    settle() { box.settle(); },
    start() { job.state = 'going'; again.hidden = true; job.say(say('queued')); line.push(job); next(); },
  };
  again.addEventListener('click', job.start);
  cancel.addEventListener('click', () => drop(job));
  box.list.append(job.row);
  box.jobs.push(job);
  return job;
}

// At once, so that a form that is sent in the next moment knows of each; pictures are drawn one after the other, when there is time.
function take(box, files, picture) {
  for (const f of files) {
    const key = fingerprint(box.field, f), there = box.jobs.find((j) => j.key === key && !j.gone);
    if (there && there.state !== 'bad') continue;
    if (there) { there.gone = true; there.row.remove(); }
    const image = box.icon('file'), job = row(box, key, f.name, f.size, image);
    box.drawn = box.drawn.then(() => picture(f)).then((drawn) => image.replaceWith(drawn));
    job.file = f;
    job.start();
  }
}

// What was whole before a reload is here again; what was not is asked for by its name.
function remember(box, icon) {
  for (const [key, m] of Object.entries(memory.read())) {
    if (m.page !== location.pathname || m.field !== box.field.id) continue;
    const job = row(box, key, m.name, 1, icon('file'));
    job.upload = m.upload;
    if (m.file) job.done(m.file);
    else { job.state = 'bad'; job.say(say('chooseAgain'), true); }
  }
}

// Files that went with a form that was taken are no business of the next page.
export function forget() {
  const landed = performance.getEntriesByType('navigation')[0]?.redirectCount > 0, m = memory.read();
  for (const [key, x] of Object.entries(m)) {
    const here = x.page === location.pathname && all('[data-parts] input[type="file"]').some((f) => f.id === x.field);
    if (Date.now() - x.at > DAY || (x.sent && (landed || !here))) delete m[key];
    else x.sent = false;
  }
  memory.write(m);
}

function camera(field, go) {
  if (!matchMedia('(pointer: coarse)').matches) return;
  const shot = make('input', { type: 'file', accept: 'image/*', capture: 'environment', hidden: '' });
  const button = make('button', { type: 'button', class: 'govuk-button govuk-button--secondary camera' }, say('camera'));
  button.addEventListener('click', () => shot.click());
  shot.addEventListener('change', () => { go([...shot.files]); shot.value = ''; });
  field.after(button, shot);
}

export function parts(picture, icon) {
  const forms = new Map();
  for (const field of all('[data-parts] input[type="file"]')) {
    const form = field.form;
    if (!form?.elements._csrf || field.dataset.parts) continue;
    const box = { field, form, icon, jobs: [], drawn: Promise.resolve(), list: make('ul', { class: 'uploads' }), settle() { form.dispatchEvent(new Event('settled')); } };
    field.dataset.parts = '1';
    if (!forms.has(form)) forms.set(form, []);
    forms.get(form).push(box);
    field.after(box.list);
    const chosen = () => { const files = [...field.files]; field.value = ''; take(box, files, picture); };
    field.addEventListener('change', chosen);
    camera(field, (files) => take(box, files, picture));
    remember(box, icon);
    if (field.files.length) chosen();           // before this script had come
  }
  for (const [form, boxes] of forms) {
    const jobs = () => boxes.flatMap((b) => b.jobs).filter((j) => !j.gone);
    let asked = null;
    form.addEventListener('submit', (ev) => {
      if (!jobs().some((j) => j.state === 'going')) {
        for (const j of jobs()) if (j.state === 'done') memory.set(j.key, { sent: true });
        return;
      }
      ev.preventDefault();
      asked = ev.submitter ?? form.querySelector('button:not([type="button"])');
      asked?.setAttribute('aria-busy', 'true');
    });
    // The form was sent before its files were here: now they are.
    form.addEventListener('settled', () => {
      if (!asked || jobs().some((j) => j.state === 'going')) return;
      asked.removeAttribute('aria-busy');
      const button = asked, bad = jobs().some((j) => j.state === 'bad');
      asked = null;
      if (!bad) form.requestSubmit(button);
    });
  }
}
