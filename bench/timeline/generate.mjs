// Writes the sessions of sessions.ts as JSON: `node bench/timeline/generate.mjs <folder> [name ...]`.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
// beside the packages, so that what stays outside the bundle is found
const outfile = join(root, 'node_modules/.cache/backseat/timeline-sessions.mjs')
mkdirSync(join(root, 'node_modules/.cache/backseat'), { recursive: true })
await build({
  absWorkingDir: root,
  entryPoints: ['bench/timeline/sessions.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  alias: { '@': root },
  logLevel: 'error',
})
await import(pathToFileURL(outfile).href)
