import { assertNever } from '../shared/assert-never.ts'
import { hostNote } from './think/endpoint.ts'
import { inRange, invalid, items, parse, quote } from './settings-refusal.ts'
import { SpeakItem } from './settings-schema.ts'

/** One entry of `agent.speak`, as the built-in agent uses it. */
export interface SpeakEntry {
  /** Model or voice name; '' for the default voice. */
  readonly voice: string
  /** 1 is the voice's own; 2 would be twice as fast. */
  readonly speed: number
  /** Why it cannot be spoken here: it is someone else's voice. Null for those that the built-in agent stands in for. */
  readonly outside: string | null
}

/** What `agent.speak` asks for. */
export interface SpeakConfig {
  /** In order of fallback; never empty. */
  readonly entries: readonly SpeakEntry[]
  /** The first entry is a Flux voice (`version: "v2"`), which has no container and no bitrate. */
  readonly isFlux: boolean
}

const DEFAULT_VOICE: SpeakEntry = { voice: '', speed: 1, outside: null }

/** These have no managed voices. */
const NEED_ENDPOINT = ['eleven_labs', 'open_ai', 'aws_polly']

/** Reads a speak block: one entry, or a list in which each is the fallback of the one before. */
export function readSpeak(speak: unknown, path: readonly PropertyKey[]): SpeakConfig {
  const read = items(speak, path).map((item) => parse(SpeakItem, item.value, item.path))
  for (const item of read) check(item, path.map(String).join('.'))
  return {
    entries: read.length === 0 ? [DEFAULT_VOICE] : spoken(read.map(entryOf)),
    isFlux: read.slice(0, 1).some(isFlux)
  }
}

/** Where every voice is someone else's, the built-in one stands in for them: an agent without a network still speaks. */
function spoken(entries: readonly SpeakEntry[]): readonly SpeakEntry[] {
  return entries.some(({ outside }) => outside === null)
    ? entries
    : entries.map((entry) => ({ ...entry, outside: null }))
}

function isFlux({ provider }: SpeakItem): boolean {
  return provider.type === 'deepgram' && provider.version === 'v2'
}

function entryOf(item: SpeakItem): SpeakEntry {
  const { provider, endpoint } = item
  const speed = provider.type === 'deepgram' ? (provider.speed ?? 1) : 1
  if (provider.type === 'deepgram' || endpoint === undefined) return { voice: voiceName(item), speed, outside: null }
  const outside = `The built-in agent does not ask the voices of ${provider.type}${hostNote(endpoint)}.`
  return { voice: voiceName(item), speed, outside }
}

function check(item: SpeakItem, at: string): void {
  const { provider } = item
  if (NEED_ENDPOINT.includes(provider.type) && item.endpoint?.url === undefined) {
    throw invalid(`${at}.provider.type ${quote(provider.type)} needs an endpoint with a url.`)
  }
  if (provider.type !== 'deepgram') return
  inRange(`${at}.provider.speed`, provider.speed, isFlux(item) ? 0.5 : 0.7, 1.5)
  inRange(`${at}.provider.expressivity`, provider.expressivity, -2, 2)
}

function voiceName(item: SpeakItem): string {
  switch (item.provider.type) {
    case 'deepgram':
      return item.provider.model
    case 'cartesia':
      return item.provider.voice.id
    case 'eleven_labs':
      return item.provider.model_id
    case 'open_ai':
    case 'aws_polly':
      return item.provider.voice
    default:
      return assertNever(item.provider)
  }
}
