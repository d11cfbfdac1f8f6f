import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violationsOf } from './axe.ts'
import { openPage, signIn, untilRunEnds } from './browser.ts'
import { openWeb } from './open-web.ts'

const { product, ask, browser, page, complaints, goTo } = await openWeb({ issues: 120 })

const button = (name: string) => page.getByRole('button', { name, exact: true })

async function untilEnded(run: number): Promise<void> {
  await goTo(`/runs/${run}`)
  await untilRunEnds(page)
}

interface RunDetail {
  readonly receipts: readonly { readonly kind: string }[]
}

interface Tenant {
  readonly projectIds: readonly string[]
  readonly apiUrl: string
}

describe('the settings of a connection', () => {
  it('CON-1 CON-5 change the projects, and say what that does', async () => {
    const { items } = await ask<{ items: { id: string }[] }>('/projects?limit=2')
    const ids = items.map(({ id }) => id)
    await goTo('/connections/wiz/settings')
    const form = page.getByRole('region', { name: 'Change where it looks' })
    await form.getByText('what lies outside of these projects is removed').waitFor()
    expect(await form.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await form.getByLabel('Project IDs').fill(ids.join(', '))
    await form.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The next sync follows the new projects.').waitFor()
    expect((await ask<Tenant>('/connections/wiz')).projectIds.toSorted()).toEqual(ids.toSorted())
    expect(await violationsOf(page)).toEqual([])
    await form.getByLabel('Project IDs').fill('')
    await form.getByRole('button', { name: 'Save' }).click()
    await expect.poll(async () => (await ask<Tenant>('/connections/wiz')).projectIds).toEqual([])
  })

  it('CON-1 say beside the field what is wrong, and change nothing', async () => {
    const before = await ask<Tenant>('/connections/wiz')
    await goTo('/connections/wiz/settings')
    const form = page.getByRole('region', { name: 'Change where it looks' })
    const errorOf = (label: string) =>
      form
        .locator('.mantine-TextInput-root')
        .filter({ has: page.getByLabel(label) })
        .locator('.mantine-TextInput-error')
    await form.getByLabel('Wiz API URL').fill('https://app.wiz.io.example.com/graphql')
    await form.getByRole('button', { name: 'Save' }).click()
    await errorOf('Wiz API URL').getByText('Paste the API Endpoint URL').waitFor()
    await form.getByLabel('Wiz API URL').fill(before.apiUrl)
    await form.getByLabel('Token URL').fill('https://example.com/token')
    await form.getByRole('button', { name: 'Save' }).click()
    await errorOf('Token URL').getByText('is not an identity provider of Wiz').waitFor()
    expect(await form.getByRole('alert').count()).toBe(0)
    expect(await ask<Tenant>('/connections/wiz')).toEqual(before)
  })
})

describe('a run', () => {
  it('RUN-1 counts while nothing is known, then tells how far it is at most, overall and of each kind', async () => {
    const { items } = await ask<{ items: { id: number }[] }>('/runs')
    const id = items[0]?.id
    const run = await ask<RunDetail>(`/runs/${id}`)
    const receipts = run.receipts.map((receipt) => {
      if (receipt.kind === 'issue')
        return { ...receipt, state: 'walking', expected: 150, fetched: 60, finishedAt: null }
      return { ...receipt, state: 'waiting', expected: null, fetched: 0, finishedAt: null }
    })
    const same = { run: id, connection: 'wiz', status: 'running', kinds: 10, calls: 4, bytes: 9, rate: 60, error: null }
    let progress = { ...same, kindsDone: 0, kindsCounted: 1, expected: 0, fetched: 0, etaSeconds: 0 }
    await page.route(`**/api/v1/runs/${id}`, (route) =>
      route.fulfill({ json: { ...run, status: 'running', finishedAt: null, receipts } }),
    )
    await page.route(`**/api/v1/runs/${id}/progress`, (route) => route.fulfill({ json: progress }))
    await page.route(`**/api/v1/runs/${id}/events`, (route) => route.abort())
    const bar = page.getByRole('region', { name: 'Progress' })
    const now = () => bar.getByRole('progressbar').getAttribute('aria-valuenow')
    await goTo(`/runs/${id}`)
    await bar.getByText('counting what there is').first().waitFor()
    expect(await bar.innerText()).not.toMatch(/ of 0 records|left/)
    expect(await now()).toBeNull()

    progress = { ...same, kindsDone: 1, kindsCounted: 5, expected: 150, fetched: 60, etaSeconds: 2 }
    await goTo(`/runs/${id}`)
    await bar.getByText('60 of at least 150 records').waitFor()
    expect(await bar.innerText()).toContain('at least 2 s left')
    expect(await now()).toBe('20')
    const issues = page.getByRole('progressbar', { name: 'Issue read so far' })
    expect(await issues.getAttribute('aria-valuenow')).toBe('40')
    expect(await page.getByRole('progressbar').count()).toBe(2)
    expect(await violationsOf(page)).toEqual([])

    progress = { ...same, kindsDone: 1, kindsCounted: 10, expected: 240, fetched: 60, etaSeconds: 3 }
    await goTo(`/runs/${id}`)
    await bar.getByText('60 of 240 records').waitFor()
    expect(await bar.innerText()).toContain('about 3 s left')
    expect(await now()).toBe('25')
    await page.unrouteAll()
  })

  it('RUN-1 says that it waits for a worker, and what to do where there is none', async () => {
    const { items } = await ask<{ items: { id: number }[] }>('/runs')
    const id = items[0]?.id
    const none = {
      kindsDone: 0,
      kindsCounted: 0,
      expected: 0,
      fetched: 0,
      calls: 0,
      bytes: 0,
      rate: 0,
      etaSeconds: null,
    }
    const error = 'No worker is running: start "wizbridge serve --role worker" on this database.'
    const progress = { run: id, connection: 'wiz', status: 'queued', kinds: 10, ...none, error }
    await page.route(`**/api/v1/runs/${id}/progress`, (route) => route.fulfill({ json: progress }))
    await page.route(`**/api/v1/runs/${id}/events`, (route) => route.abort())
    await goTo(`/runs/${id}`)
    const bar = page.getByRole('region', { name: 'Progress' })
    await bar.getByText(error).waitFor()
    expect(await bar.innerText()).toMatch(/Queued.*waiting for a worker/s)
    await page.unrouteAll()
  })

  it('ING-9 RUN-1 that holds back a removal is led to, without commands and without a failure', async () => {
    product.simulator.world.issues.shrink(0.5)
    const { run } = await ask<{ run: number }>('/connections/wiz/syncs', { full: true })
    await untilEnded(run)
    await page.getByText('in Wiz no more: Issue').waitFor()
    expect(await page.getByRole('main').innerText()).not.toContain('"wizbridge ')
    expect(await page.getByText('Not everything is settled').count()).toBe(0)
    for (const address of ['/integrations', '/connections/wiz/overview']) {
      await goTo(address)
      await page
        .getByRole('link', { name: `Decide in sync ${run}` })
        .first()
        .click()
      await page.waitForURL(new RegExp(`/runs/${run}$`))
    }
    await button('Keep them').first().click()
    await page.getByText('All of them are kept.').waitFor()
    await goTo('/integrations')
    await page.getByText('Last complete sync').waitFor()
    expect(await page.getByText('A removal waits').count()).toBe(0)
  })

  it('RUN-1 is listed with its plan and its duration, and the keys go through the list', async () => {
    const plan = { connection: 'wiz', template: 'wiz-cspm', name: 'nightly' }
    const { run } = await ask<{ run: number }>('/plans', plan)
    await untilEnded(run)
    await goTo('/connections/wiz/history')
    const row = page.getByRole('row').filter({ hasText: `sync ${run}` })
    await row.getByRole('link', { name: 'nightly' }).waitFor()
    expect(await row.innerText()).toMatch(/\d (ms|s|m)\b/)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`/runs/${run}$`))
  })
})

