import { execFileSync } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routeOf } from '../../src/api/read-input.ts'
import { OPERATIONS } from '../../src/operations/operations.ts'
import { openTestServer, type TestServer } from './open-test-server.ts'

let test: TestServer

beforeAll(async () => {
  test = await openTestServer({ operations: OPERATIONS })
})
afterAll(() => test.close())

interface Described {
  operationId: string
  summary: string
  parameters?: { name: string; in: string; description?: string; required?: boolean }[]
  requestBody?: { content: Record<string, { schema: { properties?: Record<string, unknown> } }> }
  responses: Record<string, { content: Record<string, unknown> }>
}

async function readDocument(): Promise<{
  openapi: string
  paths: Record<string, Record<string, Described>>
  components: { schemas: object }
}> {
  const response = await test.server.inject('/openapi.json')
  expect(response.statusCode).toBe(200)
  return response.json()
}

describe('the description of the API', () => {
  it('RUN-2 is OpenAPI 3.1 and tells of every operation and all of its inputs', async () => {
    const { openapi, paths, components } = await readDocument()
    expect(openapi).toMatch(/^3\.1/)
    for (const operation of OPERATIONS) {
      const { method, path, names } = routeOf(operation)
      const described = paths[`/api/v1${path.replaceAll(/:(\w+)/g, '{$1}')}`]?.[method.toLowerCase()]
      expect(described, operation.name).toMatchObject({ operationId: operation.name, summary: operation.about })
      const body = described?.requestBody?.content['application/json']?.schema.properties ?? {}
      const inputs = [...(described?.parameters ?? []).map(({ name }) => name), ...Object.keys(body)]
      expect(inputs.sort(), operation.name).toEqual(Object.keys(operation.input.shape).sort())
      expect(
        described?.parameters?.filter((parameter) => parameter.in === 'path').map(({ name }) => name) ?? [],
      ).toEqual(names)
      expect(described?.responses.default?.content).toHaveProperty(['application/problem+json'])
    }
    expect(Object.keys(components.schemas)).toContain('Problem')
  })

  it('refers to nothing that is not there, and holds no name twice', async () => {
    const document = await readDocument()
    const text = JSON.stringify(document)
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name)
    }
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => typeof id === 'string')).toBe(true)
  })

  it('RUN-2 is shown by a browser under its policy, without calling anybody else', async () => {
    await test.server.listen({ host: '127.0.0.1', port: 0 })
    const origin = `http://127.0.0.1:${(test.server.server.address() as AddressInfo).port}`
    const finder = new URL('../../../scripts/find-chromium.mjs', import.meta.url).pathname
    const executablePath = execFileSync(process.execPath, [finder], { encoding: 'utf8' }).trim()
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const requests: string[] = []
      const complaints: string[] = []
      page.on('request', (request) => requests.push(request.url()))
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      await page.goto(`${origin}/docs`)
      await page.getByText('GET').first().waitFor()
      await page.getByText(OPERATIONS[0]?.about ?? '').waitFor()
      await page.getByText(OPERATIONS[0]?.about ?? '').click()
      await page.getByText('What went wrong.').first().waitFor()
      expect(complaints).toEqual([])
      expect(requests.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
