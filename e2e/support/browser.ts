import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { takeLock } from '../../lib/store/postgres/folder-lock'

export interface Browser {
  /** Undefined: Playwright knows its own. */
  executablePath?: string
  env?: Record<string, string>
  from: string
}

/** Quiet and the same everywhere: no sandbox (containers have none), no GPU, no calls home. */
export const BROWSER_ARGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'],
]

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/**
 * The first that is there: E2E_CHROMIUM, Playwright's own download, the Chromium that came from npm (Linux x64; needs no system library),
 * a system browser, a fresh download by Playwright.
 */
export async function pickBrowser(): Promise<Browser> {
  const asked = process.env.E2E_CHROMIUM
  if (asked) {
    if (!isProgram(asked)) throw new Error(`E2E_CHROMIUM is ${asked}, which is not a program`)
    return { executablePath: asked, from: 'E2E_CHROMIUM' }
  }
  if (existsSync(chromium.executablePath())) return { from: 'Playwright' }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackBrowser()
  const system = SYSTEM_BROWSERS.find(isProgram)
  if (system) return { executablePath: system, from: system }
  execFileSync(process.execPath, [path.resolve('node_modules/playwright/cli.js'), 'install', 'chromium'], { stdio: 'inherit', timeout: 300_000 })
  return { from: 'Playwright, just installed' }
}

/** Unpacks the package's Chromium with its libraries and fonts into .data, once. */
async function unpackBrowser(): Promise<Browser> {
  const folder = path.resolve('.data/chromium')
  const whole = path.join(folder, 'unpacked')
  const outcome = await takeLock(`${folder}.lock`, { waitMs: 60_000 })
  if (!outcome.held) throw new Error(`process ${outcome.by.pid} has been unpacking ${folder} for a minute`)
  const before = { ...process.env }
  try {
    if (!existsSync(whole)) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder, { recursive: true })
      // The package unpacks to the temporary folder, and its system libraries only where it believes to be on a bare cloud machine.
      process.env.TMPDIR = folder
      process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x'
      const { default: packed } = await import('@sparticuz/chromium')
      await packed.executablePath()
      await writeFile(whole, '')
    }
  } finally {
    for (const name of ['TMPDIR', 'AWS_EXECUTION_ENV', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    await outcome.lock.release()
  }
  const libraries = [path.join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    executablePath: path.join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: path.join(folder, 'fonts') },
    from: '@sparticuz/chromium',
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
