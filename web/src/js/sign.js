// A signature with a finger, a pen or a mouse: drawn on a canvas and put into the form's own file field as a PNG.
// Without this script the field takes a photograph of the signed page.
import { all, make } from './words.js';

const WIDTH = 900, HEIGHT = 360, LINE = 5, INK_LEAST = 60;     // a touch by mistake is no signature

function pad(box) {
  const field = box.querySelector('input[type=file]');
  const canvas = make('canvas', { class: 'sign', width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': box.dataset.sign });
  const clear = make('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, box.dataset.clear);
  const pen = canvas.getContext('2d');
  const empty = make('p', { class: 'govuk-error-message', role: 'alert', hidden: '' });
  let down = null, ink = 0;

  const blank = () => {
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    Object.assign(pen, { strokeStyle: '#00008b', fillStyle: '#00008b', lineWidth: LINE, lineCap: 'round', lineJoin: 'round' });
    ink = 0;
    field.value = '';
  };
  const at = (ev) => {
    const r = canvas.getBoundingClientRect();
    return [((ev.clientX - r.left) * WIDTH) / r.width, ((ev.clientY - r.top) * HEIGHT) / r.height];
  };
  // At once, so that a button pressed right after the last stroke sends it.
  const keep = () => {
    const files = new DataTransfer(), bytes = atob(canvas.toDataURL('image/png').split(',')[1]);
    files.items.add(new File([Uint8Array.from(bytes, (b) => b.charCodeAt(0))], 'chu-ky.png', { type: 'image/png' }));
    field.files = files.files;
  };

  canvas.addEventListener('pointerdown', (ev) => {
    canvas.setPointerCapture(ev.pointerId);
    empty.hidden = true;
    down = at(ev);
    pen.beginPath();
    pen.arc(...down, LINE / 2, 0, 2 * Math.PI);
    pen.fill();
    ev.preventDefault();
  });
  canvas.addEventListener('pointermove', (ev) => {
    if (!down) return;
    const to = at(ev);
    pen.beginPath();
    pen.moveTo(...down);
    pen.lineTo(...to);
    pen.stroke();
    ink += Math.hypot(to[0] - down[0], to[1] - down[1]);
    down = to;
  });
  const up = () => { if (down) { down = null; if (ink >= INK_LEAST) keep(); } };
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', up);
  clear.addEventListener('click', blank);
  // Nothing drawn and no photograph: said here, beside the pad, before anything is sent.
  field.form.addEventListener('submit', (ev) => {
    empty.hidden = field.files.length > 0;
    if (empty.hidden) return;
    ev.preventDefault();
    ev.stopImmediatePropagation();
    empty.textContent = box.dataset.empty;
    canvas.scrollIntoView({ block: 'center' });
  }, true);
  box.prepend(empty, canvas, clear);
  blank();
}

export const signs = () => all('[data-sign]').forEach((box) => { if (window.PointerEvent && window.DataTransfer) pad(box); });
