import type { SessionEvent, TurnLatency } from '../../shared/events.ts'

/** Turns that are kept; a script rarely has more. */
const MAX_TURNS = 1000

const CLIENT_LEGS = [
  ['lastBlockSentMs', 'sent'],
  ['firstByteMs', 'first byte'],
  ['firstSampleMs', 'first sound']
] as const

const SERVICE_LEGS = [
  ['sttMs', 'stt'],
  ['tttTokenMs', 'token'],
  ['tttTextMs', 'text'],
  ['tttToolMs', 'tool'],
  ['tttThinkingMs', 'thinking'],
  ['ttsMs', 'tts'],
  ['totalMs', 'total']
] as const

/** Collects each turn's latency as it was told last. */
export class LatencyTable {
  private readonly turns = new Map<number, TurnLatency>()

  note(event: SessionEvent): void {
    if (event.kind !== 'latency') return
    if (this.turns.size < MAX_TURNS || this.turns.has(event.latency.turn)) {
      this.turns.set(event.latency.turn, event.latency)
    }
  }

  /** One line per turn: Parley's own legs from the end of speech, and the service's report beside them; milliseconds. */
  lines(): string[] {
    return [...this.turns.values()].flatMap(({ turn, client, service }) => {
      const own = legs(CLIENT_LEGS.map(([key, name]) => [name, client[key]]))
      const told = legs(SERVICE_LEGS.map(([key, name]) => [name, service[key]]))
      if (own === '' && told === '') return []
      return [
        `Turn ${turn} (ms): ${[own, told === '' ? '' : `service: ${told}`].filter((part) => part !== '').join('; ')}`
      ]
    })
  }
}

function legs(named: (readonly [string, number | undefined])[]): string {
  return named.flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${Math.round(ms)}`])).join(', ')
}
