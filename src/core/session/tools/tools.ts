import type { CommandResult } from '../../../shared/commands.ts'
import type { ToolCall } from '../../../shared/events.ts'
import { COMMAND_TEXT_LIMIT } from '../../../shared/limits.ts'
import type { AgentProfile } from '../../../shared/profile.ts'
import type { CalledFunction, ToolDeadline, WireStep } from '../../dialects/dialect.ts'
import type { Clock, ToolRequest, ToolRunner, ToolSet } from '../../ports.ts'
import { KnownCalls } from './known-calls.ts'
import { errorAnswer, failureText, readArguments } from './tool-answers.ts'
import { toolKind } from './tool-kind.ts'

/** A tool that has not answered this long after the agent called it is answered for, so that the turn does not hang (C31). */
export const TOOL_MS = 20_000

/** As long a person has to answer. */
export const PERSON_MS = 60_000

/** A call that the service makes is taken for lost when its result has not come by then. */
export const SERVICE_CALL_MS = 120_000

/** Tools that run at the same time; more wait for one to end. */
export const RUNNING_LIMIT = 8

/** Calls that are open at the same time; more are answered with an error at once. */
export const OPEN_LIMIT = 100

export interface ToolsPorts {
  clock: Clock
  tools: ToolSet | undefined
  profileTools: AgentProfile['tools']
  /** How long the service waits for an answer; undefined where it waits as long as it takes. */
  deadline: ToolDeadline | undefined
  /** Puts the answer of one call on the wire. */
  respond(id: string, name: string, content: string): void
  /** Brings the result of a call that has had an interim answer. */
  late(step: WireStep): void
  emit(call: ToolCall): void
  /** An open call was answered or cancelled. */
  onOver(): void
}

type Work =
  | { kind: 'queued'; runner: ToolRunner; input: ToolRequest['input'] }
  | { kind: 'running'; controller: AbortController }
  | { kind: 'person' }
  | { kind: 'service' }

interface Open {
  call: ToolCall
  work: Work
  /** The service has had an interim answer, or waits for none any more: what comes is told afterwards. */
  isLate: boolean
  cancel: () => void
}

const CUT_OFF =
  'The connection was lost while this ran. It may or may not have been done, and it was not run again. Ask the user before you call it again.'

/** Answers the agent's function calls: each once, with its id and name (deepgram.md section 7.4). */
export class Tools {
  readonly #ports: ToolsPorts
  readonly #known = new KnownCalls()
  #open = new Map<string, Open>()
  #closed = false

  constructor(ports: ToolsPorts) {
    this.#ports = ports
  }

  /** Calls that have no answer yet, whoever makes them. */
  get open(): number {
    return this.#open.size
  }

