import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createUser } from '../../hub/src/access/users.ts'
import { violationsOf } from './axe.ts'
import { openPage, signIn } from './browser.ts'
import { openWeb } from './open-web.ts'
import { startProduct } from './product.ts'

const OPERATOR = { email: 'operator@example.com', password: 'another long sentence' }

interface Shown {
  readonly keys: readonly { readonly id: string }[]
}

const { product, ask, browser, page, complaints, goTo } = await openWeb({ issues: 20 })
await createUser(product.app.store, { ...OPERATOR, role: 'operator' })

const masterKey = () => page.getByRole('region', { name: 'Master key' })

describe('the maintenance page', () => {
  it('CON-6 shows which master key seals what, and rotates it while everything runs', async () => {
    await goTo('/settings/maintenance')
    const { keys } = await ask<Shown>('/master-key')
    const before = keys[0]?.id ?? ''
    await masterKey().getByRole('row').filter({ hasText: before }).getByText('Seals and opens').waitFor()
    await masterKey().getByText('The one secret there is: sealed with the newest key.').waitFor()
    await masterKey().getByRole('button', { name: 'Rotate and drop older keys' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate and drop older keys' }).click()
    await masterKey().getByRole('status').filter({ hasText: 'Sealed anew with' }).waitFor()
    await masterKey()
      .getByRole('row')
      .filter({ hasText: before })
      .getByText(/^Dropped/)
      .waitFor()
    const after = (await ask<Shown>('/master-key')).keys[0]?.id
    expect(after).not.toBe(before)
    await masterKey().getByRole('row').filter({ hasText: after }).getByText('Seals and opens').waitFor()
    expect(await ask('/connections/wiz/test', {})).toMatchObject({ ok: true })
    expect(await violationsOf(page)).toEqual([])
  })

  it('RUN-5 CON-6 gives the support bundle, which holds no secret, and writes that down', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download support bundle' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('wizbridge-support.json')
    const text = await readFile(await file.path(), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ installation: {}, database: {}, work: {} })
    for (const secret of [product.simulator.clientSecret, product.simulator.clientId])
      expect(text).not.toContain(secret)
    await goTo('/settings/audit?action=support.bundle')
    const entry = page.getByRole('row').filter({ hasText: 'support.bundle' })
    await entry.getByText('Done').waitFor()
    expect(await entry.count()).toBe(1)
  })

  it('RUN-4 is for administrators', async () => {
    const other = await openPage(browser)
    await signIn(other.page, product, OPERATOR)
    await other.page.goto(`${product.url}/settings/maintenance`)
    await other.page.getByRole('alert').filter({ hasText: 'needs the role admin' }).waitFor()
    expect(await other.page.getByRole('tab', { name: 'Maintenance' }).count()).toBe(0)
    await other.page.context().close()
  })

  it('no page complained, and the content policy had nothing to refuse', () => {
    expect(complaints).toEqual([])
  })
})

it('CON-6 with keys of the environment, the page says how they are changed, and offers no button', async () => {
  const keys = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'))
  const other = await startProduct({ issues: 1, env: () => ({ WIZBRIDGE_MASTER_KEY: keys.join(',') }) })
  try {
    const { page: theirs } = await openPage(browser, { colorScheme: 'dark' })
    await signIn(theirs, other)
    await theirs.goto(`${other.url}/settings/maintenance`)
    const panel = theirs.getByRole('region', { name: 'Master key' })
    await panel.getByText('wizbridge master-key rotate').waitFor()
    expect(await panel.getByRole('row').filter({ hasText: 'Opens only' }).count()).toBe(1)
    expect(await panel.getByRole('button', { name: /Rotate/ }).count()).toBe(0)
    expect(await violationsOf(theirs)).toEqual([])
    const text = await theirs.content()
    expect(keys.filter((key) => text.includes(key))).toEqual([])
  } finally {
    await other.close()
  }
})
