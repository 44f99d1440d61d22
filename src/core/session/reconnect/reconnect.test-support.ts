import { SessionRig, profile, secretStore, settle, type RigOptions } from '../../testing.test-support.ts'
import type { EndReason } from '../../../shared/events.ts'

export const KEY = '0123456789abcdef0123456789abcdef01234567'

/** A Deepgram profile with its key. */
export const DEEPGRAM: RigOptions = {
  profile: profile(undefined, { service: 'deepgram' }),
  secrets: secretStore({}, KEY)
}

export function reasonOf(rig: SessionRig): EndReason | undefined {
  return rig.session.state.phase === 'ended' ? rig.session.state.reason : undefined
}

/** The conversation that the last connection was opened with. */
export function messagesOf(rig: SessionRig): unknown {
  const agent = rig.socket.settings?.['agent'] as { context?: { messages?: unknown } } | undefined
  return agent?.context?.messages
}

/** A live session whose connection has been stable. */
export async function stable(options: RigOptions = {}): Promise<SessionRig> {
  const rig = await SessionRig.live(options)
  rig.clock.advance(6_000)
  return rig
}

/** The next attempt, without an answer of the service yet. */
export async function redialled(rig: SessionRig): Promise<void> {
  const before = rig.transport.sockets.length
  for (let waitedMs = 0; rig.transport.sockets.length === before; waitedMs += 10) {
    if (waitedMs > 31_000) throw new Error('nothing was dialled')
    rig.clock.advance(10)
    await settle()
  }
}
