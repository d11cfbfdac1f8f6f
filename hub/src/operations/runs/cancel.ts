import { z } from 'zod'
import { cancelRun } from '../../store/runs.ts'
import { operation } from '../operation.ts'
import { findRun, runInput } from './find-run.ts'

/** Ends a run. */
export const cancel = operation({
  name: 'runs.cancel',
  about: 'Ends a run after its current page; what was read stays, and the run can be resumed.',
  access: 'operator',
  audit: true,
  http: 'POST /runs/:run/cancel',
  args: ['run'],
  input: z.strictObject({ run: runInput }),
  output: z.object({ run: z.int(), status: z.string() }),
  async run(context, input) {
    const { id } = await findRun(context, input.run)
    await cancelRun(context.app.store, id)
    return { run: id, status: (await findRun(context, id)).status }
  },
})
