import type { Command, CommandResult } from '../../../shared/commands.ts'
import { CliError, EXIT } from '../exit-codes.ts'
import { eventLines } from '../event-lines.ts'
import type { CliHost } from '../host.ts'
import type { Follower } from '../talk-session.ts'
import { Door } from './door.ts'
import { DoorOutput } from './door-output.ts'
import { followForDoor } from './follow.ts'
import { Replies } from './replies.ts'

/** The door of one conversation, in parts that begin and end at different moments of it. */
export interface OpenDoor {
  /** Hands the conversation to the program. */
  follower: Follower
  /** Stdin is over and all that came through it has had its result. */
  inputOver: Promise<void>
  /** Reads commands until the program has left, and the agent has said and finished what it was asked to. */
  run(execute: (command: Command) => Promise<CommandResult>): Promise<{ answersLost: boolean }>
  /** Takes no more commands; what waits is answered. */
  close(): void
  /** The conversation is over: the last line was written. */
  finish(): void
}

/** Throws {@link CliError} where the host has no streams. */
export function openDoor({
  host,
  startMs,
  modality
}: {
  host: CliHost
  startMs: number
  modality: 'audio' | 'text'
}): OpenDoor {
  if (host.streams === undefined) throw new CliError(EXIT.usage, '--stdin needs standard input and output.')
  const { input, output: stream } = host.streams()
  const { clock, scrub } = host
  const lines = eventLines({ seconds: () => (clock.nowMs() - startMs) / 1000, scrub })
  const output = new DoorOutput(stream, lines, (line) => host.tell(line))
  const replies = new Replies(clock, modality)
  const inputOver = Promise.withResolvers<void>()
  let door: Door | undefined
  return {
    follower: followForDoor(output, replies),
    inputOver: inputOver.promise,
    async run(execute) {
      door = new Door({ input, output, execute, replies })
      door.open()
      if ((await door.end) === 'input-over') {
        inputOver.resolve()
        await replies.over()
      }
      return { answersLost: replies.lost }
    },
    close() {
      door?.close()
      replies.close()
    },
    finish: () => output.close()
  }
}
