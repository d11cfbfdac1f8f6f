import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { untilRunEnds } from './browser.ts'
import { openWeb } from './open-web.ts'

const { product, ask, page, complaints, goTo } = await openWeb({ isSynced: false })

const button = (name: string) => page.getByRole('button', { name, exact: true })

/** Follows a sync that was started on the page to its end. */
async function followSync(): Promise<void> {
  await page.waitForURL(/\/runs\/\d+/)
  await untilRunEnds(page)
}

// One user's way through the product: each step goes on where the one before has ended.
describe('from nothing to a tenant that is connected, and back', () => {
  it('CON-4 CON-5 a wrong secret is told in words that say what to do', async () => {
    const { apiUrl, tokenUrl, clientId } = product.simulator
    await goTo('/integrations')
    await button('Connect').click()
    await page.getByRole('dialog').getByText('It writes to Wiz').waitFor()
    // As long as nothing is written, no scope is asked for that could.
    await page.getByRole('dialog').getByText('read:issues').waitFor()
    expect(await page.getByRole('dialog').innerText()).not.toMatch(/(create|update|write|delete):/)
    await button('Allow access').click()
    await page.getByRole('heading', { name: 'Sync Wizbridge with Wiz' }).waitFor()
    await page.getByLabel('Wiz API URL').fill(apiUrl)
    await page.getByLabel('Client ID').fill(clientId)
    await page.locator('input[type=password]').fill('not-the-secret')
    await button('Token URL and Project IDs (optional)').click()
    await page.getByLabel('Token URL', { exact: true }).fill(tokenUrl)
    await button('Test Connection').click()
    const problem = page.getByRole('alert').filter({ hasText: 'Credentials' })
    await problem.waitFor()
    expect(await problem.innerText()).toMatch(/client id|client secret/i)
    expect(await button('Connect to Wiz').count()).toBe(0)
  })

  it('CON-4 CON-5 the right one shows what may be read, and connects', async () => {
    await page.locator('input[type=password]').fill(product.simulator.clientSecret)
    await button('Test Connection').click()
    const row = page.getByRole('row').filter({ hasText: 'Vulnerability' })
    await row.waitFor()
    expect(await row.innerText()).toMatch(/Allowed\s+\d/)
    await button('Connect to Wiz').click()
    await page.getByText('Successfully connected').waitFor()
    for (const name of ['Sync now', 'Disconnect']) expect(await button(name).isVisible()).toBe(true)
    expect(await page.getByRole('link', { name: 'Configure' }).isVisible()).toBe(true)
  })

  it('RUN-1 ING-9 a sync is watched to its end, with a receipt for each kind', async () => {
    await button('Sync now').click()
    await followSync()
    const receipts = page.getByRole('region', { name: 'Receipts' }).getByRole('row')
    expect(await receipts.count()).toBe(11)
    expect(await receipts.filter({ hasText: 'Complete' }).count()).toBe(10)
  })

  it('VIEW-1 VIEW-5 findings are filtered to one project, the address holds it, and the export has the same rows', async () => {
    await goTo('/browse/findings')
    const projects = page.getByRole('group', { name: 'Projects' })
    const choice = projects.getByRole('checkbox').first()
    await choice.waitFor()
    await choice.check()
    await page.waitForURL(/filter=projectIds/)
    const chip = page.getByRole('button', { name: /^Remove the filter Projects is/ })
    await chip.waitFor()
    const all = page.getByText(/^[\d,]+ in all/)
    const filter = new URL(page.url()).searchParams.getAll('filter')
    const { total } = await ask<{ total: number }>(`/findings?limit=1&total=true&${filterQuery(filter)}`)
    await all.filter({ hasText: `${total.toLocaleString('en')} in all` }).waitFor()
    await button('Export').click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'NDJSON' }).click()
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(total)
    const project = filter[0]?.replace('projectIds=', '')
    expect(lines.every((line) => JSON.parse(line).projectIds.includes(project))).toBe(true)
  })

  it('VIEW-1 the list is walked by keys, and a finding shows how it is fixed', async () => {
    await goTo('/browse/issues')
    await page.getByRole('grid').getByRole('row').nth(2).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await page.getByRole('row', { selected: true }).getAttribute('aria-rowindex')).toBe('3')
    await page.keyboard.press('/')
    expect(await page.getByRole('searchbox').evaluate((input) => input === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/browse\/issues\/.+/)
    for (const name of ['How to fix it', 'Resource', 'Timeline']) {
      await page.getByRole('region', { name }).waitFor()
    }
    expect(await page.getByRole('link', { name: /Open in Wiz/ }).getAttribute('rel')).toContain('noopener')
  })

  it('ING-9 so many removals that a person has to look wait, and are approved', async () => {
    product.simulator.world.issues.shrink(0.5)
    await ask('/connections/wiz/syncs', { full: true })
    await goTo('/connections/wiz/history')
    await page.getByRole('table').getByRole('link').first().click()
    await followSync()
    const waiting = page.getByRole('alert').filter({ hasText: 'in Wiz no more: Issue' })
    await waiting.getByRole('button', { name: 'Remove them' }).click()
    await page.getByText(/are removed. They can be restored/).waitFor()
    await waiting.waitFor({ state: 'detached' })
  })

  it('CON-6 new credentials are tried out before they replace the old ones', async () => {
    await goTo('/connections/wiz/settings')
    const form = page.getByRole('region', { name: 'Rotate credentials' })
    await form.locator('input[type=password]').fill('wrong again')
    await form.getByRole('button', { name: 'Rotate', exact: true }).click()
    await form.getByText('The old credentials stay in use').waitFor()
    await form.locator('input[type=password]').fill(product.simulator.clientSecret)
    await form.getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText('The new credentials work and are in use.').waitFor()
  })

  it('CON-5 disconnecting keeps the data when that is chosen', async () => {
    await button('Disconnect').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click()
    await page.waitForURL(/\/integrations$/)
    await page.getByRole('article', { name: 'Wiz: wiz' }).getByText('Not connected').waitFor()
    const { total } = await ask<{ total: number }>('/findings?limit=1&total=true')
    expect(total).toBeGreaterThan(0)
  })

  it('no page complained, and the content policy had nothing to refuse', () => {
    expect(complaints).toEqual([])
  })
})

function filterQuery(filter: readonly string[]): string {
  return filter.map((each) => `filter=${encodeURIComponent(each)}`).join('&')
}
