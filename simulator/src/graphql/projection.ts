import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'
import { schema } from './schema.ts'

type Json = Record<string, unknown>
type Complete = (value: unknown, turn: Turn) => unknown

/** What one request carries while its answer is put together. */
export interface Turn {
  path: (string | number)[]
  /** Turns whatever was thrown into an error of the answer. */
  fail(error: unknown, path: (string | number)[]): void
  /** Checks that a field may be read, with these arguments; throws when not. */
  guard(field: GraphQLField<unknown, unknown>, args: Json): void
}

/** One field to answer. */
interface Projected {
  key: string
  name: string
  args: Json
  nonNull: boolean
  /** The field, when reading it takes a check first. */
  guarded: GraphQLField<unknown, unknown> | null
  complete: Complete
}

/** A document made ready for one set of variables. */
interface Projection {
  fields(type: GraphQLObjectType, selections: readonly SelectionSetNode[]): Projected[]
}

/** Thrown upwards when a value that must not be null is, until something may be null. */
class NullViolation extends Error {
  recorded = false
}

function needsGuard(field: GraphQLField<unknown, unknown>): boolean {
  const limited = (field.astNode?.directives ?? []).some(({ name }) => name.value === 'maxFirst')
  return limited || String(field.type) === 'CommentThread'
}

/**
 * Prepares a validated document. The reference executor spends most of its time per field on plain data; here fields,
 * arguments and fragments are resolved once per request, and each node is then only copied.
 */
export function project(fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Json): Projection {
  const included = (node: { directives?: readonly unknown[] } & Parameters<typeof getDirectiveValues>[1]) => {
    if (!node.directives?.length) return true
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false
    return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
  }

  const collect = (type: GraphQLObjectType, set: SelectionSetNode, into: Map<string, FieldNode[]>): void => {
    for (const selection of set.selections) {
      if (!included(selection)) continue
      if (selection.kind === 'Field') {
        const key = selection.alias?.value ?? selection.name.value
        const same = into.get(key)
        if (same) same.push(selection)
        else into.set(key, [selection])
        continue
      }
      const fragment = selection.kind === 'FragmentSpread' ? fragments.get(selection.name.value) : selection
      if (!fragment) continue
      const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type
      const fits = condition === type || (isAbstractType(condition) && schema.isSubType(condition, type))
      if (fits) collect(type, fragment.selectionSet, into)
    }
  }

  const fields = (type: GraphQLObjectType, selections: readonly SelectionSetNode[]): Projected[] => {
    const collected = new Map<string, FieldNode[]>()
    for (const set of selections) collect(type, set, collected)
    const projected: Projected[] = []
    for (const [key, nodes] of collected) {
      const node = nodes[0] as FieldNode
      const name = node.name.value
      if (name === '__typename') {
        projected.push({ key, name, args: {}, nonNull: true, guarded: null, complete: () => type.name })
        continue
      }
      const definition = type.getFields()[name]
      if (!definition) continue
      const inner = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []))
      projected.push({
        key,
        name,
        nonNull: isNonNullType(definition.type),
        guarded: needsGuard(definition) ? definition : null,
        args: definition.args.length > 0 ? getArgumentValues(definition, node, variables) : {},
        complete: completer(definition.type, inner),
      })
    }
    return projected
  }

  const completer = (type: GraphQLOutputType, inner: SelectionSetNode[]): Complete => {
    if (isNonNullType(type)) {
      const complete = completer(type.ofType, inner)
      return (value, turn) => {
        const done = complete(value, turn)
        if (done === null) throw new NullViolation()
        return done
      }
    }
    if (isListType(type)) {
      const complete = completer(type.ofType, inner)
      return (value, turn) => {
        if (!Array.isArray(value)) return null
        const { path } = turn
        const depth = path.length
        return value.map((item, index) => {
          path[depth] = index
          const done = complete(item, turn)
          path.length = depth
          return done
        })
      }
    }
    if (isLeafType(type)) return (value) => (value === undefined ? null : value)
    return isCompositeType(type) ? objectCompleter(type, inner) : () => null
  }

  const objectCompleter = (type: GraphQLCompositeType, inner: SelectionSetNode[]): Complete => {
    const known = new Map<string, Projected[]>()
    const fieldsOf = (name: string) => {
      let found = known.get(name)
      if (!found) {
        const concrete = schema.getType(name)
        found = isObjectType(concrete) ? fields(concrete, inner) : []
        known.set(name, found)
      }
      return found
    }
    const own = isObjectType(type) ? fields(type, inner) : undefined
    return (value, turn) => {
      if (typeof value !== 'object' || value === null) return null
      const source = value as Json
      return answer(own ?? fieldsOf(String(source.__typename)), source, turn)
    }
  }

  return { fields }
}

/** Answers some fields of an object; a field that fails is null, or takes its parent with it when it must not be. */
export function answer(fields: readonly Projected[], source: Json, turn: Turn): Json {
  const { path } = turn
  const depth = path.length
  const result: Json = {}
  for (const field of fields) {
    path[depth] = field.key
    try {
      if (field.guarded) turn.guard(field.guarded, field.args)
      let value = source[field.name]
      while (typeof value === 'function') value = value(field.args)
      result[field.key] = field.complete(value, turn)
    } catch (error) {
      path.length = depth + 1
      const violation = error instanceof NullViolation ? error : new NullViolation()
      if (!violation.recorded)
        turn.fail(error === violation ? new Error(`null in non-nullable ${field.name}`) : error, [...path])
      violation.recorded = true
      if (field.nonNull) throw violation
      result[field.key] = null
    }
  }
  path.length = depth
  return result
}
