/** Compiles a TypeScript module of this project with what it imports, and imports it. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')

/** @param {string} entry path from the project's root */
export async function loadTypeScript(entry) {
  const outfile = join(root, '.data/tools', `${entry.replace(/[^\w]+/g, '-')}.mjs`)
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    alias: { '@': root },
    logLevel: 'error',
  })
  return import(pathToFileURL(outfile).href)
}
