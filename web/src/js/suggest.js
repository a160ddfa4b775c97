// Search as you type: data-suggest="/address" answers ?q= with [{"text", "note", "href"}].
import { all, make, say } from './words.js';

function box(field) {
  const id = `${field.id || 'q'}-suggest`;
  const list = make('ul', { class: 'suggest', role: 'listbox', id, 'aria-label': say('found', '') });
  const status = make('span', { class: 'govuk-visually-hidden', role: 'status' });
  let timer = 0, asked = 0, at = -1, items = [];

  list.hidden = true;
  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-expanded', 'false');
  field.setAttribute('aria-controls', id);
  field.setAttribute('aria-autocomplete', 'list');
  field.autocomplete = 'off';
  field.form.append(list, status);

  const close = () => { list.hidden = true; at = -1; field.setAttribute('aria-expanded', 'false'); field.removeAttribute('aria-activedescendant'); };
  const point = (i) => {
    at = (i + items.length) % items.length;
    [...list.children].forEach((li, n) => li.setAttribute('aria-selected', n === at));
    field.setAttribute('aria-activedescendant', `${id}-${at}`);
  };
  const local = (href) => typeof href === 'string' && href.startsWith('/') && !href.startsWith('//');
  const show = (found) => {
    items = found.filter((f) => local(f.href)).slice(0, 8);
    list.replaceChildren(...items.map((f, n) => {
      const li = make('li', { role: 'option', id: `${id}-${n}`, 'aria-selected': 'false' }, f.text, f.note ? make('small', {}, f.note) : '');
      li.addEventListener('mousedown', (e) => { e.preventDefault(); location.assign(f.href); });
      return li;
    }));
    list.hidden = items.length === 0;
    field.setAttribute('aria-expanded', String(items.length > 0));
    status.textContent = items.length ? say('found', items.length) : say('none');
  };
  const ask = async () => {
    const mine = ++asked;
    const q = field.value.trim();
    if (q.length < 2) { close(); return; }
    try {
      const r = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(q)}`, { headers: { Accept: 'application/json' } });
      const found = r.ok ? await r.json() : [];
      if (mine === asked && document.activeElement === field) show(found);
    } catch { close(); }
  };
  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 180); });
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (e) => {
    if (list.hidden) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); point(at + (e.key === 'ArrowDown' ? 1 : -1)); }
    else if (e.key === 'Escape') close();
    else if (e.key === 'Enter' && at >= 0) { e.preventDefault(); location.assign(items[at].href); }
  });
}

export const suggest = () => all('[data-suggest]').forEach(box);
