// The engine that the tests run on: MOTCUA_TEST_ENGINE is sqlite (when nothing is said) or pg.  For pg, MOTCUA_TEST_PG is the
// superuser's url of a cluster (tools/pg-cluster run -- COMMAND); each site gets a database of its own there.
import { execFileSync } from 'node:child_process'
import { basename, join } from 'node:path'

export const ENGINE = process.env.MOTCUA_TEST_ENGINE || 'sqlite'
const CLUSTER = process.env.MOTCUA_TEST_PG
if (!['sqlite', 'pg'].includes(ENGINE)) throw new Error(`MOTCUA_TEST_ENGINE is sqlite or pg, not ${ENGINE}`)
if (ENGINE === 'pg' && !CLUSTER) throw new Error('MOTCUA_TEST_PG is not set: run the tests with tools/pg-cluster run -- COMMAND')

export const CLUSTER_NAME = CLUSTER ? basename(new URL(CLUSTER).host).replaceAll(/\W/g, '_') : ''
const name = folder => basename(folder).replaceAll(/\W/g, '_').toLowerCase()
const run = (...words) => execFileSync(...words, { encoding: 'utf8', maxBuffer: 1 << 28 }).trim()
const psql = (url, text) => run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', text])

// What `--db` says for the site in this folder.
export function databaseUrl(folder, file = 'motcua.db') {
  if (ENGINE === 'sqlite') return `sqlite:${join(folder, file)}`
  const url = new URL(CLUSTER)
  url.pathname = `/${name(folder)}`
  return url.href
}

// Before a site is made in the folder, and when it is gone.  SQLite's database is a file of the folder.
// like: the folder of another site, whose database is copied (nobody works on it).
export function createDatabase(folder, like) {
  if (ENGINE === 'pg') psql(CLUSTER, `CREATE DATABASE ${name(folder)}${like ? ` TEMPLATE ${name(like)}` : ''}`)
}
export function dropDatabase(folder) {
  if (ENGINE === 'pg') psql(CLUSTER, `DROP DATABASE IF EXISTS ${name(folder)} WITH (FORCE)`)
}

// What a statement answers: a line a row, columns with | between them.
export function sql(folder, text) {
  if (ENGINE === 'pg') return psql(databaseUrl(folder), text)
  return run('sqlite3', ['-cmd', '.timeout 20000', join(folder, 'motcua.db'), text])      // the server writes meanwhile
}

export const tables = folder => sql(folder, ENGINE === 'pg'
  ? "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
  : "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").split('\n')
