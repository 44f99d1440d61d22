import type { Readable } from 'node:stream'
import type { Command, CommandResult } from '../../../shared/commands.ts'
import { combined, commandsOf, isAfterSpeech, wantsReply, type DoorCommand } from './door-commands.ts'
import { readDoorLine, type DoorLine } from './door-line.ts'
import type { DoorOutput } from './door-output.ts'
import { LineReader } from './line-reader.ts'
import type { Replies } from './replies.ts'

/** Commands that are carried out at the same time; a session that is not live yet holds a few more (`HELD_LIMIT`). */
export const RUNNING_COMMANDS = 16

/** Lines that wait for their turn; then stdin is not read until some are done, and the writer is held up. */
export const WAITING_LINES = 1_000
const WAITING_BYTES = 4 * 1024 * 1024

interface Waiting {
  line: Exclude<DoorLine, { type: 'hang-up' }>
  commands: readonly DoorCommand[]
  bytes: number
}

/** What waits for the end of a reply never holds up what does not. */
interface Lane {
  running: number
  waiting: Waiting[]
}

export interface DoorParts {
  input: Readable
  output: DoorOutput
  /** Never rejects. */
  execute: (command: Command) => Promise<CommandResult>
  replies: Replies
}

/** How a program left: it asked to hang up, or it has nothing more to say and all it said was dealt with. */
export type DoorEnd = 'hang-up' | 'input-over'

/**
 * A program's door into a live session: commands as JSON lines in, one result for each out. Results come as they are there, which need
 * not be the order of the lines.
 */
export class Door {
  readonly #parts: DoorParts
  readonly #now: Lane = { running: 0, waiting: [] }
  readonly #afterSpeech: Lane = { running: 0, waiting: [] }
  readonly #end = Promise.withResolvers<DoorEnd>()
  readonly #reader = new LineReader({
    onLine: (text, bytes) => this.#line(text, bytes),
    onBadLine: (problem) => this.#bad(problem)
  })
  #lineNumber = 0
  #waitingBytes = 0
  #paused = false
  #phase: 'open' | 'input-over' | 'closed' = 'open'

  constructor(parts: DoorParts) {
    this.#parts = parts
    parts.output.onRoom = () => this.#pump()
  }

  /** Resolves when the program has left. */
  get end(): Promise<DoorEnd> {
    return this.#end.promise
  }

  /** Begins to read. */
  open(): void {
    const { input } = this.#parts
    input.on('data', this.#onData)
    input.on('end', this.#onEnd)
    input.on('error', this.#onEnd)
    input.resume()
  }

  /** Nothing is read any more; lines that still wait are answered. Idempotent. */
  close(): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    const { input } = this.#parts
    input.off('data', this.#onData)
    input.off('end', this.#onEnd)
    input.off('error', this.#onEnd)
    input.pause()
    const reason = 'The session ended before this could be sent.'
    for (const { line } of [...this.#now.waiting.splice(0), ...this.#afterSpeech.waiting.splice(0)]) {
      this.#result(line, { outcome: 'failed', reason })
    }
  }

  readonly #onData = (chunk: Uint8Array) => this.#reader.push(chunk)

  readonly #onEnd = () => {
    if (this.#phase !== 'open') return
    this.#reader.end()
    if (this.#phase === 'open') this.#phase = 'input-over'
    this.#pump()
  }

  #line(text: string, bytes: number): void {
    if (this.#phase !== 'open') return
    this.#lineNumber += 1
    const written = this.#lineNumber === 1 ? text.replace(/^\uFEFF/, '') : text
    if (written.trim() === '') return
    const read = readDoorLine(written)
    if (read.ok) this.#take(read.line, bytes)
    else this.#tellBad(read.problem, read.id)
  }

  #bad(problem: string): void {
    if (this.#phase !== 'open') return
    this.#lineNumber += 1
    this.#tellBad(problem)
  }

  #tellBad(problem: string, id?: string | number): void {
    const line = this.#lineNumber
    this.#parts.output.local({
      kind: 'error',
      line,
      ...(id === undefined ? {} : { id }),
      reason: `Line ${line} ${problem} Nothing was done for it; the other lines count.`
    })
  }

  #take(line: DoorLine, bytes: number): void {
    if (line.type === 'hang-up') {
      this.#result(line, { outcome: 'applied' })
      this.close()
      this.#end.resolve('hang-up')
    } else if (line.type === 'stop' || line.type === 'tool-result') {
      // Neither waits for anything, and nothing may keep them waiting.
      void this.#run(line, commandsOf(line))
    } else {
      this.#lane(line).waiting.push({ line, commands: commandsOf(line), bytes })
      this.#waitingBytes += bytes
      this.#pump()
    }
  }

  #lane(line: DoorLine): Lane {
    return isAfterSpeech(line) ? this.#afterSpeech : this.#now
  }

  #pump(): void {
    if (this.#phase === 'closed') return
    for (const lane of [this.#now, this.#afterSpeech]) {
      for (let next = this.#next(lane); next !== undefined; next = this.#next(lane)) void this.#carryOut(lane, next)
    }
    this.#pauseOrResume()
    if (this.#phase === 'input-over' && this.#idle) this.#end.resolve('input-over')
  }

  /** The next of a lane, if there is room for it. */
  #next(lane: Lane): Waiting | undefined {
    const next = lane.waiting[0]
    if (next === undefined || this.#parts.output.full) return undefined
    if (lane.running + next.commands.length > RUNNING_COMMANDS) return undefined
    lane.waiting.shift()
    this.#waitingBytes -= next.bytes
    return next
  }

  get #idle(): boolean {
    return [this.#now, this.#afterSpeech].every(({ running, waiting }) => running === 0 && waiting.length === 0)
  }

  /** Stdin is left alone while there is no room; what the system holds for it holds up the writer. */
  #pauseOrResume(): void {
    if (this.#phase !== 'open') return
    const waitingLines = this.#now.waiting.length + this.#afterSpeech.waiting.length
    const { input, output } = this.#parts
    const full = waitingLines >= WAITING_LINES || this.#waitingBytes >= WAITING_BYTES || output.full
    // Half of it done: a pause for each single line would be told without end.
    const roomAgain = waitingLines <= WAITING_LINES / 2 && this.#waitingBytes <= WAITING_BYTES / 2 && !output.full
    if (this.#paused ? !roomAgain : !full) return
    this.#paused = !this.#paused
    output.local({ kind: 'input', paused: this.#paused, waitingLines })
    if (this.#paused) input.pause()
    else input.resume()
  }

  async #carryOut(lane: Lane, { line, commands }: Waiting): Promise<void> {
    lane.running += commands.length
    await this.#run(line, commands)
    lane.running -= commands.length
    this.#pump()
  }

  async #run(line: Waiting['line'], commands: readonly DoorCommand[]): Promise<void> {
    const { execute, replies } = this.#parts
    if (line.type === 'stop') replies.stopped()
    // What waits for the end of a reply has been sent when its result is there; until then it would count that reply as its own.
    const reply = wantsReply(line) && !isAfterSpeech(line) ? replies.owed() : undefined
    const parts = await Promise.all(
      commands.map(async ({ part, command }) => ({
        ...(part === undefined ? {} : { part }),
        result: await execute(command)
      }))
    )
    const result = combined(parts)
    if (result.outcome === 'refused' || result.outcome === 'failed') reply?.withdraw()
    this.#result(line, result)
  }

  #result(line: DoorLine, result: CommandResult): void {
    const id = line.id === undefined ? {} : { id: line.id }
    this.#parts.output.local({ kind: 'result', ...id, type: line.type, ...result })
  }
}
