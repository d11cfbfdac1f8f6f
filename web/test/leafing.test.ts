import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ensureWeb } from '../../scripts/setup/web.mjs'
import { openBrowser, openPage, signIn } from './browser.ts'
import { connectAndSync } from './connect-and-sync.ts'
import { type Product, startProduct } from './product.ts'

let product: Product
let browser: Browser
let page: Page

beforeAll(async () => {
  await ensureWeb(path.resolve(import.meta.dirname, '../..'))
  product = await startProduct({ issues: 40 })
  await connectAndSync(product)
  browser = await openBrowser()
  ;({ page } = await openPage(browser))
  await signIn(page, product)
})
afterAll(async () => {
  await browser?.close()
  await product?.close()
})

const goTo = (address: string) => page.goto(product.url + address)

it('VIEW-1 the keys [ and ] leaf through the list that a finding was opened from', async () => {
  await goTo('/browse/findings?filter=severity=HIGH')
  await page.locator('#row-2').waitFor()
  const addresses = await page
    .locator('#row-0, #row-1, #row-2')
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname))
  const at = (index: number) => page.waitForURL((url) => url.pathname === addresses[index])
  await page.locator('#row-1').getByRole('link').click()
  await at(1)
  await page.getByText(/^2 of \d+ loaded$/).waitFor()
  await page.keyboard.press(']')
  await at(2)
  await page.keyboard.press('[')
  await at(1)
  await page.getByRole('button', { name: /^Previous in the list/ }).click()
  await at(0)
  expect(await page.getByRole('button', { name: /^Previous in the list/ }).isDisabled()).toBe(true)
  await page.goBack()
  await page.waitForURL((url) => url.pathname === '/browse/findings')
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  await page.getByRole('dialog').getByText('next of the list').waitFor()
})

it('VIEW-1 what is not here leads to the reason, and to no command', async () => {
  await goTo('/browse/issues/nowhere')
  await page.getByRole('heading', { name: 'It is not here' }).waitFor()
  expect(await page.getByRole('main').innerText()).not.toContain('wizbridge ')
  await page.getByRole('link', { name: 'Why is it not here?' }).last().click()
  await page.waitForURL(/\/why\?id=nowhere/)
})

it('after an upgrade an open page is loaded anew once, and never where something typed would be lost', async () => {
  let documents = 0
  let loads = 0
  page.on('load', () => {
    loads += 1
  })
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents += 1
  })
  await goTo('/settings/users')
  await page.getByRole('heading', { level: 1 }).waitFor()
  const script = /\/assets\/[^/]+\.js$/
  await page.route(script, (route) => (documents === 1 ? route.fulfill({ status: 404, body: '' }) : route.continue()))
  await page.getByRole('link', { name: 'Why is it not here?' }).click()
  await page.getByLabel('Wiz id or URL').waitFor()
  await page.waitForLoadState('load')
  expect(loads).toBe(2)
  // The same version once more: what is missing now is not there to be loaded.
  await page.unroute(script)
  await page.route(script, (route) => route.fulfill({ status: 404, body: '' }))
  await page.getByLabel('Wiz id or URL').fill('typed')
  await page.getByRole('link', { name: 'Integrations' }).hover()
  await page.getByText('A part of this page is gone').waitFor()
  expect(await page.getByLabel('Wiz id or URL').inputValue()).toBe('typed')
  expect(loads).toBe(2)
  await page.unroute(script)
  await page.getByRole('button', { name: 'Reload', exact: true }).click()
  await expect.poll(() => loads).toBe(3)
})
