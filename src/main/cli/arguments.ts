import path from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { z } from 'zod'
import type { WireSwitches } from '../../agent/conversation.ts'
import type { Fault } from '../../agent/faults/fault.ts'
import { FaultSpecError, parseFault } from '../../agent/faults/spec.ts'
import { COMMAND_TEXT_LIMIT } from '../../shared/commands.ts'
import { readCommandTool, type CommandTool } from './command-tool.ts'
import { readKeysArguments, type KeysOptions } from './keys-arguments.ts'
import { readProfilesArguments, type ProfilesOptions } from './profiles-arguments.ts'
import { usage } from './subcommand.ts'

/** Port of `parley agent` when none is given. */
export const DEFAULT_AGENT_PORT = 47_616

/** `parley talk`; files as given, `timeoutSeconds` absent = {@link USAGE} says how long. */
export interface TalkOptions {
  profile?: string
  url?: string
  texts: readonly string[]
  in?: string
  /** Commands come as JSON lines on stdin, and stdout is JSON lines. */
  stdin?: boolean
  out?: string
  events?: string
  timeoutSeconds?: number
  /** Programs that answer the agent's function calls. */
  tools: readonly CommandTool[]
  /** Go on with a new connection when one is lost. */
  reconnect: boolean
  /** Where kept keys are; absent: where the app has them. */
  dataDir?: string
}

/** `parley agent`; `port` 0 = any free one. */
export interface AgentOptions {
  port: number
  key?: string
  transcriber?: string
  /** What it does wrong on purpose, in the order given. */
  faults: readonly Fault[]
  /** What differs from the default; a later one goes before an earlier one. */
  switches: Partial<WireSwitches>
}

export type Invocation =
  | { command: 'help' }
  | { command: 'version' }
  | { command: 'talk'; options: TalkOptions }
  | { command: 'agent'; options: AgentOptions }
  | { command: 'keys'; options: KeysOptions }
  | { command: 'profiles'; options: ProfilesOptions }
  | { command: 'start'; args: readonly string[] }

export const USAGE = `Usage: parley COMMAND [options]

parley talk   hold a conversation from a script; at least one of --text and --in, or --stdin
  --profile FILE     agent profile (default: the built-in agent)
  --url URL          connect here instead (ws, wss, http or https); without --profile any server that speaks Deepgram's protocol
  --text TEXT        say TEXT, typed; again for each further one
  --in FILE.wav      speak this recording (16-bit PCM), before any --text
  --stdin            a program's door: commands as JSON lines on stdin, results and events as JSON lines on stdout
  --out FILE.wav     record what the agent was heard to say
  --events FILE      one JSON object per line for every message and event
  --tool NAME=CMD    answer the agent's function NAME with a program: arguments as JSON on stdin, result on stdout; again for more
  --reconnect        go on with a new connection when one is lost, instead of ending
  --data-dir DIR     with the keys that are kept in DIR (default: where the app keeps them)
  --timeout SECONDS  give up after this long (default: 120, plus the recording's length; with --stdin 120 after its end)

parley agent  run the built-in agent alone, on loopback
  --port N           port, 0 = any free one (default ${DEFAULT_AGENT_PORT})
  --key K            refuse clients without this key (better: PARLEY_AGENT_KEY)
  --transcriber C    command that turns a WAV into text, auto or none (default: PARLEY_TRANSCRIBER, else auto)
  --switch NAME=on   end-of-turn, echo-responses (both on) or agent-thinking (off); =off; again for each further one
  --fault SPEC       misbehave on purpose, such as close:1011@after=5s; again for each further one (docs/cli.md lists them)

parley keys   the keys that the app and talk use; KEY is deepgram, napster or secret:NAME
  list               where each key is, who uses it, and which are missing; never a value
  set KEY            keep a key; its value is read from stdin, or asked for and not shown
  remove KEY         forget it
  check SERVICE      ask deepgram or napster whether it takes the key
  --data-dir DIR     of another data folder

parley profiles  the agents of the app as files
  list               id, name and service of each
  export NAME        write one to stdout, without secrets; NAME is its name or id
  import FILE        add one; what it would enable is listed and held
  --allow            allow that at once
  --data-dir DIR     of another data folder

parley start  open the app, as npm start does (parley start --help)
parley --self-check  try what Parley needs of this machine, and print one JSON verdict

parley --help, parley --version

Keys: DEEPGRAM_API_KEY (or DEEPGRAM_ACCESS_TOKEN) and NAPSTER_API_KEY; {{secret:NAME}} in a profile: PARLEY_SECRET_NAME. They come before kept ones.
Log on stderr: PARLEY_LOG_LEVEL is debug, info, warn (default) or error.
Exit codes: 0 done, 2 usage, 3 connection or authentication, 4 error from the service, 5 timeout, 70 internal error.
`

const help = { help: { type: 'boolean', short: 'h' } } as const

const talkFlags = {
  profile: { type: 'string' },
  url: { type: 'string' },
  text: { type: 'string', multiple: true },
  in: { type: 'string' },
  stdin: { type: 'boolean' },
  out: { type: 'string' },
  events: { type: 'string' },
  timeout: { type: 'string' },
  tool: { type: 'string', multiple: true },
  reconnect: { type: 'boolean' },
  'data-dir': { type: 'string' },
  ...help
} as const

const agentFlags = {
  port: { type: 'string' },
  key: { type: 'string' },
  transcriber: { type: 'string' },
  fault: { type: 'string', multiple: true },
  switch: { type: 'string', multiple: true },
  ...help
} as const

const file = z.string().min(1, 'needs the name of a file')

