import { withoutKeys } from '../../../core/profiles/without-keys.ts'
import type { DataProblem } from '../../../shared/ipc/data-calls.ts'
import type { SecretList } from '../../../shared/ipc/secret-calls.ts'
import { targetName } from '../../../core/secrets/secret-use.ts'

/** What a report is made of. `agents` are profile files without secrets; `abilities` what the host says of itself, by name. */
export interface ReportParts {
  madeAt: string
  program: Readonly<Record<string, string>>
  folder: { dir: string; bytes: number; problems: readonly DataProblem[] }
  keys: SecretList
  preferences: unknown
  agents: readonly { builtIn: boolean; held: boolean; file: unknown }[]
  abilities: Readonly<Record<string, unknown>>
  log: readonly string[]
}

export interface ReportOptions {
  /** With prompts and other words of the agents. */
  texts: boolean
  /** Takes every known secret out. */
  redact: (text: string) => string
  /** The person's home folder, of which only `~` is told. */
  home: string
}

/** A name, number, address or setting; prose has white space or other characters in it. */
const TECHNICAL = /^[\w./:@+#-]{1,120}$/
/** Fields whose strings are somebody's words, however short. */
const WORDS =
  /^(?:prompt|greeting|instructions|content|context|messages|keyterms?|description|initialSpeech|name|title|label|items)$/

/** Fields of what the host says of itself: the sentences are Parley's. */
const OUR_WORDS: ReadonlySet<string> = new Set(['why', 'problem'])
const NO_FIELDS: ReadonlySet<string> = new Set()

/** The text of a bug report: everything that a developer needs, no secret, and no words of the person unless asked for. */
export function reportText(parts: ReportParts, { texts, redact, home }: ReportOptions): string {
  const shown = (value: unknown): string => JSON.stringify(texts ? value : withoutWords(value), null, 2)
  const shownAbility = (value: unknown): string =>
    JSON.stringify(texts ? value : withoutWords(value, '', OUR_WORDS), null, 2)
  const { folder, keys } = parts
  const sections: [title: string, lines: readonly string[]][] = [
    ['Program', Object.entries(parts.program).map(([name, value]) => `${name}: ${value}`)],
    [
      'Data folder',
      [
        `${folder.dir}, ${folder.bytes} bytes`,
        ...folder.problems.map(({ code, message }) => `${code}: ${message}`),
        ...(folder.problems.length === 0 ? ['no problems'] : [])
      ]
    ],
    [
      'Keys (never their values)',
      [
        ...keys.rows.map(
          (row) => `${targetName(row.target)}: ${row.place}${row.problem === undefined ? '' : `, ${row.problem}`}`
        ),
        ...keys.missing.map(({ target }) => `${targetName(target)}: missing`),
        `places: ${keys.places.join(', ')}. ${keys.why}`
      ]
    ],
    ['Preferences', [shown(parts.preferences)]],
    [
      'Agents',
      parts.agents.flatMap(({ builtIn, held, file }, at) => [
        `${at + 1}. ${builtIn ? 'comes with Parley' : 'own'}${held ? ', held' : ''}`,
        ...(builtIn ? [] : [shown(file)])
      ])
    ],
    ['What works here', Object.entries(parts.abilities).map(([name, value]) => `${name}: ${shownAbility(value)}`)],
    [`Log (newest ${parts.log.length} lines)`, parts.log]
  ]
  const body = sections.map(([title, lines]) => `## ${title}\n\n${lines.join('\n')}\n`).join('\n')
  return `# Parley report\n\nMade ${parts.madeAt}. Read it before you give it to anybody.\n\n${clean(body, redact, home)}`
}

function clean(text: string, redact: (text: string) => string, home: string): string {
  const known = redact(text)
  const lines = known.split('\n').map((line) => withoutKeys(line, '').text)
  const told = lines.join('\n')
  return home.length < 2 ? told : told.replaceAll(home, '~').replaceAll(JSON.stringify(home).slice(1, -1), '~')
}

/** The same shape with every string that may be somebody's words replaced by its length; those of the fields `ours` are not. */
function withoutWords(value: unknown, name = '', ours = NO_FIELDS): unknown {
  if (typeof value === 'string') {
    if (ours.has(name)) return value
    return TECHNICAL.test(value) && !WORDS.test(name) ? value : `[text of ${value.length} characters]`
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => withoutWords(item, name, ours))
  // Why a hotkey is taken names the agent that has it.
  if ('state' in value && value.state === 'conflict') return withoutWords({ ...value, state: 'taken' }, name)
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => [field, withoutWords(item, WORDS.test(name) ? name : field, ours)])
  )
}
