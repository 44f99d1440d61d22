import { assertNever } from '../../shared/assert-never.ts'
import { eachString, hasBrokenPlaceholder } from '../secrets/placeholders.ts'
import { detectTurns, isFlux, patchListen, type ListenChange } from './deepgram-listen.ts'
import { updateListen, updatePrompt, updateSpeak, updateThink } from './deepgram-opening.ts'
import { replaceSpeak, setVoice, type SpeakChange } from './deepgram-speak.ts'
import { replacePrompt, replaceThink, setModel, type ThinkChange } from './deepgram-think.ts'
import type { Plan, WireCommand, WireStep } from './dialect.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import type { Block } from './json.ts'

/** Said in the user's place when the agent shall respond to context; shown as sent by Parley (design.md section 4). */
export const CUE = 'Please go on now, with what you have just been told.'

/** What the agent is told of a typed text that it shall not answer. */
export function typedStatement(text: string): string {
  return `The user typed, and does not expect an answer to it now: ${JSON.stringify(text)}`
}

const BEHAVIORS = { 'if-quiet': 'default', queue: 'queue', interrupt: 'interrupt' } as const

/** What to send for `command`, and the agent as it is from then on (design.md section 4, column Deepgram). */
export function plan(command: WireCommand, agent: EffectiveAgent): Plan {
  switch (command.kind) {
    case 'user-text':
      return command.respond === false ? typedSilently(agent, command.text) : send(agent, [typed(command.text)])
    case 'context':
      return command.respond
        ? send(adding(agent, command.text), [updatePrompt(command.text), cue()])
        : send(adding(agent, command.text), [updatePrompt(command.text)])
    case 'agent-speech':
      return send(agent, [statement(command.text, BEHAVIORS[command.behavior])])
    case 'announce':
      return send(agent, [statement(command.text, 'queue')])
    case 'append-prompt':
      return send(adding(agent, command.text), [updatePrompt(command.text)])
    case 'replace-prompt':
      return withThink(agent, replacePrompt(agent, command.text))
    case 'set-model':
      return withThink(agent, setModel(agent, command))
    case 'configure-think':
      return withThink(agent, unreadableSecret(command.think) ?? replaceThink(agent, command.think))
    case 'set-turn-detection':
      return withListen(agent, detectTurns(agent, command))
    case 'configure-listen':
      return withListen(agent, unreadableSecret(command.provider) ?? patchListen(agent.listen, command.provider))
    case 'set-voice':
      return withSpeak(agent, setVoice(agent, command))
    case 'configure-speak':
      return withSpeak(agent, unreadableSecret(command.speak) ?? replaceSpeak(command.speak))
    case 'end-turn':
      return isFlux(agent.listen) ? send(agent, [forceEndTurn()]) : { kind: 'trailing-silence' }
    default:
      return assertNever(command)
  }
}

/** A placeholder that would be sent as it stands, because it cannot be read. */
function unreadableSecret(block: Block): { reason: string } | undefined {
  let found: string | undefined
  eachString(block, (text, path) => {
    if (hasBrokenPlaceholder(text)) found ??= path
  })
  if (found === undefined) return undefined
  return { reason: `${found} names a secret in a way that Parley cannot read. Write {{secret:NAME}}.` }
}

function send(effective: EffectiveAgent, steps: readonly WireStep[]): Plan {
  return { kind: 'send', steps, effective }
}

function adding(agent: EffectiveAgent, text: string): EffectiveAgent {
  return text === '' ? agent : { ...agent, additions: [...agent.additions, text] }
}

function typed(text: string): WireStep {
  return {
    compose: () => ({ type: 'InjectUserMessage', content: text }),
    ack: 'user-echo',
    says: text,
    shows: { role: 'user', text },
    takesTurn: 'user'
  }
}

function typedSilently(agent: EffectiveAgent, text: string): Plan {
  const told = typedStatement(text)
  return send(adding(agent, told), [{ ...updatePrompt(told), shows: { role: 'user', text } }])
}

function cue(): WireStep {
  return { ...typed(CUE), shows: { role: 'parley', text: CUE } }
}

function statement(message: string, behavior: (typeof BEHAVIORS)[keyof typeof BEHAVIORS]): WireStep {
  return {
    compose: () => ({ type: 'InjectAgentMessage', message, behavior }),
    ack: 'spoken',
    says: message,
    ...(behavior === 'interrupt' ? { takesTurn: 'agent' as const } : {}),
    ...(behavior === 'default' ? { ifQuiet: true as const } : {})
  }
}

function forceEndTurn(): WireStep {
  return { compose: () => ({ type: 'ForceEndTurn' }), ack: 'turn-ended' }
}

function withThink(agent: EffectiveAgent, change: ThinkChange): Plan {
  if ('reason' in change) return { kind: 'impossible', reason: change.reason }
  const effective = { ...agent, ...change, updated: { ...agent.updated, think: true } }
  return send(effective, [updateThink(effective)])
}

function withListen(agent: EffectiveAgent, change: ListenChange): Plan {
  if ('reason' in change) return { kind: 'impossible', reason: change.reason }
  const updated = { ...agent.updated, listen: true }
  return send({ ...agent, listen: change.listen, updated }, [updateListen(change.patch)])
}

function withSpeak(agent: EffectiveAgent, change: SpeakChange): Plan {
  if ('reason' in change) return { kind: 'impossible', reason: change.reason }
  const updated = { ...agent.updated, speak: true }
  return send({ ...agent, speak: change.speak, updated }, [updateSpeak(change.speak)])
}
