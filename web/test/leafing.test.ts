import { expect, it } from 'vitest'
import { openWeb } from './open-web.ts'

const { page, goTo } = await openWeb({ issues: 40 })

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
  await page.getByText(/^2 of \d+$/).waitFor()
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

it('VIEW-1 leafing on from the last row that is loaded loads more', async () => {
  let isRefused = true
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const problem = { code: 'bad-input', title: 'Bad Request', detail: 'Not that page.' }
  await page.route(/\/api\/v1\/findings\?.*cursor=/, async (route) => {
    await held
    // The list asked for it too, and has left since.
    await (isRefused ? route.fulfill({ status: 400, json: problem }) : route.continue()).catch(() => undefined)
  })
  await goTo('/browse/findings')
  await page.locator('#row-0').waitFor()
  await page.keyboard.press('End')
  await page.locator('#row-99').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('100 of 100 loaded').waitFor()
  await page.keyboard.press(']')
  await page.getByRole('status').getByText('Loading more…').waitFor()
  release()
  await page.getByText('Not that page.').waitFor()
  await page.getByText('100 of 100 loaded').waitFor()
  isRefused = false
  await page.keyboard.press(']')
  await page.getByText(/^101 of \d+/).waitFor()
  await page.keyboard.press('[')
  await page.getByText(/^100 of \d+/).waitFor()
  await page.unrouteAll()
})

it('VIEW-1 the last of a list says so, and leads no further', async () => {
  await goTo('/browse/issues')
  await page.locator('#row-0').waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  const place = page.getByRole('status').filter({ hasText: /^(\d+) of \1, the last$/ })
  await place.waitFor()
  const address = page.url()
  await page.keyboard.press(']')
  expect(await page.getByRole('button', { name: /^Next in the list/ }).isDisabled()).toBe(true)
  expect(page.url()).toBe(address)
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
