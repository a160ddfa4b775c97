// A certificate authority of our own and a server's certificate from it, made by openssl: for 127.0.0.1, of a day.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// { folder, caFile, ca, key, cert, clean() }
export function authority(name = 'Goc rieng thu nghiem') {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-ca-')), at = file => join(folder, file)
  const openssl = (...args) => { const r = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' }); assert.equal(r.status, 0, r.stderr) }
  const key = file => openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file)
  key('ca.key')
  openssl('req', '-x509', '-new', '-key', 'ca.key', '-days', '2', '-subj', `/C=VN/CN=${name}`, '-out', 'ca.pem',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
  key('server.key')
  openssl('req', '-new', '-key', 'server.key', '-subj', '/CN=127.0.0.1', '-out', 'server.csr')
  writeFileSync(at('server.ext'), 'basicConstraints=critical,CA:FALSE\nsubjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'server.ext', '-out', 'server.pem')
  const read = file => readFileSync(at(file), 'utf8')
  return { folder, caFile: at('ca.pem'), ca: read('ca.pem'), key: read('server.key'), cert: read('server.pem'), clean: () => rmSync(folder, { recursive: true }) }
}
