// Comfort only: every page does its work without this file.
import { keyboard, keying, selectAll } from './desk.js';
import { again, states } from './files.js';
import { autosave, conditions, counters, once, reveals } from './forms.js';
import { keys } from './keys.js';
import { forget } from './parts.js';
import { signs } from './sign.js';
import { suggest } from './suggest.js';
import { uploads } from './upload.js';
import { all, make, say } from './words.js';

function copies() {
  for (const text of all('[data-copy]')) {
    const button = make('button', { type: 'button', class: 'copy' }, say('copy'));
    button.addEventListener('click', async () => {
      await navigator.clipboard?.writeText(text.textContent.trim());
      button.textContent = say('copied');
      setTimeout(() => { button.textContent = say('copy'); }, 3000);
    });
    if (navigator.clipboard) text.after(button);
  }
}

// What ends something asks once, in its own words.
function ask(button, ev) {
  if (button.dataset.asked) { delete button.dataset.asked; return; }
  ev.preventDefault();
  const yes = make('button', { class: 'govuk-button', value: 'yes' }, button.textContent.trim() || say('ok'));
  const no = make('button', { class: 'govuk-button govuk-button--secondary', value: 'no' }, say('cancel'));
  const box = make('dialog', { class: 'ask', 'aria-label': button.textContent.trim() },
    make('p', {}, button.dataset.confirm), make('form', { method: 'dialog', class: 'actions' }, yes, no));
  document.body.append(box);
  box.addEventListener('close', () => {
    box.remove();
    button.focus();
    if (box.returnValue === 'yes') { button.dataset.asked = '1'; button.click(); }
  });
  box.showModal();
  no.focus();
}

// Two minutes before a session ends for want of use it is said; one click keeps it.
const BEFORE = 120;
function sessionEnds() {
  const seconds = Number(document.querySelector('[data-session]')?.dataset.session);
  if (!(seconds > BEFORE) || !window.HTMLDialogElement) return;
  setTimeout(() => {
    const stay = make('button', { class: 'govuk-button' }, say('stay'));
    const box = make('dialog', { class: 'ask', 'aria-label': say('stay') },
      make('p', { role: 'alert' }, say('ends')), make('form', { method: 'dialog', class: 'actions' }, stay));
    document.body.append(box);
    box.addEventListener('close', async () => {
      box.remove();
      if ((await fetch('/can-bo/tai-khoan', { method: 'HEAD', redirect: 'manual' })).ok) sessionEnds();
      else location.reload();
    });
    box.showModal();
  }, Math.min(seconds - BEFORE, 86400) * 1000);
}

function page() {
  copies();
  counters();
  reveals();
  conditions();
  autosave();
  uploads();
  states();
  again();
  selectAll();
  suggest();
  keys();
  signs();
  sessionEnds();
  document.querySelector('[data-focus]')?.focus();
  const menu = document.querySelector('.menu ul'), here = menu?.querySelector('[aria-current]');
  if (here) menu.scrollLeft = here.offsetLeft - 24;
}

// A page that the back button brought from memory may be of who was here before: it is asked for anew.
addEventListener('pageshow', (ev) => { if (ev.persisted) location.reload(); });
document.documentElement.classList.add('js');
document.addEventListener('click', (ev) => {
  const button = ev.target.closest('[data-confirm]');
  if (button && window.HTMLDialogElement) ask(button, ev);
  if (ev.target.closest('[data-print]')) window.print();
});
document.addEventListener('page', page);
forget();
keyboard();
keying();
page();
once();
