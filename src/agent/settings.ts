import type { Settings } from '../shared/protocol/deepgram.ts'
import { readAudio, type SessionAudio } from './settings-audio.ts'
import { readListen, type ListenConfig } from './settings-listen.ts'
import { attempt, invalid, parse, Refused, type Read } from './settings-refusal.ts'
import { AgentBlock, HistoryMessage, type ThinkItem } from './settings-schema.ts'
import { readSpeak, type SpeakConfig } from './settings-speak.ts'
import { readThink } from './settings-think.ts'

/** What the built-in agent takes from a valid `Settings`. */
export interface AgentConfig {
  readonly audio: SessionAudio
  readonly listen: ListenConfig
  /** In order of fallback; [] is the small brain without a prompt. */
  readonly think: readonly ThinkItem[]
  readonly speak: SpeakConfig
  /** '' when there is none. */
  readonly greeting: string
  readonly context: readonly HistoryMessage[]
  /** `flags.history`: report every message of the conversation as `History` too. */
  readonly history: boolean
  /** `experimental`: `AgentStartedSpeaking` with latencies. */
  readonly experimental: boolean
}

/** Checks the parts of `Settings` that the shared schema leaves open and takes what the built-in agent uses. */
export function readSettings(settings: Settings): Read<AgentConfig> {
  return attempt(() => {
    const audio = readAudio(settings.audio)
    const agent = readAgent(settings)
    checkFluxVoice(agent.speak, settings)
    return {
      audio,
      ...agent,
      history: settings.flags?.history ?? true,
      experimental: settings.experimental ?? false
    }
  })
}

function readAgent(settings: Settings): Pick<AgentConfig, 'listen' | 'think' | 'speak' | 'greeting' | 'context'> {
  if (typeof settings.agent === 'string') {
    throw new Refused(
      'AGENT_ID_NOT_SUPPORTED',
      'The built-in agent keeps no reusable agents; send the agent block itself instead of an id.'
    )
  }
  const block = parse(AgentBlock, settings.agent, ['agent'])
  const messages = block.context?.messages ?? []
  return {
    listen: readListen(block.listen?.provider),
    think: readThink(block.think, ['agent', 'think']),
    speak: readSpeak(block.speak, ['agent', 'speak']),
    greeting: block.greeting ?? '',
    context: messages.map((value, index) => parse(HistoryMessage, value, ['agent', 'context', 'messages', index]))
  }
}

/** deepgram.md section 4.3. */
function checkFluxVoice(speak: SpeakConfig, settings: Settings): void {
  if (!speak.isFlux) return
  const { container, bitrate } = settings.audio.output ?? {}
  if (container !== undefined && container !== 'none')
    throw invalid('A Flux voice needs audio.output.container "none".')
  if (bitrate !== undefined) throw invalid('A Flux voice takes no audio.output.bitrate.')
}
