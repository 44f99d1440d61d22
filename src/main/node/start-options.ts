import { parseArgs } from 'node:util'
import { z } from 'zod'

/** Fixed, because the browser keeps the microphone permission per origin, and the port is part of the origin. */
export const DEFAULT_PORT = 47_615

const portText = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((port) => port <= 65_535)

const given = {
  host: z.enum(['desktop', 'web']),
  port: portText,
  profile: z.string().min(1),
  'data-dir': z.string().min(1)
}

/** What `npm start` and each host are asked to do. Absent `host`: the desktop where it can run, else the web host. */
export interface StartOptions {
  host?: 'desktop' | 'web'
  /** Web host only; 0 = any free port. */
  port: number
  /** False: print the link, open no window (web host). */
  open: boolean
  /** Profile file for this run; it becomes the chosen profile. */
  profile?: string
  /** Start the session as soon as the window is there. */
  connect: boolean
  /** Desktop: start in the tray, without a window, where there is a tray. */
  hidden?: true
  dataDir?: string
  /** Try what Parley needs of this machine, print one JSON verdict and end (docs/self-check.md). */
  selfCheck?: true
}

export type StartOptionsResult =
  { kind: 'options'; options: StartOptions } | { kind: 'help' } | { kind: 'wrong'; problem: string }

export const START_USAGE = `Usage: npm start -- [options]

  --host desktop|web   which host to start (default: desktop where Electron can run, else web)
  --port N             port of the web host, 0 = any free one (default ${DEFAULT_PORT})
  --no-open            web host: print the link and open no window
  --profile FILE       use this agent profile
  --connect            start the conversation at once
  --data-dir DIR       keep profiles and settings in DIR
  --self-check         try what Parley needs of this machine, print one JSON verdict and end
  --hidden             desktop: start in the tray, without a window
  --help               show this text
`

const flags = {
  host: { type: 'string' },
  port: { type: 'string' },
  'no-open': { type: 'boolean' },
  profile: { type: 'string' },
  connect: { type: 'boolean' },
  hidden: { type: 'boolean' },
  'data-dir': { type: 'string' },
  'self-check': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

const expected: Readonly<Record<keyof typeof given, string>> = {
  host: '--host must be desktop or web',
  port: '--port must be a whole number from 0 to 65535',
  profile: '--profile needs the name of a file',
  'data-dir': '--data-dir needs the name of a folder'
}

/**
 * Reads the flags after the program's name. `lenient` is for Electron, whose command line also carries Chromium's own
 * switches: what is unknown there is left alone instead of refused.
 */
export function parseStartOptions(args: readonly string[], mode: 'strict' | 'lenient' = 'strict'): StartOptionsResult {
  const split = splitFlags(args, mode)
  if (typeof split === 'string') return { kind: 'wrong', problem: split }
  if (split.help === true) return { kind: 'help' }
  const options: StartOptions = {
    port: DEFAULT_PORT,
    open: split['no-open'] !== true,
    connect: split.connect === true,
    ...(split.hidden === true ? { hidden: true } : {}),
    ...(split['self-check'] === true ? { selfCheck: true } : {})
  }
  for (const name of ['host', 'port', 'profile', 'data-dir'] as const) {
    const value = split[name]
    if (value === undefined) continue
    const parsed = given[name].safeParse(value)
    if (!parsed.success) return { kind: 'wrong', problem: `${expected[name]}, not "${String(value)}"` }
    Object.assign(options, { [name === 'data-dir' ? 'dataDir' : name]: parsed.data })
  }
  return { kind: 'options', options }
}

type Split = Partial<Record<keyof typeof flags, string | boolean>>

function splitFlags(args: readonly string[], mode: 'strict' | 'lenient'): Split | string {
  try {
    return parseArgs({
      args: [...args],
      options: flags,
      strict: mode === 'strict',
      allowPositionals: mode === 'lenient'
    }).values
  } catch (cause) {
    // parseArgs explains itself in a sentence ("Unknown option '--prot'"); the first one is enough.
    return cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause)
  }
}

/** The same options as flags again, for a host that runs in a process of its own. */
export function startArguments(options: StartOptions): string[] {
  return [
    ...(options.port === DEFAULT_PORT ? [] : [`--port=${options.port}`]),
    ...(options.open ? [] : ['--no-open']),
    ...(options.profile === undefined ? [] : [`--profile=${options.profile}`]),
    ...(options.connect ? ['--connect'] : []),
    ...(options.hidden === true ? ['--hidden'] : []),
    ...(options.dataDir === undefined ? [] : [`--data-dir=${options.dataDir}`]),
    ...(options.selfCheck === true ? ['--self-check'] : [])
  ]
}
