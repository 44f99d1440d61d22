import { PCM16_BYTES } from '../../shared/audio/format.ts'
import type { Dialect, EffectiveAgent, WireMessage } from '../dialects/dialect.ts'
import { Attempt, type AttemptPorts } from './attempt.ts'
import type { Outside } from './outside.ts'
import type { SessionDeps } from './session-types.ts'
import type { Thread } from './thread.ts'

/** What an attempt tells the session. `told`: the history that went out with the opening; at the first connection that of an earlier conversation, or none. */
export interface AttemptEvents extends Pick<AttemptPorts, 'onEvent' | 'onBinary' | 'onFault'> {
  onStep(): void
  onLive(attempt: Attempt, told: readonly WireMessage[] | undefined): void
  onOver(attempt: Attempt, failure: Parameters<AttemptPorts['onOver']>[0]): void
  onWarning(message: string): void
}

/** An attempt that carries on `thread`; it is not dialled yet. */
export function makeAttempt(
  { clock, transport }: SessionDeps,
  dialect: Dialect,
  outside: Outside,
  thread: Thread,
  events: AttemptEvents
): Attempt {
  const { tap } = outside
  const { conversation, history, retrying } = thread
  let told: readonly WireMessage[] | undefined
  const attempt: Attempt = new Attempt({
    clock,
    transport,
    dialect,
    bytesPerMs: bytesPerMs(dialect, conversation.agent),
    access: () => outside.access(dialect, conversation.agent, retrying.everLive || thread.continues),
    place: () => outside.place(),
    owedSinceMs: () => thread.owedSinceMs,
    onAccess: (access) => {
      for (const message of outside.dialling(access)) events.onWarning(message)
    },
    onStep: (step) => {
      if (step === 'live') events.onLive(attempt, told)
      else events.onStep()
    },
    opening: () => {
      told = retrying.everLive || thread.continues ? history.items() : undefined
      const message = dialect.opening(conversation.agent, told)
      return message === undefined ? undefined : tap.writeOut(message)
    },
    readText: (text, reader) => tap.readIn(text, reader),
    onEvent: events.onEvent,
    onFrame: (bytes) => tap.binary('in', bytes),
    onBinary: events.onBinary,
    onOver: (failure) => events.onOver(attempt, failure),
    onFault: events.onFault
  })
  return attempt
}

/** Bytes on the wire of one millisecond of the user's audio, with what is around it. */
function bytesPerMs(dialect: Dialect, agent: EffectiveAgent): number {
  const { inputSampleRateHz, inputCodec, audioText } = dialect
  const ms = dialect.blockMs(agent)
  const encoded = inputCodec.encode(new Uint8Array(((inputSampleRateHz * ms) / 1000) * PCM16_BYTES))
  return (audioText === undefined ? encoded.byteLength : audioText(encoded).length) / ms
}
