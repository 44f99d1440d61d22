import type { Ack, EffectiveAgent, ServiceEvent, WireCommand, WireStep } from '../dialects/dialect.ts'
import type { Clock } from '../ports.ts'

/** Signs that a whole block of the agent was taken. What is added to a prompt is not among them: no service refuses it. */
type BlockAck = 'listen-updated' | 'think-updated' | 'speak-updated'

/** A change that the service says nothing to for so long has been taken (C43). */
export const TAKEN_MS = 60_000

/** What can be undone of the agent. */
const PARTS = ['listen', 'think', 'speak', 'additions'] as const

const BLOCK: Readonly<Record<BlockAck, 'listen' | 'think' | 'speak'>> = {
  'listen-updated': 'listen',
  'think-updated': 'think',
  'speak-updated': 'speak'
}

/** One change of a block, as it was sent. */
interface Change {
  ack: BlockAck
  /** What was changed, in words of a person. */
  what: string
  before: EffectiveAgent
  after: EffectiveAgent
  sentMs: number
}

function isBlockAck(ack: Ack): ack is BlockAck {
  return Object.hasOwn(BLOCK, ack)
}

function whatOf(kind: WireCommand['kind'], ack: BlockAck): string {
  if (ack === 'speak-updated') return 'the voice'
  if (ack === 'listen-updated') return 'the listening'
  return kind === 'replace-prompt' ? 'the prompt' : 'the model'
}

/** The agent as it is from the moment a change is sent, and what of that the service has not taken yet. */
export class AgentChanges {
  readonly #clock: Clock
  #agent: EffectiveAgent
  /** Not taken yet, oldest first. */
  #open: Change[] = []
  /** What was sent last, if that was a change. */
  #last: Change | undefined

  constructor(clock: Clock, agent: EffectiveAgent) {
    this.#clock = clock
    this.#agent = agent
  }

  /** With every change that was sent. */
  get agent(): EffectiveAgent {
    return this.#agent
  }

  /** `steps` of a command go out, and the agent is `after` from now on. */
  sent(after: EffectiveAgent, { kind }: WireCommand, steps: readonly WireStep[]): void {
    const before = this.#agent
    this.#agent = after
    this.#last = undefined
    const ack = steps.map((step) => step.ack).find((one) => isBlockAck(one))
    if (ack === undefined) return
    this.#last = { ack, what: whatOf(kind, ack), before, after, sentMs: this.#clock.nowMs() }
    this.#open.push(this.#last)
    this.#forgetOld()
  }

  /** The service has taken an update of this kind. */
  taken(ack: Ack): void {
    const change = this.#open.find((one) => one.ack === ack)
    this.#open = this.#open.filter((one) => one !== change)
  }

  /** A service that holds the agent's blocks only as long as its connection took all of them with the settings. */
  reopened(): void {
    this.#last = undefined
    if (this.#agent.savedId === undefined) this.#open = []
  }

  /**
   * The service ended the connection with `error`. A change that it had not taken is undone, so that the next connection is opened with what
   * worked before. Returns what was changed, in words of a person; undefined where no change can be the cause.
   */
  refused({ settings, retry }: Extract<ServiceEvent, { kind: 'error' }>): string | undefined {
    // It leaves, whatever it was told last.
    if (retry === 'soon') return undefined
    this.#forgetOld()
    const blamed = this.#open.length > 0 ? this.#open : settings && this.#last !== undefined ? [this.#last] : []
    if (blamed.length === 0) return undefined
    for (const change of blamed.toReversed()) this.#undo(change)
    this.#open = []
    this.#last = undefined
    return [...new Set(blamed.map(({ what }) => what))].join(' and ')
  }

  /** What was changed again since stays. */
  #undo({ ack, before, after }: Change): void {
    const now = this.#agent
    const parts = PARTS.filter((part) => before[part] !== after[part] && now[part] === after[part])
    const restored = Object.fromEntries(parts.map((part) => [part, before[part]]))
    const block = BLOCK[ack]
    this.#agent = { ...now, ...restored, updated: { ...now.updated, [block]: before.updated[block] } }
  }

  #forgetOld(): void {
    const sinceMs = this.#clock.nowMs() - TAKEN_MS
    this.#open = this.#open.filter(({ sentMs }) => sentMs > sinceMs)
  }
}
