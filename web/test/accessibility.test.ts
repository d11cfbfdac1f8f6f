import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../hub/src/access/api-keys.ts'
import { ensureWeb } from '../../scripts/setup/web.mjs'
import { openBrowser, openPage, signIn } from './browser.ts'
import { type Product, startProduct } from './product.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PAGES = [
  '/',
  '/integrations',
  '/integrations/wiz/connect',
  '/connections/wiz/overview',
  '/connections/wiz/findings',
  '/connections/wiz/assets',
  '/connections/wiz/history',
  '/connections/wiz/plans',
  '/connections/wiz/settings',
  '/runs/1',
  '/browse/findings?filter=severity=HIGH',
  '/browse/assets',
  '/browse/vulnerabilities',
  '/browse/projects',
  '/browse/findings?search=nothing-is-called-this',
  '/why?id=nothing-has-this-id',
  '/settings/about',
  '/settings/users',
  '/settings/api-keys',
  '/settings/audit',
  '/settings/maintenance',
  '/nowhere',
]
// Pages that between them show every part that is used on the others.
const TELLING = [
  '/',
  '/integrations',
  '/connections/wiz/overview',
  '/connections/wiz/plans',
  '/runs/1',
  '/browse/assets',
  '/settings/users',
]

let product: Product
let browser: Browser
let first: Readonly<Record<string, string>>

beforeAll(async () => {
  await ensureWeb(path.resolve(import.meta.dirname, '../..'))
  product = await startProduct({ issues: 80 })
  browser = await openBrowser()
  const { key } = await createApiKey(product.app.store, { name: 'axe', role: 'admin' }, 'test')
  const ask = async (address: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
    const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
    return (await fetch(`${product.url}/api/v1${address}`, init)).json()
  }
  const { apiUrl, tokenUrl, clientId, clientSecret } = product.simulator
  await ask('/connections', { name: 'wiz', apiUrl, tokenUrl, clientId, clientSecret })
  const { run } = await ask('/connections/wiz/syncs', {})
  await fetch(`${product.url}/api/v1/runs/${run}/events`, { headers: { authorization: `Bearer ${key}` } }).then(
    (each) => each.text(),
  )
  const idOf = async (plural: string) => (await ask(`/${plural}?limit=1`)).items[0].id
  first = { issues: await idOf('issues'), vulnerabilities: await idOf('vulnerabilities'), assets: await idOf('assets') }
})
afterAll(async () => {
  await browser?.close()
  await product?.close()
})

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it('the pages before the sign-in have no serious violation', async () => {
    const { page } = await openPage(browser, { colorScheme })
    for (const address of ['/sign-in', '/setup?token=wrong', '/sign-in/link?token=any']) {
      expect(await violationsOf(page, address)).toEqual([])
    }
    await page.context().close()
  })

  it('the pages behind it have none either', async () => {
    const { page, complaints } = await openPage(browser, { colorScheme })
    await signIn(page, product)
    const objects = Object.entries(first).map(([plural, id]) => `/browse/${plural}/${id}`)
    // What depends on colours is looked at in both, the rest once.
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined
    const found: unknown[] = []
    const pages = colorScheme === 'dark' ? TELLING : PAGES
    for (const address of [...pages, ...objects]) found.push(...(await violationsOf(page, address, rules)))
    expect(found).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)
})

it('at 360 pixels no page is wider than the window', async () => {
  const { page } = await openPage(browser, { width: 360 })
  await signIn(page, product)
  const wide: string[] = []
  for (const address of [...TELLING, '/integrations/wiz/connect', `/browse/issues/${first.issues}`]) {
    await open(page, address)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    if (width > 360) wide.push(`${address} is ${width} wide`)
  }
  expect(wide).toEqual([])
})

async function open(page: Page, address: string): Promise<void> {
  await page.goto(product.url + address)
  await page
    .getByRole('heading', { level: 1 })
    .or(page.getByRole('heading', { level: 2 }))
    .first()
    .waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null)
}

async function violationsOf(page: Page, address: string, rules?: readonly string[]): Promise<string[]> {
  await open(page, address)
  // Injected past the content policy, as a tool of the developer's would be.
  return page.evaluate(
    async ([source, only]) => {
      if (!('axe' in window)) new Function(source).call(window)
      const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }
      const { violations } = await axe.run(only ? { runOnly: only } : {})
      const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      return bad.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${location.pathname}: ${id}: ${node.html.slice(0, 160)}`),
      )

      interface Violation {
        id: string
        impact: string
        nodes: { html: string }[]
      }
    },
    [AXE, rules] as const,
  )
}
