// Prisma's own judgement, offline: JSON lines in, JSON lines out, one process for thousands of schemas.
//
//   node prisma.mjs FOLDER < requests > answers
//
// FOLDER holds node_modules with the aliases that tests/sources/prisma/oracle.py lists.
// A request is {"files": [[path, text], ...], "major": 4 | 5 | 6 | 7, "sql": true | false}; its answer is
// {"errors": null | text, "sql": null | text, "panic": null | text}: what `prisma validate` says, and the migration
// that Prisma Migrate would write from an empty database (majors 6 and 7; older engines were not published as such).
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const folder = path.resolve(process.argv[2])
const require = createRequire(path.join(folder, 'package.json'))

const validators = new Map()
function validator(major) {
  if (!validators.has(major)) {
    const build = major < 5 ? 'prisma_fmt_build.js' : 'prisma_schema_build.js'
    validators.set(major, require(path.join(folder, 'node_modules', `schema${major}`, 'src', build)))
  }
  return validators.get(major)
}

function errorsOf(major, files) {
  // Prisma 4 knew no schemas of several files.
  const prismaSchema = major < 5 ? files.map(([, text]) => text).join('\n') : files
  try {
    validator(major).validate(JSON.stringify({ prismaSchema, noColor: true }))
    return null
  } catch (error) {
    // A Rust panic poisons the WebAssembly instance; it says "unreachable" instead of giving an answer.
    if (!(error instanceof Error) || error.message === 'unreachable') {
      throw error
    }
    try {
      return JSON.parse(error.message).message
    } catch {
      return error.message
    }
  }
}

const engines = new Map()
async function engine(major) {
  if (!engines.has(major)) {
    const home = path.join(folder, 'node_modules', `engine${major}`)
    const glue = await import(pathToFileURL(path.join(home, 'schema_engine_bg.js')))
    const module = new WebAssembly.Module(fs.readFileSync(path.join(home, 'schema_engine_bg.wasm')))
    const imports = {}
    for (const wanted of WebAssembly.Module.imports(module)) {
      imports[wanted.module] ??= {}
      imports[wanted.module][wanted.name] = glue[wanted.name]
    }
    const instance = new WebAssembly.Instance(module, imports)
    glue.__wbg_set_wasm(instance.exports)
    instance.exports.__wbindgen_start()
    engines.set(major, glue)
  }
  return engines.get(major)
}

// The engine only ever asks the "database" for its version: the diff starts from an empty one.
const succeed = (value) => ({ ok: true, value, map: (f) => succeed(f(value)), flatMap: (f) => f(value) })
const connection = () => ({
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  errorRegistry: { consumeError: () => undefined },
  executeRaw: async () => succeed(0),
  executeScript: async () => succeed(undefined),
  dispose: async () => succeed(undefined),
  startTransaction: async () => succeed({ ...connection(), options: { usePhantomQuery: false } }),
  getConnectionInfo: () => succeed({ schemaName: 'public', maxBindValues: 32767, supportsRelationJoins: true }),
  queryRaw: async (query) =>
    query.sql.includes('server_version_num')
      ? succeed({
          columnTypes: [5, 7, 0],
          columnNames: ['exists', 'version', 'numeric_version'],
          rows: [[true, 'PostgreSQL 16.4', 160004]],
        })
      : succeed({ columnTypes: [], columnNames: [], rows: [] }),
})
const adapters = {
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  errorRegistry: { consumeError: () => undefined },
  connect: async () => succeed(connection()),
  connectToShadowDb: async () => succeed(connection()),
}

async function migrationOf(major, files) {
  const glue = await engine(major)
  const session = await glue.SchemaEngine.new({ datamodels: files }, () => undefined, adapters)
  const answer = await session.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: files.map(([name, content]) => ({ path: name, content })) },
    script: true,
    shadowDatabaseUrl: null,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  session.free()
  return answer.stdout
}

for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line === '') continue
  const { files, major, sql } = JSON.parse(line)
  const answer = { errors: null, sql: null, panic: null }
  try {
    answer.errors = errorsOf(major, files)
    if (sql && answer.errors === null) answer.sql = await migrationOf(major, files)
  } catch (error) {
    answer.panic = String(error?.message ?? error)
    engines.delete(major)
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
