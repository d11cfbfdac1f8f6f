import { z } from 'zod'

/** An answer that comes piece by piece. */
export interface TextStream {
  readonly contentType: string
  /** What a file with it would be called. */
  readonly fileName: string
  readonly chunks: AsyncIterable<string>
}

/** The output of operations that stream. */
export const textStream = z.custom<TextStream>()
