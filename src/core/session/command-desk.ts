import { assertNever } from '../../shared/assert-never.ts'
import type { CommandResult } from '../../shared/commands.ts'
import type { Ack, Compose, Plan, WireCommand, WireStep } from '../dialects/dialect.ts'
import { EchoParts, isPart, type EchoAck } from './command-desk-echoes.ts'
import { justOver, named, textIsMeant } from './command-desk-objections.ts'
import type { DeskPorts } from './command-desk-ports.ts'
import { DeskEntry, isAfterSpeech, mayFollowSpeech } from './desk-entry.ts'
import { InFlight, type Sent } from './in-flight.ts'

export type { DeskPorts, DeskSecrets } from './command-desk-ports.ts'
export { ACK_MS, SOFT_ACK_MS } from './in-flight.ts'

/** Commands that wait for the service to be ready, and as many for the end of a reply. */
export const HELD_LIMIT = 20

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Signs of updates that a service may refuse. */
const BLOCK_ACKS: ReadonlySet<Ack> = new Set(['listen-updated', 'think-updated', 'speak-updated'])

const ENDED: CommandResult = { outcome: 'failed', reason: 'The session ended before this could be sent.' }
const UNCONFIRMED = 'The service did not confirm this in time. It may still have been done.'
const FULL: CommandResult = {
  outcome: 'failed',
  reason: 'Too much is waiting for the service already. Try again once it is ready.'
}

/**
 * Holds commands until the service is ready or the reply was played, sends their messages one after the other, and matches what the
 * service says to what was asked.
 */
export class CommandDesk {
  readonly #ports: DeskPorts
  readonly #inFlight: InFlight
  #phase: 'held' | 'open' | 'closed' = 'held'
  /** In the order they were given; the first may wait for a secret. */
  #line: DeskEntry[] = []
  /** The first of the line is being dealt with; a listener may give the next command meanwhile. */
  #busy = false
  readonly #parts = new EchoParts()
  /** Until the reply being heard was played. */
  #afterSpeech: DeskEntry[] = []

  constructor(ports: DeskPorts) {
    this.#ports = ports
    this.#inFlight = new InFlight(ports.clock, (sent) => this.#overdue(sent))
  }

  /** True while nothing is held, on its way or waiting for its answer. */
  get quiet(): boolean {
    return this.waiting === 0
  }

  /** Commands that are held, on their way or waiting for their answer. */
  get waiting(): number {
    return this.#line.length + this.#afterSpeech.length + this.#inFlight.count
  }

