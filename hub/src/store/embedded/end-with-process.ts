const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const endings = new Set<() => void>()

/** Calls `ending` (which must not wait for anything) when this process ends; answers how to take that back. */
export function endWithProcess(ending: () => void): () => void {
  if (endings.size === 0) {
    process.on('exit', endAll)
    for (const signal of SIGNALS) process.on(signal, onSignal)
  }
  endings.add(ending)
  return () => {
    if (endings.delete(ending) && endings.size === 0) stopListening()
  }
}

function onSignal(signal: NodeJS.Signals): void {
  // Somebody else listens too: they finish their work and stop the store when they are done.
  if (process.listenerCount(signal) > 1) return
  endAll()
  process.kill(process.pid, signal)
}

function endAll(): void {
  stopListening()
  for (const ending of endings) ending()
  endings.clear()
}

function stopListening(): void {
  process.off('exit', endAll)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}
