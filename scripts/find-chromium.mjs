import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser']

/** The Chromium that set-up unpacks where it may not install one. */
export const unpackedChromium = path.join(
  path.dirname(path.dirname(fileURLToPath(import.meta.url))),
  '.cache',
  'chromium',
  'chromium',
)

/** Where the Chromium for the tests is: $WIZBRIDGE_CHROMIUM, one on the path, or the unpacked one; else undefined. */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  const named = process.env.WIZBRIDGE_CHROMIUM
  const candidates = named ? [named] : [...onPath, unpackedChromium]
  return candidates.find((file) => existsSync(file) && statSync(file).isFile())
}

// `node scripts/find-chromium.mjs` prints the path, for those who cannot import this file.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = findChromium()
  if (found) process.stdout.write(`${found}\n`)
  else process.exitCode = 1
}
