import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { oneAtATime } from './one-at-a-time.mjs'
import { succeeds } from './run.mjs'
import { giveUp, say } from './say.mjs'

const NOT_SOURCES = ['dist', 'node_modules', 'test']

/** Builds the web interface into web/dist unless it was built from the same sources. */
export async function ensureWeb(root) {
  const web = path.join(root, 'web')
  if (!existsSync(path.join(web, 'index.html')) || isBuilt(root, web)) return
  await oneAtATime(root, () => {
    if (isBuilt(root, web)) return
    const before = fingerprint(root, web)
    say('building the web interface (vite build)')
    const node = path.join(root, 'node_modules', '.bin', 'node')
    const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    const args = [vite, 'build', '--logLevel', 'warn']
    if (!succeeds(node, args, { cwd: web })) giveUp('The web interface could not be built; see above.')
    writeFileSync(stampFile(web), before)
  })
}

function stampFile(web) {
  return path.join(web, 'dist', '.wizbridge-setup')
}

function isBuilt(root, web) {
  return existsSync(stampFile(web)) && readFileSync(stampFile(web), 'utf8') === fingerprint(root, web)
}

function fingerprint(root, web) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')))
  for (const file of sources(web)) hash.update(`\0${path.relative(web, file)}\0`).update(readFileSync(file))
  return `${hash.digest('hex')}\n`
}

function sources(folder) {
  const names = readdirSync(folder).filter((name) => !NOT_SOURCES.includes(name) && !name.startsWith('.'))
  return names.sort().flatMap((name) => {
    const file = path.join(folder, name)
    return statSync(file).isDirectory() ? sources(file) : [file]
  })
}
