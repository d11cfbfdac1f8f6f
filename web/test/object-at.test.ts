import { describe, expect, it } from 'vitest'
import { violationsOf } from './axe.ts'
import { openPage, signIn } from './browser.ts'
import { openWeb } from './open-web.ts'

const DAY = 86_400_000

const { product, api, ask, browser, page, complaints, goTo } = await openWeb({ issues: 20 })

const { items } = await ask<{ items: { id: string }[] }>('/issues?filter=status=OPEN&limit=2')
const [resolved, returned] = items.map(({ id }) => id)

const { pool } = product.app.store
// One was stored ten days ago and resolved today; the other was removed eight days ago and came back two days later.
await pool.query("UPDATE issue SET stored_at = now() - interval '10 days', written_at = now() - interval '10 days'")
await pool.query(
  "UPDATE issue SET stored_at = now() - interval '6 days', written_at = now() - interval '6 days' WHERE id = $1",
  [returned],
)
await pool.query(
  `INSERT INTO history (connection_id, kind, id, event, after, cause, at)
   SELECT connection_id, 'issue', id, event, after, 'sync', now() - age FROM issue CROSS JOIN (VALUES
     ('deleted', 'gone-from-wiz', interval '8 days'), ('restored', NULL, interval '6 days')) e (event, after, age)
   WHERE id = $1`,
  [returned],
)
product.simulator.world.issues.update(resolved ?? '', { status: 'RESOLVED' })
await api.sync({ full: true })

const status = (name: string) => page.locator('.page-heading').getByText(name, { exact: true })
const chooser = () => page.getByRole('button', { name: 'As known on…' })
const banner = (title: RegExp) => page.getByRole('status').filter({ hasText: title })
const daysAgo = (days: number) => new Date(Date.now() - days * DAY)

/** Asks for a moment some days ago, by keys alone. */
async function choose(days: number): Promise<void> {
  await chooser().focus()
  await page.keyboard.press('Enter')
  const moment = daysAgo(days)
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  await page.getByLabel('Date and time').fill(local)
  await page.keyboard.press('Enter')
}

describe('an object at a moment of the past', () => {
  it('VIEW-2 is chosen by keys, kept in the address, and left for now', async () => {
    await goTo(`/browse/issues/${resolved}?connection=wiz`)
    await status('Resolved').waitFor()
    await choose(5)
    await status('Open').waitFor()
    const past = banner(/^As known on /)
    await past.getByText('Shown as they were then: Status, Severity').waitFor()
    expect(await chooser().evaluate((button) => button === document.activeElement)).toBe(true)
    const timeline = page.getByRole('region', { name: 'Timeline' })
    expect(await timeline.innerText()).not.toContain('Resolved')
    const { searchParams } = new URL(page.url())
    expect(Date.parse(searchParams.get('at') ?? '')).toBeLessThan(daysAgo(4.9).getTime())
    expect(searchParams.get('connection')).toBe('wiz')
    expect(await violationsOf(page)).toEqual([])
    await page.reload()
    await status('Open').waitFor()
    await past.getByRole('link', { name: 'Back to now' }).press('Enter')
    await status('Resolved').waitFor()
    expect(await past.count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    expect(new URL(page.url()).search).toBe('?connection=wiz')
  })

  it('VIEW-2 says that it was not known yet, and that a moment is refused, each with a way back', async () => {
    await goTo(`/browse/issues/${resolved}`)
    await choose(11)
    await page.getByRole('alert').filter({ hasText: 'Not known yet on' }).getByText('first stored here').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('link', { name: 'Back to now' }).click()
    await status('Resolved').waitFor()
    for (const [at, sentence] of [
      ['2999-01-01', 'lies ahead'],
      ['nonsense', 'write it as 2026-01-31'],
    ]) {
      await goTo(`/browse/issues/${resolved}?at=${at}`)
      await page
        .getByRole('alert')
        .getByText(sentence ?? '')
        .waitFor()
      await chooser().waitFor()
      await page.getByRole('link', { name: 'Back to now' }).waitFor()
    }
    await goTo('/browse/issues/nowhere?at=2026-01-01')
    await page.getByRole('heading', { name: 'It is not here' }).waitFor()
  })

  it('VIEW-2 tells what had been removed, without a way to restore it, and what is unknown', async () => {
    await goTo(`/browse/issues/${returned}?at=${daysAgo(7).toISOString()}`)
    await banner(/It had been removed\. All that is shown is as it is now/).waitFor()
    await page.getByText('This had been removed here').waitFor()
    await page.getByText('Wiz no longer has it').waitFor()
    expect(await page.getByRole('button', { name: 'Restore' }).count()).toBe(0)
    await goTo(`/browse/issues/${returned}?at=${daysAgo(9).toISOString()}`)
    await banner(/It is unknown whether it was here/).waitFor()
  })

  it('VIEW-2 fits a phone, in dark colours too', async () => {
    const { page: phone } = await openPage(browser, { width: 360, colorScheme: 'dark' })
    await signIn(phone, product)
    await phone.goto(`${product.url}/browse/issues/${resolved}?at=${daysAgo(5).toISOString()}`)
    await phone.getByText(/^As known on /).waitFor()
    await phone.getByRole('button', { name: 'As known on…' }).click()
    await phone.getByLabel('Date and time').waitFor()
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    expect(await violationsOf(phone)).toEqual([])
    await phone.context().close()
  })

  it('VIEW-2 is asked for where an address means an object of several connections', async () => {
    await pool.query(
      `INSERT INTO connection (name, api_url, token_url, client_id, client_secret, project_ids)
       SELECT 'twin', api_url, token_url, client_id, client_secret, project_ids FROM connection WHERE name = 'wiz'`,
    )
    const { rows } = await pool.query<{ names: string }>(
      `SELECT string_agg(quote_ident(attname), ', ') AS names FROM pg_attribute
       WHERE attrelid = 'issue'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'connection_id'`,
    )
    await pool.query(
      `INSERT INTO issue (connection_id, ${rows[0]?.names})
       SELECT (SELECT id FROM connection WHERE name = 'twin'), ${rows[0]?.names} FROM issue WHERE id = $1`,
      [resolved],
    )
    await goTo(`/browse/issues/${resolved}`)
    await page.getByRole('heading', { name: 'It is in several connections' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('link', { name: 'twin' }).click()
    await status('Resolved').waitFor()
    expect(new URL(page.url()).searchParams.get('connection')).toBe('twin')
  })
})

it('no page complained', () => {
  expect(complaints).toEqual([])
})
