/** What the saved agent says of the things that can be tuned; '' where it says nothing. */
export interface AgentDefaults {
  /** Where the service runs. */
  url: string
  prompt: string
  provider: string
  model: string
  temperature: string
  voice: string
  eotThreshold: string
  eagerEotThreshold: string
  eotTimeoutMs: string
  silenceDurationMs: string
  threshold: string
  prefixPaddingMs: string
  /** One in each line. */
  keyterms: string
  /** The three blocks as they are written, as JSON. */
  blocks: { listen: string; think: string; speak: string }
}

/**
 * Reads a profile file as the service would: of a list of blocks the first. An agent that Napster keeps says only what Parley changes
 * at the start (`tuning`). Anything unexpected counts as absent.
 */
export function defaultsOf(profileText: string): AgentDefaults {
  const profile = parsed(profileText)
  const agent = at(profile, 'settings', 'agent')
  const tuning = at(profile, 'tuning')
  const turns = at(tuning, 'turnDetection')
  const think = first(at(agent, 'think'))
  const speak = at(first(at(agent, 'speak')), 'provider')
  const listen = at(agent, 'listen', 'provider')
  const isNapster = at(profile, 'service') === 'napster'
  return {
    url: words(at(profile, 'url')),
    prompt: words(isNapster ? at(tuning, 'instructions') : at(think, 'prompt')),
    provider: words(at(think, 'provider', 'type')),
    model: words(at(think, 'provider', 'model')),
    temperature: words(isNapster ? at(tuning, 'temperature') : at(think, 'provider', 'temperature')),
    voice: words(at(speak, 'model') ?? at(speak, 'model_id')),
    eotThreshold: words(at(listen, 'eot_threshold')),
    eagerEotThreshold: words(at(listen, 'eager_eot_threshold')),
    eotTimeoutMs: words(at(listen, 'eot_timeout_ms')),
    silenceDurationMs: words(at(turns, 'silenceDurationMs')),
    threshold: words(at(turns, 'threshold')),
    prefixPaddingMs: words(at(turns, 'prefixPaddingMs')),
    keyterms: lines(at(listen, 'keyterms')),
    blocks: { listen: json(at(agent, 'listen')), think: json(at(agent, 'think')), speak: json(at(agent, 'speak')) }
  }
}

function parsed(profileText: string): unknown {
  try {
    return JSON.parse(profileText)
  } catch {
    return undefined
  }
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value
  )
}

function first(block: unknown): unknown {
  return Array.isArray(block) ? block[0] : block
}

function json(block: unknown): string {
  return typeof block === 'object' && block !== null ? JSON.stringify(block, null, 2) : ''
}

function lines(value: unknown): string {
  return Array.isArray(value) ? value.map(words).join('\n').trim() : ''
}

function words(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
