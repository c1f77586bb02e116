// Writes docs/event.schema.json from the zod types: node scripts/generate-schema.mjs
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { outputFiles } = await build({
  entryPoints: [`${root}scripts/event-schema.ts`],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  alias: { '@': root },
})
const code = outputFiles[0]?.text ?? ''
const { printedSchema } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
await writeFile(`${root}docs/event.schema.json`, printedSchema())
