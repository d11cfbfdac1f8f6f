import { Command, Option } from 'commander'
import type { Operation } from '../operations/operation.ts'
import { OPERATIONS } from '../operations/operations.ts'
import { VERSION } from '../version.ts'
import { collectInput, declareInputs } from './command-input.ts'
import type { Executor } from './executor.ts'
import { FORMATS } from './print/answer.ts'
import { isList, RUN_OPERATIONS, runOperation, type Wish } from './run-operation.ts'
import type { ServeRole } from './start-parts.ts'

/** Options that every command takes. */
export interface GlobalOptions extends Wish {
  readonly server?: string
  readonly apiKey?: string
}

/** Opens whatever carries out operations; called once, when a command knows what to ask. */
export type OpenExecutor = (options: GlobalOptions) => Promise<Executor>

// The names that people type most, beside `<resource> <verb>`.
const SHORTCUTS: Readonly<Record<string, string>> = { 'syncs.start': 'sync' }

const SERVE_ROLES: readonly ServeRole[] = ['all', 'api', 'worker']

/** The command line: one command for each operation. */
export function createProgram(open: OpenExecutor, onExit: (code: number) => void): Command {
  const program = new Command('wizbridge')
    .description('Keeps a copy of what Wiz knows in your own PostgreSQL, and works with it.')
    .version(VERSION)
    .option('--json', 'print JSON; errors too')
    .option('--server <url>', 'ask this server instead of the store on this machine')
    .option('--api-key <key>', 'the API key for --server (or set WIZBRIDGE_API_KEY)')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showSuggestionAfterError(true)
    .addHelpText('after', EXAMPLES)
  const groups = new Map<string, Command>()
  for (const operation of OPERATIONS) {
    const [resource = '', verb] = operation.name.split('.')
    if (verb === undefined) {
      declare(program.command(resource), operation)
      continue
    }
    const group = groups.get(resource) ?? program.command(resource)
    groups.set(resource, group)
    declare(group.command(verb), operation)
    const shortcut = SHORTCUTS[operation.name]
    if (shortcut) declare(program.command(shortcut), operation)
  }
  for (const group of groups.values()) {
    group.description(group.commands.map((command) => command.name()).join(', '))
  }
  program
    .command('serve')
    .description('Serves the API and the pages, and does the work: syncs, schedules, clearing out.')
    .addOption(new Option('--role <role>', 'what this process does').choices([...SERVE_ROLES]).default('all'))
    .action(async ({ role }: { role: ServeRole }) => onExit(await (await import('./serve.ts')).serve({ role })))
  program
    .command('simulator')
    .description('Runs a make-believe Wiz tenant to try things out; see "wizbridge simulator --help".')
    .allowUnknownOption()
  return program

  function declare(command: Command, operation: Operation): void {
    command.description(operation.about)
    declareInputs(command, operation)
    if (isList(operation)) {
      const formats = new Option('--output <format>', 'how to print (default: table)').choices([...FORMATS])
      command.addOption(formats).option('--columns <a,b>', 'the columns of a table or of CSV')
    }
    if (RUN_OPERATIONS.includes(operation.name)) {
      command.option('--wait', 'work on it until it has ended; this is what happens anyway')
      command.option('--no-wait', 'only start it, and leave the work to a server')
    }
    const examples = (operation.examples ?? []).map((line) => `  wizbridge ${line}`)
    if (examples.length > 0) command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`)
    command.action(async () => {
      const options = command.optsWithGlobals<GlobalOptions & Record<string, unknown>>()
      const input = await collectInput(operation, command.args, options)
      const executor = await open(options)
      try {
        onExit(await runOperation(operation, executor, input, options))
      } finally {
        await executor.close()
      }
    })
  }
}

const EXAMPLES = `
Examples:
  wizbridge connections create --name prod --api-url https://api.us1.app.wiz.io/graphql \\
    --client-id ID --client-secret-stdin < secret.txt
  wizbridge sync prod
  wizbridge findings list --filter 'severity>=HIGH' --filter status=OPEN
  wizbridge export issues --format csv > issues.csv

Exit codes: 0 done, 1 failed, 2 wrong use, 3 partial, 4 refused (needs a person or a permission).`
