// Serves the timeline by itself: `node bench/timeline/serve.mjs [port] [folder for generated sessions]`.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const port = Number(process.argv[2] ?? 4400)
const folder = process.argv[3] ?? join(tmpdir(), 'backseat-timeline')
mkdirSync(folder, { recursive: true })
const common = { bundle: true, absWorkingDir: root, tsconfig: join(root, 'tsconfig.json'), logLevel: 'error' }

if (!existsSync(join(folder, 'data', 'turns-100k.json'))) {
  execFileSync(process.execPath, [fileURLToPath(new URL('generate.mjs', import.meta.url)), join(folder, 'data')], { stdio: 'inherit' })
}

async function page() {
  const result = await build({
    ...common,
    entryPoints: ['bench/timeline/page.tsx'],
    outdir: join(folder, 'out'),
    write: false,
    jsx: 'automatic',
    format: 'esm',
    minify: !process.env.READABLE,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return Object.fromEntries(result.outputFiles.map((file) => [file.path.split('/').pop(), file.text]))
}
const theme = readFileSync(join(root, 'app/globals.css'), 'utf8')
const rules = (name) => new RegExp(`:root\\[data-theme=["']${name}["']\\]\\s*\\{([^}]*)\\}`).exec(theme)?.[1] ?? ''
const font = (name) => readFileSync(join(root, 'node_modules/geist/dist/fonts', name))
const FONTS = { '/sans.woff2': 'geist-sans/Geist-Variable.woff2', '/mono.woff2': 'geist-mono/GeistMono-Variable.woff2' }

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://x')
  const send = (type, body) => response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
  try {
    if (pathname.startsWith('/data/')) return send('application/json', readFileSync(join(folder, 'data', pathname.slice(6).replace(/[^\w.-]/g, ''))))
    if (FONTS[pathname]) return send('font/woff2', font(FONTS[pathname]))
    const files = await page()
    if (pathname === '/page.js') return send('text/javascript', files['page.js'])
    if (pathname === '/page.css') return send('text/css', files['page.css'])
    const dark = searchParams.get('theme') === 'dark'
    send(
      'text/html',
      `<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1"><title>Timeline</title><link rel=stylesheet href=/page.css>
<style>@font-face{font-family:Geist;src:url(/sans.woff2);font-weight:100 900}@font-face{font-family:GeistMono;src:url(/mono.woff2);font-weight:100 900}
:root{${rules(dark ? 'dark' : 'light')};--font-geist-mono:GeistMono}*{box-sizing:border-box;margin:0}body{background:var(--bg);color:var(--text);font:13px/20px Geist,sans-serif}</style>
<div id=root></div><script type=module src=/page.js></script>`,
    )
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}).listen(port, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${port}\n`))
