import { ProfileError } from '../../core/profiles/profile-error.ts'
import { Session, type SessionDeps, type WireEntry } from '../../core/session/session.ts'
import { workerEngine } from '../../agent/speech/engine.ts'
import type { Activity, EndReason, SessionEvent, ToolCall } from '../../shared/events.ts'
import { modalityOf, type AgentProfile } from '../../shared/profile.ts'
import type { Clock } from '../../shared/runtime.ts'
import { builtinAgent } from '../node/builtin-agent.ts'
import { isSecretVariable } from '../node/env-secrets.ts'
import { nodeHttp } from '../node/http.ts'
import { speechWorkerEntry } from '../node/speech-entry.ts'
import { httpTokenGrant } from '../node/token-grant.ts'
import { wsTransport } from '../node/ws-transport.ts'
import type { TalkOptions } from './arguments.ts'
import { commandTool } from './command-tool.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { ignoredMessages } from './ignored-messages.ts'
import { keptSecrets } from './keys.ts'
import { LatencyTable } from './latency-table.ts'
import { PacedSink } from './paced-sink.ts'
import { Progress } from './progress.ts'
import { ScriptedMicrophone } from './scripted-microphone.ts'
import type { TalkFiles } from './talk-files.ts'
import { Transcript } from './transcript.ts'

/** A session that goes on ending (a connection that is deleted at the service) is not waited for longer. */
const SETTLE_LIMIT_MS = 2_500

/** Who else follows a conversation; with one, stdout is its, and there is no transcript. */
export interface Follower {
  event(event: SessionEvent): void
  wire(entry: WireEntry): void
  /** The agent was heard: in a caption, or in audio that was given to the loudspeaker. */
  heard(what: 'text' | 'audio'): void
}

/** A session with a loudspeaker and a microphone made of a clock. */
export interface TalkSession {
  session: Session
  progress: Progress
  /** Opens the microphone and speaks `recording` (PCM16 mono at the session's input rate), then silence. */
  speak(recording: Uint8Array): void
  /** Resolves when the session ends, also when it was hung up. */
  ended: Promise<EndReason>
  /** Hangs up and ends everything that was started. */
  close(): Promise<void>
}

/** Throws {@link CliError} (usage) when the profile cannot work. Nothing is started before `session.connect()`. */
export function openTalkSession(
  profile: AgentProfile,
  options: Pick<TalkOptions, 'url' | 'tools' | 'reconnect' | 'dataDir'>,
  files: TalkFiles,
  host: CliHost,
  follower?: Follower
): TalkSession {
  const { clock, log } = host
  const modality = modalityOf(profile)
  const progress = new Progress(clock, modality)
  const transcript = new Transcript(follower === undefined ? (line) => host.print(line) : () => undefined)
  const agent = builtinAgent({
    log,
    clock,
    engine: () => workerEngine(speechWorkerEntry()),
    transcriber: host.env['PARLEY_TRANSCRIBER'] || 'auto'
  })
  const ended = Promise.withResolvers<EndReason>()
  const latencies = new LatencyTable()
  const running = new Set<string>()
  const logIgnored = ignoredMessages(log, profile.service)
  const onEvent = (event: SessionEvent) => {
    files.local(event)
    follower?.event(event)
    report(event, { transcript, host, modality, byProgram: follower !== undefined })
    // A reply that was cut is told once more.
    if (event.kind === 'caption' && event.caption.role === 'agent' && !event.caption.interrupted)
      follower?.heard('text')
    latencies.note(event)
    note(event, progress)
    if (event.kind === 'tool-call') noteCall(event.call, running, progress)
    if (event.kind === 'state' && event.state.phase === 'ended') ended.resolve(event.state.reason)
  }
  const session = newSession(
    {
      transport: wsTransport(),
      clock,
      random: Math.random,
      log,
      secrets: keptSecrets(host, options.dataDir).store,
      tokens: httpTokenGrant(),
      http: nodeHttp(),
      tools: new Map(options.tools.map((tool) => [tool.name, commandTool(tool, toolEnvironment(host.env))])),
      builtinAgent: agent,
      // The session says at which rate it plays, so its loudspeaker is made after it.
      sink: {
        write(reply, pcm) {
          speaker.write(reply, pcm)
          progress.note('agent-audio')
          follower?.heard('audio')
        },
        end: (reply) => speaker.end(reply),
        flush: (reply) => speaker.flush(reply)
      },
      onEvent,
      onWire(entry) {
        files.wire(entry)
        follower?.wire(entry)
        logIgnored(entry)
      }
    },
    profile,
    options
  )
  const speaker = new PacedSink({
    clock,
    sampleRateHz: session.formats.outputSampleRateHz,
    onReport: (position) => session.playback(position),
    onHeard: (pcm) => files.heard(pcm)
  })
  const microphone = new ScriptedMicrophone({
    clock,
    sampleRateHz: session.formats.inputSampleRateHz,
    push: (block) => session.pushAudio(block),
    onSpoken: () => progress.note('recording-spoken')
  })
  return {
    session,
    progress,
    ended: ended.promise,
    speak(recording) {
      session.talk(true, 'open')
      microphone.start(recording)
    },
    async close() {
      progress.close()
      microphone.stop()
      session.hangUp()
      await atMost(SETTLE_LIMIT_MS, session.settled(), clock)
      speaker.close()
      transcript.settle()
      for (const line of latencies.lines()) host.tell(line)
      if (speaker.droppedMs > 0) onEvent({ kind: 'audio-dropped', where: 'playback', ms: speaker.droppedMs })
      await agent.close()
    }
  }
}

