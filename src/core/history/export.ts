import { assertNever } from '../../shared/assert-never.ts'
import type { CallOutput } from '../../shared/ipc/contract.ts'
import type {
  ConversationItem,
  ConversationLine,
  ConversationSummary,
  KeptConversation
} from '../../shared/ipc/history-calls.ts'
import type { ToolCall, TurnLatency } from '../../shared/events.ts'

/** Version of the JSON export; it grows when a field changes its meaning. */
export const EXPORT_VERSION = 1

const SPEAKERS: Readonly<Record<ConversationLine['role'], string>> = { user: 'You', agent: 'Agent', parley: 'Parley' }

/** A kept conversation as a file: Markdown to read, JSON for a program. */
export function exportConversation(
  conversation: KeptConversation,
  format: 'markdown' | 'json'
): CallOutput<'history:export'> {
  const name = fileName(conversation.summary)
  return format === 'markdown'
    ? { fileName: `${name}.md`, text: markdown(conversation) }
    : { fileName: `${name}.json`, text: json(conversation) }
}

function json({ summary, reason, items }: KeptConversation): string {
  const { id: _, excerpt: __, continues: ___, ...kept } = summary
  const document = {
    format: 'parley-conversation',
    version: EXPORT_VERSION,
    ...kept,
    startedAt: iso(summary.startedAtMs),
    endedAt: summary.endedAtMs === null ? null : iso(summary.endedAtMs),
    reason,
    items: items.map((item) => ({ at: iso(item.atMs), ...item }))
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function markdown({ summary, reason, items }: KeptConversation): string {
  const { title, profileName, startedAtMs, endedAtMs } = summary
  const ended = endedAtMs === null ? 'goes on' : clock(endedAtMs)
  const head = [
    `# ${quiet(title === '' ? 'Conversation' : title)}`,
    '',
    `- Agent: ${quiet(profileName)}`,
    `- ${day(startedAtMs)}, ${clock(startedAtMs)} to ${ended}`,
    ...(reason === null ? [] : [`- Ended: ${quiet(reason.message)}`])
  ]
  const estimated = items.some((item) => item.kind === 'line' && item.heard !== undefined)
  const note = estimated
    ? [
        '',
        'How much was heard of a reply that was cut off is an estimate, from the share of its sound that was played.'
      ]
    : []
  return `${[...head, ...note, ...items.map(linesOf).flatMap((lines) => (lines.length === 0 ? [] : ['', ...lines]))].join('\n')}\n`
}

function linesOf(item: ConversationItem): string[] {
  switch (item.kind) {
    case 'line':
      return said(item)
    case 'tool-call':
      return called(item.call)
    case 'latency':
      return latency(item.latency)
    default:
      return assertNever(item)
  }
}

function said({ role, text, atMs, interrupted, heard }: ConversationLine): string[] {
  const lines = [`**${SPEAKERS[role]}** (${clock(atMs)})`, '', quiet(text)]
  if (heard !== undefined) {
    const share = `about ${Math.round(heard.share * 100)} %`
    lines.push(
      '',
      heard.text === ''
        ? '*Cut off: nothing of it was heard (estimated).*'
        : `*Cut off: ${share} was heard (estimated): ${quiet(heard.text)}*`
    )
  } else if (interrupted) lines.push('', '*Cut off.*')
  return lines
}

const STATUS: Readonly<Record<ToolCall['status'], string>> = {
  running: 'not finished',
  'waiting-for-person': 'not answered',
  answered: 'answered',
  failed: 'failed',
  cancelled: 'cancelled'
}

function called({ name, arguments: given, status, content }: ToolCall): string[] {
  const answer = content === undefined ? [] : ['', 'Answer:', '', ...fenced(content)]
  return [`**Tool** ${quiet(name)} (${STATUS[status]})`, '', ...fenced(given), ...answer]
}

/** What a person noticed of it; the JSON has every part. */
function latency({ client: { firstSampleMs, firstByteMs } }: TurnLatency): string[] {
  const afterMs = firstSampleMs ?? firstByteMs
  return afterMs === undefined ? [] : [`*Answered after ${(afterMs / 1000).toFixed(1)} s*`]
}

/** As it is, whatever it holds: the fence is longer than any in it. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(({ 0: run }) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [fence, text, fence]
}

/** Words stay words: nothing in them is Markdown or HTML. */
function quiet(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>&]/gu, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`))
    .replaceAll(/^(\s*)([#+\-=~|]|\d+(?=[.)]))/gmu, (_, space: string, mark: string) =>
      /\d/u.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`
    )
}

function fileName({ title, startedAtMs }: ConversationSummary): string {
  const words = title
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 40)
    .toWellFormed()
    .replace(/-+$/u, '')
  const time = clock(startedAtMs).replace(':', '')
  return ['parley', day(startedAtMs), time, ...(words === '' ? [] : [words])].join('-')
}

/** Local date. */
function day(atMs: number): string {
  const date = new Date(atMs)
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
}

/** Local time of day. */
function clock(atMs: number): string {
  const date = new Date(atMs)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
