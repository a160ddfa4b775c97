// Comfort only: every page does its work without this file.
import { keyboard, keying, selectAll } from './desk.js';
import { again, states } from './files.js';
import { autosave, conditions, counters, once, reveals } from './forms.js';
import { forget } from './parts.js';
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
  document.querySelector('[data-focus]')?.focus();
  const menu = document.querySelector('.menu ul'), here = menu?.querySelector('[aria-current]');
  if (here) menu.scrollLeft = here.offsetLeft - 24;
}

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