  /** The agent called `functions`; those of one request run at the same time. */
  requested(functions: readonly CalledFunction[]): void {
    for (const called of functions) {
      if (this.#closed) return
      const known = this.#known.meet(called)
      if (known.kind === 'new') this.#begin(called)
      else if (known.kind === 'before' && called.clientSide) this.#again(known.call)
    }
  }

  /** These calls must not be answered any more, not even if their request comes later (C32). */
  cancelled(ids: readonly string[]): void {
    for (const id of ids) {
      this.#known.refuse(id)
      const open = this.#open.get(id)
      if (open !== undefined) this.#cancel(open)
    }
  }

  /** The service told the result of a call of its own; the echo of our answer changes nothing. */
  told(id: string | undefined, name: string, content: string): void {
    const open = [...this.#open.values()].find(
      ({ call }) => call.where === 'service' && (id === undefined ? call.name === name : call.id === id)
    )
    if (open !== undefined) this.#over(open, { ...open.call, status: 'answered', content })
  }

  /** The service waits for the answer to `id` no longer, without an id for that to the oldest call that has none; the tool goes on. */
  overdue(id?: string): void {
    const open = [...this.#open.values()].find(
      ({ call, isLate }) => call.where === 'client' && (id === undefined ? !isLate : call.id === id)
    )
    if (open !== undefined && this.#ports.deadline !== undefined) open.isLate = true
  }

  /** The person answers an open call. */
  answer(id: string, content: string): CommandResult {
    const open = this.#open.get(id)
    if (open === undefined) return { outcome: 'failed', reason: 'This call is not open: it was answered or cancelled.' }
    if (open.call.where === 'service') return { outcome: 'failed', reason: 'The service answers this call itself.' }
    this.#respond(open, 'answered', content)
    return { outcome: 'applied' }
  }

  /** The connection was lost: what is open will not be answered, and what comes of it later is dropped. */
  dropped(): void {
    const lost = [...this.#open.values()]
    this.#open = new Map()
    for (const open of lost) this.#cancel(open)
    this.#known.newConnection()
  }

  close(): void {
    this.#closed = true
    this.dropped()
  }

  #begin(called: CalledFunction): void {
    const { id, name, clientSide } = called
    const call: ToolCall = {
      id,
      name,
      arguments: called.arguments,
      where: clientSide ? 'client' : 'service',
      status: 'running'
    }
    if (this.#open.size >= OPEN_LIMIT) return this.#tooMany(call)
    if (!clientSide) return this.#add(call, { kind: 'service' }, SERVICE_CALL_MS)
    const input = readArguments(called.arguments)
    if (typeof input === 'string') return this.#atOnce(call, 'failed', errorAnswer(input))
    const tool = toolKind(name, this.#ports.tools, this.#ports.profileTools)
    if (tool.kind === 'answer') return this.#atOnce(call, 'answered', tool.content)
    if (tool.kind === 'ask') return this.#add({ ...call, status: 'waiting-for-person' }, { kind: 'person' }, PERSON_MS)
    this.#add(call, { kind: 'queued', runner: tool.runner, input }, TOOL_MS)
    this.#startQueued()
  }

  #tooMany(call: ToolCall): void {
    if (call.where === 'service') return
    this.#atOnce(call, 'failed', errorAnswer('Too many calls are open. Wait for their answers, then call again.'))
  }

  /** It was called on a connection that is gone: what is known of it is told again, and nothing is run. */
  #again(call: ToolCall): void {
    if (call.status === 'cancelled' || call.content === undefined) {
      return this.#atOnce(call, 'failed', errorAnswer(CUT_OFF))
    }
    this.#ports.respond(call.id, call.name, call.content)
  }

  #atOnce(call: ToolCall, status: 'answered' | 'failed', content: string): void {
    const done: ToolCall = { ...call, status, content }
    this.#known.over(done)
    this.#ports.respond(call.id, call.name, content)
    this.#ports.emit(done)
    this.#ports.onOver()
  }

  #add(call: ToolCall, work: Work, waitMs: number): void {
    const { clock, deadline } = this.#ports
    const open: Open = { call, work, isLate: false, cancel: () => {} }
    const cancelGiveUp = clock.after(waitMs, () => this.#giveUp(open))
    const cancelInterim =
      deadline === undefined || call.where === 'service'
        ? undefined
        : clock.after(deadline.interimMs, () => this.#interim(open, deadline))
    open.cancel = () => {
      cancelGiveUp()
      cancelInterim?.()
    }
    this.#open.set(call.id, open)
    this.#ports.emit(call)
  }

  /** The service would take the call for failed soon: it gets something to go on with. */
  #interim(open: Open, { interim }: ToolDeadline): void {
    if (open.isLate) return
    open.isLate = true
    this.#ports.respond(open.call.id, open.call.name, interim)
  }

  #giveUp(open: Open): void {
    const { kind } = open.work
    if (kind === 'service') return this.#over(open, { ...open.call, status: 'failed' })
    const what =
      kind === 'person'
        ? `The user did not answer within ${PERSON_MS / 1000} seconds.`
        : `The tool did not answer within ${TOOL_MS / 1000} seconds.`
    this.#respond(open, 'failed', errorAnswer(what))
  }

  #startQueued(): void {
    let running = 0
    for (const { work } of this.#open.values()) if (work.kind === 'running') running += 1
    for (const open of this.#open.values()) {
      if (running >= RUNNING_LIMIT) return
      if (open.work.kind !== 'queued') continue
      running += 1
      void this.#run(open, open.work)
    }
  }

  async #run(open: Open, { runner, input }: Extract<Work, { kind: 'queued' }>): Promise<void> {
    const controller = new AbortController()
    open.work = { kind: 'running', controller }
    const { id, name } = open.call
    let outcome: { status: 'answered' | 'failed'; content: string }
    try {
      const content = await runner.run({ id, name, input }, controller.signal)
      outcome =
        content.length > COMMAND_TEXT_LIMIT
          ? { status: 'failed', content: errorAnswer(`The answer is longer than ${COMMAND_TEXT_LIMIT} characters.`) }
          : { status: 'answered', content }
    } catch (cause) {
      outcome = { status: 'failed', content: errorAnswer(failureText(cause)) }
    }
    if (this.#open.get(id) === open) this.#respond(open, outcome.status, outcome.content)
  }

  #respond(open: Open, status: 'answered' | 'failed', content: string): void {
    if (open.isLate) return this.#respondLate(open, status, content)
    const { id, name } = open.call
    this.#ports.respond(id, name, content)
    this.#over(open, { ...open.call, status, content })
  }

  #respondLate(open: Open, status: 'answered' | 'failed', content: string): void {
    const { deadline } = this.#ports
    if (deadline !== undefined) this.#ports.late(deadline.late(open.call.name, content))
    this.#over(open, { ...open.call, status, content })
  }

  #cancel(open: Open): void {
    this.#over(open, { ...open.call, status: 'cancelled' })
  }

  /** A tool that still runs is told that nobody waits for it. */
  #over(open: Open, call: ToolCall): void {
    open.cancel()
    this.#open.delete(call.id)
    this.#known.over(call)
    if (open.work.kind === 'running') open.work.controller.abort()
    this.#ports.emit(call)
    if (this.#closed) return
    this.#startQueued()
    this.#ports.onOver()
  }
}
