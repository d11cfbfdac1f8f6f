import { beforeEach, describe, expect, it } from 'vitest'
import { openWeb } from './open-web.ts'

const { page, goTo } = await openWeb({ issues: 120 })

const active = () => page.locator('[aria-selected=true]')
const offset = () => page.getByRole('grid').evaluate((grid) => grid.scrollTop)

describe('the keys of a list', () => {
  beforeEach(async () => {
    await goTo('/browse/findings')
    await page.locator('#row-0').waitFor()
  })

  it('VIEW-1 leave Enter and the arrows to the part that has the focus', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.getByRole('button', { name: 'Columns' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Columns' }).waitFor()
    for (const key of ['j', 'ArrowDown']) await page.keyboard.press(key)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.keyboard.press('ArrowDown')
    expect(new URL(page.url()).pathname).toBe('/browse/findings')
    expect(await active().getAttribute('id')).toBe('row-1')
  })

  it('VIEW-1 begin at the first row in sight, and go on after a filter was ticked', async () => {
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo(0, 34 * 40))
    await page.locator('#row-40').waitFor()
    await page.keyboard.press('j')
    expect(await active().getAttribute('id')).toBe('row-40')
    await page.getByRole('group', { name: 'Kind' }).getByRole('checkbox').first().check()
    await page.waitForURL(/filter=kind/)
    await active().waitFor({ state: 'detached' })
    await page.keyboard.press('j')
    await active().waitFor()
    await page.keyboard.press('Escape')
    await active().waitFor({ state: 'detached' })
  })

  it('VIEW-1 find the row and the place again on the way back', async () => {
    await page.keyboard.press('j')
    for (let row = 0; row < 45; row += 1) await page.keyboard.press('j')
    expect(await active().getAttribute('id')).toBe('row-45')
    const [row, grid] = await Promise.all([active().boundingBox(), page.getByRole('grid').boundingBox()])
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual((grid?.y ?? 0) + (grid?.height ?? 0))
    const before = await offset()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/browse\/[^/]+\/.+/)
    // The list has gone, and the focus with it: the keys go on in the content.
    await page.waitForFunction(() => document.activeElement?.id === 'main')
    await page.goBack()
    await active().waitFor()
    expect(await active().getAttribute('id')).toBe('row-45')
    expect(await offset()).toBe(before)
  })
})
