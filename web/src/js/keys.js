// Security keys and passkeys (WebAuthn).  The page holds what is asked, a form takes the answer; codes serve without this.
import { all, say } from './words.js';

const bytes = (s) => Uint8Array.from(atob(s.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const known = (s) => (s ? s.split(',') : []).map((one) => {
  const [id, ways] = one.split(':');
  return { type: 'public-key', id: bytes(id), ...(ways && { transports: ways.split('+') }) };
});

// The answer by the names of the form's fields.
const ASK = {
  async get(d) {
    const key = await navigator.credentials.get({ publicKey: {
      challenge: bytes(d.challenge), rpId: d.rp, allowCredentials: known(d.known), userVerification: 'preferred', timeout: 120000,
    } });
    const r = key.response;
    return { khoa: text(key.rawId), 'du-lieu': text(r.clientDataJSON), 'xac-thuc': text(r.authenticatorData), 'chu-ky': text(r.signature) };
  },
  async create(d) {
    const key = await navigator.credentials.create({ publicKey: {
      challenge: bytes(d.challenge), rp: { id: d.rp, name: d.site }, user: { id: bytes(d.user), name: d.login, displayName: d.name },
      pubKeyCredParams: d.algorithms.split(',').map((alg) => ({ type: 'public-key', alg: Number(alg) })), excludeCredentials: known(d.known),
      authenticatorSelection: { userVerification: 'preferred', residentKey: 'discouraged' }, attestation: 'none', timeout: 120000,
    } });
    const r = key.response;
    return { 'du-lieu': text(r.clientDataJSON), 'xac-thuc': text(r.getAuthenticatorData()), cach: (r.getTransports?.() ?? []).join('+') };
  },
};
const FAULTS = { NotAllowedError: 'keyNo', AbortError: 'keyNo', InvalidStateError: 'keyKnown' };

async function answer(form, out) {
  out.textContent = say('keyWait');
  try {
    for (const [name, value] of Object.entries(await ASK[form.dataset.key](form.dataset))) form.elements[name].value = value;
    form.dataset.answered = '1';
    out.textContent = '';
    form.requestSubmit();
  } catch (e) {
    out.textContent = say(FAULTS[e.name] ?? 'keyFailed');
  }
}

export function keys() {
  for (const form of all('form[data-key]')) {
    const out = form.querySelector('.key-say'), button = form.querySelector('button');
    if (!window.PublicKeyCredential) { out.textContent = say('keyNone'); button.disabled = true; continue; }
    form.addEventListener('submit', async (ev) => {
      if (form.dataset.answered) { delete form.dataset.answered; return; }
      ev.preventDefault();
      button.disabled = true;
      await answer(form, out);
      button.disabled = false;
      button.focus();
    });
  }
}