describe('on a phone', () => {
  let phone: Page
  beforeAll(async () => {
    ;({ page: phone } = await openPage(browser, { width: 360 }))
    await signIn(phone, product)
  })
  afterAll(() => phone.context().close())

  /** The cards of a list, none of which is wider than the window. */
  async function cardsAt(address: string, name: string) {
    await phone.goto(product.url + address)
    const cards = phone.getByRole('list', { name }).getByRole('listitem')
    await cards.first().waitFor()
    const isWider = (all: Element[]) => all.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    expect(await phone.locator('main *:has([data-row], li)').evaluateAll(isWider)).toBe(false)
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    expect(await violationsOf(phone)).toEqual([])
    return cards
  }

  it('VIEW-1 a run has its receipts as cards, with what to know in sight', async () => {
    expect(await (await cardsAt('/runs/1', 'What came of each kind')).count()).toBe(10)
  })

  it('RUN-1 the history has its runs as cards, which the keys go through', async () => {
    const cards = await cardsAt('/connections/wiz/history', 'What was done')
    expect(await cards.last().innerText()).toMatch(/sync 1\s+Complete\s+\d+ \w+ · started .* by .*\s+[\d,]+ read/i)
    await phone.keyboard.press('End')
    await phone.keyboard.press('Enter')
    await phone.waitForURL(/\/runs\/1$/)
  })

  it('RUN-4 the audit log has its entries as cards, which open by keys', async () => {
    const cards = await cardsAt('/settings/audit?action=connections.create', 'Entries')
    expect(await cards.first().innerText()).toMatch(/connections\.create\s+Done\s+On wiz\s+key:test.* · .* · from 127/)
    await phone.keyboard.press('j')
    await phone.keyboard.press('Enter')
    await phone.getByText('"clientId"').waitFor()
  })
})

describe('the audit log', () => {
  it('RUN-4 names what was acted on, with the number on hover, and opens an entry by keys', async () => {
    await goTo('/settings/audit?action=connections.create')
    const row = page.getByRole('row').filter({ hasText: 'connections.create' })
    expect(await row.getByText('wiz', { exact: true }).getAttribute('title')).toMatch(/^ID \d+$/)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Details of entry/, expanded: true }).waitFor()
    await page.getByText('"clientId"').waitFor()
    expect(await violationsOf(page)).toEqual([])
  })
})

it('no page complained', () => {
  expect(complaints).toEqual([])
})
