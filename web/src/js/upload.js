// Files: each is shown with a small picture before it goes, and the form reports its progress.
import { parts } from './parts.js';
import { all, make, say } from './words.js';

const MB = 1 << 20;
const MAX_MB = 20;
const icon = (name) => {
  const sheet = document.querySelector('use')?.getAttribute('href').split('#')[0];
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  if (sheet) use.setAttribute('href', `${sheet}#${name}`);
  svg.append(use);
  return svg;
};

const weight = (n) => (n < MB ? `${Math.ceil(n / 1024)} KB` : `${(n / MB).toFixed(1).replace('.', ',')} MB`);

// Drawn on a canvas: the policy of the page allows no blob addresses.
async function picture(file) {
  if (!/^image\/(jpeg|png|webp|gif|bmp)$/.test(file.type) || !window.createImageBitmap) return icon('file');
  try {
    const map = await createImageBitmap(file, { resizeWidth: 112, resizeQuality: 'medium' });
    const canvas = make('canvas', { width: 112, height: 112, 'aria-hidden': 'true' });
    const side = Math.min(map.width, map.height);
    canvas.getContext('2d').drawImage(map, (map.width - side) / 2, (map.height - side) / 2, side, side, 0, 0, 112, 112);
    return canvas;
  } catch {
    return icon('file');
  }
}

function list(field) {
  const out = make('ul', { class: 'uploads', 'aria-live': 'polite' });
  const drop = (gone) => {
    const kept = new DataTransfer();
    [...field.files].filter((f) => f !== gone).forEach((f) => kept.items.add(f));
    field.files = kept.files;
    show();
  };
  async function show() {
    const rows = await Promise.all([...field.files].map(async (f) => {
      const big = f.size > MAX_MB * MB;
      const remove = make('button', { class: 'linklike', type: 'button' }, say('remove'));
      remove.addEventListener('click', () => drop(f));
      const size = make('small', {}, big ? say('big', MAX_MB) : weight(f.size));
      if (big) size.className = 'counter--over';
      return make('li', {}, await picture(f), make('span', {}, f.name, make('br'), size), remove);
    }));
    out.replaceChildren(...rows);
  }
  field.after(out);
  field.addEventListener('change', show);
}

// Sends the form with a bar of progress; on a broken line the files stay chosen and can be sent again.
function send(form, ev) {
  const button = ev.submitter;
  const data = new FormData(form);
  const request = new XMLHttpRequest();
  const bar = make('progress', { max: 100, value: 0 });
  const words = make('p', { class: 'saved', role: 'status' });
  const done = (text) => { bar.remove(); words.textContent = text; delete form.dataset.sent; if (button) button.disabled = false; };

  ev.preventDefault();
  form.querySelector('.sending')?.remove();
  form.append(make('div', { class: 'sending' }, bar, words));
  if (button?.name) data.append(button.name, button.value);
  if (button) button.disabled = true;
  request.upload.addEventListener('progress', (p) => {
    bar.value = p.lengthComputable ? (p.loaded * 100) / p.total : 0;
    words.textContent = say('sending', Math.round(bar.value));
  });
  request.addEventListener('error', () => done(say('failed')));
  request.addEventListener('load', () => {
    if (request.status < 400) { location.assign(request.responseURL); return; }
    const page = new DOMParser().parseFromString(request.responseText, 'text/html');
    document.title = page.title;
    document.querySelector('main').replaceWith(page.querySelector('main') ?? make('main'));
    document.querySelector('.govuk-error-summary')?.focus();
    document.dispatchEvent(new Event('page'));
  });
  request.open('POST', form.action);
  request.send(data);
}

export function uploads() {
  parts(picture, icon);
  all('[data-upload]:not([data-parts]) input[type="file"]').forEach(list);
  for (const form of all('form[enctype="multipart/form-data"]')) {
    form.addEventListener('submit', (ev) => {
      const files = all('input[type="file"]', form).flatMap((f) => [...f.files]);
      if (files.length && !ev.defaultPrevented) send(form, ev);
    });
  }
}
