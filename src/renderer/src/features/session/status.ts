import { assertNever } from '../../../../shared/assert-never.ts'
import type { Activity, EndReason, SessionState } from '../../../../shared/events.ts'
import type { MicrophoneState, TalkMode } from '../../audio/api.ts'
import { text } from '../../text/en.ts'

export interface StatusInput {
  session: SessionState
  microphone: MicrophoneState
  talkMode: TalkMode
  held: boolean
  muted: boolean
  /** There is no audio: nothing is said of microphones and speech. */
  textOnly: boolean
  /** An open microphone is silent while the agent speaks; who holds a talk key is always heard. */
  halfDuplex: boolean
  agent: string
}

/** The two sentences under the string: what is happening, and what a person can do now. */
export interface Status {
  title: string
  hint: string
}

/** Nothing broke: the person hung up, or nobody had anything to say. */
export function endedQuietly({ code }: EndReason): boolean {
  return code === 'hung-up' || code === 'idle'
}

export function statusOf(input: StatusInput): Status {
  const { session } = input
  switch (session.phase) {
    case 'idle':
      return { title: text.state.idle, hint: '' }
    case 'connecting':
    case 'handshaking':
      return { title: text.state.connecting, hint: earlyHint(input) }
    case 'configuring':
      return { title: text.state.configuring, hint: earlyHint(input) }
    case 'reconnecting':
      return { title: text.state.reconnecting, hint: earlyHint(input, text.hint.kept) }
    case 'ended':
      return { title: endedQuietly(session.reason) ? text.state.ended : text.state.failed, hint: '' }
    case 'live':
      return liveStatus(session.activity, input)
    default:
      return assertNever(session)
  }
}

function earlyHint(input: StatusInput, hint: string = text.hint.buffering): string {
  if (input.textOnly) return ''
  return input.microphone.kind === 'live' && !input.muted ? hint : ''
}

function liveStatus(activity: Activity, input: StatusInput): Status {
  if (input.textOnly) return textStatus(activity, input.agent)
  const push = input.talkMode === 'push-to-talk'
  switch (activity) {
    case 'userSpeaking':
      return { title: text.state.userSpeaking, hint: push && input.held ? text.hint.holding : '' }
    case 'thinking':
      return { title: text.state.thinking, hint: '' }
    case 'agentSpeaking':
      return {
        title: text.state.agentSpeaking(input.agent),
        hint: interruptHint(input, push)
      }
    case 'listening':
      return listeningStatus(input, push)
    default:
      return assertNever(activity)
  }
}

function interruptHint({ halfDuplex }: StatusInput, push: boolean): string {
  if (push) return text.hint.interruptPushToTalk
  return halfDuplex ? text.hint.interruptHalfDuplex : text.hint.interrupt
}

function textStatus(activity: Activity, agent: string): Status {
  if (activity === 'thinking') return { title: text.state.thinking, hint: '' }
  if (activity === 'agentSpeaking') return { title: text.state.answering(agent), hint: '' }
  return { title: text.state.waiting, hint: text.hint.textOnly }
}

function listeningStatus(input: StatusInput, push: boolean): Status {
  const { microphone } = input
  if (microphone.kind === 'failed') return { title: text.state.waiting, hint: text.hint.typeOnly }
  if (input.muted) return { title: text.state.muted, hint: text.hint.muted }
  if (microphone.kind !== 'live' || microphone.sound === 'preparing') return { title: text.state.preparing, hint: '' }
  if (microphone.sound === 'silent') return { title: text.state.waiting, hint: text.hint.silent }
  if (!push) return { title: text.state.listening, hint: text.hint.open }
  return input.held
    ? { title: text.state.listening, hint: text.hint.holding }
    : { title: text.state.waiting, hint: text.hint.pushToTalk }
}
