import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['hub/{src,test}/**/*.test.ts', 'simulator/{src,test}/**/*.test.ts', 'test/**/*.test.ts', 'web/test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
    passWithNoTests: false,
  },
})
