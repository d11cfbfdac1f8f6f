import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What is seriously wrong for people who cannot see or use the page as it is now, each with the element; by certain
 * rules only where these are named.
 */
export function violationsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Injected past the content policy, as a tool of the developer's would be.
  return page.evaluate(
    async ([source, only]) => {
      if (!('axe' in window)) new Function(source).call(window)
      const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }
      const { violations } = await axe.run(only ? { runOnly: only } : {})
      const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      return bad.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${location.pathname}: ${id}: ${node.html.slice(0, 200)}`),
      )

      interface Violation {
        id: string
        impact: string
        nodes: { html: string }[]
      }
    },
    [AXE, rules] as const,
  )
}
