// JSONLogic, the operators that src/base/logic.h knows: for showing and hiding fields while typing. The server
// decides anew on what is sent.
const num = (v) => (v === '' || v === null || v === undefined ? 0 : Number(v));
const truthy = (v) => (Array.isArray(v) ? v.length > 0 : Boolean(v));
const loose = (a, b) => a == b || (typeof a === 'boolean' && String(a) === String(b)); // eslint-disable-line eqeqeq
const chain = (v, ok) => v.slice(1).every((b, i) => ok(num(v[i]), num(b)));
const DAY = 86400000;
const since = (v) => (v ? (Date.now() - Date.parse(v)) / DAY : NaN);

const OPS = {
  '==': (v) => loose(v[0], v[1]), '===': (v) => v[0] === v[1], '!=': (v) => !loose(v[0], v[1]), '!==': (v) => v[0] !== v[1],
  '!': (v) => !truthy(v[0]), '!!': (v) => truthy(v[0]),
  '<': (v) => chain(v, (a, b) => a < b), '<=': (v) => chain(v, (a, b) => a <= b),
  '>': (v) => chain(v, (a, b) => a > b), '>=': (v) => chain(v, (a, b) => a >= b),
  '+': (v) => v.reduce((s, x) => s + num(x), 0), '-': (v) => (v.length > 1 ? num(v[0]) - num(v[1]) : -num(v[0])),
  '*': (v) => v.reduce((s, x) => s * num(x), 1), '/': (v) => num(v[0]) / num(v[1]), '%': (v) => num(v[0]) % num(v[1]),
  min: (v) => Math.min(...v.map(num)), max: (v) => Math.max(...v.map(num)), cat: (v) => v.join(''),
  in: (v) => (v[1] ?? '').includes?.(v[0]) ?? false, merge: (v) => v.flat(),
  days_since: (v) => Math.floor(since(v[0])), years_since: (v) => years(v[0]),
};

// Full years, as an age is counted.
function years(iso) {
  const [y, m, d] = String(iso ?? '').split('-').map(Number);
  const now = new Date();
  if (!y) return NaN;
  return now.getFullYear() - y - (now.getMonth() + 1 < m || (now.getMonth() + 1 === m && now.getDate() < d) ? 1 : 0);
}

const pick = (data, path) => String(path).split('.').reduce((o, k) => o?.[k], data);

export function apply(rule, data) {
  if (Array.isArray(rule)) return rule.map((r) => apply(r, data));
  if (rule === null || typeof rule !== 'object') return rule;
  const [op] = Object.keys(rule);
  const args = [].concat(rule[op]);
  if (op === 'var') return (args[0] === '' ? data : pick(data, apply(args[0], data))) ?? apply(args[1] ?? null, data);
  if (op === 'if' || op === '?:') {
    for (let i = 0; i + 1 < args.length; i += 2) if (truthy(apply(args[i], data))) return apply(args[i + 1], data);
    return args.length % 2 ? apply(args[args.length - 1], data) : null;
  }
  if (op === 'and' || op === 'or') {
    let v = null;
    for (const a of args) if (truthy(v = apply(a, data)) === (op === 'or')) return v;
    return v;
  }
  if (op === 'missing') return args.map((a) => apply(a, data)).flat().filter((k) => [undefined, null, ''].includes(pick(data, k)));
  if (!OPS[op]) throw new Error(`operator ${op}`);
  return OPS[op](args.map((a) => apply(a, data)));
}

// What this file does not know stays visible.
export function holds(rule, data) {
  try { return truthy(apply(rule, data)); } catch { return true; }
}
