import type { Dialect } from '../dialects/dialect.ts'
import type { Attempt } from './attempt.ts'
import type { Outside } from './outside.ts'
import { Retrying, type RetryingPorts } from './reconnect/retrying.ts'
import type { SessionDeps, SessionOptions } from './session-types.ts'
import { Thread, type ThreadPorts } from './thread.ts'

/** What a thread reaches its session through. */
export interface ThreadEvents
  extends Pick<ThreadPorts, 'emit' | 'sending' | 'onActivity'>, Pick<RetryingPorts, 'onDue' | 'onMayHurry'> {
  /** The attempt under way, or the live one. */
  attempt(): Attempt | undefined
}

/** The thread of a new conversation. */
export function makeThread(
  { clock, random, sink, tools }: SessionDeps,
  { profile, earlier = [] }: SessionOptions,
  dialect: Dialect,
  outside: Outside,
  events: ThreadEvents
): Thread {
  const { tap } = outside
  const captionPrefix = Math.floor(random() * 0xffff_ffff).toString(36)
  let captions = 0
  return new Thread({
    clock,
    sink,
    tools,
    earlier,
    profile,
    dialect,
    secrets: outside.deskSecrets,
    retrying: new Retrying({ clock, random, onDue: events.onDue, onMayHurry: events.onMayHurry }),
    emit: events.emit,
    send: (compose) => events.attempt()?.sendText(() => tap.writeOut(compose)),
    sending: events.sending,
    sendAudio: (pcm) => {
      const attempt = events.attempt()
      if (attempt?.step !== 'live') return
      const bytes = dialect.inputCodec.encode(pcm)
      tap.binary('out', bytes.byteLength)
      if (dialect.audioText === undefined) attempt.sendBinary(bytes)
      else attempt.sendAudioText(dialect.audioText(bytes))
    },
    congested: () => events.attempt()?.congested ?? false,
    onActivity: events.onActivity,
    newCaptionId: () => `${captionPrefix}-${(captions += 1)}`
  })
}
