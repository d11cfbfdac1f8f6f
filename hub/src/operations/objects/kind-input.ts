import { z } from 'zod'
import { findKind, KINDS } from '../../kinds/kinds.ts'

/** A kind by its name or its plural. */
export const kindInput = z
  .string()
  .refine((name) => findKind(name) !== undefined, {
    error: `there are the kinds ${KINDS.map((kind) => kind.name).join(', ')}`,
  })
  .describe(`A kind: ${KINDS.map((kind) => kind.name).join(', ')}.`)
