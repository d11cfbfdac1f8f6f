import { hash } from 'node:crypto'
import { Refused } from '../../errors.ts'
import type { OrderTerm } from './order.ts'

/** Where a page of a list ended: the values of the last row's order. */
export type Position = readonly (string | number | boolean | null)[]

/** Writes a position down for the caller; `fingerprint` names the question, because it means nothing to another. */
export function writeCursor(position: Position, fingerprint: string): string {
  const body = JSON.stringify(position)
  return Buffer.from(`${seal(body, fingerprint)}${body}`).toString('base64url')
}

/** Reads a position back, or refuses what was changed on the way or belongs to another question. */
export function readCursor(cursor: string, fingerprint: string, terms: readonly OrderTerm[]): Position {
  const bytes = Buffer.from(cursor, 'base64url')
  // Decoding overlooks what does not belong to the alphabet.
  const text = bytes.toString('base64url') === cursor ? bytes.toString('utf8') : ''
  const body = text.slice(SEAL_LENGTH)
  const position = text.slice(0, SEAL_LENGTH) === seal(body, fingerprint) ? parse(body) : undefined
  if (!Array.isArray(position) || position.length !== terms.length || !terms.every(fits(position))) {
    const next = 'Use nextCursor as it was given, with the same filter, search and sort; or start without a cursor.'
    throw new Refused('bad-cursor', `This cursor does not belong to this list. ${next}`)
  }
  return position as Position
}

const SEAL_LENGTH = 16

// No secret goes into it: a forged position could only ask for rows that the same caller may ask for anyway.
function seal(body: string, fingerprint: string): string {
  return hash('sha256', `${fingerprint}\n${body}`).slice(0, SEAL_LENGTH)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

function fits(position: readonly unknown[]): (term: OrderTerm, index: number) => boolean {
  return ({ pgType, isNullable, ranks }, index) => {
    const value = position[index]
    if (value === null) return isNullable
    if (ranks) return ranks.includes(value as number)
    if (pgType === 'boolean') return typeof value === 'boolean'
    if (pgType === 'bigint' || pgType === 'smallint') return Number.isSafeInteger(value)
    if (pgType === 'double precision') return typeof value === 'number'
    if (pgType === 'timestamptz') return typeof value === 'string' && !Number.isNaN(Date.parse(value))
    return typeof value === 'string' && !value.includes('\0')
  }
}
