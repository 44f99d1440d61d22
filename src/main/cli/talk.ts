import { assertNever } from '../../shared/assert-never.ts'
import { PCM16_BYTES } from '../../shared/audio/format.ts'
import type { EndReason, SessionState } from '../../shared/events.ts'
import { modalityOf, type AgentProfile } from '../../shared/profile.ts'
import type { TalkOptions } from './arguments.ts'
import { openDoor, type OpenDoor } from './door/open-door.ts'
import { CliError, EXIT, exitCodeOf } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { readProfile } from './profile-input.ts'
import { runScript } from './script.ts'
import { TalkFiles } from './talk-files.ts'
import { openTalkSession, type TalkSession } from './talk-session.ts'
import { readWav } from './wav-input.ts'

/** Without `--timeout`; the length of the recording is added. With `--stdin` it begins with the end of stdin. */
const DEFAULT_TIMEOUT_SECONDS = 120

type Outcome =
  | { kind: 'said'; answersLost: boolean }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'timed-out'; afterSeconds: number }
  | { kind: 'stopped'; exitCode: number }
  | { kind: 'file-failed' }

/** What one conversation is made of. */
interface Talk {
  options: TalkOptions
  talking: TalkSession
  files: TalkFiles
  door: OpenDoor | undefined
  startMs: number
  host: CliHost
}

/** `parley talk`: one conversation from a script, or from a program at the door. Answers the exit code; throws `CliError`. */
export async function talk(options: TalkOptions, host: CliHost): Promise<number> {
  const startMs = host.clock.nowMs()
  const { profile, warnings } = readProfile(options)
  for (const warning of warnings) host.tell(warning)
  refuseAudioFiles(options, profile)
  const files = new TalkFiles(host, startMs)
  const door = options.stdin === true ? openDoor({ host, startMs, modality: modalityOf(profile) }) : undefined
  const talking = openTalkSession(profile, options, files, host, door?.follower)
  const exitCode = await hold({ options, talking, files, door, startMs, host })
  // However the conversation went, its record is not whole.
  if (files.problem !== undefined) throw files.problem
  return exitCode
}

function refuseAudioFiles(options: TalkOptions, profile: AgentProfile): void {
  if (modalityOf(profile) === 'audio') return
  const why = `The agent "${profile.name}" only reads and writes ("modality": "text"), so`
  if (options.in !== undefined)
    throw new CliError(EXIT.usage, `${why} it cannot be spoken to. Use --text instead of --in.`)
  if (options.out !== undefined) {
    throw new CliError(EXIT.usage, `${why} there is nothing to record. Leave --out out; --events has its words.`)
  }
}

async function hold(all: Talk): Promise<number> {
  const { options, talking, files, door, host } = all
  try {
    const { inputSampleRateHz, outputSampleRateHz } = talking.session.formats
    const recording = options.in === undefined ? undefined : await readWav(options.in, inputSampleRateHz)
    files.open(options, outputSampleRateHz)
    const recordingSeconds = (recording?.byteLength ?? 0) / PCM16_BYTES / inputSampleRateHz
    const outcome = await converse(all, recording, recordingSeconds)
    const problem = describe(outcome, talking.session.state)
    if (problem !== undefined) host.tell(problem)
    return exitCodeFor(outcome)
  } finally {
    door?.close()
    await talking.close()
    door?.finish()
    files.finish()
  }
}

/** Connects and goes on until everything is said and answered, or something else comes first. */
async function converse(all: Talk, recording: Uint8Array | undefined, recordingSeconds: number): Promise<Outcome> {
  const { options, talking, files, door, startMs, host } = all
  const { clock } = host
  const script = door === undefined ? scripted(all, recording) : door.run((command) => talking.session.execute(command))
  const timedOut = Promise.withResolvers<Outcome>()
  const giveUpAt = (atMs: number, afterSeconds: number) =>
    clock.after(Math.max(0, atMs - clock.nowMs()), () => timedOut.resolve({ kind: 'timed-out', afterSeconds }))
  let cancelTimeout: (() => void) | undefined
  const given = options.timeoutSeconds
  if (given !== undefined || door === undefined) {
    const seconds = given ?? DEFAULT_TIMEOUT_SECONDS + recordingSeconds
    cancelTimeout = giveUpAt(startMs + seconds * 1000, seconds)
  } else {
    void door.inputOver.then(() => {
      cancelTimeout = giveUpAt(clock.nowMs() + DEFAULT_TIMEOUT_SECONDS * 1000, DEFAULT_TIMEOUT_SECONDS)
    })
  }
  talking.session.connect()
  try {
    return await Promise.race([
      talking.ended.then((reason): Outcome => ({ kind: 'ended', reason })),
      script.then((said): Outcome => ({ kind: 'said', ...said })),
      timedOut.promise,
      files.failed.then((): Outcome => ({ kind: 'file-failed' })),
      host.stopped.then((exitCode): Outcome => ({ kind: 'stopped', exitCode }))
    ])
  } finally {
    cancelTimeout?.()
  }
}

/** What `--text` and `--in` say. */
async function scripted(
  { options, talking, host }: Talk,
  recording: Uint8Array | undefined
): Promise<{ answersLost: boolean }> {
  const { session, progress } = talking
  let answersLost = false
  await runScript({
    progress,
    texts: options.texts,
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
  return { answersLost }
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
