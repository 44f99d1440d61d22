import type { Clock } from '../../shared/runtime.ts'

/** What a script takes notice of in a conversation. */
export type Signal =
  | 'live'
  | 'reconnected'
  | 'agent-text'
  | 'agent-audio'
  | 'user-turn'
  | 'reply-played'
  | 'interrupted'
  /** The agent thinks, works or speaks. */
  | 'agent-turn'
  /** A tool runs for the agent. */
  | 'tool-called'
  /** None runs any more. */
  | 'tools-over'
  /** Nobody has the turn. In a conversation without audio that is how a reply ends. */
  | 'listening'
  | 'recording-spoken'

/** What has happened since the last `begin`; `live`, `reconnections`, `recordingSpoken` and `working` stay. */
export interface ProgressView {
  live: boolean
  /** Connections that took the place of one that was lost. */
  reconnections: number
  recordingSpoken: boolean
  /** A tool runs, or the agent has the turn. */
  working: boolean
  /** A tool was called. */
  toolCalled: boolean
  /** The agent said something, in text or audio. */
  agentHeard: boolean
  agentAudio: boolean
  replyPlayed: boolean
  interrupted: boolean
  /** What was spoken has been answered, and the answer played to its end. */
  answered: boolean
  /** A new connection has nothing to answer: the old one was lost before anything of the answer was heard, and nobody spoke since. */
  adrift: boolean
}

/** Collects signals and lets a script wait for what they add up to. */
export class Progress {
  private readonly clock: Clock
  private readonly modality: 'audio' | 'text'
  private readonly waiters = new Set<() => void>()
  private readonly limits = new Set<() => void>()
  private view: ProgressView = { ...NOTHING_YET, live: false, reconnections: 0, recordingSpoken: false, working: false }
  /** The user's turn that waits for an answer: `open` until the agent says something after it. */
  private turn: 'none' | 'open' | 'being-answered' | 'answered' = 'none'
  /** Something of the answer to it was heard. */
  private answerHeard = false
  private agentTurn = false
  private toolsRun = false

  constructor(clock: Clock, modality: 'audio' | 'text' = 'audio') {
    this.clock = clock
    this.modality = modality
  }

  note(signal: Signal): void {
    this.take(signal)
    // Without audio what was written is what was heard.
    if (signal === 'agent-text' && this.modality === 'text') this.take('agent-audio')
    for (const waiter of this.waiters) waiter()
  }

  /** So far. */
  get reconnections(): number {
    return this.view.reconnections
  }

  /** A tool was called since the last `begin`. */
  get toolCalled(): boolean {
    return this.view.toolCalled
  }

  /** Forgets what was said so far: a new question begins. */
  begin(): void {
    this.view = { ...this.view, ...NOTHING_YET }
    this.turn = 'none'
    this.answerHeard = false
  }

  /** True once `reached` holds; false when `limitMs` passed first. Without a limit it waits for ever. */
  until(reached: (view: Readonly<ProgressView>) => boolean, limitMs?: number): Promise<boolean> {
    if (reached(this.view)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const settle = (outcome: boolean) => {
        cancel()
        this.limits.delete(cancel)
        this.waiters.delete(check)
        resolve(outcome)
      }
      const check = () => {
        if (reached(this.view)) settle(true)
      }
      const cancel = limitMs === undefined ? () => undefined : this.clock.after(limitMs, () => settle(false))
      this.limits.add(cancel)
      this.waiters.add(check)
    })
  }

  /** Nothing is waited for any more: what is still pending never resolves. */
  close(): void {
    for (const cancel of this.limits) cancel()
    this.limits.clear()
    this.waiters.clear()
  }

  private take(signal: Signal): void {
    const { view } = this
    switch (signal) {
      case 'live':
        view.live = true
        break
      case 'reconnected':
        view.reconnections += 1
        view.adrift = !view.answered && !this.answerHeard
        break
      case 'recording-spoken':
        view.recordingSpoken = true
        break
      case 'agent-text':
        this.agentSpoke()
        break
      case 'agent-audio':
        view.agentAudio = true
        this.agentSpoke()
        view.adrift = false
        if (this.turn === 'being-answered') this.answerHeard = true
        break
      case 'agent-turn':
        this.works({ agentTurn: true })
        break
      case 'tool-called':
        view.toolCalled = true
        this.works({ toolsRun: true })
        break
      case 'tools-over':
        this.works({ toolsRun: false })
        break
      case 'user-turn':
        if (this.turn !== 'open') this.turn = 'open'
        this.answerHeard = false
        view.answered = false
        view.adrift = false
        break
      case 'listening':
        this.works({ agentTurn: false })
        if (this.modality === 'text' && view.agentHeard && !view.replyPlayed) this.take('reply-played')
        break
      case 'interrupted':
        view.interrupted = true
        if (this.turn === 'being-answered') this.turn = 'open'
        this.answerHeard = false
        break
      case 'reply-played':
        view.replyPlayed = true
        if (this.turn !== 'being-answered') break
        this.turn = 'answered'
        view.answered = true
        break
    }
  }

  private works({ agentTurn = this.agentTurn, toolsRun = this.toolsRun }): void {
    this.agentTurn = agentTurn
    this.toolsRun = toolsRun
    this.view.working = agentTurn || toolsRun
  }

  private agentSpoke(): void {
    this.view.agentHeard = true
    // A service that does not tell of the user's turns can only be answering once everything has been spoken.
    if (this.turn === 'open' || (this.turn === 'none' && this.view.recordingSpoken)) this.turn = 'being-answered'
  }
}

const NOTHING_YET = {
  toolCalled: false,
  agentHeard: false,
  agentAudio: false,
  replyPlayed: false,
  interrupted: false,
  answered: false,
  adrift: false
}
