import { assertNever } from '../../shared/assert-never.ts'
import type { Command } from '../../shared/commands.ts'
import { NapsterTemperature, NapsterTurnDetection } from '../../shared/protocol/napster.ts'
import type { Dialect, Plan, WireCommand, WireStep } from './dialect.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { isObject, type JsonObject } from './json.ts'
import { contextStep, sendMessage, setSettings, silentStep, MESSAGE_FIELDS, NO_OBJECTION } from './napster-messages.ts'
import { WHY } from './napster-support.ts'

/** What was told to the agent in one conversation is told again on a new connection up to so many texts, the newest. */
export const TOLD_LIMIT = 50

/** What to send for `command`, and the agent as it is from then on (design.md section 4, column Napster). */
export function plan(command: WireCommand, agent: EffectiveAgent, modality: Dialect['modality']): Plan {
  switch (command.kind) {
    case 'user-text':
      return typed(command, agent)
    case 'context':
      return context(command, agent)
    case 'append-prompt':
      return append(command.text, agent)
    case 'replace-prompt':
      return replace(command.text, agent)
    case 'set-model':
      return temperature(command, agent)
    case 'set-turn-detection':
      return modality === 'audio' ? turnDetection(command, agent) : impossible(WHY.noTurns)
    case 'end-turn':
      return modality === 'audio' ? { kind: 'trailing-silence' } : impossible(WHY.noTurns)
    case 'agent-speech':
    case 'announce':
      return impossible(WHY.verbatim)
    case 'set-voice':
      return impossible(WHY.voice)
    case 'configure-listen':
    case 'configure-think':
    case 'configure-speak':
      return impossible(WHY.blocks)
    default:
      return assertNever(command)
  }
}

function impossible(reason: string): Plan {
  return { kind: 'impossible', reason }
}

function send(effective: EffectiveAgent, step: WireStep): Plan {
  return { kind: 'send', steps: [step], effective }
}

type Typed = Extract<Command, { kind: 'user-text' }>

/** Words of the user (rule N12). They come back as the user's; without a response that is not certain. */
function typed({ text, when, respond = true }: Typed, agent: EffectiveAgent): Plan {
  const delay = when === 'after-speech'
  const step: WireStep = {
    compose: () => sendMessage({ role: 'user', text, respond, delay }),
    ack: respond ? 'user-echo' : 'no-objection',
    says: text,
    echoInParts: true,
    fields: MESSAGE_FIELDS,
    shows: { role: 'user', text },
    ...(delay ? { delayed: true } : {}),
    ...(respond ? {} : { unconfirmed: NO_OBJECTION }),
    ...(respond && !delay ? { takesTurn: 'user' } : {})
  }
  return send(respond ? agent : telling(agent, `The user typed: ${JSON.stringify(text)}`), step)
}

type Context = Extract<Command, { kind: 'context' }>

/** Context is shown to nobody (rule N13). */
function context({ text, when, respond }: Context, agent: EffectiveAgent): Plan {
  const delay = when === 'after-speech'
  const step = silentStep({ role: 'system', text, respond, delay })
  return send(telling(agent, text), {
    ...step,
    ...(delay ? { delayed: true } : {}),
    ...(respond && !delay ? { takesTurn: 'user' } : {})
  })
}

/** No service of Napster tells a new connection what was told to the one before. */
function telling(agent: EffectiveAgent, text: string): EffectiveAgent {
  const { told = [], additions } = agent
  return { ...agent, told: [...told, { text, additions: additions.length }].slice(-TOLD_LIMIT) }
}

function append(text: string, agent: EffectiveAgent): Plan {
  if (text === '') return impossible('There is nothing to add. Write what the agent shall know.')
  return send({ ...agent, additions: [...agent.additions, text] }, contextStep(text))
}

/** The whole system prompt becomes `text` (rule N16); what was added to the one before goes with it. */
function replace(text: string, agent: EffectiveAgent): Plan {
  const think = { ...thinkOf(agent), prompt: text }
  return send(
    { ...agent, think, additions: [], updated: { ...agent.updated, think: true } },
    setSettings({ instructions: text })
  )
}

type SetModel = Extract<Command, { kind: 'set-model' }>

function temperature({ provider, model, temperature: wanted }: SetModel, agent: EffectiveAgent): Plan {
  if (provider !== undefined || model !== undefined) return impossible(WHY.model)
  if (wanted === undefined) return impossible('Nothing is to be changed. Give a temperature.')
  if (!NapsterTemperature.safeParse(wanted).success) return impossible('A temperature at Napster is from 0 to 1.')
  const think = thinkOf(agent)
  const known = isObject(think['provider']) ? think['provider'] : {}
  return send(
    {
      ...agent,
      think: { ...think, provider: { ...known, temperature: wanted } },
      updated: { ...agent.updated, think: true }
    },
    setSettings({ temperature: wanted })
  )
}

export function thinkOf({ think }: EffectiveAgent): JsonObject {
  return isObject(think) ? think : {}
}

type TurnDetection = Extract<Command, { kind: 'set-turn-detection' }>

const RANGE: Readonly<Record<keyof NapsterTurnDetection, string>> = {
  threshold: 'The threshold at Napster is from 0 to 1.',
  prefix_padding_ms: 'The padding before speech at Napster is from 0 to 5000 ms.',
  silence_duration_ms: 'The silence that ends a turn at Napster is from 0 to 60000 ms.'
}

function turnDetection(command: TurnDetection, agent: EffectiveAgent): Plan {
  for (const field of ['eotThreshold', 'eagerEotThreshold', 'eotTimeoutMs'] as const) {
    if (command[field] !== undefined) return impossible(WHY[field])
  }
  const { threshold, prefixPaddingMs, silenceDurationMs } = command
  const given: JsonObject = {
    ...(threshold === undefined ? {} : { threshold }),
    ...(prefixPaddingMs === undefined ? {} : { prefix_padding_ms: prefixPaddingMs }),
    ...(silenceDurationMs === undefined ? {} : { silence_duration_ms: silenceDurationMs })
  }
  if (Object.keys(given).length === 0) return impossible('Nothing is to be changed. Give at least one setting.')
  const checked = NapsterTurnDetection.safeParse(given)
  if (!checked.success) return impossible(RANGE[checked.error.issues[0]?.path[0] as keyof NapsterTurnDetection])
  return send(
    { ...agent, listen: { ...agent.listen, ...given }, updated: { ...agent.updated, listen: true } },
    setSettings({ turn_detection: changedOf(given, agent.listen ?? {}) })
  )
}

/** What of `given` differs from what is set (rule N15). All of it where nothing does: somebody sends it again on purpose. */
function changedOf(given: JsonObject, known: JsonObject): JsonObject {
  const changed = Object.entries(given).filter(([key, value]) => known[key] !== value)
  return changed.length === 0 ? given : Object.fromEntries(changed)
}
