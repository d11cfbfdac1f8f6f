import { z } from 'zod'
import { findKind } from '../../kinds/kinds.ts'
import { decideRemoval } from '../../store/decide-removal.ts'
import { kindInput } from '../objects/kind-input.ts'
import { operation } from '../operation.ts'
import { findRun, runInput } from './find-run.ts'

/** Lets a large removal happen that waits for a person. */
export const approve = decision({
  verb: 'approve',
  isApproval: true,
  about: 'Removes what a run found gone and held back for a person to look at; it can be restored later.',
})

/** Keeps what a run held back from removal. */
export const refuse = decision({
  verb: 'refuse',
  isApproval: false,
  about: 'Keeps what a run found gone and held back for a person to look at.',
})

function decision({ verb, isApproval, about }: { verb: 'approve' | 'refuse'; isApproval: boolean; about: string }) {
  return operation({
    name: `runs.${verb}`,
    about,
    access: 'operator',
    audit: true,
    http: `POST /runs/:run/${verb}`,
    args: ['run'],
    input: z.strictObject({ run: runInput, kind: kindInput.optional().describe('Only of this kind.') }),
    output: z.object({ run: z.int(), status: z.string(), removed: z.int() }),
    async run(context, input) {
      const { id } = await findRun(context, input.run)
      const kind = input.kind === undefined ? undefined : findKind(input.kind)?.name
      const removed = await decideRemoval(context.app.store, id, { approve: isApproval, by: context.caller.name, kind })
      return { run: id, status: (await findRun(context, id)).status, removed }
    },
  })
}
