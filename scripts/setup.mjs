/* The first thing every npm script runs, on whatever Node the machine has: installs what is missing, says what it
   installs, and is over at once when nothing is. Plain JavaScript without dependencies, since it brings them.

   node scripts/setup.mjs [--web] [--browser]
     --web      also builds the web interface if its sources have changed
     --browser  also makes sure there is a Chromium for the tests */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBrowser } from './setup/browser.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { giveUp } from './setup/say.mjs'
import { ensureWeb } from './setup/web.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const wanted = process.argv.slice(2)

const unknown = wanted.find((argument) => !['--web', '--browser'].includes(argument))
if (unknown) giveUp(`Unknown argument ${unknown}; there are --web and --browser.`, 2)
if (Number(process.versions.node.split('.')[0]) < 20) {
  giveUp(
    `Node ${process.versions.node} is too old to set up Wizbridge. Install Node 20 or later from https://nodejs.org.`,
  )
}

await ensurePackages(root)
if (wanted.includes('--web')) await ensureWeb(root)
if (wanted.includes('--browser')) await ensureBrowser(root)
