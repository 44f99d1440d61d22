import { expect } from 'vitest'
import { SessionRig, block, profile, settle, PROFILE } from '../../testing.test-support.ts'
import { HISTORY_LIMIT_ITEMS } from './history.ts'

/** Uptime between two drops at least. */
const UPTIME_MS = 5_000

const TOOL = 'work'

/** Numbers in [0, 1) that a failing run repeats. */
export function seeded(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e37_79b9) >>> 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}

/** What one conversation came to. */
export interface Outcome {
  drops: number
  /** Committed turns and finished results that were looked for in a later Settings. */
  expected: number
  toolRuns: number
  /** Attempts that failed before one was taken. */
  failed: number
}

/** Something that the next connection must know. `key` appears in exactly one item. */
interface Committed {
  kind: 'text' | 'call'
  key: string
}

/** One random conversation with a service that loses its connection again and again, on the virtual clock. */
export class Drops {
  readonly #random: () => number
  readonly #tellsHistory: boolean
  readonly #committed: Committed[] = []
  readonly #runs = new Map<string, number>()
  readonly #finished: { id: string; arguments: string }[] = []
  /** Ids that were asked for on this connection. */
  #asked = new Set<string>()
  #rig!: SessionRig
  #number = 0
  #liveMs = 0
  #outcome: Outcome = { drops: 0, expected: 0, toolRuns: 0, failed: 0 }

  constructor(seed: number) {
    this.#random = seeded(seed)
    this.#tellsHistory = this.#random() < 0.6
  }

