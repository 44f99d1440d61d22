import { withAdditions } from './deepgram-think.ts'
import type { Compose, Fill, WireMessage, WireStep } from './dialect.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { summary } from './history-summary.ts'
import { isObject, without, type JsonObject } from './json.ts'

/** The first message: the profile's settings with the blocks as they are now, and on a new connection the conversation so far. */
export function opening(
  settings: WireMessage,
  agent: EffectiveAgent,
  history: readonly WireMessage[] | undefined
): Compose {
  return (fill) => {
    const filled = fill(settings)
    const written = filled['agent']
    if (!isObject(written)) return filled
    const blocks = agentBlocks(written, agent, fill)
    return { ...filled, agent: history === undefined ? blocks : resumed(blocks, history) }
  }
}

function agentBlocks(written: JsonObject, { listen, think, speak, additions }: EffectiveAgent, fill: Fill): JsonObject {
  const around = isObject(written['listen']) ? written['listen'] : {}
  return {
    ...written,
    ...(listen === undefined ? {} : { listen: { ...around, provider: fill(listen) } }),
    ...(think === undefined ? {} : { think: withAdditions(fill(think), additions) }),
    ...(speak === undefined ? {} : { speak: fill(speak) })
  }
}

/** No second greeting; what the profile itself gave as context stays first (deepgram.md section 7.5). */
function resumed(blocks: JsonObject, history: readonly WireMessage[]): JsonObject {
  const context = isObject(blocks['context']) ? blocks['context'] : {}
  const before = Array.isArray(context['messages']) ? context['messages'] : []
  const messages = [...before, ...history]
  return { ...without(blocks, 'greeting'), ...(messages.length === 0 ? {} : { context: { ...context, messages } }) }
}

/** A saved agent takes no context with its opening: it is told what was said. */
export function afterOpening({ savedId }: EffectiveAgent, earlier: readonly WireMessage[] = []): readonly WireStep[] {
  const told = savedId === undefined ? undefined : summary(earlier, 'earlier')
  return told === undefined ? [] : [updatePrompt(told)]
}

/** What an opening with history could not hold: all that was changed of a saved agent, and additions to a prompt Parley does not know. */
export function afterReopening(agent: EffectiveAgent, history: readonly WireMessage[]): readonly WireStep[] {
  const { savedId, listen, think, speak, additions, updated } = agent
  const steps: WireStep[] = []
  if (savedId !== undefined && updated.listen && listen !== undefined) steps.push(updateListen(listen))
  if (savedId !== undefined && updated.think && think !== undefined) steps.push(updateThink(agent))
  if (savedId !== undefined && updated.speak && speak !== undefined) steps.push(updateSpeak(speak))
  const told = savedId === undefined ? undefined : summary(history, 'interrupted')
  const prompt = [...(think === undefined ? additions : []), ...(told === undefined ? [] : [told])].join('\n')
  if (prompt !== '') steps.push(updatePrompt(prompt))
  return steps
}

export function updateListen(provider: JsonObject): WireStep {
  return {
    compose: (fill) => ({ type: 'UpdateListen', listen: { provider: fill(provider) } }),
    ack: 'listen-updated'
  }
}

/** The whole think block of `agent`, with everything that was added to its prompt. */
export function updateThink({ think = {}, additions }: EffectiveAgent): WireStep {
  return {
    compose: (fill) => ({ type: 'UpdateThink', think: withAdditions(fill(think), additions) }),
    ack: 'think-updated'
  }
}

export function updateSpeak(speak: JsonObject | JsonObject[]): WireStep {
  return { compose: (fill) => ({ type: 'UpdateSpeak', speak: fill(speak) }), ack: 'speak-updated' }
}

export function updatePrompt(prompt: string): WireStep {
  return { compose: () => ({ type: 'UpdatePrompt', prompt }), ack: 'prompt-updated' }
}
