// Comforts of forms: counting characters, drafts that save themselves, choices that unfold, fields that come and go.
import { holds } from './logic.js';
import { all, make, say } from './words.js';

export function counters() {
  for (const group of all('[data-count]')) {
    const field = group.querySelector('textarea, input');
    const out = make('p', { class: 'counter', 'aria-live': 'polite' });
    const show = () => {
      const left = Number(group.dataset.count) - [...field.value].length;
      out.textContent = left < 0 ? say('over', -left) : say('left', left);
      out.classList.toggle('counter--over', left < 0);
    };
    field.after(out);
    field.addEventListener('input', show);
    show();
  }
}

// A radio or checkbox with data-reveals shows that element only while it is chosen.
export function reveals() {
  const boxes = all('[data-reveals]');
  const show = () => boxes.forEach((b) => {
    const target = document.getElementById(b.dataset.reveals);
    if (target) target.hidden = !b.checked;
  });
  if (!boxes.length) return;
  document.addEventListener('change', show);
  show();
}

// What the form holds now, by field name; dotted names are nested, dates ISO.
function answers(form) {
  const data = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string' || name.startsWith('_')) continue;
    const date = value.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/);
    const v = date ? `${date[3]}-${date[2].padStart(2, '0')}-${date[1].padStart(2, '0')}` : value;
    const keys = name.split('.');
    if (keys.some((k) => k === '__proto__' || k === 'constructor' || k === 'prototype')) continue;
    let at = data;
    for (const k of keys.slice(0, -1)) at = at[k] !== null && typeof at[k] === 'object' ? at[k] : (at[k] = {});
    const last = keys[keys.length - 1];
    at[last] = last in at ? [].concat(at[last], v) : v;
  }
  return data;
}

// data-show-when holds a condition in JSONLogic; a hidden field keeps what was typed but is not sent.
export function conditions() {
  for (const form of new Set(all('[data-show-when]').map((e) => e.closest('form')))) {
    if (!form) continue;
    const parts = all('[data-show-when]', form).map((e) => ({ e, rule: JSON.parse(e.dataset.showWhen) }));
    const show = () => {
      const data = answers(form);
      for (const { e, rule } of parts) {
        e.hidden = !holds(rule, data);
        all('input, select, textarea', e).forEach((f) => { f.disabled = Boolean(f.closest('[data-show-when][hidden]')); });
      }
    };
    form.addEventListener('input', show);
    form.addEventListener('change', show);
    show();
    show();             // a field that went away may take another with it
  }
}

// Every save is an act of its own: its key is new, the form keeps the key of the final sending.
const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

// A draft saves itself two seconds after the last key, and when the page is left.
export function autosave() {
  for (const form of all('form[data-autosave]')) {
    const out = form.querySelector('.saved') ?? form.appendChild(make('p', { class: 'saved', role: 'status' }));
    let timer = 0;
    let dirty = false;
    const body = () => {
      const data = new FormData(form);
      for (const [k, v] of [...data]) if (v instanceof File) data.delete(k);
      data.set('_idem', fresh());
      return new URLSearchParams(data);
    };
    const save = async () => {
      dirty = false;
      out.textContent = say('saving');
      try {
        const r = await fetch(form.dataset.autosave, { method: 'POST', body: body(), headers: { Accept: 'application/json' } });
        if (!r.ok) throw new Error(r.status);
        out.textContent = say('saved', new Date().toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' }));
      } catch {
        dirty = true;
        out.textContent = say('unsaved');
        timer = setTimeout(save, 15000);
      }
    };
    form.addEventListener('input', () => { dirty = true; clearTimeout(timer); timer = setTimeout(save, 2000); });
    form.addEventListener('submit', () => { dirty = false; clearTimeout(timer); });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden' && dirty) navigator.sendBeacon(form.dataset.autosave, body());
    });
  }
}

// A second press of the same button sends nothing twice (the server would notice; the person need not wonder).
export function once() {
  document.addEventListener('submit', (ev) => {
    const form = ev.target;
    if (form.method !== 'post' || ev.defaultPrevented) return;
    if (form.dataset.sent) { ev.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener('pageshow', () => all('form[data-sent]').forEach((f) => delete f.dataset.sent));
}
