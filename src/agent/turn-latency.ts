import type { Clock } from '../shared/runtime.ts'
import type { ThinkTiming } from './think/contract.ts'
import type { LatencyKey, OutgoingMessage } from './wire.ts'

const KEYS: Record<ThinkTiming, LatencyKey> = {
  token: 'ttt_token_latency',
  text: 'ttt_text_latency',
  tool: 'ttt_tool_latency',
  thinking: 'ttt_thinking_latency'
}

/** What the reports need. */
export interface TurnLatencyDeps {
  readonly clock: Clock
  /** Send `AgentStartedSpeaking` too. */
  readonly experimental: boolean
  send(message: OutgoingMessage): void
}

/**
 * Measures the legs of a turn and reports each in a `LatencyReport` of its own, in seconds: `stt` from the transcriber's
 * start to its words, `ttt` from asking to the first token, text or call, `tts` from asking the voice to its first audio,
 * `total` from the end of the user's turn to the first audio of the reply. Greetings and statements are not turns.
 */
export class TurnLatency {
  private turnEndedAtMs: number
  private tttMs = 0
  private reply = 0
  private readonly deps: TurnLatencyDeps

  constructor(deps: TurnLatencyDeps) {
    this.deps = deps
    this.turnEndedAtMs = deps.clock.nowMs()
  }

  /** The user has finished speaking or typing. */
  turnEnded(): void {
    this.turnEndedAtMs = this.deps.clock.nowMs()
  }

  transcribed(sttMs: number): void {
    this.report('stt_latency', sttMs)
  }

  /** The next reply; its first audio is what counts. */
  replyBegins(reply: number): void {
    this.reply = reply
    this.tttMs = 0
  }

  thought(kind: ThinkTiming, ms: number): void {
    if (kind === 'text') this.tttMs = ms
    this.report(KEYS[kind], ms)
  }

  /** Audio of a part goes out now. */
  audioBegins(reply: number | undefined, ttsMs: number): void {
    if (reply === undefined || reply !== this.reply) return
    this.reply = 0
    const totalMs = this.deps.clock.nowMs() - this.turnEndedAtMs
    if (this.deps.experimental) {
      this.deps.send({
        type: 'AgentStartedSpeaking',
        total_latency: seconds(totalMs),
        tts_latency: seconds(ttsMs),
        ttt_latency: seconds(this.tttMs)
      })
    }
    this.report('tts_latency', ttsMs)
    this.report('total_latency', totalMs)
  }

  private report(key: LatencyKey, ms: number): void {
    this.deps.send({ type: 'LatencyReport', [key]: seconds(ms) })
  }
}

/** To the microsecond. */
function seconds(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000
}
