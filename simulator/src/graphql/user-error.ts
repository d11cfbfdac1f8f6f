import { OOPS } from '../answer.ts'

/** What a client did wrong, or may not do: answered as a GraphQL error with this code. */
export class UserError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A request that cannot be answered as it is. */
export function badInput(message: string): UserError {
  return new UserError('BAD_USER_INPUT', message)
}

/** Something that does not exist, or not for this account. */
export function notFound(): UserError {
  return new UserError('NOT_FOUND', 'Resource not found')
}

/** A scope that is missing. */
export function accessDenied(): UserError {
  return new UserError('UNAUTHORIZED', 'access denied')
}

/** What the API says when it trips over itself. */
export function internal(): UserError {
  return new UserError('INTERNAL', OOPS)
}
