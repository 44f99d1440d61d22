import type { WireMessage, WireStep } from './dialect.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { summary } from './history-summary.ts'
import { isObject, type JsonObject } from './json.ts'
import { contextStep, setSettings } from './napster-messages.ts'
import { thinkOf } from './napster-plan.ts'

/**
 * Brings a connection that knows nothing of Parley to the agent as it is: one `set_settings` with all that Parley has set, then what was
 * added, then what was said in an earlier conversation: that may have been with another service, so it is told to one that remembers too.
 */
export function afterOpening(agent: EffectiveAgent, earlier: readonly WireMessage[] = []): readonly WireStep[] {
  const said = summary(earlier, 'earlier')
  const texts = [...agent.additions, ...(said === undefined ? [] : [said])]
  return [...settingsStep(agent), ...texts.map((text) => contextStep(text))]
}

function settingsStep(agent: EffectiveAgent): readonly WireStep[] {
  const settings = settingsOf(agent)
  return Object.keys(settings).length === 0 ? [] : [setSettings(settings)]
}

function settingsOf(agent: EffectiveAgent): JsonObject {
  const { prompt, provider } = thinkOf(agent)
  const temperature = isObject(provider) ? provider['temperature'] : undefined
  return {
    ...(prompt === undefined ? {} : { instructions: prompt }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(agent.listen === undefined ? {} : { turn_detection: agent.listen })
  }
}

/**
 * The same for a connection that carries a conversation on, and what it must know of it. `remembers`: the service knows the user by an
 * `externalClientId`, and what was said with it.
 */
export function afterReopening(
  agent: EffectiveAgent,
  history: readonly WireMessage[],
  remembers: boolean
): readonly WireStep[] {
  const said = remembers ? undefined : summary(history, 'interrupted')
  return [
    ...settingsStep(agent),
    ...inOrder(agent).map((text) => contextStep(text)),
    ...(said === undefined ? [] : [contextStep(said)])
  ]
}

/** Additions and what was told, oldest first. */
function inOrder({ additions, told = [] }: EffectiveAgent): readonly string[] {
  const toldAt = (least: number, most: number): string[] =>
    told.flatMap((one) => (one.additions >= least && one.additions <= most ? [one.text] : []))
  // What was told beside more additions than there are now is the newest.
  return [...additions.flatMap((text, at) => [...toldAt(at, at), text]), ...toldAt(additions.length, Infinity)]
}
