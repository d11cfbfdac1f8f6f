import { z } from 'zod'
import type { Caller } from '../access/caller.ts'

const TOTALS = z.registry<{ readonly hidden: unknown }>()

/** Marks a part of an answer that tells about the objects of all projects; who sees only some gets something else there. */
export function ofAllProjects<S extends z.ZodType>(schema: S, hidden: z.input<S>): S {
  TOTALS.add(schema, { hidden })
  return schema
}

/** A count over all projects. */
export function total(about: string) {
  return ofAllProjects(z.number().nullable().describe(`${about} Null for who sees certain projects only.`), null)
}

/** A sentence that may hold such counts. */
export function tellingTotals(about: string) {
  return ofAllProjects(z.string().nullable().describe(`${about} Null for who sees certain projects only.`), null)
}

/** An answer as a caller may see it: without what is told of all projects where they may see only some. */
export function hideTotals(schema: z.ZodType, answer: unknown, { projectIds }: Caller): unknown {
  return projectIds ? hide(schema, answer) : answer
}

function hide(schema: z.ZodType, value: unknown): unknown {
  const mark = TOTALS.get(schema)
  if (mark) return mark.hidden
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return hide(schema.unwrap() as z.ZodType, value)
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((each) => hide(schema.element as z.ZodType, each))
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value
  const { shape } = schema
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, shape[name] ? hide(shape[name], each) : each]),
  )
}
