import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violationsOf } from './axe.ts'
import { openPage, signIn } from './browser.ts'
import { openWeb } from './open-web.ts'

const { product, api, ask, browser } = await openWeb({ issues: 120, isSynced: false })
await api.connect()
const plan = { connection: 'wiz', template: 'assets-and-findings', name: 'nightly' }
await api.untilEnded((await ask<{ run: number }>('/plans', plan)).run)
let held = ''
// One half is removed with a person's word, and a half of the rest waits for it.
for (const isApproved of [true, false]) {
  product.simulator.world.issues.shrink(0.5)
  const { run } = await ask<{ run: number }>('/plans/nightly/runs', { full: true })
  await api.untilEnded(run)
  held = `/runs/${run}`
  if (isApproved) await ask(`/runs/${run}/approve`, { kind: 'issue' })
}

/** What is to be seen, and what has to be done there first. */
const STATES: readonly [string, () => string, (page: Page) => Promise<void>][] = [
  ['removals that wait', () => held, (page) => page.getByRole('button', { name: 'Remove them' }).waitFor()],
  [
    'what was removed',
    () => '/connections/wiz/removed',
    (page) =>
      page
        .getByRole('button', { name: /^Restore/ })
        .first()
        .waitFor(),
  ],
  ['the plans', () => '/connections/wiz/plans', (page) => page.getByRole('article').waitFor()],
  ['a new plan', () => '/connections/wiz/plans?new=yes', (page) => page.getByRole('radio').first().waitFor()],
  [
    'a plan with a forecast',
    () => '/connections/wiz/plans?plan=nightly',
    async (page) => {
      await page.getByText(/About [\d,]+ objects/).waitFor()
      await page.getByText('Examples').first().click()
    },
  ],
  [
    'a plan with what is wrong in it',
    () => '/connections/wiz/plans?plan=nightly',
    async (page) => {
      await page.getByRole('textbox', { name: 'Days between runs' }).fill('400')
      for (const name of ['Critical', 'High', 'Medium', 'Low']) await page.getByRole('checkbox', { name }).uncheck()
      await page.getByText('Tick at least one').waitFor()
    },
  ],
  [
    'the answers of why',
    () => '/why?id=11111111-2222-4333-8444-555555555555',
    (page) => page.getByText('Wiz does not know it').waitFor(),
  ],
]

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it('no form, list or answer has a serious violation, or is wider than a phone', async () => {
    const { page, complaints } = await openPage(browser, { colorScheme, width: 360 })
    await signIn(page, product)
    const found: string[] = []
    for (const [name, address, act] of STATES) {
      await page.goto(product.url + address())
      await act(page)
      found.push(...(await violationsOf(page)).map((violation) => `${name}: ${violation}`))
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      if (width > 360) found.push(`${name} is ${width} wide`)
    }
    expect(found).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 120_000)
})
