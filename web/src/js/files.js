// Files that are being looked at: the part of the page is put anew when their states change.
import { all } from './words.js';

const FIRST = 1500, LONGEST = 15000, TRIES = 40;

// The page as it is now, and from it the part of this id.
async function renew(part) {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) return null;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(part.id);
  if (!fresh) return null;
  const typing = part.contains(document.activeElement) && document.activeElement.matches('input, textarea, select');
  const chosen = all('input[type=file]', part).some((f) => f.files.length);
  if (typing || chosen || part.querySelector('.uploads li')) return part;       // what was said of a file that travels stays, too
  const open = new Set(all('details[open]', part).map((d) => d.textContent.trim()));
  all('details', fresh).forEach((d) => { if (open.has(d.textContent.trim())) d.open = true; });
  part.replaceWith(document.adoptNode(fresh));
  document.dispatchEvent(new Event('page'));
  return fresh;
}

async function ask(part, pause, left) {
  if (left === 0 || !part.isConnected) return;
  await new Promise((go) => { setTimeout(go, pause); });
  try {
    const state = await (await fetch(part.dataset.states, { headers: { accept: 'application/json' } })).json();
    if (state.version === part.dataset.version ? state.waiting === 0 : (await renew(part)) !== part) return;
  } catch { /* the next time */ }
  ask(part, Math.min(pause * 1.3, LONGEST), left - 1);
}

// A page that says so is put anew until it says so no more: something is being done that takes seconds.
const ROUNDS = 60;
let rounds = 0, due = 0;

export function again() {
  if (due || rounds === ROUNDS || !document.querySelector('[data-again]')) return;
  rounds += 1;
  due = setTimeout(async () => {
    due = 0;
    try { await renew(document.getElementById('main')); } catch { /* the next time */ }
    again();
  }, Math.min(FIRST * 1.1 ** rounds, LONGEST));
}

export function states() {
  for (const part of all('[data-states]')) {
    if (part.dataset.asked) continue;
    part.dataset.asked = '1';
    ask(part, FIRST, TRIES);
  }
}
