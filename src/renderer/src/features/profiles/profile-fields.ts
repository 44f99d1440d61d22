import type { ProfileTool } from '../../../../shared/profile.ts'

/** Where Deepgram runs; `own` is any other address. */
export type Region = 'na' | 'eu' | 'au' | 'in' | 'own'

/** Addresses by region (deepgram.md section 1); the default needs none in the profile. */
export const REGION_URLS: Readonly<Record<Exclude<Region, 'own'>, string | undefined>> = {
  na: undefined,
  eu: 'wss://api.eu.deepgram.com',
  au: 'wss://api.au.deepgram.com',
  in: 'wss://api.in.deepgram.com'
}

const NA_URL = 'wss://agent.deepgram.com'

/** The region that an address means, with or without the path that the protocol fixes. */
export function regionOf(url: unknown): Region {
  if (url === undefined) return 'na'
  if (typeof url !== 'string') return 'own'
  const base = url.toLowerCase().replace(/\/(v1\/agent\/converse)?$/, '')
  if (base === NA_URL) return 'na'
  const known = (['eu', 'au', 'in'] as const).find((region) => REGION_URLS[region] === base)
  return known ?? 'own'
}

/** One function of the agent that is answered here. `declared`: it is among the functions of the settings. */
export interface ToolOption {
  name: string
  declared: boolean
  tool: ProfileTool
}

/** The functions that Parley answers: those of the settings without an endpoint, and those that `tools` names. */
export function toolOptions(profile: Record<string, unknown>): ToolOption[] {
  const tools = record(profile['tools'])
  const declared = declaredFunctions(profile)
  const names = [...new Set([...declared, ...Object.keys(tools)])]
  return names.map((name) => ({ name, declared: declared.includes(name), tool: toolOf(tools[name]) }))
}

function toolOf(tool: unknown): ProfileTool {
  const { kind, content } = record(tool)
  return kind === 'answer' ? { kind, content: typeof content === 'string' ? content : '' } : { kind: 'ask' }
}

function declaredFunctions(profile: Record<string, unknown>): string[] {
  const agent = record(record(profile['settings'])['agent'])
  return list(agent['think'])
    .flatMap((think) => list(record(think)['functions'] ?? []))
    .map(record)
    .flatMap(({ name, endpoint }) => (typeof name === 'string' && endpoint === undefined ? [name] : []))
}

/** `tools` with one of them changed, or removed when `tool` is undefined; undefined when none is left. */
export function withTool(tools: unknown, name: string, tool: ProfileTool | undefined): unknown {
  const { [name]: _, ...others } = record(tools)
  const next = tool === undefined ? others : { ...record(tools), [name]: tool }
  return Object.keys(next).length === 0 ? undefined : next
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}