  async run(drops: number): Promise<Outcome> {
    this.#rig = await SessionRig.configuring({
      profile: profile({ ...PROFILE.settings, agent: { greeting: 'Greeting.' } }),
      random: this.#random,
      tools: new Map([[TOOL, { run: ({ id }, signal) => this.#runTool(id, signal) }]])
    })
    this.#rig.socket.pongs = true
    this.#rig.socket.say({ type: 'SettingsApplied' })
    this.#rig.session.talk(true, 'open')
    for (let at = 0; at < drops; at += 1) {
      this.#liveMs = this.#rig.clock.nowMs()
      await this.#converse()
      await this.#drop()
      await this.#comeBack()
    }
    this.#rig.session.hangUp()
    await settle()
    expect(this.#rig.clock.pending).toBe(0)
    expect([...this.#runs].filter(([, runs]) => runs !== 1)).toEqual([])
    return { ...this.#outcome, toolRuns: this.#runs.size }
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #pick<T>(...choices: T[]): T {
    return choices[Math.floor(this.#random() * choices.length)] as T
  }

  #next(): string {
    return `N${(this.#number += 1)}E`
  }

  #say(message: unknown): void {
    this.#rig.socket.say(message)
  }

  /** Time passes, with somebody near the microphone now and then. */
  async #pass(mostMs: number): Promise<void> {
    const ms = Math.floor(this.#random() * mostMs)
    const loud = this.#chance(0.4)
    for (let at = 0; at < ms; at += 20) {
      this.#rig.session.pushAudio(block(loud ? 9 : 0))
      this.#rig.clock.advance(20)
    }
    await settle()
  }

  #runTool(id: string, signal: AbortSignal): Promise<string> {
    this.#runs.set(id, (this.#runs.get(id) ?? 0) + 1)
    if (this.#chance(0.5)) return Promise.resolve(`result-${id}`)
    return new Promise((resolve, reject) => {
      const cancel = this.#rig.clock.after(this.#random() * 4_000, () => resolve(`result-${id}`))
      signal.addEventListener('abort', () => {
        cancel()
        reject(new Error('aborted'))
      })
    })
  }

  /** Steps of a conversation until it is time for a drop, which may come after any of them. */
  async #converse(): Promise<void> {
    const steps = this.#steps()
    while (this.#rig.clock.nowMs() - this.#liveMs < UPTIME_MS || this.#chance(0.9)) {
      const step = steps.next()
      if (step.done === true) return
      await this.#pass(step.value)
    }
  }

  /** Yields the longest pause after each step. */
  *#steps(): Generator<number> {
    for (;;) {
      if (this.#chance(0.15)) yield* this.#typed()
      else yield* this.#userTurn()
      if (this.#chance(0.4)) yield* this.#toolCalls()
      yield* this.#reply()
    }
  }

  *#userTurn(): Generator<number> {
    if (this.#chance(0.9)) this.#say({ type: 'UserStartedSpeaking' })
    yield 600
    yield* this.#text('user', `You ${this.#next()}.`)
  }

  /** Committed once it was sent. */
  *#typed(): Generator<number> {
    const text = `Typed ${this.#next()}.`
    void this.#rig.session.execute({ kind: 'user-text', text })
    this.#commit('text', text)
    yield 300
    yield* this.#text('user', text, true)
  }

  /** One text by ConversationText and, where the service tells it, History, in either order; committed by the first of them unless it was before. */
  *#text(role: 'user' | 'assistant', content: string, committed = false): Generator<number> {
    const messages = [{ type: 'ConversationText', role, content }]
    if (this.#tellsHistory) messages.push({ type: 'History', role, content })
    if (this.#chance(0.3)) messages.reverse()
    for (const [at, message] of messages.entries()) {
      this.#say(message)
      if (at === 0 && !committed) this.#commit('text', content)
      yield at === 0 ? 40 : 300
    }
  }

  *#toolCalls(): Generator<number> {
    const fresh = Array.from({ length: this.#pick(1, 1, 2) }, () => {
      const id = `call-${this.#next()}`
      return { id, name: TOOL, arguments: JSON.stringify({ id }), client_side: this.#chance(0.7) }
    })
    // A service that asks again for what was answered on an earlier connection.
    const again = this.#finished.filter(({ id }) => !this.#asked.has(id) && this.#chance(0.1))
    const repeated = again.map((call) => ({ ...call, name: TOOL, client_side: true }))
    for (const { id } of [...fresh, ...repeated]) this.#asked.add(id)
    this.#say({ type: 'FunctionCallRequest', functions: [...fresh, ...repeated] })
    yield 3_000
    for (const call of fresh) {
      if (call.client_side) continue
      this.#say({ type: 'FunctionCallResponse', id: call.id, name: TOOL, content: `result-${call.id}` })
      this.#commit('call', call.id)
      yield 100
    }
    this.#collectAnswers()
    if (!this.#tellsHistory) return
    const told = fresh.filter(({ id }) => this.#committed.some(({ key }) => key === id))
    if (told.length === 0) return
    this.#say({
      type: 'History',
      function_calls: told.map((call) => ({ ...call, response: `result-${call.id}` }))
    })
    yield 100
  }

  /** Answers of Parley that are on the wire are finished. */
  #collectAnswers(): void {
    for (const { type, id } of this.#rig.socket.messages) {
      if (type !== 'FunctionCallResponse' || typeof id !== 'string') continue
      if (this.#committed.some(({ key }) => key === id)) continue
      this.#commit('call', id)
      this.#finished.push({ id, arguments: JSON.stringify({ id }) })
    }
  }

  *#reply(): Generator<number> {
    const sentences = Array.from({ length: this.#pick(1, 2, 3) }, () => `Agent ${this.#next()}.`)
    for (const sentence of sentences) {
      const textFirst = this.#chance(0.6)
      if (textFirst) this.#say({ type: 'ConversationText', role: 'assistant', content: sentence })
      this.#rig.socket.handlers.onBinary(new Uint8Array(this.#pick(640, 3_200, 16_000)).fill(1))
      if (!textFirst) this.#say({ type: 'ConversationText', role: 'assistant', content: sentence })
      yield 300
      if (this.#chance(0.08)) {
        yield* this.#bargeIn()
        return
      }
    }
    this.#say({ type: 'AgentAudioDone' })
    for (const sentence of sentences) this.#commit('text', sentence)
    yield 40
    if (this.#tellsHistory) this.#say({ type: 'History', role: 'assistant', content: sentences.join(' ') })
    yield 200
    this.#play()
    yield 1_000
  }

  /** A cut reply is not committed: how much of it was heard is another test. */
  *#bargeIn(): Generator<number> {
    this.#say({ type: 'UserStartedSpeaking' })
    this.#play()
    yield 500
    yield* this.#text('user', `But ${this.#next()}.`)
  }

  /** The sink has played everything it got. */
  #play(): void {
    const replies = new Map<number, number>()
    for (const call of this.#rig.calls) {
      if (call.kind === 'write') replies.set(call.reply, (replies.get(call.reply) ?? 0) + call.pcm.byteLength / 2)
    }
    for (const [reply, playedSamples] of replies) this.#rig.session.playback({ reply, playedSamples, drained: true })
    this.#rig.calls.length = 0
  }

  #commit(kind: Committed['kind'], key: string): void {
    this.#committed.push({ kind, key })
  }

  async #drop(): Promise<void> {
    this.#collectAnswers()
    const { socket } = this.#rig
    const how = this.#pick('close', 'close', 'fail', 'going-away', 'half-open', 'sleep')
    this.#outcome = { ...this.#outcome, drops: this.#outcome.drops + 1 }
    if (how === 'close') socket.handlers.onClose(this.#pick(1001, 1006, 1011), '')
    else if (how === 'fail') socket.handlers.onFailure({ kind: 'unreachable', reason: 'broken-off' })
    else if (how === 'going-away') {
      socket.say({ type: 'Error', code: 'SERVER_GOING_AWAY', description: 'Bye.' })
      socket.handlers.onClose(1005, '')
    } else if (how === 'sleep') {
      // What is being said is cut: how much of it was heard is another test.
      this.#play()
      this.#rig.session.suspend()
      await this.#pass(9_000)
      if (this.#chance(0.7)) this.#rig.session.retryNow()
    } else {
      socket.pongs = false
      while (this.#rig.session.state.phase === 'live') await this.#pass(500)
      this.#collectFrom(socket)
    }
    this.#asked = new Set()
    expect(this.#rig.session.state.phase).toBe('reconnecting')
  }

  /** What Parley sent on a connection that was dead already it takes for sent. */
  #collectFrom(socket: SessionRig['socket']): void {
    for (const { type, id } of socket.messages) {
      if (type === 'FunctionCallResponse' && typeof id === 'string' && !this.#committed.some(({ key }) => key === id)) {
        this.#commit('call', id)
      }
    }
  }

  async #comeBack(): Promise<void> {
    // What was received plays on without a connection.
    this.#play()
    const { session } = this.#rig
    for (let failures = this.#pick(0, 0, 1, 2); failures > 0; failures -= 1) {
      await this.#dialled()
      this.#rig.socket.handlers.onFailure({ kind: 'unreachable', reason: this.#pick('no-route', 'nothing-answers') })
      this.#outcome = { ...this.#outcome, failed: this.#outcome.failed + 1 }
    }
    // Lost before SettingsApplied; more than two of these in a row would end the session.
    if (this.#chance(0.3)) {
      await this.#opened(this.#chance(0.5))
      this.#rig.socket.handlers.onClose(1006, '')
      this.#outcome = { ...this.#outcome, failed: this.#outcome.failed + 1 }
    }
    await this.#opened(true)
    this.#rig.socket.say({ type: 'SettingsApplied' })
    expect(session.state.phase).toBe('live')
  }

  /** A connection up to its Settings; without `welcomed` not even that far. */
  async #opened(welcomed: boolean): Promise<void> {
    await this.#dialled()
    const { socket } = this.#rig
    socket.pongs = true
    await this.#pass(200)
    socket.handlers.onOpen()
    await this.#pass(200)
    expect(socket.sent).toEqual([])
    if (!welcomed) return
    socket.say({ type: 'Welcome', request_id: 'r' })
    await this.#pass(400)
    expect(socket.audio).toEqual([])
    expect(socket.messages.map(({ type }) => type)).toEqual(['Settings'])
    this.#checkSettings(socket.settings)
  }

  async #dialled(): Promise<void> {
    const before = this.#rig.transport.sockets.length
    while (this.#rig.transport.sockets.length === before) await this.#pass(200)
    // What is over is not needed any more; hundreds of drops would fill the memory.
    this.#rig.transport.sockets.splice(0, this.#rig.transport.sockets.length - 1)
    this.#rig.events.length = 0
    this.#rig.wire.length = 0
  }

  #checkSettings(settings: Record<string, unknown> | undefined): void {
    const agent = settings?.['agent'] as { greeting?: string; context?: { messages?: unknown[] } }
    const items = (agent.context?.messages ?? []).map((item) => JSON.stringify(item))
    expect(agent.greeting).toBeUndefined()
    expect(items.length).toBeLessThan(HISTORY_LIMIT_ITEMS)
    for (const { kind, key } of this.#committed) {
      const found = items.filter((item) => item.includes(kind === 'call' ? `"id":"${key}"` : key))
      if (found.length !== 1) throw new Error(`${key} is in ${found.length} items of the next Settings`)
      if (kind === 'call') expect(found[0]).toContain(`result-${key}`)
    }
    const texts = this.#committed
      .filter(({ kind }) => kind === 'text')
      .map(({ key }) => items.findIndex((item) => item.includes(key)))
    expect(texts).toEqual(texts.toSorted((a, b) => a - b))
    this.#outcome = { ...this.#outcome, expected: this.#outcome.expected + this.#committed.length }
  }
}
