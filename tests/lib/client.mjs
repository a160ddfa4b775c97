// A browser as poor as it can be: cookies, forms, redirects on request.  No dependency.
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
export const unescape = s => s.replace(/&(amp|lt|gt|quot|#39);/g, (_, e) => ENTITIES[e])

// Attributes of one tag: ' name="x" checked' -> { name: 'x', checked: '' }
function attributes(text) {
  const out = {}
  for (const [, name, , value] of text.matchAll(/([a-zA-Z-]+)(="([^"]*)")?/g)) out[name.toLowerCase()] = unescape(value ?? '')
  return out
}

// Every <form> of a page: { action, method, fields: { name: value or [values] }, names: Set of all controls }
export function forms(html) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, body]) => {
    const form = { method: 'get', action: '', ...attributes(head), fields: {}, names: new Set() }
    const add = (name, value) => {
      if (!(name in form.fields)) form.fields[name] = value
      else form.fields[name] = [].concat(form.fields[name], value)
    }
    for (const [, text] of body.matchAll(/<input\b([^>]*)>/g)) {
      const a = attributes(text)
      if (!a.name) continue
      form.names.add(a.name)
      if (['checkbox', 'radio'].includes(a.type) && !('checked' in a)) continue
      if (['submit', 'button', 'file', 'image'].includes(a.type)) continue
      add(a.name, a.value ?? (a.type === 'checkbox' ? 'on' : ''))
    }
    for (const [, text, value] of body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
      const a = attributes(text)
      if (a.name) { form.names.add(a.name); add(a.name, unescape(value.replace(/^\n/, ''))) }
    }
    for (const [, text, options] of body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const a = attributes(text)
      if (!a.name) continue
      form.names.add(a.name)
      const all = [...options.matchAll(/<option\b([^>]*)>/g)].map(([, t]) => attributes(t))
      const chosen = all.find(o => 'selected' in o) ?? all[0]
      if (chosen) add(a.name, chosen.value ?? '')
    }
    return form
  })
}

// A multipart body: parts as [name, value] or [name, { name, type, content }].
export function multipart(parts, boundary = '----motcua-7f3a') {
  const chunks = []
  for (const [name, value] of parts) {
    const file = typeof value === 'object' && !Buffer.isBuffer(value)
    chunks.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
      (file ? `; filename="${value.name}"\r\nContent-Type: ${value.type ?? 'application/octet-stream'}` : '') + '\r\n\r\n'))
    chunks.push(Buffer.from(file ? value.content : value), Buffer.from('\r\n'))
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`))
  return { body: Buffer.concat(chunks), type: `multipart/form-data; boundary=${boundary}` }
}

export function urlencoded(fields) {
  const p = new URLSearchParams()
  for (const [k, v] of Object.entries(fields)) for (const one of [].concat(v)) if (one !== undefined) p.append(k, one)
  return p.toString()
}

export class Client {
  constructor(server, { token, headers = {} } = {}) {
    this.server = server
    this.cookies = new Map()
    this.headers = { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) }
    this.by = server.ca ? https : http           // a server with TLS says whose certificate it has
    this.agent = new this.by.Agent({ keepAlive: true, maxSockets: 64, ca: server.ca })
  }

  // { status, headers, text, json(), location }
  // An answer that comes before all of the body was sent, like 413, can be lost with the connection that it closes (RFC 9112, 9.6):
  // then the same is asked again.
  async request(method, path, options) {
    for (let tries = 1; ; tries++)
      try { return await this.#once(method, path, options) } catch (e) { if (e.code !== 'EPIPE' || tries === 3) throw e }
  }

  #once(method, path, { headers = {}, body } = {}) {
    const send = { ...this.headers, ...headers }
    if (this.cookies.size && !send.cookie) send.cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
    if (body !== undefined && send['content-length'] === undefined) send['content-length'] = Buffer.byteLength(body)
    return new Promise((done, failed) => {
      const req = this.by.request({ host: '127.0.0.1', port: this.server.port, method, path, headers: send, agent: this.agent }, res => {
        const chunks = []
        res.on('data', c => chunks.push(c))
        res.on('error', failed)
        res.on('end', () => {
          for (const line of res.headers['set-cookie'] ?? []) this.#keep(line)
          const bytes = Buffer.concat(chunks), text = bytes.toString('utf8')
          done({ status: res.statusCode, headers: res.headers, bytes, text, location: res.headers.location,
            json: () => JSON.parse(text), forms: () => forms(text) })
        })
      })
      req.on('error', failed)
      req.end(body)
    })
  }

  #keep(line) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
    if (/max-age=0/i.test(line) || value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }

  get(path, options) { return this.request('GET', path, options) }

  post(path, fields, { headers = {} } = {}) {
    return this.request('POST', path, { body: urlencoded(fields),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })
  }

  postJson(path, doc, { headers = {} } = {}) {
    return this.request('POST', path, { body: typeof doc === 'string' ? doc : JSON.stringify(doc),
      headers: { 'content-type': 'application/json', ...headers } })
  }

  postParts(path, parts, { headers = {} } = {}) {
    const { body, type } = multipart(parts)
    return this.request('POST', path, { body, headers: { 'content-type': type, ...headers } })
  }

  // Opens a page, fills the form whose action is given (default: the first POST form), sends it.
  // fields with the value undefined are left out.  files: more parts, which make it multipart.
  async submit(path, fields = {}, { action, files, headers } = {}) {
    const page = await this.get(path)
    return this.send(page, fields, { action, files, headers, from: path })
  }

  // Sends a form of a page that is already here (the answer of get, submit or follow); never the
  // frame's sign-out, a search or a filter unless its action is given.
  send(page, fields = {}, { action, files, headers, from } = {}) {
    const form = page.forms().find(f => f.method === 'post' && (action ? f.action === action : f.action !== '/dang-xuat' && !/\b(search|filters)\b/.test(f.class)))
    if (!form) throw new Error(`no form ${action ?? ''} on this page (${page.status}):\n${page.text.slice(0, 2000)}`)
    const all = { ...form.fields, ...fields }, to = form.action || from
    if (!files) return this.post(to, all, { headers })
    const parts = Object.entries(all).flatMap(([k, v]) => [].concat(v).filter(x => x !== undefined).map(x => [k, x]))
    return this.postParts(to, [...parts, ...files], { headers })
  }

  // The page, wherever its address leads first: a number in it goes on to a sealed word.
  async open(path) { return this.follow(await this.get(path)) }

  // Goes where a redirect points, up to `most` times.
  async follow(answer, most = 5) {
    while (answer.location && answer.status >= 300 && answer.status < 400 && most-- > 0)
      answer = await this.get(answer.location)
    return answer
  }

  close() { this.agent.destroy() }
}

// Bytes as they are, on a connection of their own; all that comes back until the server closes it, or until enough(what came) says so.
// A server that does neither is waited for in vain: `wait` ms of silence.
export function raw(port, bytes, { wait = 30000, enough = () => false } = {}) {
  return new Promise((done, failed) => {
    let got = ''
    const socket = net.connect(port, '127.0.0.1')
    const timer = setTimeout(() => socket.destroy(), wait)
    socket.on('data', c => { got += c.toString('latin1'); if (enough(got)) socket.destroy(); else timer.refresh() })
    socket.on('error', e => (e.code === 'ECONNRESET' || e.code === 'EPIPE' ? undefined : failed(e)))
    socket.on('close', () => { clearTimeout(timer); done(got) })
    socket.write(bytes)
  })
}

// Status codes of all answers in what raw() gave.
export const statuses = text => [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(m => Number(m[1]))
