import { z } from 'zod'
import type { ServiceChoices } from '../../shared/ipc/contract.ts'

export type Choice = ServiceChoices['choices'][number]

/** Entries of one list; a picker with more helps nobody. */
export const MOST_CHOICES = 500
const ID_LIMIT = 200
const LABEL_LIMIT = 120

const text = z.string().trim().min(1)
/** A field that is absent, or is not what it should be, never costs the entry. */
const maybe = text.optional().catch(undefined)
const maybeList = z.array(z.unknown()).catch([])

/** Napster's list of agents; its envelope is not documented, so the usual ones are read (napster.md section 9). */
const Agents = z.union([
  z.array(z.unknown()),
  z.looseObject({ items: z.array(z.unknown()) }).transform(({ items }) => items),
  z.looseObject({ agents: z.array(z.unknown()) }).transform(({ agents }) => agents),
  z.looseObject({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.looseObject({ results: z.array(z.unknown()) }).transform(({ results }) => results)
])
const Agent = z.looseObject({ id: maybe, agentId: maybe, name: maybe, language: maybe })

/** `GET /public/agents`; undefined where the answer is no list of agents. */
export function napsterAgents(json: unknown): Choice[] | undefined {
  return entries(Agents.safeParse(json).data, Agent, ({ id, agentId, name, language }) =>
    choice(id ?? agentId, name, language)
  )
}

const Models = z.looseObject({ tts: z.array(z.unknown()) })
const Voice = z.looseObject({
  canonical_name: maybe,
  name: maybe,
  languages: maybeList,
  metadata: z
    .looseObject({ accent: maybe, age: maybe, display_name: maybe, tags: maybeList })
    .optional()
    .catch(undefined)
})

/** `tts` of Deepgram's `GET /v1/models`; undefined where the answer holds none. */
export function deepgramVoices(json: unknown): Choice[] | undefined {
  return entries(Models.safeParse(json).data?.tts, Voice, ({ canonical_name: id, name, languages, metadata }) => {
    const about = [metadata?.accent, ...(metadata?.tags ?? []), ...(metadata?.accent === undefined ? languages : [])]
    return choice(id, metadata?.display_name ?? name, words(about))
  })
}

const ThinkModels = z.looseObject({ models: z.array(z.unknown()) })
const ThinkModel = z.looseObject({ id: maybe, name: maybe, provider: maybe })

/** Deepgram's `GET /v1/agent/settings/think/models` (deepgram.md section 1); undefined where the answer is no such list. */
export function deepgramModels(json: unknown): Choice[] | undefined {
  return entries(ThinkModels.safeParse(json).data?.models, ThinkModel, ({ id, name, provider }) =>
    choice(id, name, provider)
  )
}

/** Entries that cannot be read are left out; one of each id. */
function entries<T>(
  list: readonly unknown[] | undefined,
  entry: z.ZodType<T>,
  read: (value: T) => Choice | undefined
): Choice[] | undefined {
  if (list === undefined) return undefined
  const found = new Map<string, Choice>()
  for (const value of list) {
    const parsed = entry.safeParse(value)
    const one = parsed.success ? read(parsed.data) : undefined
    if (one !== undefined && !found.has(one.id)) found.set(one.id, one)
    if (found.size >= MOST_CHOICES) break
  }
  return [...found.values()]
}

function choice(id: string | undefined, label: string | undefined, about: string | undefined): Choice | undefined {
  if (id === undefined || id.length > ID_LIMIT) return undefined
  return {
    id,
    label: short(label ?? id),
    ...(about === undefined || about === '' ? {} : { about: short(about) })
  }
}

function words(values: readonly unknown[]): string {
  return values.filter((value) => typeof value === 'string' && value !== '').join(', ')
}

function short(label: string): string {
  return label.length > LABEL_LIMIT ? `${label.slice(0, LABEL_LIMIT - 1)}…` : label
}
