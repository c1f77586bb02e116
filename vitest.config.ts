import { defineConfig } from 'vitest/config'

const TESTS = '{app,bench,components,lib,scripts}/**/*.test.{ts,tsx}'
const DATABASE_TESTS = '{app,bench,components,lib,scripts}/**/*.db.test.ts'

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    projects: [
      // Their modules keep nothing that one test could leave to another, and loading them once for all halves the time.
      { extends: true, test: { name: 'pure', include: [TESTS], exclude: [DATABASE_TESTS], isolate: false } },
      { extends: true, test: { name: 'database', include: [DATABASE_TESTS] } },
    ],
    // Starts nothing by itself: the first test file that asks for a database starts the one Postgres of this run.
    globalSetup: ['lib/store/testing/global-setup.ts'],
    setupFiles: ['scripts/seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // How long a slow machine may take, ms. What is there sooner is not waited for: only a failure takes as long as this.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
