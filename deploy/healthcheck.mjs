/* Ends with 0 if the process in this container can do its work; needs nothing but Node. */
const port = process.env.WIZBRIDGE_WORKER_PORT || process.env.WIZBRIDGE_PORT || '4680'
const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4000) }).catch(() => null)
process.exitCode = answer?.ok ? 0 : 1
