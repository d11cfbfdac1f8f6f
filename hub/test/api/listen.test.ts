import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { listen } from '../../src/api/listen.ts'

describe('RUN-3 a server that cannot listen', () => {
  it('says who stands in the way and which variable to change', async () => {
    const first = fastify()
    const url = await listen(first, { host: '127.0.0.1', port: 0, variable: 'WIZBRIDGE_PORT' })
    const port = Number(new URL(url).port)
    for (const variable of ['WIZBRIDGE_PORT', 'WIZBRIDGE_WORKER_PORT'] as const) {
      await expect(listen(fastify(), { host: '127.0.0.1', port, variable })).rejects.toMatchObject({
        code: 'cannot-listen',
        message: `Wizbridge cannot listen on 127.0.0.1:${port}: another program does. Stop it, or set ${variable} to a free port.`,
      })
    }
    await first.close()
  })

  it.each(['192.0.2.1', 'nowhere.invalid'])('does not blame the database for %s', async (host) => {
    await expect(listen(fastify(), { host, port: 0, variable: 'WIZBRIDGE_PORT' })).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining('Set WIZBRIDGE_HOST to 127.0.0.1'),
    })
  })
})
