import { spawnSync } from 'node:child_process'
import path from 'node:path'

/** Runs a program in the open, its output going to stderr; answers whether it succeeded. */
export function succeeds(command, args, options = {}) {
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options }).status === 0
}

/** What a program prints, or undefined if it fails. */
export function outputOf(command, args, options = {}) {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...options,
  })
  return status === 0 ? stdout.trim() : undefined
}

/** The environment without our own programs on the path: npm must not run on a Node that it is about to replace. */
export function environmentOutside(root) {
  const ours = path.join(root, 'node_modules')
  const outside = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !folder.startsWith(ours))
  return { ...process.env, PATH: outside.join(path.delimiter) }
}
