import { type ChildProcess, spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeWav } from '../../../shared/audio/wav.ts'
import { EARS_SAMPLE_RATE_HZ } from '../ears/frame-analyser.ts'
import { makeTempFolder } from '../temp-folder.ts'
import type { Transcriber, Transcription } from './transcriber.ts'

export const TRANSCRIBE_TIMEOUT_MS = 30_000
/** More text than a minute of speech can hold. */
export const MAX_OUTPUT_BYTES = 64 * 1024
/** The end of a program's complaint that is shown. */
const MAX_COMPLAINT_CHARS = 300

export interface CommandOptions {
  /** Shown to the user and in failures. */
  name: string
  /** A path or a name on PATH; never run through a shell. */
  program: string
  args(wavPath: string): string[]
  /** The program's environment; keys of services are taken out of it. */
  env: NodeJS.ProcessEnv
  timeoutMs?: number
}

/** A program that is handed the path of a 16 kHz mono WAV and prints the text. The file is private and deleted afterwards. */
export function commandTranscriber(options: CommandOptions): Transcriber {
  return {
    name: options.name,
    async transcribe(samples, signal) {
      let dir: string | null = null
      try {
        dir = makeTempFolder('turn')
        const wav = join(dir, 'turn.wav')
        await writeFile(wav, encodeWav(samples, EARS_SAMPLE_RATE_HZ), { mode: 0o600 })
        return await run(options, wav, signal)
      } catch (error) {
        return failure(`The transcriber ${options.name} could not be used: ${messageOf(error)}`)
      } finally {
        if (dir !== null) await rm(dir, { recursive: true, force: true }).catch(() => undefined)
      }
    }
  }
}

function run(options: CommandOptions, wav: string, signal: AbortSignal): Promise<Transcription> {
  const { name, timeoutMs = TRANSCRIBE_TIMEOUT_MS } = options
  if (signal.aborted) return Promise.resolve(failure(`The transcriber ${name} was stopped.`))
  return new Promise((resolve) => {
    const posix = process.platform !== 'win32'
    const child = spawn(options.program, options.args(wav), {
      env: withoutKeys(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: posix,
      windowsHide: true
    })
    const output: Buffer[] = []
    let outputBytes = 0
    let complaint = ''
    /** Why it was killed, once it was. */
    let stopped: string | null = null
    const stop = (message: string) => {
      stopped ??= message
      killAll(child, posix)
      // `close` waits for the pipes, and something that left the process group may hold them open for good.
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const onAbort = () => {
      stop(`The transcriber ${name} was stopped.`)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const timer = setTimeout(() => {
      stop(`The transcriber ${name} did not answer within ${timeoutMs / 1000} s.`)
    }, timeoutMs)
    const settle = (result: Transcription) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(result)
    }
    child.stdout.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length
      if (outputBytes <= MAX_OUTPUT_BYTES) output.push(chunk)
      else stop(`The transcriber ${name} printed more than ${MAX_OUTPUT_BYTES / 1024} KiB.`)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-MAX_COMPLAINT_CHARS)
    })
    child.once('error', (error) => {
      settle(failure(`The transcriber ${name} could not be started: ${messageOf(error)}`))
    })
    child.once('close', (code, killedBy) => {
      if (stopped !== null) settle(failure(stopped))
      else if (code === 0) settle({ ok: true, text: clean(Buffer.concat(output).toString('utf8')) })
      else settle(failure(`The transcriber ${name} failed (${killedBy ?? `exit code ${code}`})${said(complaint)}`))
    })
  })
}

/** The program and, where there are process groups, what it started. */
function killAll(child: ChildProcess, group: boolean): void {
  if (child.pid === undefined) return
  try {
    if (group) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It ended between the check and the signal.
    child.kill('SIGKILL')
  }
}

const KEY_VARIABLES = /^(PARLEY_SECRET_.*|DEEPGRAM_API_KEY|DEEPGRAM_ACCESS_TOKEN|NAPSTER_API_KEY|PARLEY_AGENT_KEY)$/i

function withoutKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !KEY_VARIABLES.test(name)))
}

/** One line of text: control characters and whisper's `[BLANK_AUDIO]` lines go. */
function clean(output: string): string {
  return output
    .split(/\r?\n/)
    .filter((line) => !/^\s*[[(][^\])]*[\])]\s*$/.test(line))
    .join(' ')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
}

function said(complaint: string): string {
  const text = clean(complaint)
  return text === '' ? '.' : `: ${text}`
}

function failure(message: string): Transcription {
  return { ok: false, message }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
