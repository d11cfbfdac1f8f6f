import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from 'wizbridge-simulator'
import { type IdentityProvider, startIdentityProvider } from '../../hub/test/access/identity-provider.ts'
import { ensureWeb } from '../../scripts/setup/web.mjs'
import { type Api, openApi } from './api.ts'
import { openBrowser, openPage } from './browser.ts'
import { type Product, startProduct } from './product.ts'

type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly projectIds?: readonly string[] }

/** Lists whose rows belong to projects. */
const LISTS = ['findings', 'issues', 'vulnerabilities', 'configuration-findings', 'assets'] as const

let idp: IdentityProvider
let product: Product
let browser: Browser
let page: Page
let complaints: string[]
/** What the server told the browser, answer by answer. */
const told: { url: string; body: Promise<string> }[] = []
/** The one project, and what of each list lies in it and outside of it, by the word of an administrator. */
let project: string
const inside = new Map<string, Row[]>()
const outside = new Map<string, Row[]>()
let otherProjects: Row[]
let askAsAdmin: Api['ask']

beforeAll(async () => {
  await ensureWeb(path.resolve(import.meta.dirname, '../..'))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  idp = await startIdentityProvider(origin)
  product = await startProduct({
    env(simulator) {
      project = someProject(simulator)
      const roles = `security=admin,team=viewer:projects=${project}`
      return { ...idp.env, WIZBRIDGE_PORT: String(port), WIZBRIDGE_OIDC_ROLES: roles }
    },
  })
  const api = await openApi(product)
  await api.connect()
  await api.sync()
  askAsAdmin = api.ask
  for (const list of LISTS) {
    const { items } = await askAsAdmin<{ items: Row[] }>(`/${list}?limit=1000`)
    const isIn = (row: Row) => row.projectIds?.includes(project) ?? false
    inside.set(list, items.filter(isIn))
    outside.set(
      list,
      items.filter((row) => !isIn(row)),
    )
  }
  const { items } = await askAsAdmin<{ items: Row[] }>('/projects?limit=1000')
  otherProjects = items.filter(({ id }) => id !== project)
  idp.admit({ sub: 'u1', email: 'viewer@example.com', email_verified: true, name: 'A viewer', groups: ['team'] })
  browser = await openBrowser()
  ;({ page, complaints } = await openPage(browser))
  page.on('response', (response) => {
    const url = response.url()
    if (url.startsWith(`${product.url}/api/`)) told.push({ url, body: response.text().catch(() => '') })
  })
})
afterAll(async () => {
  await browser?.close()
  await product?.close()
  idp?.close()
})

/** A port that nobody listens on: the identity provider has to know where to send browsers before the server starts. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** A project that holds some issues, and by far not all. */
function someProject({ world }: Simulator): string {
  const counts = new Map<string, number>()
  for (const node of world.snapshotNodes('issuesV2')) {
    for (const { id } of (node.projects ?? []) as { id: string }[]) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const byCount = [...counts].sort(([, a], [, b]) => a - b)
  const [id] = byCount[Math.floor(byCount.length / 2)] ?? []
  if (!id) throw new Error('No issue lies in a project.')
  return id
}

const rowsOf = (map: Map<string, Row[]>, list: string) => map.get(list) ?? []
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id).sort()

async function goTo(address: string): Promise<void> {
  await page.goto(product.url + address)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null)
}

/** Asks the API as the page that is open would. */
async function ask<T>(address: string): Promise<T> {
  const answer = await page.request.get(`${product.url}/api/v1${address}`)
  expect(answer.ok(), address).toBe(true)
  return answer.json()
}

