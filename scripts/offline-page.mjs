/**
 * Builds the program of saved pages (components/offline) into a folder, session.json and comparison.json (KeptProgram in lib/share/kept-file.ts):
 * `node scripts/offline-page.mjs FOLDER`. The same components as the dashboard's, with stand-ins where those
 * need a server: links, the address, parts that are loaded later, and the live connection.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import tailwind from '@tailwindcss/postcss'
import { build } from 'esbuild'
import postcss from 'postcss'

const root = join(import.meta.dirname, '..')
const folder = process.argv[2]
if (!folder) throw new Error('Say into which folder: node scripts/offline-page.mjs FOLDER')

const standIn = (name) => join(root, 'components/offline/stand-ins', name)
const STAND_INS = {
  'next/link': standIn('next-link.tsx'),
  'next/navigation': standIn('next-navigation.ts'),
  'next/dynamic': standIn('next-dynamic.tsx'),
  '@/lib/live/follow-in-browser': standIn('follow-in-browser.ts'),
  '@/components/providers/address': standIn('address.ts'),
}
const KINDS = ['session', 'comparison']
const stoodIn = new Set()

const [bundles, globals, fonts, themeScript] = await Promise.all([bundled(), stylesheet(), fontFaces(), themeOf()])
for (const name of Object.keys(STAND_INS)) if (!stoodIn.has(name)) throw new Error(`${name} is imported nowhere in a saved page: take its stand-in out.`)
await mkdir(folder, { recursive: true })
for (const kind of KINDS) {
  // Within a script element these letters would begin a comment that hides its end.
  const script = bundles(`${kind}.js`).replaceAll('<!--', '\\x3C!--')
  if (/<\/script/i.test(script + themeScript)) throw new Error('The script would end its own element.')
  const style = `${fonts}${globals}${bundles(`${kind}.css`)}`
  if (/<\/style/i.test(style)) throw new Error('The style would end its own element.')
  const outside = /(?:url\(\s*["']?|@import\s+["'])(?!data:|#|["')])[^)]{0,80}/.exec(style)
  if (outside) throw new Error(`The style of a saved page would load ${outside[0]}`)
  await writeFile(join(folder, `${kind}.json`), JSON.stringify({ script, style, themeScript, hashes: [hashOf(script), hashOf(themeScript)] }))
}

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: KINDS.map((kind) => join(root, `components/offline/${kind}.tsx`)),
    outdir: join(root, 'out'),
    absWorkingDir: root,
    write: false,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    minify: true,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', paths: { '@/*': ['./*'] }, baseUrl: '.' } },
    logLevel: 'silent',
    plugins: [
      {
        name: 'stand-ins',
        setup(builder) {
          builder.onResolve({ filter: /./ }, ({ path, resolveDir }) => {
            if (!Object.hasOwn(STAND_INS, path) || resolveDir.endsWith('stand-ins')) return undefined
            stoodIn.add(path)
            return { path: STAND_INS[path] }
          })
        },
      },
    ],
  })
  return (name) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? ''
}

async function stylesheet() {
  const from = join(root, 'app/globals.css')
  const { css } = await postcss([tailwind({ base: root, optimize: { minify: true } })]).process(await readFile(from, 'utf8'), { from })
  return css
}

async function fontFaces() {
  const faces = [
    ['Geist', '--font-geist-sans', 'geist-sans/Geist-Variable.woff2'],
    ['Geist Mono', '--font-geist-mono', 'geist-mono/GeistMono-Variable.woff2'],
  ]
  const fonts = await Promise.all(faces.map(([, , file]) => readFile(join(root, 'node_modules/geist/dist/fonts', file), 'base64')))
  return faces
    .map(
      ([name, variable], index) =>
        `@font-face{font-family:"${name}";src:url(data:font/woff2;base64,${fonts[index]}) format("woff2");font-weight:100 900}:root{${variable}:"${name}"}`,
    )
    .join('')
}

/** The one of the layout, so that a saved page opens in the same theme. */
async function themeOf() {
  const { outputFiles } = await build({ entryPoints: [join(root, 'components/chrome/theme.ts')], write: false, format: 'esm', bundle: true })
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`)
  return module.THEME_SCRIPT
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
