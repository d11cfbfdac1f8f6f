import { type Command, Option } from 'commander'
import { Refused } from '../errors.ts'
import type { Operation } from '../operations/operation.ts'
import { flagOf, type InputField, inputFields, parseInput } from './input-field.ts'
import { readSecret } from './secret-input.ts'

/** Gives a command the arguments and options that the inputs of its operation call for. */
export function declareInputs(command: Command, operation: Operation): void {
  const { args = [], secrets = [] } = operation
  const fields = inputFields(operation)
  for (const name of args) {
    const field = fields.find((each) => each.name === name)
    command.argument(`<${flagOf(name)}>`, field?.about)
  }
  for (const field of fields) {
    if (args.includes(field.name)) continue
    if (secrets.includes(field.name)) {
      command.option(`--${flagOf(field.name)}-stdin`, `read from standard input: ${field.about}`)
    } else {
      declareOption(command, field)
    }
  }
}

function declareOption(command: Command, field: InputField): void {
  const { name, type, about, isRequired, choices, standard } = field
  const flag = flagOf(name)
  if (type === 'boolean') {
    // What is on by default can only be turned off.
    if (standard === true) command.option(`--no-${flag}`, `do not ${about.charAt(0).toLowerCase()}${about.slice(1)}`)
    else command.option(`--${flag}`, about)
    return
  }
  const value =
    type === 'number' ? '<n>' : type === 'list' ? `<${name === 'filter' ? 'field=value' : 'a,b'}>` : '<text>'
  const option = new Option(`--${flag} ${value}`, aboutOf(about, standard))
  if (choices) option.choices([...choices])
  if (type === 'list') option.argParser((typed: string, before?: string[]) => [...(before ?? []), typed])
  if (isRequired) option.makeOptionMandatory()
  command.addOption(option)
}

function aboutOf(about: string, standard: unknown): string {
  const isTelling = typeof standard === 'string' || typeof standard === 'number'
  return isTelling ? `${about} (default: ${standard})` : about
}

/** Collects what was typed as the input of an operation; secrets are read from standard input. */
export async function collectInput(
  operation: Operation,
  typedArgs: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { args = [], secrets = [] } = operation
  const input: Record<string, unknown> = {}
  for (const field of inputFields(operation)) {
    const { name } = field
    if (secrets.includes(name)) {
      const flag = `${flagOf(name)}-stdin`
      if (options[`${name}Stdin`]) input[name] = await readSecret(flag)
      else if (field.isRequired) throw new Refused('bad-input', `Pass the secret on standard input, with --${flag}.`)
      continue
    }
    const typed = args.includes(name) ? typedArgs[args.indexOf(name)] : options[name]
    if (typed !== undefined) input[name] = parseInput(field, typed as string | boolean | string[])
  }
  return input
}
