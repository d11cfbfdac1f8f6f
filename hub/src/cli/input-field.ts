import type { z } from 'zod'
import { Refused } from '../errors.ts'
import type { Operation } from '../operations/operation.ts'

/** An input of an operation, as a person can type it. */
export interface InputField {
  readonly name: string
  readonly type: 'text' | 'number' | 'boolean' | 'list'
  readonly about: string
  readonly isRequired: boolean
  readonly choices: readonly string[] | undefined
  readonly standard: unknown
}

/** The inputs of an operation. */
export function inputFields(operation: Operation): InputField[] {
  return Object.entries(operation.input.shape).map(([name, schema]) => describe(name, schema as z.ZodType))
}

type Definition = z.core.$ZodTypeDef & {
  readonly innerType?: z.ZodType
  readonly in?: z.ZodType
  readonly entries?: Readonly<Record<string, string>>
  readonly defaultValue?: unknown
}

function describe(name: string, schema: z.ZodType): InputField {
  let isRequired = true
  let standard: unknown
  let about = schema.description
  let inner = schema
  for (;;) {
    const definition = inner.def as Definition
    if (definition.type === 'optional' || definition.type === 'default') isRequired = false
    if (definition.type === 'default') standard = definition.defaultValue
    const next = definition.innerType ?? definition.in
    if (!next) break
    inner = next
    about ??= inner.description
  }
  const definition = inner.def as Definition
  const type = TYPES[definition.type] ?? 'text'
  const choices = definition.entries && Object.values(definition.entries)
  return { name, type, about: about ?? '', isRequired, choices, standard }
}

const TYPES: Readonly<Record<string, InputField['type']>> = {
  number: 'number',
  boolean: 'boolean',
  array: 'list',
}

/** What was typed, in the type of the input; lists come in any number of pieces, each with commas, and '' is the empty one. */
export function parseInput(field: InputField, typed: string | boolean | readonly string[]): unknown {
  if (typeof typed === 'boolean') return typed
  if (field.type === 'list') {
    const pieces = typeof typed === 'string' ? [typed] : typed
    // What is filtered by may hold commas.
    return field.name === 'filter'
      ? [...pieces]
      : pieces.flatMap((piece) => piece.split(',').map((each) => each.trim())).filter((each) => each !== '')
  }
  // What another program printed may come with the end of its line.
  const text = (typeof typed === 'string' ? typed : typed.join(' ')).replace(/\r?\n?$/, '')
  if (field.type !== 'number') return text
  if (!/^-?\d+(\.\d+)?$/.test(text)) {
    throw new Refused('bad-input', `${field.name} must be a number, not "${text.slice(0, 60)}".`)
  }
  return Number(text)
}

/** `clientId` as it is written on the command line. */
export function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
