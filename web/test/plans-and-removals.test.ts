import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { untilRunEnds } from './browser.ts'
import { openWeb } from './open-web.ts'

const { product, ask, page, complaints, goTo } = await openWeb({ issues: 200, isSynced: false })

const PLAN = 'wiz-assets-and-findings'
const button = (name: string) => page.getByRole('button', { name, exact: true })
const box = (name: string) => page.getByRole('checkbox', { name, exact: true })

/** The forecast once it belongs to what is chosen in the form: the number of objects of each kind. */
async function forecastOf(change: () => Promise<void>): Promise<Locator> {
  const answered = page.waitForResponse((response) => /\/plans\/(forecast|preview)$/.test(response.url()))
  await change()
  expect((await answered).ok()).toBe(true)
  const forecast = page.getByRole('region', { name: 'Forecast' })
  await forecast.locator('[aria-busy=false]').waitFor()
  return forecast
}

/** Runs a plan to its end, and answers the run. */
async function runPlan(): Promise<number> {
  const { run } = await ask<{ run: number }>(`/plans/${PLAN}/runs`, { full: true })
  await goTo(`/runs/${run}`)
  await untilRunEnds(page)
  return run
}

// One user's way: each step goes on where the one before has ended.
describe('a plan from its template to what it leaves out', () => {
  it('ING-2 ING-3 CON-5 the template is chosen while connecting, with a forecast that follows each option', async () => {
    const { apiUrl, tokenUrl, clientId, clientSecret } = product.simulator
    await goTo('/integrations/wiz/connect')
    await page.getByLabel('Wiz API URL').fill(apiUrl)
    await page.getByLabel('Client ID').fill(clientId)
    await page.locator('input[type=password]').fill(clientSecret)
    await button('Token URL and Project IDs (optional)').click()
    await page.getByLabel('Token URL', { exact: true }).fill(tokenUrl)
    await button('Test Connection').click()
    const forecast = await forecastOf(() => page.getByRole('radio', { name: 'Assets and findings' }).check())
    const all = await forecast.getByRole('listitem').filter({ hasText: 'Issue' }).first().innerText()
    expect(all).toContain('The resource it is on was deleted')
    await forecastOf(() => box('Skip Issues of Deleted Resources').uncheck())
    const without = forecast.getByRole('listitem').filter({ hasText: 'Issue' }).first()
    await without.waitFor()
    expect(await without.innerText()).not.toContain('was deleted')
    await forecastOf(() => box('Auto Onboard New Assets').uncheck())
    await forecast.getByText('About 0 objects').waitFor()
    await forecastOf(() => box('Auto Onboard New Assets').check())
    expect(await ask<{ items: unknown[] }>('/connections')).toMatchObject({ items: [] })
    await button('Connect to Wiz').click()
    await page.getByText('Successfully connected').waitFor()
    await untilRunEnds(page)
    const { items } = await ask<{ items: object[] }>('/plans')
    expect(items).toMatchObject([
      { name: PLAN, options: { skipDeletedResources: false, autoOnboardNewAssets: true }, schedule: 'every 1 day' },
    ])
  })

  it('ING-2 what cannot be is said at its field, and nothing is saved', async () => {
    await goTo('/connections/wiz/plans')
    await page.getByRole('link', { name: `Change ${PLAN}` }).click()
    await page.getByRole('region', { name: `Change ${PLAN}` }).waitFor()
    await page.getByRole('textbox', { name: 'Days between runs' }).fill('400')
    await page.getByText('A whole number from 1 to 90.').waitFor()
    for (const name of ['Critical', 'High', 'Medium', 'Low']) await box(name).uncheck()
    await page.getByText('Tick at least one').waitFor()
    await page.getByText('Mend what is marked in the form').waitFor()
    for (const name of ['Save', 'Save and run']) expect(await button(name).isDisabled()).toBe(true)
  })

  it('ING-2 ING-3 a plan is changed by a filter, and the forecast shows it before it is saved', async () => {
    await page.getByRole('textbox', { name: 'Days between runs' }).fill('2')
    const forecast = await forecastOf(() => box('Critical').check())
    const { total } = await ask<{ total: number }>('/issues?filter=severity=CRITICAL&limit=1&total=true')
    const issues = forecast.getByRole('listitem').filter({ hasText: 'Issue' }).first()
    expect(await issues.innerText()).toMatch(new RegExp(`^Issue\\s+${total}\\s`))
    await button('Save').click()
    await page.getByText(`${PLAN} is changed.`).waitFor()
    const card = page.getByRole('article', { name: `Plan ${PLAN}` })
    await card.getByText('every 2 days').waitFor()
    expect(await card.innerText()).toContain('Critical')
    const saved = await ask<{ filters: object }>(`/plans/${PLAN}`)
    expect(saved.filters).toEqual({ platforms: ['AWS', 'Azure', 'GCP'], severities: ['CRITICAL'] })
  })

  it('ING-5 a single kind is given a limit of its own, and left to the plan again', async () => {
    const change = async () => {
      await page.getByRole('link', { name: `Change ${PLAN}` }).click()
      await page.getByRole('region', { name: `Change ${PLAN}` }).waitFor()
    }
    const save = async () => {
      await button('Save').click()
      await page.getByRole('article', { name: `Plan ${PLAN}` }).waitFor()
      return (await ask<{ selectors: object }>(`/plans/${PLAN}`)).selectors
    }
    const pick = async (label: string, option: string) => {
      await page.getByRole('combobox', { name: label, exact: true }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
    }
    await change()
    await pick('Kind', 'Issue')
    await pick('Own limit', 'Statuses')
    await button('Add').click()
    const own = page.getByRole('group', { name: 'Issue: statuses' }).first()
    for (const name of ['In progress', 'Resolved', 'Ignored']) await own.getByRole('checkbox', { name }).uncheck()
    expect(await save()).toEqual({ issue: { statuses: ['OPEN'] } })
    await change()
    await button('Leave to the plan: Issue: statuses').click()
    expect(await save()).toEqual({})
  })

  it('ING-9 what left the plan is in the list of removals with its reason and sync, and is restored there', async () => {
    const run = await runPlan()
    await page.getByRole('link', { name: 'Look at them, or restore some' }).click()
    await page.waitForURL(/\/connections\/wiz\/removed\?run=\d+/)
    const row = page.getByRole('listitem').filter({ hasText: 'No plan wanted it any more' }).first()
    await row.getByRole('link', { name: `sync ${run}` }).waitFor()
    const link = row.getByRole('link').first()
    const id = (await link.getAttribute('href'))?.match(/issues\/([^?]+)/)?.[1] ?? ''
    expect((await ask<{ tombstone: object | null }>(`/issues/${id}`)).tombstone).not.toBeNull()
    await row.getByRole('button', { name: /^Restore/ }).click()
    await page.getByText('It is back.').waitFor()
    await page.locator(`a[href*="${id}"]`).waitFor({ state: 'detached' })
    expect((await ask<{ tombstone: object | null }>(`/issues/${id}`)).tombstone).toBeNull()
  })

  it('ING-10 why it is not here is answered with the filter, and leads to the plan', async () => {
    const { items } = await ask<{ items: { id: string }[] }>('/tombstones?filter=reason=left-scope&limit=1')
    const id = items[0]?.id ?? ''
    await goTo('/why')
    await page.getByLabel('Wiz id or URL').fill(`https://app.wiz.io/issues#~(issue~'${id})`)
    await button('Find out').click()
    await page.getByText(`The plan ${PLAN} brings in only the severities CRITICAL`).waitFor()
    await page.getByText('because no plan wanted it any more').waitFor()
    await page.getByRole('link', { name: 'Change the plan' }).click()
    await page.getByRole('region', { name: `Change ${PLAN}` }).waitFor()
    expect(await box('High').isChecked()).toBe(false)
  })

  it('ING-10 what is here, what was deleted and what nobody knows are told apart', async () => {
    const { items } = await ask<{ items: { id: string }[] }>('/issues?limit=1')
    await goTo(`/why?id=${items[0]?.id}`)
    await page.getByText('It is here.').waitFor()
    await page.getByRole('link', { name: 'Open it' }).click()
    await page.waitForURL(/\/browse\/issues\/.+/)
    product.simulator.world.issues.shrink(1)
    const run = await runPlan()
    const held = page.getByRole('alert').filter({ hasText: 'in Wiz no more: Issue' })
    await held.waitFor()
    await goTo(`/why?id=${items[0]?.id}`)
    await page.getByRole('link', { name: 'Decide about its removal' }).click()
    await page.waitForURL(new RegExp(`/runs/${run}$`))
    await held.getByRole('button', { name: 'Remove them' }).click()
    await held.waitFor({ state: 'detached' })
    await goTo(`/why?id=${items[0]?.id}`)
    await page.getByText('because a person approved its removal').waitFor()
    await button('Restore').click()
    await page.getByText('It is here', { exact: false }).first().waitFor()
    await goTo('/why?id=11111111-2222-4333-8444-555555555555')
    await page.getByText('Wiz does not know it').waitFor()
    await goTo(`/why?id=${encodeURIComponent('https://app.wiz.io/dashboards')}`)
    await page.getByText('This link names no single object.').waitFor()
  })

  it('ING-11 the overview shows what the account is allowed and what is used of it', async () => {
    await goTo('/connections/wiz/overview')
    const limit = page.getByRole('region', { name: 'Limit of the service account' })
    await limit.getByText('Calls a second').waitFor()
    expect(await limit.innerText()).toMatch(/\d+(\.\d+)? of \d+(\.\d+)?/)
    await limit.getByText('Learnt from the answers of Wiz').waitFor()
  })

  it('ING-9 a plan is deleted with what only it brought in once the number of that is named', async () => {
    const removed = () => ask<{ total: number }>('/tombstones?limit=1&total=true')
    const { total: before } = await removed()
    await goTo('/connections/wiz/plans')
    await button(`Delete ${PLAN}`).click()
    const dialog = page.getByRole('dialog')
    const told = await dialog.getByText('here only because of this plan').innerText()
    const number = told.replace(/ .*/s, '').replaceAll(',', '')
    expect(Number(number)).toBeGreaterThan(0)
    await dialog.getByRole('radio', { name: 'Remove it' }).check()
    await dialog.getByLabel('How many records are to leave').fill('99999')
    expect(await dialog.getByRole('button', { name: 'Delete and remove' }).isDisabled()).toBe(true)
    expect((await removed()).total).toBe(before)
    await dialog.getByLabel('How many records are to leave').fill(number)
    await dialog.getByRole('button', { name: 'Delete and remove' }).click()
    await page.getByText('None yet. A plan brings in what you choose').waitFor()
    expect((await removed()).total).toBe(before + Number(number))
  })

  it('no page complained', () => {
    expect(complaints).toEqual([])
  })
})
