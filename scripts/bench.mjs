/** Compiles the benches and runs them: npm run bench, npm run bench -- --quick. See docs/performance.md. */
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.data/bench')
await mkdir(folder, { recursive: true, mode: 0o755 })
await build({
  entryPoints: { main: join(root, 'bench/main.ts'), bare: join(root, 'bench/bare.ts'), 'child-server': join(root, 'lib/http/testing/child-server.ts'), 'detector-worker': join(root, 'lib/ingest/detector-worker.ts') },
  outdir: folder,
  absWorkingDir: root,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: 'inline',
  logLevel: 'error',
})
const bench = spawn(process.execPath, ['--enable-source-maps', join(folder, 'main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, BENCH_FOLDER: folder, BENCH_ROOT: root },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bench.kill(signal))
bench.on('exit', (code) => process.exit(code ?? 1))
