import { type Browser, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../scripts/find-chromium.mjs'
import { ADMIN, type Product } from './product.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]

/** Starts the browser of the tests. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: FLAGS })
}

/** A page that fails the test by what it complains about: errors of scripts, and what the content policy refuses. */
export async function openPage(
  browser: Browser,
  options: { colorScheme?: 'dark' | 'light'; width?: number } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const { colorScheme = 'light', width = 1280 } = options
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A refusal of the API is told on the page; the browser writes it down as well.
    const text = message.text()
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text)
  })
  return { page, complaints }
}

/** Signs in, as the administrator unless somebody else is named. */
export async function signIn(page: Page, { url }: Product, who = ADMIN): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail').fill(who.email)
  await page.locator('input[type=password]').fill(who.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((address) => address.pathname === '/')
}

/** Waits until the run whose page is open has ended. */
export async function untilRunEnds(page: Page): Promise<void> {
  await page
    .getByRole('status')
    .filter({ hasText: /The sync is/ })
    .waitFor({ state: 'attached', timeout: 60_000 })
}
