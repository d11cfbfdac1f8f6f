import { describe, expect, it } from 'vitest'
import { createUser } from '../../hub/src/access/users.ts'
import { violationsOf } from './axe.ts'
import { openPage, signIn } from './browser.ts'
import { openWeb } from './open-web.ts'

const FILTER = 'filter=severity=HIGH'
const VIEWER = { email: 'viewer@example.com', password: 'another long sentence' }

const { product, browser, page, complaints } = await openWeb({ issues: 60 })
await createUser(product.app.store, { ...VIEWER, role: 'viewer' })

const goTo = (address: string, on = page) => on.goto(product.url + address)
const hasFilter = (url: URL) => url.searchParams.getAll('filter').includes('severity=HIGH')

/** Opens the saved views of the list that is shown. */
async function openViews(on = page) {
  await on.getByRole('button', { name: 'Views', exact: true }).click()
  const dialog = on.getByRole('dialog', { name: 'Views' })
  await dialog.getByRole('textbox', { name: 'Name of the view' }).waitFor()
  return dialog
}

// Each step goes on where the one before has ended.
describe('saved views', { timeout: 180_000 }, () => {
  it('VIEW-1 what a list shows is saved under a name, and is there in another browser', async () => {
    await goTo(`/browse/findings?${FILTER}&columns=title,severity`)
    const views = await openViews()
    await views.getByRole('textbox', { name: 'Name of the view' }).fill('High ones')
    await views.getByRole('button', { name: 'Save', exact: true }).click()
    await views.getByRole('button', { name: 'High ones', exact: true }).waitFor()
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('views')))).toEqual([])

    const other = await openPage(browser)
    await signIn(other.page, product)
    await goTo('/browse/findings', other.page)
    await (await openViews(other.page)).getByRole('button', { name: 'High ones', exact: true }).click()
    await other.page.waitForURL(hasFilter)
    expect(new URL(other.page.url()).searchParams.get('columns')).toBe('title,severity')
    await other.page.getByRole('columnheader').nth(1).waitFor()
    expect(await other.page.getByRole('columnheader').count()).toBe(2)
    expect(other.complaints).toEqual([])
    await other.page.context().close()
  })

  it('VIEW-1 a name that is taken is told, and a view can be renamed and saved anew', async () => {
    await goTo(`/browse/findings?filter=severity=LOW`)
    let views = await openViews()
    await views.getByRole('textbox', { name: 'Name of the view' }).fill('High ones')
    await views.getByRole('button', { name: 'Save', exact: true }).click()
    await views.getByRole('alert').filter({ hasText: 'Choose another name' }).waitFor()
    await views.getByRole('button', { name: 'Rename High ones' }).click()
    await views.getByRole('textbox', { name: 'New name of High ones' }).fill('Urgent')
    await views.getByRole('button', { name: 'Rename', exact: true }).click()
    await views.getByRole('button', { name: 'Urgent', exact: true }).waitFor()
    await views.getByRole('button', { name: 'Save what is shown now as Urgent' }).click()
    await views.getByRole('button', { name: 'Save what is shown now as Urgent' }).waitFor({ state: 'detached' })
    await goTo(`/browse/findings?${FILTER}`)
    views = await openViews()
    await views.getByRole('button', { name: 'Urgent', exact: true }).click()
    await page.waitForURL((url) => url.searchParams.get('filter') === 'severity=LOW')
    await goTo(`/browse/findings?${FILTER}`)
    views = await openViews()
    await views.getByRole('button', { name: 'Save what is shown now as Urgent' }).click()
    await views.getByRole('button', { name: 'Save what is shown now as Urgent' }).waitFor({ state: 'detached' })
  })

  it('VIEW-1 a list opens with its default view, unless the address asks for something', async () => {
    const views = page.getByRole('dialog', { name: 'Views' })
    const star = views.getByRole('button', { name: 'Open the list with Urgent' })
    await star.click()
    expect(await violationsOf(page)).toEqual([])
    await page.waitForFunction(() =>
      document.querySelector('[aria-label="Open the list with Urgent"][aria-pressed=true]'),
    )
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await goTo('/browse/findings')
    await page.waitForURL(hasFilter)
    await page.getByRole('grid').waitFor()
    // Rows that would be thrown away at once were not asked for.
    const lists = asked.filter((url) => url.includes('/api/v1/findings?'))
    expect(lists.length).toBeGreaterThan(0)
    expect(lists.filter((url) => !decodeURIComponent(url).includes('severity=HIGH'))).toEqual([])
    await goTo('/browse/findings?search=e')
    await page.getByText(/in all/).waitFor()
    expect(hasFilter(new URL(page.url()))).toBe(false)
    await goTo('/browse/issues')
    await page.getByRole('grid').waitFor()
    expect(new URL(page.url()).search).toBe('')
    await goTo('/browse/findings')
    await page.getByRole('button', { name: 'Remove the filter Severity is High' }).click()
    await page.waitForURL((url) => url.search === '')
    await page.getByRole('grid').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  it('VIEW-1 RUN-4 an operator shares a view; a viewer opens it, and can neither change nor share', async () => {
    const views = await openViews()
    await views.getByRole('button', { name: 'Share Urgent with everybody' }).click()
    await page.waitForFunction(() => document.querySelector('[aria-label^="Share Urgent"][aria-pressed=true]'))

    const other = await openPage(browser, { colorScheme: 'dark' })
    await signIn(other.page, product, VIEWER)
    await goTo('/browse/findings', other.page)
    await other.page.getByRole('grid').waitFor()
    expect(new URL(other.page.url()).search).toBe('')
    const theirs = await openViews(other.page)
    await theirs.getByText('Shared by admin@example.com').waitFor()
    for (const name of [/^Share/, /^Rename/, /^Delete/, /^Save what/, /^Open the list with/]) {
      expect(await theirs.getByRole('button', { name }).count()).toBe(0)
    }
    await theirs.getByRole('button', { name: /^Urgent/ }).click()
    await other.page.waitForURL(hasFilter)
    const mine = await openViews(other.page)
    await mine.getByRole('textbox', { name: 'Name of the view' }).fill('Mine')
    await mine.getByRole('button', { name: 'Save', exact: true }).click()
    await mine.getByRole('button', { name: 'Rename Mine' }).waitFor()
    expect(await violationsOf(other.page)).toEqual([])
    expect(await mine.getByRole('button', { name: /^Share/ }).count()).toBe(0)
    expect(other.complaints).toEqual([])
    await other.page.context().close()
  })

  it('VIEW-1 a view is deleted, and no other', async () => {
    await goTo('/browse/findings')
    await page.waitForURL(hasFilter)
    const views = await openViews()
    expect(await views.getByRole('list', { name: 'Views' }).getByRole('listitem').count()).toBe(1)
    await views.getByRole('button', { name: 'Delete Urgent' }).click()
    await views.getByText('Keep the filters, search, order and columns').waitFor()
    const { rows } = await product.app.store.pool.query('SELECT owner, name FROM saved_view')
    expect(rows).toEqual([{ owner: `user:${VIEWER.email}`, name: 'Mine' }])
  })

  it('no page complained, and the content policy had nothing to refuse', () => {
    expect(complaints).toEqual([])
  })
})