function newSession(
  deps: SessionDeps,
  profile: AgentProfile,
  { url, reconnect }: Pick<TalkOptions, 'url' | 'reconnect'>
): Session {
  try {
    return new Session(deps, { profile, reconnect, ...(url === undefined ? {} : { url }) })
  } catch (cause) {
    if (cause instanceof ProfileError) throw new CliError(EXIT.usage, cause.message, { cause })
    throw cause
  }
}

async function atMost(limitMs: number, done: Promise<void>, clock: Clock): Promise<void> {
  const limit = Promise.withResolvers<void>()
  const cancel = clock.after(limitMs, () => limit.resolve())
  await Promise.race([done, limit.promise])
  cancel()
}

interface Reporting {
  transcript: Transcript
  host: CliHost
  modality: 'audio' | 'text'
  /** A program reads the events; what it deals with itself is not told to a person. */
  byProgram: boolean
}

/** What a person sees of an event: the transcript on stdout, the rest on stderr. */
function report(event: SessionEvent, { transcript, host, modality, byProgram }: Reporting): void {
  if (event.kind === 'caption') transcript.caption(event.caption)
  else if (event.kind === 'reply-played' || event.kind === 'interrupted') transcript.settle()
  else if (modality === 'text' && activityOf(event) === 'listening') transcript.settle()
  else if (event.kind === 'tool-call' && !byProgram) tellCall(event.call, host)
  else if (event.kind === 'reconnected') host.tell(`Connected again after ${seconds(event.tookMs)}.`)
  else if (event.kind === 'state' && event.state.phase === 'reconnecting') {
    if (event.state.retryInMs !== null) {
      host.tell(`${event.state.reason.message} Trying again in ${seconds(event.state.retryInMs)}.`)
    }
  } else if (event.kind === 'notice') host.tell(event.notice.message)
  else if (event.kind === 'audio-dropped')
    host.tell(`${Math.round(event.ms)} ms of audio were dropped (${event.where}).`)
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** Longest part of a call that is shown; `--events` has all of it. */
const SHOWN_LENGTH = 200

function shown(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}...` : text
}

function tellCall({ name, arguments: given, where, status, content }: ToolCall, host: CliHost): void {
  const who = where === 'service' ? ' (run by the service)' : ''
  if (status === 'running') host.tell(`Tool ${name}${who} is called with ${shown(given)}`)
  else if (status === 'waiting-for-person') {
    host.tell(`Tool ${name} is called with ${shown(given)}, and nothing here answers it. Give --tool ${name}=COMMAND.`)
  } else host.tell(`Tool ${name} ${status}${content === undefined ? '' : `: ${shown(content)}`}`)
}

/** A program answers calls that an agent made: it sees the environment without Parley's keys and secrets. */
function toolEnvironment(env: CliHost['env']): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !isSecretVariable(name))
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** Whose turn an event says it is; undefined where it says nothing of that. */
export function activityOf(event: SessionEvent): Activity | undefined {
  return event.kind === 'state' && event.state.phase === 'live' ? event.state.activity : undefined
}

/** What the script takes notice of in an event. */
function note(event: SessionEvent, progress: Progress): void {
  if (event.kind === 'reply-played' || event.kind === 'interrupted') progress.note(event.kind)
  if (event.kind === 'caption' && event.caption.role !== 'parley') {
    progress.note(event.caption.role === 'user' ? 'user-turn' : 'agent-text')
  }
  if (event.kind === 'reconnected') progress.note('reconnected')
  const activity = activityOf(event)
  if (activity === undefined) return
  progress.note('live')
  if (activity === 'userSpeaking') progress.note('user-turn')
  if (activity === 'listening') progress.note('listening')
  if (activity === 'thinking' || activity === 'agentSpeaking') progress.note('agent-turn')
}

/** `running`: ids of the calls that have no answer yet. */
function noteCall({ id, status }: ToolCall, running: Set<string>, progress: Progress): void {
  if (status === 'running' || status === 'waiting-for-person') {
    running.add(id)
    progress.note('tool-called')
  } else if (running.delete(id) && running.size === 0) progress.note('tools-over')
}
