import { ProfileError } from '../../core/profiles/profile-error.ts'
import { Session, type SessionDeps } from '../../core/session/session.ts'
import { workerEngine } from '../../agent/speech/engine.ts'
import type { EndReason, SessionEvent } from '../../shared/events.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { builtinAgent } from '../node/builtin-agent.ts'
import { envSecrets } from '../node/env-secrets.ts'
import { speechWorkerEntry } from '../node/speech-entry.ts'
import { wsTransport } from '../node/ws-transport.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { ignoredMessages } from './ignored-messages.ts'
import { PacedSink } from './paced-sink.ts'
import { Progress } from './progress.ts'
import { ScriptedMicrophone } from './scripted-microphone.ts'
import type { TalkFiles } from './talk-files.ts'
import { Transcript } from './transcript.ts'

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
  url: string | undefined,
  files: TalkFiles,
  host: CliHost
): TalkSession {
  const { clock, log } = host
  const progress = new Progress(clock)
  const transcript = new Transcript((line) => host.print(line))
  const agent = builtinAgent({
    log,
    clock,
    engine: () => workerEngine(speechWorkerEntry()),
    transcriber: host.env['PARLEY_TRANSCRIBER'] || 'auto'
  })
  const ended = Promise.withResolvers<EndReason>()
  const logIgnored = ignoredMessages(log)
  const onEvent = (event: SessionEvent) => {
    files.local(event)
    report(event, transcript, host)
    note(event, progress)
    if (event.kind === 'state' && event.state.phase === 'ended') ended.resolve(event.state.reason)
  }
  const session = newSession(
    {
      transport: wsTransport(),
      clock,
      random: Math.random,
      log,
      secrets: envSecrets(host.env),
      builtinAgent: agent,
      // The session says at which rate it plays, so its loudspeaker is made after it.
      sink: {
        write(reply, pcm) {
          speaker.write(reply, pcm)
          progress.note('agent-audio')
        },
        end: (reply) => speaker.end(reply),
        flush: (reply) => speaker.flush(reply)
      },
      onEvent,
      onWire(entry) {
        files.wire(entry)
        logIgnored(entry)
      }
    },
    profile,
    url
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
      speaker.close()
      transcript.settle()
      if (speaker.droppedMs > 0) onEvent({ kind: 'audio-dropped', where: 'playback', ms: speaker.droppedMs })
      await agent.close()
    }
  }
}

function newSession(deps: SessionDeps, profile: AgentProfile, url: string | undefined): Session {
  try {
    return new Session(deps, { profile, ...(url === undefined ? {} : { url }) })
  } catch (cause) {
    if (cause instanceof ProfileError) throw new CliError(EXIT.usage, cause.message, { cause })
    throw cause
  }
}

/** What a person sees of an event: the transcript on stdout, the rest on stderr. */
function report(event: SessionEvent, transcript: Transcript, host: CliHost): void {
  if (event.kind === 'caption') transcript.caption(event.caption)
  else if (event.kind === 'reply-played' || event.kind === 'interrupted') transcript.settle()
  else if (event.kind === 'notice') host.tell(event.notice.message)
  else if (event.kind === 'audio-dropped')
    host.tell(`${Math.round(event.ms)} ms of audio were dropped (${event.where}).`)
}

/** What the script takes notice of in an event. */
function note(event: SessionEvent, progress: Progress): void {
  if (event.kind === 'reply-played' || event.kind === 'interrupted') progress.note(event.kind)
  if (event.kind === 'caption' && event.caption.role !== 'parley') {
    progress.note(event.caption.role === 'user' ? 'user-turn' : 'agent-text')
  }
  if (event.kind !== 'state' || event.state.phase !== 'live') return
  progress.note('live')
  if (event.state.activity === 'userSpeaking') progress.note('user-turn')
}
