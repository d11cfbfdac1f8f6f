import { codeOf } from '../errors.ts'
import type { CallCounter, CallKind } from '../store/call-counter.ts'
import { traceWait } from '../telemetry.ts'
import type { Governor } from '../wiz/governor.ts'
import type { Transport } from '../wiz/transport.ts'

/** The same governor and transport, with every call of a connection counted by how it ended. */
export function countCalls(
  counter: CallCounter,
  connectionId: number,
  { governor, transport }: { governor: Governor; transport: Transport },
): { governor: Governor; transport: Transport } {
  async function counted<T>(what: CallKind, call: () => Promise<T>, outcomeOf: (answer: T) => string): Promise<T> {
    try {
      const answer = await call()
      counter.add(connectionId, what, outcomeOf(answer))
      return answer
    } catch (error) {
      // A call that missed its turn was not made.
      if (codeOf(error) !== 'turn-missed') counter.add(connectionId, what, isAbort(error) ? 'aborted' : codeOf(error))
      throw error
    }
  }
  return {
    // A turn is a call: whatever is asked again takes another one.
    governor: {
      ...governor,
      run(task, options) {
        const inTurn = traceWait('governor wait')
        return governor.run((sending) => inTurn(() => counted('call', () => task(sending), fine)), options)
      },
    },
    transport: {
      ...transport,
      send: (request) =>
        request.headers?.authorization === undefined
          ? counted(
              'token',
              () => transport.send(request),
              ({ status }) => (status === 200 ? 'ok' : `http-${status}`),
            )
          : transport.send(request),
    },
  }
}

const fine = () => 'ok'

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
