import type { Follower } from '../talk-session.ts'
import { activityOf } from '../talk-session.ts'
import type { DoorOutput } from './door-output.ts'
import type { Replies } from './replies.ts'

/** Writes everything of a conversation to a program, and keeps count of the replies. */
export function followForDoor(output: DoorOutput, replies: Replies): Follower {
  return {
    event(event) {
      output.local(event)
      if (event.kind === 'interrupted') replies.interrupted(event.by)
      else if (event.kind === 'reconnected') replies.reconnected(event.answerLost)
      else if (event.kind === 'state') replies.activity(activityOf(event))
    },
    wire: (entry) => output.wire(entry),
    heard: (what) => replies.heard(what)
  }
}
