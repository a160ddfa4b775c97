// A mail server as small as it can be: takes every letter and keeps it.  { url, letters, proofs (user and password as PLAIN sends them), letter(n), close() }
import net from 'node:net'

export async function startSmtp() {
  const letters = [], proofs = []
  const server = net.createServer(socket => {
    let text = '', data = false, asked = false, letter = {}
    const say = line => socket.write(line + '\r\n')
    say('220 thu ESMTP')
    socket.on('error', () => {})
    socket.on('data', bytes => {
      text += bytes
      for (let at; (at = text.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0;) {
        const line = text.slice(0, at)
        text = text.slice(at + (data ? 5 : 2))
        if (data) { letters.push({ ...letter, raw: line, ...parse(line) }); data = false; letter = {}; say('250 kept'); continue }
        if (/^MAIL FROM:/i.test(line)) letter.from = line
        if (/^RCPT TO:/i.test(line)) letter.to = line.match(/<(.*)>/)[1]
        if (/^DATA/i.test(line)) { data = true; say('354 go on'); continue }
        if (/^QUIT/i.test(line)) { say('221 bye'); socket.end(); continue }
        if (/^EHLO/i.test(line)) { say('250-thu'); say('250 AUTH PLAIN'); continue }
        if (asked) { asked = false; proofs.push(Buffer.from(line, 'base64').toString()); say('235 ok'); continue }
        if (/^AUTH PLAIN$/i.test(line)) { asked = true; say('334 '); continue }
        say('250 ok')
      }
    })
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return {
    letters, proofs, url: `smtp://127.0.0.1:${server.address().port}`,
    // The n-th letter, waited for.
    async letter(n) {
      for (let i = 0; i < 600 && letters.length <= n; i++) await new Promise(done => setTimeout(done, 100))
      if (!letters[n]) throw new Error(`letter ${n} did not come`)
      return letters[n]
    },
    close: () => new Promise(done => server.close(done)),
  }
}

const words = s => s.replaceAll(/\r\n /g, '').replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b) => Buffer.from(b, 'base64').toString())

function parse(raw) {
  const end = raw.indexOf('\r\n\r\n')
  return { subject: words(raw.slice(0, end)).match(/^Subject: (.*)$/m)?.[1], text: Buffer.from(raw.slice(end + 4), 'base64').toString() }
}
