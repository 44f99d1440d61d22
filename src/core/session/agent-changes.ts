import type { Ack, EffectiveAgent, ServiceEvent, WireCommand, WireStep } from '../dialects/dialect.ts'
import { same, undone } from '../dialects/undo.ts'
import type { Clock } from '../ports.ts'
import { IN_FLIGHT_LIMIT, LATE_ACK_MS, SOFT_ACK_MS } from './in-flight.ts'

/** Signs that a whole block of the agent was taken. What is added to a prompt by `prompt-updated` is not among them: no service refuses it. */
type BlockAck = 'listen-updated' | 'think-updated' | 'speak-updated'

/** A change that is never confirmed counts until the service objects to it. */
type ChangeAck = BlockAck | 'no-objection'

/** A change that the service says nothing to for so long has been taken (C43). */
export const TAKEN_MS = 60_000

/** The same where the service confirms nothing: what it does not take ends the connection within moments. */
export const UNCONFIRMED_TAKEN_MS = 10_000

/** So long a late objection may still name a change, and undo it. */
const UNDOABLE_MS = SOFT_ACK_MS + LATE_ACK_MS

/** What can be undone of the agent. */
const PARTS = ['listen', 'think', 'speak', 'additions', 'told'] as const

const BLOCK_ACKS: ReadonlySet<Ack> = new Set<BlockAck>(['listen-updated', 'think-updated', 'speak-updated'])

/** One change of a block, as it was sent. */
interface Change {
  ack: ChangeAck
  steps: readonly WireStep[]
  /** What was changed, in words of a person. */
  what: string
  before: EffectiveAgent
  after: EffectiveAgent
  sentMs: number
}

function isChangeAck(ack: Ack): ack is ChangeAck {
  return ack === 'no-objection' || BLOCK_ACKS.has(ack)
}

function isBlock(part: (typeof PARTS)[number]): part is keyof EffectiveAgent['updated'] {
  return part === 'listen' || part === 'think' || part === 'speak'
}

function whatOf(kind: WireCommand['kind'], ack: ChangeAck): string {
  if (ack === 'no-objection') return UNCONFIRMED_WHAT[kind] ?? 'the context'
  if (ack === 'speak-updated') return 'the voice'
  if (ack === 'listen-updated') return 'the listening'
  return kind === 'replace-prompt' ? 'the prompt' : 'the model'
}

const UNCONFIRMED_WHAT: Partial<Record<WireCommand['kind'], string>> = {
  'replace-prompt': 'the prompt',
  'append-prompt': 'the prompt',
  'set-model': 'the temperature',
  'set-turn-detection': 'the turn detection'
}

function keptMs(ack: ChangeAck): number {
  return ack === 'no-objection' ? UNDOABLE_MS : TAKEN_MS
}

/** `agent` without a change that was made earlier; what was changed again since stays. */
function without(agent: EffectiveAgent, { before, after }: Change): EffectiveAgent {
  const parts = PARTS.filter((part) => !same(before[part], after[part]))
  const restored = Object.fromEntries(parts.map((part) => [part, undone(before[part], after[part], agent[part])]))
  const whole = parts.filter((part) => isBlock(part)).filter((part) => same(restored[part], before[part]))
  const updated = Object.fromEntries(whole.map((block) => [block, before.updated[block]]))
  return { ...agent, ...restored, updated: { ...agent.updated, ...updated } }
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
    const ack = steps.map((step) => step.ack).find((one) => isChangeAck(one))
    if (ack === undefined || after === before) return
    this.#last = { ack, steps, what: whatOf(kind, ack), before, after, sentMs: this.#clock.nowMs() }
    this.#open.push(this.#last)
    this.#forgetOld()
  }

  /** The service has taken an update of this kind. */
  taken(ack: Ack): void {
    const change = this.#open.find((one) => one.ack === ack)
    this.#open = this.#open.filter((one) => one !== change)
  }

  /** The service objected to `step` and goes on: what that changed is undone. Returns that in words of a person, undefined if there is none. */
  undo(step: WireStep): string | undefined {
    const change = this.#open.find(({ steps }) => steps.includes(step))
    if (change === undefined) return undefined
    this.#undo(change)
    this.#open = this.#open.filter((one) => one !== change)
    if (this.#last === change) this.#last = undefined
    return change.what
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
    const recentMs = this.#clock.nowMs() - UNCONFIRMED_TAKEN_MS
    const open = this.#open.filter(({ ack, sentMs }) => ack !== 'no-objection' || (settings && sentMs > recentMs))
    const blamed = open.length > 0 ? open : settings && this.#last !== undefined ? [this.#last] : []
    if (blamed.length === 0) return undefined
    for (const change of blamed.toReversed()) this.#undo(change)
    this.#open = []
    this.#last = undefined
    return [...new Set(blamed.map(({ what }) => what))].join(' and ')
  }

  /** Also in what later changes were made from: undoing one of those must not bring this one back. */
  #undo(change: Change): void {
    this.#agent = without(this.#agent, change)
    const at = this.#open.indexOf(change)
    for (const later of at === -1 ? [] : this.#open.slice(at + 1)) {
      later.before = without(later.before, change)
      later.after = without(later.after, change)
    }
  }

  #forgetOld(): void {
    const nowMs = this.#clock.nowMs()
    this.#open = this.#open.filter(({ ack, sentMs }) => nowMs - sentMs < keptMs(ack)).slice(-IN_FLIGHT_LIMIT)
  }
}
