import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Fatal } from '../errors.ts'

/** Where to listen, and the variable by which a person chose the port. */
export interface ListenAt {
  host: string
  port: number
  variable: 'WIZBRIDGE_PORT' | 'WIZBRIDGE_WORKER_PORT'
}

/** Makes a server listen, or says what stands in its way; answers its address. */
export async function listen(server: FastifyInstance, { host, port, variable }: ListenAt): Promise<string> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    await server.close()
    const next = SENTENCES[(cause as NodeJS.ErrnoException).code ?? '']?.(variable)
    if (next === undefined) throw cause
    throw new Fatal('cannot-listen', `Wizbridge cannot listen on ${host}:${port}: ${next}`, { cause })
  }
  const { address, family, port: taken } = server.server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`
}

const elsewhere = () =>
  'this machine has no such address. Set WIZBRIDGE_HOST to 127.0.0.1, or to 0.0.0.0 for all it has.'

const SENTENCES: Readonly<Record<string, (variable: string) => string>> = {
  EADDRINUSE: (variable) => `another program does. Stop it, or set ${variable} to a free port.`,
  EACCES: (variable) => `this account may not. Set ${variable} to a port from 1024 on.`,
  EADDRNOTAVAIL: elsewhere,
  ENOTFOUND: elsewhere,
  EAI_AGAIN: elsewhere,
}
