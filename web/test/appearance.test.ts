import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { openPage, signIn } from './browser.ts'
import { openWeb } from './open-web.ts'

interface Asset {
  readonly id: string
  readonly name: string
}

const { product, browser, ask } = await openWeb({ issues: 120 })

async function openAt(width: number) {
  const { page } = await openPage(browser, { width })
  await signIn(page, product)
  const goTo = (address: string) => page.goto(product.url + address)
  return { page, goTo }
}

const overhang = (page: Page) => page.getByRole('grid').evaluate((grid) => grid.scrollWidth - grid.clientWidth)

describe('at 1440 pixels', { timeout: 120_000 }, () => {
  it('VIEW-1 the usual columns of every list fit beside the filters', async () => {
    const { page, goTo } = await openAt(1440)
    for (const list of ['findings', 'issues', 'vulnerabilities', 'configuration-findings', 'assets', 'projects']) {
      await goTo(`/browse/${list}`)
      await page.locator('#row-0').waitFor()
      expect(await overhang(page), list).toBe(0)
    }
    await goTo('/browse/issues?columns=ruleName,severity,type,assetName,assetType,platform,projectIds,region,id,dueAt')
    await page.locator('#row-0').waitFor()
    const title = page.locator('#row-0 [role=gridcell]').first()
    const before = await title.boundingBox()
    expect(await overhang(page)).toBeGreaterThan(0)
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo(500, 0))
    await expect.poll(() => title.boundingBox()).toEqual(before)
    await page.context().close()
  })

  it('VIEW-1 filters are told by names, and severities keep their order', async () => {
    const { page, goTo } = await openAt(1440)
    const { items } = await ask<{ items: readonly Asset[] }>('/resources?filter=issueCount>=1&limit=1')
    const [asset] = items
    await goTo(`/browse/findings?filter=assetId=${asset?.id}`)
    await page.getByRole('button', { name: `Remove the filter Asset is ${asset?.name}`, exact: true }).waitFor()
    await goTo('/browse/findings')
    const severities = page.getByRole('group', { name: 'Severity' }).getByRole('checkbox')
    await severities.first().waitFor()
    const order = ['Critical', 'High', 'Medium', 'Low', 'Informational', 'None']
    const shown = await page.getByRole('group', { name: 'Severity' }).locator('label').allInnerTexts()
    const names = shown.map((text) => text.replace(/\s*[\d,]+\+?$/, '').trim())
    expect(names).toEqual(order.filter((name) => names.includes(name)))
    await goTo('/browse/projects')
    await page.getByRole('group', { name: 'Business unit' }).getByText('Empty', { exact: true }).waitFor()
    await page.context().close()
  })

  it('every page is marked in the menu, and names the tab of the browser', async () => {
    const { page, goTo } = await openAt(1440)
    const pages = [
      ['/connections/wiz/plans', 'Integrations', 'Plans · wiz · Wizbridge'],
      ['/runs/1', 'Integrations', 'Sync 1 · Wizbridge'],
      ['/settings/users', 'Settings', 'Users · Settings · Wizbridge'],
    ] as const
    for (const [address, link, title] of pages) {
      await goTo(address)
      await page.waitForFunction((expected) => document.title === expected, title)
      await page.locator('nav .nav-link[data-active]').getByText(link).waitFor()
    }
    await goTo('/nowhere/at/all')
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Issues' }).waitFor()
    await page.context().close()
  })
})

it('at 1024 pixels no word of the dashboard is cut off, and lists keep the width for themselves', async () => {
  const { page, goTo } = await openAt(1024)
  await page.getByText('Informational').first().waitFor()
  const cut = await page.evaluate(
    () => [...document.querySelectorAll('.tile')].filter((tile) => tile.scrollWidth > tile.clientWidth).length,
  )
  expect(cut).toBe(0)
  await goTo('/browse/findings')
  await page.locator('#row-0').waitFor()
  expect(await page.getByRole('complementary', { name: 'Quick filters' }).count()).toBe(0)
  await page.keyboard.press('f')
  await page.getByRole('dialog', { name: 'Quick filters' }).getByRole('group', { name: 'Severity' }).waitFor()
  await page.context().close()
}, 60_000)

describe('at 375 pixels', { timeout: 120_000 }, () => {
  it('VIEW-1 a row says what it is in words, and has no columns to choose', async () => {
    const { page, goTo } = await openAt(375)
    for (const list of ['assets', 'projects']) {
      await goTo(`/browse/${list}`)
      await page.locator('#row-0').waitFor()
      const text = await page.getByRole('grid').innerText()
      expect(text).not.toMatch(/\b[A-Z]{3,}_[A-Z_]+\b/)
      expect(await page.getByRole('button', { name: 'Columns' }).isVisible()).toBe(false)
    }
    await page
      .getByText(/^Business impact [A-Z]{3}/)
      .first()
      .waitFor()
    await goTo('/settings/maintenance')
    const tab = page.getByRole('tab', { name: 'Maintenance' })
    await tab.waitFor()
    await expect.poll(async () => ((await tab.boundingBox())?.x ?? 999) < 300).toBe(true)
    await page.context().close()
  })

  it('CON-4 what a test of the connection found is no wider than the window', async () => {
    const { page, goTo } = await openAt(375)
    await goTo('/connections/wiz/overview')
    await page.getByRole('button', { name: 'Test Connection' }).click()
    await page.getByText('Scopes:').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
    await page.context().close()
  })
})
