import { z } from 'zod'

/** Something to turn on or off again: on the command line a flag could only turn it on, so there it is a word. */
export const trueOrFalse = z
  .union([z.boolean(), z.enum(['true', 'false'])], { error: 'it must be true or false' })
  .transform((value) => value === true || value === 'true')
