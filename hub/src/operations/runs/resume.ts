import { z } from 'zod'
import { resumeRun } from '../../store/runs.ts'
import { operation } from '../operation.ts'
import { findRun, runInput } from './find-run.ts'

/** Goes on with a run that did not end well. */
export const resume = operation({
  name: 'runs.resume',
  about: 'Goes on with a run that was cancelled, interrupted or partial, from its last page.',
  access: 'operator',
  audit: true,
  http: 'POST /runs/:run/resume',
  args: ['run'],
  input: z.strictObject({ run: runInput }),
  output: z.object({ run: z.int(), connection: z.string(), status: z.string() }),
  async run(context, input) {
    const { id, connection } = await findRun(context, input.run)
    await resumeRun(context.app.store, id)
    return { run: id, connection, status: (await findRun(context, id)).status }
  },
})
