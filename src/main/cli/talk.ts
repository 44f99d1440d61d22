import { assertNever } from '../../shared/assert-never.ts'
import { PCM16_BYTES } from '../../shared/audio/format.ts'
import type { EndReason, SessionState } from '../../shared/events.ts'
import type { TalkOptions } from './arguments.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { readProfile } from './profile-input.ts'
import { runScript } from './script.ts'
import { TalkFiles } from './talk-files.ts'
import { openTalkSession, type TalkSession } from './talk-session.ts'
import { readWav } from './wav-input.ts'

/** Without `--timeout`; the length of the recording is added. */
const DEFAULT_TIMEOUT_SECONDS = 120

type Outcome =
  | { kind: 'said'; answersLost: boolean }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'timed-out'; afterSeconds: number }
  | { kind: 'stopped'; exitCode: number }
  | { kind: 'file-failed' }

/** `parley talk`: one conversation from a script. Answers the exit code; throws `CliError`. */
export async function talk(options: TalkOptions, host: CliHost): Promise<number> {
  const startMs = host.clock.nowMs()
  const { profile, warnings } = readProfile(options)
  for (const warning of warnings) host.tell(warning)
  const files = new TalkFiles(host, startMs)
  const talking = openTalkSession(profile, options, files, host)
  const exitCode = await hold(options, talking, files, startMs, host)
  // However the conversation went, its record is not whole.
  if (files.problem !== undefined) throw files.problem
  return exitCode
}

async function hold(
  options: TalkOptions,
  talking: TalkSession,
  files: TalkFiles,
  startMs: number,
  host: CliHost
): Promise<number> {
  try {
    const { inputSampleRateHz, outputSampleRateHz } = talking.session.formats
    const recording = options.in === undefined ? undefined : await readWav(options.in, inputSampleRateHz)
    files.open(options, outputSampleRateHz)
    const recordingSeconds = (recording?.byteLength ?? 0) / PCM16_BYTES / inputSampleRateHz
    const limitSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS + recordingSeconds
    const limit = { startMs, limitSeconds, fileFailed: files.failed }
    const outcome = await converse(talking, recording, options.texts, limit, host)
    const problem = describe(outcome, talking.session.state)
    if (problem !== undefined) host.tell(problem)
    return exitCodeFor(outcome)
  } finally {
    await talking.close()
    files.finish()
  }
}

/** Connects and goes on until everything is said and answered, or something else comes first. */
async function converse(
  talking: TalkSession,
  recording: Uint8Array | undefined,
  texts: readonly string[],
  limit: { startMs: number; limitSeconds: number; fileFailed: Promise<unknown> },
  host: CliHost
): Promise<Outcome> {
  const { session, progress } = talking
  const { clock } = host
  let answersLost = false
  const script = runScript({
    progress,
    texts,
    ...(recording === undefined ? {} : { speak: () => talking.speak(recording) }),
    say: (text) => session.execute({ kind: 'user-text', text }),
    onRefused: (text, reason) => host.tell(`The agent did not take "${text}": ${reason}`),
    onAnswerLost(to) {
      answersLost = true
      host.tell(
        to === 'recording'
          ? 'The answer to the recording was lost with the connection; the recording is not spoken again.'
          : `The answer to "${to.text}" was lost with the connection.`
      )
    }
  })
  const timedOut = Promise.withResolvers<Outcome>()
  const leftMs = limit.startMs + limit.limitSeconds * 1000 - clock.nowMs()
  const cancelTimeout = clock.after(Math.max(0, leftMs), () =>
    timedOut.resolve({ kind: 'timed-out', afterSeconds: limit.limitSeconds })
  )
  session.connect()
  try {
    return await Promise.race([
      talking.ended.then((reason): Outcome => ({ kind: 'ended', reason })),
      script.then((): Outcome => ({ kind: 'said', answersLost })),
      timedOut.promise,
      limit.fileFailed.then((): Outcome => ({ kind: 'file-failed' })),
      host.stopped.then((exitCode): Outcome => ({ kind: 'stopped', exitCode }))
    ])
  } finally {
    cancelTimeout()
  }
}

function exitCodeFor(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'said':
      return outcome.answersLost ? EXIT.connection : EXIT.done
    case 'ended':
      return exitCodeOf(outcome.reason)
    case 'timed-out':
      return EXIT.timeout
    case 'stopped':
      return outcome.exitCode
    case 'file-failed':
      return EXIT.usage
    default:
      return assertNever(outcome)
  }
}

function describe(outcome: Outcome, state: SessionState): string | undefined {
  if (outcome.kind === 'timed-out') {
    const where = state.phase === 'live' ? state.activity : state.phase
    return `Gave up after ${outcome.afterSeconds} s; the session was ${where}. See --timeout.`
  }
  if (outcome.kind !== 'ended') return undefined
  const { message, serviceCode } = outcome.reason
  return serviceCode === undefined || message.includes(serviceCode) ? message : `${message} (${serviceCode})`
}
