import type { WarningCode } from '../shared/protocol/deepgram.ts'
import type { TurnTrigger } from './speech/contract.ts'
import type { OutgoingMessage } from './wire.ts'

/** What the reporter is told once. */
export interface ReporterDeps {
  /** `flags.history`. */
  readonly history: boolean
  /** Send what models reason. */
  readonly agentThinking: boolean
  send(message: OutgoingMessage): void
}

/** Tells the client what was said, in the messages that go with it. */
export class Reporter {
  private readonly deps: ReporterDeps

  constructor(deps: ReporterDeps) {
    this.deps = deps
  }

  agentSaid(content: string): void {
    this.deps.send({ type: 'ConversationText', role: 'assistant', content })
    if (this.deps.history) this.deps.send({ type: 'History', role: 'assistant', content })
  }

  /** `endOfTurn`: what ended the turn, where that is told (Flux). */
  userSaid(content: string, details: { languageHints: readonly string[]; endOfTurn: TurnTrigger | undefined }): void {
    const { languageHints, endOfTurn } = details
    const hinted = languageHints.length === 0 ? {} : { languages_hinted: languageHints }
    this.deps.send({ type: 'ConversationText', role: 'user', content, ...hinted })
    if (endOfTurn !== undefined) this.deps.send({ type: 'EndOfTurn', trigger: endOfTurn })
    if (this.deps.history) this.deps.send({ type: 'History', role: 'user', content })
  }

  /** A model has reasoned. */
  reasoned(content: string): void {
    if (this.deps.agentThinking) this.deps.send({ type: 'AgentThinking', content })
  }

  warn(code: WarningCode, description: string): void {
    this.deps.send({ type: 'Warning', code, description })
  }

  promptTooLong(limit: number): void {
    this.warn(
      'PROMPT_TOO_LONG',
      `The prompt and its additions are longer than ${limit} characters; the rest was dropped.`
    )
  }
}
