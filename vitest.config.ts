import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['{app,bench,components,lib,scripts}/**/*.test.{ts,tsx}'],
    // Starts nothing by itself: the first test file that asks for a database starts the one Postgres of this run.
    globalSetup: ['lib/store/testing/global-setup.ts'],
    setupFiles: ['scripts/seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
