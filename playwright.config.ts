import { defineConfig } from '@playwright/test'
import { BROWSER_ARGS, type Browser, pickBrowser } from './e2e/support/browser'
import { findFreePort } from './e2e/support/server'

// Every worker reads this file again: what must be the same for all is decided once and handed down in the environment.
process.env.E2E_BROWSER ??= JSON.stringify(await pickBrowser())
process.env.E2E_PORT ??= String(await findFreePort())
const browser = JSON.parse(process.env.E2E_BROWSER) as Browser

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/global-setup.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A machine that is busy with others can hold a browser up once; what passes only then is named as unsteady by scripts/test.mjs.
  retries: process.env.CI ? 1 : 0,
  // How long a slow machine may take, ms. What is there sooner is not waited for: only a failure takes as long as this.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${process.env.E2E_PORT}`,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: browser.executablePath, args: BROWSER_ARGS, env: { ...(process.env as Record<string, string>), ...browser.env } },
  },
})
