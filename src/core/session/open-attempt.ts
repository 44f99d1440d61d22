import { BLOCK_MS, PCM16_BYTES, blockSamples } from '../../shared/audio/format.ts'
import type { Dialect, WireMessage } from '../dialects/dialect.ts'
import { Attempt, type AttemptPorts } from './attempt.ts'
import type { Outside } from './outside.ts'
import type { SessionDeps } from './session-types.ts'
import type { Thread } from './thread.ts'

/** What an attempt tells the session. `told`: the history that went out with the opening, none at the first connection. */
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
  const block = new Uint8Array(blockSamples(dialect.inputSampleRateHz) * PCM16_BYTES)
  let told: readonly WireMessage[] | undefined
  const attempt: Attempt = new Attempt({
    clock,
    transport,
    dialect,
    bytesPerMs: dialect.inputCodec.encode(block).byteLength / BLOCK_MS,
    access: () => outside.access(dialect, conversation.agent),
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
      told = retrying.everLive ? history.items() : undefined
      return tap.writeOut(dialect.opening(conversation.agent, told))
    },
    readText: (text) => tap.readIn(text),
    onEvent: events.onEvent,
    onFrame: (bytes) => tap.binary('in', bytes),
    onBinary: events.onBinary,
    onOver: (failure) => events.onOver(attempt, failure),
    onFault: events.onFault
  })
  return attempt
}