const talkValues = z.object({
  profile: file.optional(),
  url: z.url({ protocol: /^(?:ws|http)s?$/, error: 'needs an address such as ws://127.0.0.1:47616' }).optional(),
  text: z.array(z.string().trim().min(1, 'needs some text').max(COMMAND_TEXT_LIMIT, 'is too long')).optional(),
  in: file.optional(),
  stdin: z.boolean().optional(),
  out: file.optional(),
  events: file.optional(),
  timeout: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'needs a number of seconds')
    .transform(Number)
    .refine((seconds) => seconds > 0 && seconds <= 86_400, 'must be more than 0 and at most 86400 seconds')
    .optional(),
  reconnect: z.boolean().optional(),
  'data-dir': z.string().min(1, 'needs the name of a folder').optional(),
  tool: z.array(z.string().transform(readTool)).optional()
})

const agentValues = z.object({
  port: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a whole number from 0 to 65535')
    .optional(),
  key: z.string().min(1, 'must not be empty').optional(),
  transcriber: z.string().trim().min(1, 'needs a command, auto or none').optional(),
  fault: z.array(z.string().transform(readFault)).optional(),
  switch: z.array(z.string().transform(readSwitch)).optional()
})

function readTool(text: string, context: z.RefinementCtx): CommandTool {
  const tool = readCommandTool(text)
  if (tool !== undefined) return tool
  context.addIssue({ code: 'custom', message: `needs NAME=COMMAND, such as add="node add.js", and got "${text}"` })
  return z.NEVER
}

function readFault(spec: string, context: z.RefinementCtx): Fault {
  try {
    return parseFault(spec)
  } catch (error) {
    if (!(error instanceof FaultSpecError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
    return z.NEVER
  }
}

const SWITCHES: Readonly<Record<string, keyof WireSwitches>> = {
  'end-of-turn': 'endOfTurn',
  'echo-responses': 'echoResponses',
  'agent-thinking': 'agentThinking'
}

function readSwitch(text: string, context: z.RefinementCtx): Partial<WireSwitches> {
  const [, word = '', state = ''] = /^([a-z-]+)=(on|off)$/.exec(text) ?? []
  const name = SWITCHES[word]
  if (name !== undefined) return { [name]: state === 'on' }
  const names = Object.keys(SWITCHES).join(', ')
  context.addIssue({ code: 'custom', message: `needs NAME=on or NAME=off with one of ${names}, and got "${text}"` })
  return z.NEVER
}

/** Reads the command line after the program's name. Throws `CliError` (usage) with a sentence. */
export function readArguments(argv: readonly string[]): Invocation {
  const [command, ...rest] = argv
  switch (command) {
    case 'talk':
      return readTalk(rest)
    case 'agent':
      return readAgent(rest)
    case 'profiles': {
      const options = readProfilesArguments(rest)
      return options === undefined ? { command: 'help' } : { command: 'profiles', options }
    }
    case 'keys': {
      const options = readKeysArguments(rest)
      return options === undefined ? { command: 'help' } : { command: 'keys', options }
    }
    case 'start':
      return { command: 'start', args: rest }
    case 'help':
    case '--help':
    case '-h':
      return { command: 'help' }
    case 'version':
    case '--version':
    case '-v':
      return { command: 'version' }
    case '--self-check':
      return { command: 'start', args: [command, ...rest] }
    case undefined:
      throw usage('a command is missing')
    default:
      throw usage(`there is no command "${command}"`)
  }
}

function readTalk(args: readonly string[]): Invocation {
  const flags = readFlags(args, talkFlags)
  if (flags.help === true) return { command: 'help' }
  const {
    text,
    timeout,
    tool: tools = [],
    reconnect = false,
    'data-dir': dataDir,
    ...rest
  } = readValues(talkValues, flags)
  const twice = tools.find(({ name }, at) => tools.findIndex((other) => other.name === name) !== at)
  if (twice !== undefined) throw usage(`--tool names ${twice.name} twice`)
  const options: TalkOptions = {
    ...withoutUndefined({ ...rest, dataDir }),
    texts: text ?? [],
    tools,
    reconnect,
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout })
  }
  const scripted = options.texts.length > 0 || options.in !== undefined
  if (options.stdin === true && scripted) {
    throw usage('--stdin cannot be combined with --text or --in: the program says everything itself')
  }
  if (options.stdin !== true && !scripted) throw usage('nothing to say: give --text TEXT, --in FILE.wav or --stdin')
  refuseSameFile(options)
  return { command: 'talk', options }
}

function readAgent(args: readonly string[]): Invocation {
  const flags = readFlags(args, agentFlags)
  if (flags.help === true) return { command: 'help' }
  const { port = DEFAULT_AGENT_PORT, fault: faults = [], switch: given = [], ...rest } = readValues(agentValues, flags)
  const switches: Partial<WireSwitches> = Object.assign({}, ...given)
  return { command: 'agent', options: { port, faults, switches, ...withoutUndefined(rest) } }
}

/** Two of the files being one would destroy it. */
function refuseSameFile(options: TalkOptions): void {
  const seen = new Map<string, string>()
  for (const flag of ['profile', 'in', 'out', 'events'] as const) {
    const name = options[flag]
    if (name === undefined) continue
    const other = seen.get(path.resolve(name))
    if (other !== undefined) throw usage(`--${other} and --${flag} are the same file`)
    seen.set(path.resolve(name), flag)
  }
}

function readFlags<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (cause) {
    // parseArgs explains itself in a sentence ("Unknown option '--prot'"); the first one is enough.
    throw usage(cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause))
  }
}

function readValues<T extends z.ZodType>(schema: T, flags: unknown): z.infer<T> {
  const parsed = schema.safeParse(flags)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw usage(`--${String(issue?.path[0])} ${issue?.message}`)
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>
}
