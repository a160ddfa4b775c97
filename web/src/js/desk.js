// The officer's keyboard: j k move, Enter opens, / searches, ? lists the keys.
import { all, make, say } from './words.js';

const typing = (e) => e.target.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]');

function move(table, step) {
  const rows = all('tbody tr', table);
  const now = rows.findIndex((r) => r.classList.contains('row--now'));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now + step))];
  rows[now]?.classList.remove('row--now');
  if (!next) return;
  next.classList.add('row--now');
  next.scrollIntoView({ block: 'nearest' });
  next.querySelector('a[href]')?.focus({ preventScroll: true });
}

function help() {
  const keys = [['j', 'down'], ['k', 'up'], ['Enter', 'open'], ['/', 'search'], ['?', 'help']];
  const close = make('button', { class: 'govuk-button', value: 'close' }, say('close'));
  const box = make('dialog', { class: 'ask', 'aria-label': say('keys') },
    make('h2', {}, say('keys')), make('dl', { class: 'keys' }, ...keys.flatMap(([k, w]) => [make('dt', {}, make('kbd', {}, k)), make('dd', {}, say(w))])),
    make('form', { method: 'dialog' }, close));
  document.body.append(box);
  box.addEventListener('close', () => box.remove());
  box.showModal();
}

export function keyboard() {
  const table = document.querySelector('[data-worklist]');
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector('dialog[open]')) return;
    if (e.key === '/') {
      const field = document.querySelector('[data-key="/"]');
      if (field) { e.preventDefault(); field.focus(); field.select(); }
    } else if (table && e.key === 'j') move(table, 1);
    else if (table && e.key === 'k') move(table, -1);
    else if (table && e.key === 'Enter' && !e.target.closest('a, button, summary')) table.querySelector('.row--now a[href]')?.click();
    else if (table && e.key === '?') help();
  });
}

export function selectAll() {
  for (const box of all('[data-select-all]')) {
    const form = box.closest('form') ?? document;
    box.addEventListener('change', () => all(`input[type="checkbox"][name="${CSS.escape(box.dataset.selectAll)}"]`, form)
      .forEach((c) => { c.checked = box.checked; }));
  }
}

// Index fields: Enter goes to the next one, from the last to the button; Ctrl+Enter presses it.
export function keying() {
  for (const form of all('[data-keying]')) {
    const fields = all('input:not([type="hidden"])', form), go = form.querySelector('.govuk-button:not([disabled])');
    form.addEventListener('keydown', (e) => {
      const at = fields.indexOf(e.target);
      if (e.key !== 'Enter' || at < 0) return;
      e.preventDefault();
      if (e.ctrlKey || e.metaKey) go?.click();
      else (fields[at + 1] ?? go)?.focus();
    });
    if (document.activeElement === document.body && !document.querySelector('.govuk-error-summary')) {
      (form.querySelector('.index-field--doubtful input') ?? fields.find((f) => !f.value) ?? go)?.focus({ preventScroll: true });
    }
  }
}
