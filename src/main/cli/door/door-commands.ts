import { assertNever } from '../../../shared/assert-never.ts'
import type { Command, CommandResult } from '../../../shared/commands.ts'
import type { DoorLine } from './door-line.ts'

/** A command of a line; `part` names the field of `settings` that it came from. */
export interface DoorCommand {
  part?: string
  command: Command
}

type CommandLine = Exclude<DoorLine, { type: 'hang-up' }>
type SettingsLine = Extract<DoorLine, { type: 'settings' }>

/** What a line asks of the session, in order. */
export function commandsOf(line: CommandLine): readonly DoorCommand[] {
  switch (line.type) {
    case 'say': {
      const { text, when, respond } = line
      const more = { ...(when === undefined ? {} : { when }), ...(respond === undefined ? {} : { respond }) }
      return [{ command: { kind: 'user-text', text, ...more } }]
    }
    case 'context': {
      const { text, when = 'now', respond = false } = line
      return [{ command: { kind: 'context', text, when, respond } }]
    }
    case 'inject':
      return [{ command: { kind: 'agent-speech', text: line.text, behavior: line.behavior ?? 'if-quiet' } }]
    case 'prompt':
      return [{ command: { kind: line.replace === true ? 'replace-prompt' : 'append-prompt', text: line.text } }]
    case 'settings':
      return partsOf(line)
    case 'stop':
      return [{ command: { kind: 'stop-speaking' } }]
    case 'tool-result':
      return [{ command: { kind: 'tool-result', id: line.id, content: line.content } }]
    default:
      return assertNever(line)
  }
}

function partsOf({ instructions, temperature, model, voice, turnDetection }: SettingsLine): readonly DoorCommand[] {
  const parts: (DoorCommand | undefined)[] = [
    instructions === undefined
      ? undefined
      : { part: 'instructions', command: { kind: 'replace-prompt', text: instructions } },
    model === undefined ? undefined : { part: 'model', command: { kind: 'set-model', model } },
    temperature === undefined ? undefined : { part: 'temperature', command: { kind: 'set-model', temperature } },
    voice === undefined ? undefined : { part: 'voice', command: { kind: 'set-voice', model: voice } },
    turnDetection === undefined
      ? undefined
      : { part: 'turnDetection', command: { kind: 'set-turn-detection', ...defined(turnDetection) } }
  ]
  return parts.filter((part) => part !== undefined)
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>
}

/** True where the agent is expected to speak because of the line. */
export function wantsReply(line: DoorLine): boolean {
  if (line.type === 'say') return line.respond !== false
  if (line.type === 'context') return line.respond === true
  return line.type === 'inject'
}

/** The line waits for the end of a reply. */
export function isAfterSpeech(line: DoorLine): boolean {
  return (line.type === 'say' || line.type === 'context') && line.when === 'after-speech'
}

/** The worst first. */
const ORDER: readonly CommandResult['outcome'][] = ['failed', 'refused', 'unconfirmed', 'applied']

/** The one result of a line: the worst of its parts; where they differ the reason says what became of each. */
export function combined(parts: readonly { part?: string; result: CommandResult }[]): CommandResult {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first.result
  const outcome = ORDER.find((one) => parts.some(({ result }) => result.outcome === one)) ?? 'applied'
  if (outcome === 'applied') return { outcome }
  const reason = parts
    .map(({ part, result }) =>
      result.outcome === 'applied' ? `${part}: applied.` : `${part}: ${result.outcome}. ${result.reason}`
    )
    .join(' ')
  return { outcome, reason }
}
