// Waiting for what comes about by itself, and ports that stay.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'

export const sleep = ms => new Promise(go => setTimeout(go, ms))

// Asks again and again until what() is true and gives that back.  The end is generous: a machine that is five times slower and busy
// with something else fails no test.  say: a sentence, or a function that says what was seen instead.
export async function soon(what, say, seconds = 90) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(50)) {
    const is = await what()
    if (is) return is
    if (Date.now() > end) assert.fail(`${typeof say === 'function' ? await say() : say} (${seconds} s)`)
  }
}

// What a page says, for a failure's sentence: its status and its words without markup.
export const words = page => page.text.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim()
export const said = page => `${page.status} ${words(page).slice(0, 800)}`

// A port for a server that comes back at the same place.  Below the kernel's own range: no client's connection takes it meanwhile.
export function freePort() {
  const port = 10000 + Math.floor(Math.random() * 8000)
  return new Promise(done => {
    const s = createServer()
    s.on('error', () => done(freePort()))
    s.listen(port, '127.0.0.1', () => s.close(() => done(port)))
  })
}
