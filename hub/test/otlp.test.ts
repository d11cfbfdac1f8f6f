import { expect, it } from 'vitest'
import { createLog } from '../src/log.ts'
import { openExporter } from '../src/otlp.ts'

it('RUN-5 quotes no header that cannot be sent', async () => {
  const lines: string[] = []
  const log = createLog({ level: 'trace', to: { write: (line: string) => void lines.push(line) } })
  const secret = 'Bearer some-token\nand-more'
  const config = { endpoint: 'http://127.0.0.1:9', headers: { authorization: secret }, serviceName: 'test' }
  const exporter = openExporter(config, log, '0')
  exporter.add({ traceId: 'a', spanId: 'b', name: 'some', startedAt: 0, attributes: {} })
  await exporter.close()
  const said = lines.join('')
  expect(said).toContain('traces cannot be sent')
  expect(said).toContain('invalid header value')
  expect(said).not.toContain('some-token')
  expect(said).not.toContain('and-more')
})