describe('somebody whom the identity provider puts into a group with one project', { timeout: 180_000 }, () => {
  it('RUN-4 signs in there, and comes back as a viewer of that project', async () => {
    await page.goto(`${product.url}/browse/issues`)
    await page.getByRole('link', { name: 'Sign in with single sign-on' }).click()
    await page.waitForURL((url) => url.origin === product.url && url.pathname === '/')
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByText('viewer@example.com · viewer').waitFor()
    await page.keyboard.press('Escape')
    expect(await ask('/me')).toMatchObject({ role: 'viewer', projectIds: [project] })
    for (const list of LISTS) {
      expect(rowsOf(inside, list).length, list).toBeGreaterThan(0)
      expect(rowsOf(outside, list).length, list).toBeGreaterThan(0)
    }
    expect(otherProjects.length).toBeGreaterThan(0)
  })

  it('RUN-4 VIEW-1 every list has the rows of the project, and counts no other', async () => {
    for (const list of LISTS) {
      await goTo(`/browse/${list}`)
      const mine = rowsOf(inside, list)
      const status = page.getByRole('status').filter({ hasText: 'in all' })
      await status.waitFor()
      expect(Number.parseInt(await status.innerText(), 10), list).toBe(mine.length)
      expect(idsOf((await ask<{ items: Row[] }>(`/${list}?limit=1000`)).items), list).toEqual(idsOf(mine))
    }
    await goTo('/browse/projects')
    await page.getByText(/^1 in all/).waitFor()
    await goTo(`/browse/findings?filter=projectIds=${otherProjects[0]?.id}`)
    const both = rowsOf(inside, 'findings').filter((row) => row.projectIds?.includes(otherProjects[0]?.id ?? ''))
    await page.getByText(new RegExp(`^${both.length} in all`)).waitFor()
  })

  it('RUN-4 VIEW-1 facets count the rows of the project, and name no other project', async () => {
    await goTo('/browse/findings')
    const severities = page.getByRole('group', { name: 'Severity' })
    await severities.getByRole('checkbox').first().waitFor()
    const counts = (await severities.innerText()).match(/\d+/g)?.map(Number) ?? []
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(rowsOf(inside, 'findings').length)
    const projects = page.getByRole('group', { name: 'Projects' })
    expect(await projects.getByRole('checkbox').count()).toBe(1)
  })

  it('RUN-4 VIEW-5 an export holds the rows of the project', async () => {
    for (const [list, button] of [
      ['findings', 'NDJSON'],
      ['assets', 'CSV'],
    ] as const) {
      await goTo(`/browse/${list}`)
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      const download = page.waitForEvent('download')
      await page.getByRole('menuitem', { name: button }).click()
      const text = await readFile(await (await download).path(), 'utf8')
      expect(text.trim().split('\n').length - (button === 'CSV' ? 1 : 0)).toBe(rowsOf(inside, list).length)
      expect(idsOf(rowsOf(outside, list)).filter((id) => text.includes(id))).toEqual([])
      expect(idsOf(rowsOf(inside, list)).filter((id) => !text.includes(id))).toEqual([])
    }
  })

  it('RUN-4 VIEW-1 a search finds what is in the project, and not what is outside', async () => {
    for (const list of LISTS) {
      const [mine] = rowsOf(inside, list)
      await goTo(`/browse/${list}`)
      await page.getByRole('searchbox').fill(mine?.id ?? '')
      await page.getByText(/^1 in all/).waitFor()
      await page.getByRole('searchbox').fill(rowsOf(outside, list)[0]?.id ?? '')
      await page.getByText('Nothing fits these filters').waitFor()
    }
  })

  it('RUN-4 VIEW-2 the address of something outside says the same as one of nothing at all', async () => {
    const strangers = LISTS.filter((list) => list !== 'findings').map((list) => [list, rowsOf(outside, list)] as const)
    for (const [list, rows] of [...strangers, ['projects', otherProjects] as const]) {
      const foreign = rows[0]?.id ?? ''
      const texts: string[] = []
      const madeUp = foreign.replaceAll(/[0-9a-f]/g, '0')
      for (const id of [foreign, madeUp]) {
        await goTo(`/browse/${list}/${encodeURIComponent(id)}`)
        await page.getByRole('alert').waitFor()
        texts.push((await page.getByRole('main').innerText()).replaceAll(id, 'ID'))
      }
      expect(texts[0], list).toContain('It is not here')
      expect(texts[0], list).toBe(texts[1])
      const answer = await page.request.get(
        `${product.url}/api/v1/${list === 'assets' ? 'resources' : list}/${foreign}`,
      )
      expect(answer.status(), list).toBe(404)
    }
    const [mine] = rowsOf(inside, 'issues')
    await goTo(`/browse/issues/${mine?.id}`)
    await page.getByRole('region', { name: 'Resource' }).waitFor()
  })

  it('RUN-4 ING-10 why answers of something outside as of something that is not there', async () => {
    const foreign = rowsOf(outside, 'issues')[0]?.id ?? ''
    const texts: string[] = []
    for (const id of [foreign, '00000000-0000-4000-8000-000000000000']) {
      await goTo(`/why?id=${id}`)
      await page.getByRole('alert').first().waitFor()
      texts.push((await page.getByRole('main').innerText()).replaceAll(id, 'ID'))
    }
    expect(texts[0]).toBe(texts[1])
  })

  it('RUN-4 the dashboard counts and names only what is in the project', async () => {
    await goTo('/')
    const open = rowsOf(inside, 'findings').filter(({ status }) => status === 'OPEN' || status === 'IN_PROGRESS')
    const tile = page.getByRole('link', { name: /Open findings/ })
    await tile.waitFor()
    expect(Number.parseInt(await tile.innerText(), 10)).toBe(open.length)
    const projects = page.getByRole('region', { name: 'Projects with the most open' })
    expect(await projects.getByRole('link').count()).toBe(1)
    const assets = await page.getByRole('region', { name: 'Assets with the most open' }).getByRole('link').all()
    const names = new Set(rowsOf(inside, 'findings').map((row) => String(row.assetName)))
    for (const asset of assets) expect([...names]).toContain(await asset.innerText())
  })

  it('RUN-4 the connection is seen with the numbers of the project, and can be given no orders', async () => {
    await goTo('/connections/wiz/overview')
    const { kinds } = await ask<{ kinds: { kind: string; stored: number }[] }>('/connections/wiz')
    const stored = Object.fromEntries(kinds.map(({ kind, stored: n }) => [kind, n]))
    expect(stored.issue).toBe(rowsOf(inside, 'issues').length)
    expect(stored['cloud-resource']).toBe(rowsOf(inside, 'assets').length)
    expect(stored.project).toBe(1)
    expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0)
    for (const tab of ['findings', 'assets', 'history', 'plans']) await goTo(`/connections/wiz/${tab}`)
    await goTo('/runs/1')
    await page.getByText('Counts are hidden').waitFor()
    const receipts = page.getByRole('table')
    for (const cell of await receipts.locator('td.number').allInnerTexts()) expect(cell).toBe('–')
    expect(await receipts.getByText('Complete').count()).toBeGreaterThan(0)
    await goTo('/settings/about')
    expect(await page.getByRole('tab', { name: 'Audit log' }).count()).toBe(0)
  })

  it('RUN-4 nothing that the server told on the way names an object outside of the project', async () => {
    const foreign = new Set([...LISTS.flatMap((list) => rowsOf(outside, list)), ...otherProjects].map(({ id }) => id))
    const leaks: string[] = []
    expect(told.length).toBeGreaterThan(50)
    for (const { url, body } of told) {
      const { pathname, search } = new URL(url)
      // What was asked for by name may be repeated.
      const asked = decodeURIComponent(pathname + search)
      const text = await body
      for (const id of foreign) if (text.includes(id) && !asked.includes(id)) leaks.push(`${asked}: ${id}`)
    }
    expect(leaks).toEqual([])
  })

  it('no page complained, and the content policy had nothing to refuse', () => {
    expect(complaints).toEqual([])
  })
})

it('RUN-4 somebody whose groups may do nothing here is told so on the page', async () => {
  idp.admit({ sub: 'u2', email: 'other@example.com', email_verified: true, groups: ['elsewhere'] })
  const other = await openPage(browser)
  await other.page.goto(`${product.url}/sign-in`)
  await other.page.getByRole('link', { name: 'Sign in with single sign-on' }).click()
  await other.page.getByRole('alert').filter({ hasText: 'not-allowed' }).waitFor()
  expect((await other.page.context().cookies(product.url)).map(({ name }) => name)).not.toContain('wizbridge')
})
