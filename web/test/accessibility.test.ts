import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violationsOf } from './axe.ts'
import { openPage, signIn } from './browser.ts'
import { openWeb } from './open-web.ts'

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

const { product, browser, ask } = await openWeb({ issues: 80 })
const idOf = async (plural: string) => (await ask<{ items: { id: string }[] }>(`/${plural}?limit=1`)).items[0]?.id
const first = {
  issues: await idOf('issues'),
  vulnerabilities: await idOf('vulnerabilities'),
  assets: await idOf('assets'),
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it('the pages before the sign-in have no serious violation', async () => {
    const { page } = await openPage(browser, { colorScheme })
    for (const address of ['/sign-in', '/setup?token=wrong', '/sign-in/link?token=any']) {
      expect(await violationsAt(page, address)).toEqual([])
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
    for (const address of [...pages, ...objects]) found.push(...(await violationsAt(page, address, rules)))
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

async function violationsAt(page: Page, address: string, rules?: readonly string[]): Promise<string[]> {
  await open(page, address)
  return violationsOf(page, rules)
}
