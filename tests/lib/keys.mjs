// Signing keys for a test city, made by openssl: a root that the site trusts, keys of officers, an agency and of claims.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

function openssl(folder, ...args) {
  const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  assert.equal(done.status, 0, done.stderr)
}

// Where the site keeps its own data: the folder of site.key.
function dataFolder(folder) {
  const found = readdirSync(folder, { recursive: true }).find(f => /(^|\/)(site\.)?key$/.test(f) || f.endsWith('site.key'))
  return found ? join(folder, dirname(found)) : folder
}

// keys: [{ name, agency?, person?, holder }]; neither agency nor person: a claim key.  The folder of keys.
export function addKeys(folder, keys, data = dataFolder(folder)) {
  const at = join(data, 'signing')
  mkdirSync(join(at, 'trust'), { recursive: true, mode: 0o700 })
  const key = name => openssl(at, 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key.pem`)
  if (!existsSync(join(at, 'root.key.pem'))) {
    key('root')
    openssl(at, 'req', '-x509', '-new', '-key', 'root.key.pem', '-days', '3650', '-subj', '/C=VN/CN=Goc thu nghiem', '-utf8', '-out', 'trust/root.pem',
      '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
  }
  writeFileSync(join(at, 'own.ext'), 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n')
  let yaml = 'keys:\n'
  for (const k of keys) {
    key(k.name)
    openssl(at, 'req', '-new', '-key', `${k.name}.key.pem`, '-utf8', '-subj', `/C=VN/O=Một Cửa/CN=${k.holder}`, '-out', `${k.name}.csr`)
    openssl(at, 'x509', '-req', '-in', `${k.name}.csr`, '-CA', 'trust/root.pem', '-CAkey', 'root.key.pem', '-CAcreateserial', '-days', '3000',
      '-extfile', 'own.ext', '-out', `${k.name}.pem`)
    spawnSync('chmod', ['600', join(at, `${k.name}.key.pem`)])
    yaml += `  - name: ${k.name}\n    use: ${k.agency || k.person ? 'document' : 'claim'}\n`
    if (k.agency) yaml += `    agency: "${k.agency}"\n`
    if (k.person) yaml += `    person: "${k.person}"\n`
    yaml += `    file: ${k.name}.key.pem\n    certificates: ${k.name}.pem\n`
  }
  writeFileSync(join(at, 'keys.yaml'), yaml, { mode: 0o600 })
  return at
}
