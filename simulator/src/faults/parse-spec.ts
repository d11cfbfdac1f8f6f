import type { Fault } from './fault.ts'
import { CONDITIONS, type FaultName, type FaultSpec, registry } from './registry.ts'

const isName = (name: unknown): name is FaultName => typeof name === 'string' && Object.hasOwn(registry, name)

const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value)

/** Reads a fault spec from JSON; anything that does not fit is refused with a sentence. */
export function parseSpec(value: unknown): FaultSpec {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('A fault is an object such as {"fault": "gateway-error", "status": 502}.')
  }
  const { fault, ...rest } = value as Record<string, unknown>
  if (!isName(fault)) {
    throw new TypeError(
      `There is no fault ${JSON.stringify(fault)}. Known faults: ${Object.keys(registry).join(', ')}.`,
    )
  }
  const declared: Fault = registry[fault]
  const { params, choices = {}, endpoints = [declared.applies === 'token' ? 'token' : 'graphql'] } = declared
  for (const [name, given] of Object.entries(rest)) {
    if (Object.hasOwn(params, name)) {
      const standard: unknown = Reflect.get(params, name)
      // An object as default stands for "anything".
      if (kindOf(standard) !== 'object' && kindOf(standard) !== kindOf(given)) {
        throw new TypeError(`"${name}" of fault "${fault}" must be a ${kindOf(standard)}.`)
      }
      const words = choices[name]
      if (words && !words.includes(String(given))) {
        throw new TypeError(`"${name}" of fault "${fault}" must be one of: ${words.join(', ')}.`)
      }
    } else if (!Object.hasOwn(CONDITIONS, name)) {
      const known = [...Object.keys(params), ...Object.keys(CONDITIONS)].join(', ')
      throw new TypeError(`Fault "${fault}" has no parameter "${name}". It takes: ${known}.`)
    } else if (typeof given !== Reflect.get(CONDITIONS, name)) {
      throw new TypeError(`"${name}" of fault "${fault}" must be a ${Reflect.get(CONDITIONS, name)}.`)
    } else if (name === 'endpoint' && !(endpoints as readonly unknown[]).includes(given)) {
      throw new TypeError(`Fault "${fault}" can happen at: ${endpoints.join(', ')}.`)
    }
  }
  return value as FaultSpec
}
