import path from 'node:path'
import { afterAll } from 'vitest'
import { ensureWeb } from '../../scripts/setup/web.mjs'
import { openApi } from './api.ts'
import { openBrowser, openPage, signIn } from './browser.ts'
import { type ProductOptions, startProduct } from './product.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

interface WebOptions extends ProductOptions {
  /** Whether the tenant is connected and synced; without it there is nothing yet. */
  readonly isSynced?: boolean
}

/** The web UI for the tests of a file, with an administrator signed in; closed after them. */
export async function openWeb({ isSynced = true, ...options }: WebOptions = {}) {
  await using opened = new AsyncDisposableStack()
  await ensureWeb(ROOT)
  const product = opened.adopt(await startProduct(options), (each) => each.close())
  const api = await openApi(product)
  if (isSynced) {
    await api.connect()
    await api.sync()
  }
  const browser = opened.adopt(await openBrowser(), (each) => each.close())
  const { page, complaints } = await openPage(browser)
  await signIn(page, product)
  const kept = opened.move()
  afterAll(() => kept.disposeAsync())
  return {
    product,
    api,
    ask: api.ask,
    browser,
    page,
    complaints,
    goTo: (address: string) => page.goto(product.url + address),
  }
}
