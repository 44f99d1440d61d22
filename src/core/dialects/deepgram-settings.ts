import type { AgentProfile } from '../../shared/profile.ts'
import { Settings } from '../../shared/protocol/deepgram.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { eachString, hasBrokenPlaceholder, type Json } from '../secrets/placeholders.ts'
import { planAudio, type AudioPlan } from './deepgram-audio.ts'
import { listenProblem, withVersion } from './deepgram-listen.ts'
import { speakProblem } from './deepgram-speak.ts'
import { thinkProblem } from './deepgram-think.ts'
import type { WireMessage } from './dialect.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { blockAt, isObject, type JsonObject } from './json.ts'

/** Settings ready to be sent (placeholders unresolved), the audio formats they declare, and the agent they describe. */
export interface SettingsPlan extends Omit<AudioPlan, 'audio'> {
  message: WireMessage
  agent: EffectiveAgent
}

function checkPlaceholders(settings: JsonObject): void {
  eachString(settings, (text, path) => {
    if (!hasBrokenPlaceholder(text)) return
    throw new ProfileError(
      `settings.${path} names a secret in a way that Parley cannot read. Write {{secret:NAME}} with letters, digits and _.`
    )
  })
}

function checkAgent(profile: AgentProfile, settings: JsonObject): JsonObject | string {
  const { agent } = settings
  if (typeof agent === 'string' && agent !== '') return agent
  if (isObject(agent)) return withListenVersion(agent)
  if (agent === undefined && profile.service === 'builtin') return {}
  throw new ProfileError(
    'settings.agent is missing or not valid. Write the agent block (listen, think, speak) or the id of a saved agent.'
  )
}

/** The one field of the agent that is required and may be filled in: Flux without it is looked up among the models of v1 (C9). */
function withListenVersion(agent: JsonObject): JsonObject {
  const { listen } = agent
  if (!isObject(listen) || !isObject(listen['provider'])) return agent
  const provider = withVersion(listen['provider'])
  return provider === listen['provider'] ? agent : { ...agent, listen: { ...listen, provider } }
}

/** What the settings say of the agent. */
function effective(agent: JsonObject | string): EffectiveAgent {
  const blocks = typeof agent === 'string' ? {} : agent
  const listen = isObject(blocks['listen']) ? blocks['listen']['provider'] : undefined
  return {
    savedId: typeof agent === 'string' ? agent : undefined,
    listen: isObject(listen) ? listen : undefined,
    think: blockAt(blocks, 'think'),
    speak: blockAt(blocks, 'speak'),
    additions: [],
    updated: { listen: false, think: false, speak: false }
  }
}

function checkBlocks({ listen, think, speak }: EffectiveAgent): void {
  const problem =
    (listen === undefined ? undefined : listenProblem(listen, 'settings.agent.listen.provider')) ??
    (think === undefined ? undefined : thinkProblem(think, 'settings.agent.think')) ??
    (speak === undefined ? undefined : speakProblem(speak, 'settings.agent.speak'))
  if (problem !== undefined) throw new ProfileError(problem)
}

function checkWhole(message: Json): void {
  const checked = Settings.safeParse(message)
  if (checked.success) return
  const path = checked.error.issues[0]?.path.map(String).join('.') ?? ''
  throw new ProfileError(`settings.${path} is not valid. Correct it as the Settings page of the service describes.`)
}

/** Checks the profile's settings and completes them; throws {@link ProfileError} naming the field. */
export function planSettings(profile: AgentProfile): SettingsPlan {
  const settings: JsonObject = profile.settings ?? {}
  if (settings['type'] !== undefined && settings['type'] !== 'Settings') {
    throw new ProfileError('settings.type is not "Settings". Leave "type" out of the settings.')
  }
  const written = checkAgent(profile, settings)
  const { audio, ...formats } = planAudio(settings)
  checkPlaceholders(settings)
  const message: WireMessage = { type: 'Settings', ...settings, audio, agent: written }
  checkWhole(message)
  const agent = effective(written)
  checkBlocks(agent)
  return { message, agent, ...formats }
}
