// A signature with a finger, a pen or a mouse: drawn on a canvas and put into the form's own file field as a PNG.
// Without this script the field takes a photograph of the signed page.
import { all, make } from './words.js';

const WIDTH = 900, HEIGHT = 360, LINE = 5;

function pad(box) {
  const field = box.querySelector('input[type=file]');
  const canvas = make('canvas', { class: 'sign', width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': box.dataset.sign });
  const clear = make('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, box.dataset.clear);
  const pen = canvas.getContext('2d');
  let down = null, drawn = false;

  const blank = () => {
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    Object.assign(pen, { strokeStyle: '#00008b', fillStyle: '#00008b', lineWidth: LINE, lineCap: 'round', lineJoin: 'round' });
    drawn = false;
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
    down = to;
    drawn = true;
  });
  const up = () => { if (down) { down = null; if (drawn) keep(); } };
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', up);
  clear.addEventListener('click', blank);
  box.prepend(canvas, clear);
  blank();
}

export const signs = () => all('[data-sign]').forEach((box) => { if (window.PointerEvent && window.DataTransfer) pad(box); });
