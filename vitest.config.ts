import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { defineConfig } from 'vitest/config'

const MEMORY = '/dev/shm'
const ENOUGH_BYTES = 4 * 2 ** 30

/** Where tests keep their databases: in memory where there is plenty of it, because a test's database outlives nothing. */
function temporaryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

export default defineConfig({
  test: {
    include: [
      'hub/{src,test}/**/*.test.ts',
      'simulator/{src,test}/**/*.test.ts',
      'test/**/*.test.ts',
      'web/test/**/*.test.ts',
    ],
    env: { TMPDIR: temporaryFolder() },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
    passWithNoTests: false,
  },
})
