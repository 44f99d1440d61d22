import { assertNever } from '../shared/assert-never.ts'
import { inRange, invalid, items, parse, quote } from './settings-refusal.ts'
import { SpeakItem } from './settings-schema.ts'

/** What `agent.speak` asks for, as the built-in agent uses it. */
export interface SpeakConfig {
  /** Model or voice name of the first entry; '' for the default voice. */
  readonly voice: string
  /** The first entry is a Flux voice (`version: "v2"`), which has no container and no bitrate. */
  readonly isFlux: boolean
}

/** These have no managed voices. */
const NEED_ENDPOINT = ['eleven_labs', 'open_ai', 'aws_polly']

/** Reads a speak block: one entry, or a list in which each is the fallback of the one before. */
export function readSpeak(speak: unknown, path: readonly PropertyKey[]): SpeakConfig {
  const read = items(speak, path).map((item) => parse(SpeakItem, item.value, item.path))
  for (const item of read) check(item, path.map(String).join('.'))
  const first = read[0]
  const isFlux = first?.provider.type === 'deepgram' && first.provider.version === 'v2'
  return { voice: voiceName(first), isFlux }
}

function check(item: SpeakItem, at: string): void {
  const { provider } = item
  if (NEED_ENDPOINT.includes(provider.type) && item.endpoint?.url === undefined) {
    throw invalid(`${at}.provider.type ${quote(provider.type)} needs an endpoint with a url.`)
  }
  if (provider.type !== 'deepgram') return
  inRange(`${at}.provider.speed`, provider.speed, 0.5, 1.5)
  inRange(`${at}.provider.expressivity`, provider.expressivity, -2, 2)
}

function voiceName(item: SpeakItem | undefined): string {
  if (item === undefined) return ''
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
