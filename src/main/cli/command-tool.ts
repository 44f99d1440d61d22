import { spawn } from 'node:child_process'
import type { ToolRunner } from '../../core/ports.ts'
import { CommandLineError, splitCommandLine } from '../../agent/speech/transcriber/command-line.ts'

/** Longest result; a program that writes more is ended and its call is answered with an error. */
export const MAX_RESULT_BYTES = 100_000

/** Bytes of a failed program's own words that the agent gets. */
const MAX_COMPLAINT_BYTES = 1_000

/** `--tool NAME=COMMAND`: which function, and the program that answers it. */
export interface CommandTool {
  name: string
  command: readonly string[]
}

/** Reads `NAME=COMMAND`; undefined where it is not that. The command's words are split at spaces, with quotes; there is no shell. */
export function readCommandTool(text: string): CommandTool | undefined {
  const at = text.indexOf('=')
  const name = text.slice(0, at).trim()
  if (at < 1 || !/^[A-Za-z0-9_.-]{1,64}$/.test(name)) return undefined
  try {
    return { name, command: splitCommandLine(text.slice(at + 1)) }
  } catch (cause) {
    if (cause instanceof CommandLineError) return undefined
    throw cause
  }
}

/**
 * Answers each call by starting the program anew: the arguments are one JSON object on its stdin, its stdout is the result. A start that
 * fails, an exit code other than 0 and a result over {@link MAX_RESULT_BYTES} are errors for the agent, with the end of its stderr.
 * `env` is the program's whole environment. An abort ends the program.
 */
export function commandTool({ name, command }: CommandTool, env: Readonly<Record<string, string>>): ToolRunner {
  const [file = '', ...args] = command
  return {
    run: ({ input }, signal) =>
      new Promise((resolve, reject) => {
        const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' })
        const result: Buffer[] = []
        let bytes = 0
        let complaint = Buffer.alloc(0)
        child.stdout.on('data', (part: Buffer) => {
          bytes += part.byteLength
          if (bytes <= MAX_RESULT_BYTES) result.push(part)
          else child.kill('SIGKILL')
        })
        child.stderr.on('data', (part: Buffer) => {
          complaint = Buffer.concat([complaint, part]).subarray(-MAX_COMPLAINT_BYTES)
        })
        // It may end without reading what it is given.
        child.stdin.on('error', () => undefined)
        child.stdin.end(`${JSON.stringify(input)}\n`)
        child.on('error', (cause: NodeJS.ErrnoException) => {
          reject(new Error(`${name} could not be run (${cause.code ?? cause.name})`, { cause }))
        })
        child.on('close', (code, killedBy) => {
          if (bytes > MAX_RESULT_BYTES) reject(new Error(`its result is longer than ${MAX_RESULT_BYTES} bytes`))
          else if (code === 0) resolve(Buffer.concat(result).toString().trimEnd())
          else reject(new Error(`${ended(code, killedBy)} ${complaint.toString().trim()}`.trim()))
        })
      })
  }
}

function ended(code: number | null, killedBy: string | null): string {
  return code === null ? `it was ended by ${killedBy ?? 'the system'}.` : `exit code ${code}.`
}