  /** Never rejects. `report: false`: the result is returned and no event tells it. */
  execute(command: WireCommand, { report = true }: { report?: boolean } = {}): Promise<CommandResult> {
    const entry = new DeskEntry(command, report ? (event) => this.#ports.emit(event) : undefined)
    if (this.#phase === 'closed') entry.tell({ outcome: 'failed', reason: 'The session has ended.' })
    else if (isAfterSpeech(command) && !this.#ports.serviceDelays) this.#enterAfterSpeech(entry)
    else this.#enter(entry)
    return entry.result
  }

  /** The service is ready: `first`, and then what was held, goes out in order. */
  ready(first: readonly WireStep[] = []): void {
    if (this.#phase !== 'held') return
    this.#phase = 'open'
    for (const step of first) this.#sendStep({ step, later: [], entry: undefined })
    this.#pump()
  }

  /** Sends what belongs to no command; nobody is told how it ends. Nothing goes out while the service is not ready. */
  tell(step: WireStep): void {
    if (this.#phase === 'open') this.#sendStep({ step, later: [], entry: undefined })
  }

  /** The connection was lost: nothing that was sent will be answered, and what comes is held until the service is ready again. */
  dropped(): void {
    if (this.#phase !== 'open') return
    this.#phase = 'held'
    this.#parts.clear()
    for (const { entry } of this.#inFlight.clear()) {
      entry?.tell({ outcome: 'unconfirmed', reason: 'The connection was lost before the service answered.' })
    }
  }

  close(): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    const inFlight = this.#inFlight.clear()
    const [held, afterSpeech] = [this.#line, this.#afterSpeech]
    this.#line = []
    this.#afterSpeech = []
    for (const entry of [...held, ...afterSpeech]) entry.tell(ENDED)
    if (afterSpeech.length > 0) this.#tellDropped(afterSpeech.length)
    for (const { entry } of inFlight) {
      entry?.tell({ outcome: 'unconfirmed', reason: 'The session ended before the service answered.' })
    }
  }

  /** Somebody began or ended a turn: what waited for the end of a reply may go out. What changes while a message goes out counts after it. */
  activityChanged(): void {
    while (this.#phase === 'open' && !this.#busy) {
      const next = this.#afterSpeech[0]
      if (next === undefined || !mayFollowSpeech(next.command, this.#ports.activity())) return
      this.#afterSpeech.shift()
      this.#enter(next)
    }
  }

  /** The service has applied an update of this kind. */
  updated(ack: Exclude<Ack, 'user-echo' | 'spoken' | 'turn-ended'>): void {
    this.#dealtWith(({ step }) => step.ack === ack)
  }

  /** The service ended the connection over an update that it had not taken; nothing of it holds any more. */
  updatesRefused(reason: string): void {
    for (const { step, entry } of this.#inFlight.all(({ step: { ack } }) => BLOCK_ACKS.has(ack))) {
      this.#inFlight.take((sent) => sent.step === step)
      entry?.tell({ outcome: 'refused', reason })
    }
  }

  /** The service ended the user's turn. */
  turnEnded(): void {
    this.#dealtWith(({ step }) => step.ack === 'turn-ended')
  }

  /** The service cannot end the user's turn by itself: silence does (C42). */
  endTurnUnsupported(): void {
    if (this.#dealtWith(({ step }) => step.ack === 'turn-ended')) this.#ports.trailingSilence()
  }

  /** True if `text` is the echo of a text that is shown already (C41), or one part of it. */
  userEcho(text: string): boolean {
    const echo = normal(text)
    return (
      this.#dealtWith(({ step }) => step.ack === 'user-echo' && normal(step.says ?? '') === echo) ||
      this.#echoPart(echo, 'user-echo')
    )
  }

  /** True if `text` is the echo, or one part of it, of a text that shall not be answered: nothing else comes of it. */
  absorbed(text: string): boolean {
    const echo = normal(text)
    if (echo === '') return false
    return (
      this.#dealtWith(({ step }) => step.ack === 'no-objection' && normal(step.says ?? '') === echo) ||
      this.#echoPart(echo, 'no-objection')
    )
  }

  /**
   * The service did not take something that it never confirms, and names these `fields` of it. What that changed is undone. A command that
   * has its result already is told by a notice. False if nobody was told.
   */
  objected(reason: string, fields: readonly string[] = []): boolean {
    const meant = this.#meant(fields)
    const taken = this.#inFlight.take((sent) => sent === meant)
    if (taken === undefined) return false
    const { step, entry } = taken.sent
    const what = this.#ports.refused(step)
    if (!taken.over) entry?.tell({ outcome: 'refused', reason })
    else if (what !== undefined) this.#tellUndone(what, reason)
    return taken.over ? what !== undefined : entry !== undefined
  }

  /** The service may give a statement back whole or sentence by sentence. */
  agentText(text: string): void {
    const spoken = normal(text)
    if (spoken === '') return
    this.#dealtWith(({ step }) => step.ack === 'spoken' && normal(step.says ?? '').startsWith(spoken))
  }

  replyBegan(): void {
    this.#dealtWith(({ step, sentIdle }) => step.ack === 'spoken' && (sentIdle || step.takesTurn === 'agent'))
  }

  /** While the agent is mid-turn only `if-quiet` is refused (rules I4, I7), and `interrupt` never is; false if nothing was asked. */
  refused(reason: string, userMidTurn: boolean): boolean {
    const asked = this.#inFlight.all(({ step }) => step.ack === 'spoken')
    const refusable = asked.filter(({ step }) => step.takesTurn !== 'agent')
    const ifQuiet = refusable.find(({ step }) => step.ifQuiet === true)
    const refused = (userMidTurn ? undefined : ifQuiet) ?? refusable[0] ?? asked[0]
    const taken = this.#inFlight.take((sent) => sent === refused)
    taken?.sent.entry?.tell({ outcome: 'refused', reason })
    return taken !== undefined
  }

  /**
   * What an objection is about: what it names; else the oldest step that waits for one; else a change whose wait is just over; else the
   * oldest text that has not come back.
   */
  #meant(fields: readonly string[]): Sent | undefined {
    const silent = this.#inFlight.all(({ step }) => step.ack === 'no-objection')
    const texts = this.#inFlight.all(({ step }) => step.ack === 'user-echo')
    return (
      named([...silent, ...texts], fields) ??
      this.#inFlight.waiting(({ step }) => step.ack === 'no-objection') ??
      (fields.length === 0 ? justOver(silent, this.#ports.clock.nowMs()) : undefined) ??
      texts.find((text) => textIsMeant(text, fields))
    )
  }

  /** The first of several parts confirms the text as the whole would. */
  #echoPart(echo: string, ack: EchoAck): boolean {
    if (this.#parts.next(echo, ack)) return true
    let says = ''
    const isFirst = this.#dealtWith(({ step }) => {
      says = normal(step.says ?? '')
      return step.ack === ack && step.echoInParts === true && isPart(says, echo)
    })
    if (isFirst) this.#parts.first(says, echo, ack)
    return isFirst
  }

  #enterAfterSpeech(entry: DeskEntry): void {
    if (this.#afterSpeech.length >= HELD_LIMIT) return entry.tell(FULL)
    this.#afterSpeech.push(entry)
    this.activityChanged()
  }

  #enter(entry: DeskEntry): void {
    if (this.#phase === 'held' && this.#line.length >= HELD_LIMIT) return entry.tell(FULL)
    this.#line.push(entry)
    this.#pump()
  }

  /** Takes the line in order; a command whose secrets must be asked for holds up those behind it. */
  #pump(): void {
    if (this.#busy) return
    this.#busy = true
    while (this.#phase === 'open') {
      const entry = this.#line[0]
      if (entry === undefined) break
      const plan = this.#ports.plan(entry.command)
      const lacking =
        plan.kind === 'send' ? plan.steps.find(({ compose }) => this.#ports.secrets.lacks(compose)) : undefined
      if (lacking !== undefined) {
        void this.#load(entry, lacking.compose)
        return
      }
      this.#line.shift()
      this.#carryOut(entry, plan)
    }
    this.#busy = false
    this.activityChanged()
  }

  async #load(entry: DeskEntry, compose: Compose): Promise<void> {
    const problem = await this.#ports.secrets.load(compose)
    this.#busy = false
    if (problem !== undefined) {
      this.#line = this.#line.filter((other) => other !== entry)
      entry.tell({ outcome: 'failed', reason: problem })
    }
    this.#pump()
  }

  #carryOut(entry: DeskEntry, plan: Plan): void {
    switch (plan.kind) {
      case 'impossible':
        return entry.tell({ outcome: 'failed', reason: plan.reason })
      case 'trailing-silence':
        this.#ports.trailingSilence()
        return entry.tell({ outcome: 'applied' })
      case 'send':
        this.#ports.changed(plan.effective, entry.command, plan.steps)
        return this.#next(entry, plan.steps)
      default:
        return assertNever(plan)
    }
  }

  #next(entry: DeskEntry, [step, ...later]: readonly WireStep[]): void {
    if (step === undefined) entry.tell({ outcome: 'applied' })
    else if (this.#phase === 'open') this.#sendStep({ step, later, entry })
    else entry.tell(ENDED)
  }

  #sendStep(step: Omit<Sent, 'sentIdle'>): void {
    this.#inFlight.add({ ...step, sentIdle: this.#ports.activity() === 'listening' })
    this.#ports.sending(step.step)
    this.#ports.send(step.step.compose)
  }

  #overdue({ step, entry, later }: Sent): void {
    if (entry === undefined) return
    if (later.length > 0) return this.#next(entry, later)
    entry.tell({ outcome: 'unconfirmed', reason: step.unconfirmed ?? UNCONFIRMED })
  }

  #dealtWith(matches: (sent: Sent) => boolean): boolean {
    const taken = this.#inFlight.take(matches)
    if (taken === undefined) return false
    const { entry, later } = taken.sent
    if (entry !== undefined && !taken.over) this.#next(entry, later)
    return true
  }

  #tellUndone(what: string, reason: string): void {
    const message = `The service did not take the change of ${what}, so it is undone: ${reason}`
    this.#ports.emit({ kind: 'notice', notice: { level: 'warning', code: 'service-objected', message } })
  }

  #tellDropped(count: number): void {
    const message =
      count === 1
        ? 'The session ended before the reply had been played, so one text that waited for that was not sent.'
        : `The session ended before the reply had been played, so ${count} texts that waited for that were not sent.`
    this.#ports.emit({ kind: 'notice', notice: { level: 'warning', code: 'text-dropped', message } })
  }
}
