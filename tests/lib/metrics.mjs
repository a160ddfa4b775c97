// Prometheus' text format 0.0.4, read strictly: every fault is a sentence.  No dependency.
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/gy
const TYPES = ['counter', 'gauge', 'histogram']

function labelsOf(text, line, faults) {
  const labels = {}
  let at = 0
  while (at < text.length) {
    LABEL.lastIndex = at
    const m = LABEL.exec(text)
    if (!m) { faults.push(`labels cannot be read: ${line}`); return labels }
    if (m[1] in labels) faults.push(`label ${m[1]} twice: ${line}`)
    labels[m[1]] = m[2].replace(/\\(["\\n])/g, (_, c) => c === 'n' ? '\n' : c)
    at = LABEL.lastIndex
  }
  return labels
}

const number = s => s === '+Inf' ? Infinity : s === '-Inf' ? -Infinity : /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(s) ? Number(s) : NaN

// { families: Map name -> { type, help, samples: [{ name, labels, value }] }, faults: [sentence] }
export function parse(text) {
  const families = new Map(), faults = [], seen = new Set()
  let open = null
  if (!text.endsWith('\n')) faults.push('the last line has no end')
  for (const line of text.split('\n').slice(0, -1)) {
    const comment = line.match(/^# (HELP|TYPE) (\S+) (.*)$/)
    if (comment) {
      const [, word, name, rest] = comment
      if (!NAME.test(name)) faults.push(`bad name: ${line}`)
      if (word === 'HELP') {
        if (families.has(name)) faults.push(`family twice: ${name}`)
        families.set(name, open = { name, help: rest, samples: [] })
      } else {
        if (open?.name !== name) faults.push(`TYPE without its HELP before: ${name}`)
        else open.type = rest
        if (!TYPES.includes(rest)) faults.push(`unknown type: ${line}`)
      }
      continue
    }
    const m = line.match(SAMPLE)
    if (!m) { faults.push(`not a sample: ${line}`); continue }
    const [, name, labelText = '', valueText] = m, value = number(valueText)
    const base = open?.type === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name
    if (!open || open.name !== base) { faults.push(`sample outside of its family: ${line}`); continue }
    if (Number.isNaN(value)) faults.push(`not a number: ${line}`)
    const labels = labelsOf(labelText, line, faults), key = `${name}{${JSON.stringify(Object.entries(labels).sort())}`
    if (seen.has(key)) faults.push(`sample twice: ${line}`)
    seen.add(key)
    if (open.type !== 'gauge' && value < 0) faults.push(`a ${open.type} below zero: ${line}`)
    open.samples.push({ name, labels, value })
  }
  for (const f of families.values()) lint(f, faults)
  return { families, faults }
}

function lint(f, faults) {
  if (!f.type) faults.push(`${f.name} has no TYPE`)
  if (!f.help) faults.push(`${f.name} has no HELP`)
  if (f.type === 'counter' && !f.name.endsWith('_total')) faults.push(`counter ${f.name} does not end in _total`)
  if (f.type !== 'counter' && f.name.endsWith('_total')) faults.push(`${f.type} ${f.name} ends in _total`)
  if (/_(ms|millis|micros|us|kb|mb)(_|$)/.test(f.name)) faults.push(`${f.name} is not in base units`)
  if (f.type === 'histogram') lintHistogram(f, faults)
}

function lintHistogram(f, faults) {
  const groups = new Map()
  for (const s of f.samples) {
    const { le, ...rest } = s.labels, key = JSON.stringify(Object.entries(rest).sort())
    const g = groups.get(key) ?? groups.set(key, { buckets: [] }).get(key)
    if (s.name.endsWith('_bucket')) g.buckets.push([number(le), s.value])
    else g[s.name.slice(f.name.length + 1)] = s.value
  }
  for (const [key, g] of groups) {
    if (g.buckets.at(-1)?.[0] !== Infinity) faults.push(`${f.name}${key} does not end at +Inf`)
    for (let i = 1; i < g.buckets.length; i++)
      if (!(g.buckets[i][0] > g.buckets[i - 1][0]) || g.buckets[i][1] < g.buckets[i - 1][1])
        faults.push(`${f.name}${key}: bucket ${i} does not follow`)
    if (g.count !== g.buckets.at(-1)?.[1]) faults.push(`${f.name}${key}: count is not its last bucket`)
    if (g.sum === undefined) faults.push(`${f.name}${key} has no sum`)
  }
}

// The value of one sample: value(m, 'motcua_requests_total', { route: '/healthz' }); 0 when it is not there.
export function value(m, name, labels = {}) {
  const family = m.families.get(name) ?? m.families.get(name.replace(/_(bucket|sum|count)$/, ''))
  return (family?.samples ?? []).filter(s => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v))
    .reduce((sum, s) => sum + s.value, 0)
}
