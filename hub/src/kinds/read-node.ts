import { hash } from 'node:crypto'
import type { Column } from './column.ts'
import type { Kind } from './kind.ts'

/** A node of Wiz as the store keeps it: whole, and as typed values in the order of the kind's columns. */
export interface ReadNode {
  readonly id: string
  /** The node as JSON text, as Wiz sent it; as bytes where they are at hand, which have to be UTF-8. */
  readonly raw: string | Buffer
  /** 32 hex digits over that text and the kind's columns: equal means there is nothing to write. */
  readonly hash: string
  readonly values: readonly Value[]
  /** What of the node could not be read; the node itself is kept. */
  readonly problems: readonly Problem[]
}

/** What a typed column can hold; null also stands for what could not be read. */
export type Value = string | number | boolean | readonly string[] | object | null

/** Why something of a node was set aside. */
export interface Problem {
  readonly code: 'no-id' | 'not-an-object' | 'not-json' | 'unreadable' | 'unknown-value'
  readonly column: string
  readonly sentence: string
}

/** A node that cannot be kept as a row: it is set aside whole, with its reason. */
export interface RejectedNode {
  readonly rejected: Problem
  readonly raw: string
}

type Getter = (node: Record<string, unknown>) => unknown

/** Makes the hash of a kind's nodes, from their JSON text. */
export function nodeHash(kind: Kind): (raw: string | Uint8Array) => string {
  const columns = Object.entries(kind.columns).map(([name, { type, path }]) => [name, type, path])
  // A row read under other columns must be written again even though its node is the same.
  const shape = hash('sha256', JSON.stringify(columns)).slice(0, 8)
  return (raw) => hash('sha256', raw).slice(0, 24) + shape
}

/** Makes the reader of a kind: from a raw node and its JSON text to a row, never throwing on what Wiz sends. */
export function nodeReader(kind: Kind): (node: unknown, json?: string | Buffer) => ReadNode | RejectedNode {
  const columns = Object.entries(kind.columns).map(([name, column]) => ({ name, column, get: getter(column.path) }))
  const hashOf = nodeHash(kind)
  const readId = getter(kind.columns.id?.path ?? 'id')

  return (node, json) => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
      return reject('not-an-object', 'A node is not an object.', node)
    }
    const record = node as Record<string, unknown>
    const id = readId(record)
    if (typeof id !== 'string' || id === '' || id.length > 1000) {
      return reject('no-id', 'A node has no usable id.', node)
    }
    const problems: Problem[] = []
    const values = columns.map(({ name, column, get }) => {
      const value = get(record)
      if (value === null || value === undefined) return null
      const read = convert(column, value)
      if (read === undefined) {
        problems.push({
          code: 'unreadable',
          column: name,
          sentence: `${name} is no ${column.type}: kept in the raw node only.`,
        })
        return null
      }
      if (column.values && typeof read === 'string' && !column.values.includes(read)) {
        problems.push({
          code: 'unknown-value',
          column: name,
          sentence: `${name} holds ${read.slice(0, 60)}, a value not known here.`,
        })
      }
      return read
    })
    const raw = json ?? JSON.stringify(record)
    return { id: postgresText(id), raw, hash: hashOf(raw), values, problems }
  }
}

function reject(code: Problem['code'], sentence: string, node: unknown): RejectedNode {
  return { rejected: { code, column: 'id', sentence }, raw: JSON.stringify(node) ?? 'null' }
}

function getter(path: string): Getter {
  if (path.includes('|')) {
    const ways = path.split('|').map(getter)
    return (node) => ways.reduce<unknown>((found, get) => found ?? get(node), null)
  }
  const list = path.indexOf('[]')
  if (list >= 0) {
    const items = getter(path.slice(0, list))
    const rest = path.slice(list + 3)
    const get = rest === '' ? undefined : getter(rest)
    const inner = (item: unknown) => (get ? getField(item, get) : item)
    return (node) => {
      const value = items(node)
      return Array.isArray(value) ? value.map(inner).filter((item) => item !== null && item !== undefined) : value
    }
  }
  const [first = '', second, ...more] = path.split('.')
  if (second === undefined) return (node) => node[first]
  const rest = getter([second, ...more].join('.'))
  return (node) => getField(node[first], rest)
}

function getField(value: unknown, get: Getter): unknown {
  return typeof value === 'object' && value !== null ? get(value as Record<string, unknown>) : null
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** The value in the column's type, or undefined where it is of another. */
function convert(column: Column, value: unknown): Value | undefined {
  switch (column.type) {
    case 'text':
      return typeof value === 'string' ? postgresText(value) : typeof value === 'number' ? String(value) : undefined
    case 'time':
      return typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? value.map(postgresText)
        : undefined
    case 'json':
      return typeof value === 'object' ? (value ?? undefined) : undefined
  }
}

/** PostgreSQL keeps neither the character 0 nor halves of surrogate pairs. */
function postgresText(value: string): string {
  return value.includes('\u0000') || !value.isWellFormed() ? value.replaceAll('\u0000', '\ufffd').toWellFormed() : value
}
