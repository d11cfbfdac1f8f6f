#!/usr/bin/env -S MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=4194304 MALLOC_TRIM_THRESHOLD_=4194304 node --max-semi-space-size=4 --heap-growing-percent=40
/* Runs the product on a Node that understands TypeScript: this one, or else the one that the checkout has brought.
   What is set above keeps memory small: V8 gives pages of records back only when its heap has grown by so much, and the C
   library otherwise keeps a heap for every thread and what was given back to it. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const ownNode = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url))

if (major > 22 || (major === 22 && minor >= 18)) {
  const { main } = await import('../src/cli/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else if (existsSync(ownNode) && process.execPath !== ownNode) {
  runOn(ownNode)
} else {
  const next = 'Install Node 24 from https://nodejs.org, or run "npm run setup" in the checkout, which brings it.'
  process.stderr.write(`wizbridge needs Node 22.18 or later, and this is ${process.versions.node}. ${next}\n`)
  process.exitCode = 2
}

function runOn(node) {
  const own = ['--max-semi-space-size=4', '--heap-growing-percent=40', fileURLToPath(import.meta.url)]
  const memory = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '4194304', MALLOC_TRIM_THRESHOLD_: '4194304' }
  const env = { ...memory, ...process.env }
  const child = spawn(node, [...own, ...process.argv.slice(2)], { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C in a terminal has reached the child already; twice would mean something else.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`wizbridge could not start ${node}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
  })
}
