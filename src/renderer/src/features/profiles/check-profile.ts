import type { z } from 'zod'
import { AgentProfile } from '../../../../shared/profile.ts'
import { Settings } from '../../../../shared/protocol/deepgram.ts'
import { NapsterSettings } from '../../../../shared/protocol/napster.ts'
import { text } from '../../text/en.ts'
import type { Control, Field } from './field.ts'
import { fieldsOf } from './field-table.ts'
import { type Path, valueAt } from './json-fields.ts'
import { record } from './profile-fields.ts'
import { type Place, placesOf } from './scopes.ts'

/** What is wrong at one place, as a sentence that says what to do. `blocks`: it cannot be saved so; else a service may refuse it. */
export interface Fault {
  path: Path
  message: string
  blocks: boolean
}

const words = text.profiles.faults

/** Everything that is wrong with a profile: what the schemas of the file and of its service refuse, then what the field table knows. One per place. */
export function checkProfile(profile: Record<string, unknown>): Fault[] {
  const found = [...ofSchema(profile), ...ofService(profile), ...ofTable(profile)]
  const seen = new Set<string>()
  return found.filter(({ path }) => {
    const at = path.join('\u0000')
    // What is wrong inside a value says more than that the value is wrong.
    if (seen.has(at)) return false
    for (let length = path.length; length > 0; length -= 1) seen.add(path.slice(0, length).join('\u0000'))
    return true
  })
}

function ofSchema(profile: Record<string, unknown>): Fault[] {
  return faultsOf(AgentProfile.safeParse(profile), [])
}

/** Settings as they are sent: what a file may leave out is put in by Parley. */
function ofService(profile: Record<string, unknown>): Fault[] {
  const settings = profile['settings']
  if (profile['service'] === 'napster') {
    return faultsOf(NapsterSettings.loose().safeParse(settings ?? {}), ['settings'], { ...atPlace, tags: words.pairs })
  }
  const tuning: Fault[] =
    profile['tuning'] === undefined ? [] : [{ path: ['tuning'], message: words.tuningElsewhere, blocks: true }]
  const sent = { audio: {}, agent: {}, ...record(settings), type: 'Settings' }
  return [...tuning, ...faultsOf(Settings.safeParse(sent), ['settings'])]
}

function faultsOf(result: z.ZodSafeParseResult<unknown>, base: Path, places = atPlace): Fault[] {
  if (result.success) return []
  return result.error.issues
    .flatMap((issue) => flat(issue, []))
    .map(({ issue, path }) => ({
      path: [...base, ...path],
      message: places[path.join('.')] ?? sentence(issue),
      blocks: true
    }))
}

type Issue = z.core.$ZodIssue
type Found = { issue: Issue; path: (string | number)[] }

/** Of a union the branch that came farthest says what is wrong. */
function flat(issue: Issue, outer: (string | number)[]): Found[] {
  const path = [...outer, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }]
  const branches = issue.errors.map((errors) => errors.flatMap((error) => flat(error, path)))
  const depth = (branch: Found[]): number => Math.max(...branch.map((found) => found.path.length))
  return branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best))
}

/** Sentences for places where the schema alone says too little. */
const atPlace: Readonly<Record<string, string>> = {
  name: words.name,
  service: words.service,
  schemaVersion: words.schemaVersion,
  hotkey: words.hotkey,
  'nudge.afterSeconds': text.options.nudgeSeconds,
  'nudge.say': text.options.nudgeWords,
  agentId: text.napster.agentIdMissing,
  externalClientId: text.napster.clientIdWrong,
  externalClientProfile: text.napster.clientProfileWrong
}

function sentence(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return words.type[issue.expected] ?? words.wrong
    case 'too_small':
      return issue.origin === 'string' ? words.empty : words.least(Number(issue.minimum))
    case 'too_big':
      return issue.origin === 'string' ? words.longest(Number(issue.maximum)) : words.most(Number(issue.maximum))
    case 'invalid_value':
      return words.oneOf(issue.values.map(String))
    case 'unrecognized_keys':
      return words.unknownHere(issue.keys)
    default:
      return words.wrong
  }
}

/** What the table knows of each field, and what only makes sense together. */
function ofTable(profile: Record<string, unknown>): Fault[] {
  return placesOf(profile).flatMap((place) => [
    ...fieldsOf(place.scope).flatMap((field) => faultsOfField(field, place)),
    ...together(place)
  ])
}

function faultsOfField(field: Field, { base, item }: Place): Fault[] {
  const path = [...base, ...field.path]
  const value = valueAt(item, field.path)
  const fits = field.when === undefined || field.when(item)
  if (value === undefined) {
    const isDue = field.required === true && fits && Object.keys(item).length > 0
    return isDue ? [{ path, message: words.missing, blocks: false }] : []
  }
  if (field.control.kind === 'own') return []
  const said = wrongValue(value, field.control)
  // An object under a name that is a text for another provider is that provider's.
  if (said !== null && (fits || said.kind !== 'type'))
    return [{ path, message: said.message, blocks: said.kind === 'type' }]
  return fits || isHolder(value) ? [] : [{ path, message: words.unused, blocks: false }]
}

function isHolder(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

type Wrong = { kind: 'type' | 'range'; message: string } | null

const type = (message: string): Wrong => ({ kind: 'type', message })
const range = (message: string): Wrong => ({ kind: 'range', message })

/** What is wrong with the value of one control. A placeholder of a secret stands for any text. */
export function wrongValue(value: unknown, control: Control): Wrong {
  switch (control.kind) {
    case 'number':
      return wrongNumber(value, control)
    case 'check':
      return typeof value === 'boolean' ? null : type(words.type['boolean'] ?? words.wrong)
    case 'lines':
    case 'texts':
      return Array.isArray(value) && value.every((line) => typeof line === 'string') ? null : type(words.lines)
    case 'pairs':
      return isPairs(value) ? null : type(words.pairs)
    case 'json':
      return (control.list === true ? Array.isArray(value) : isObject(value))
        ? null
        : type(control.list === true ? words.jsonList : words.jsonObject)
    case 'choice':
      if (typeof value !== 'string') return type(words.oneOf(control.options))
      return control.options.includes(value) ? null : range(words.unusual(control.options))
    default:
      return typeof value === 'string' ? wrongText(value, control) : type(words.type['string'] ?? words.wrong)
  }
}

function wrongText(value: string, control: Control): Wrong {
  if (value.trim() === '') return range(words.empty)
  if ('max' in control && control.max !== undefined && value.length > control.max)
    return range(words.longest(control.max))
  if ('pattern' in control && control.pattern !== undefined && !control.pattern.test(value)) return range(words.wrong)
  return null
}

function wrongNumber(value: unknown, { min, max, integer, orWord }: Extract<Control, { kind: 'number' }>): Wrong {
  if (orWord !== undefined && value === orWord) return null
  if (typeof value !== 'number') return type(orWord === undefined ? words.number(min, max) : words.numberOr(orWord))
  const isOutside = value < (min ?? -Infinity) || value > (max ?? Infinity)
  if (isOutside || (integer === true && !Number.isInteger(value))) return range(words.number(min, max, integer))
  return null
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPairs(value: unknown): boolean {
  return isObject(value) && Object.values(record(value)).every((part) => typeof part === 'string')
}

/** Rules over more than one field (deepgram.md 4.1 to 4.3). */
function together({ scope, base, item }: Place): Fault[] {
  const fault = (path: readonly string[], message: string): Fault => ({
    path: [...base, ...path],
    message,
    blocks: false
  })
  const provider = record(item['provider'])
  const kind = provider['type']
  const hasAddress = record(item['endpoint'])['url'] !== undefined
  if (scope === 'listen') return togetherListen(item, fault)
  if (scope === 'think') {
    const warm = provider['temperature']
    return [
      ...(kind === 'anthropic' && typeof warm === 'number' && warm > 1
        ? [fault(['provider', 'temperature'], words.number(0, 1))]
        : []),
      ...((kind === 'groq' || kind === 'aws_bedrock') && !hasAddress
        ? [fault(['endpoint', 'url'], words.needsAddress)]
        : [])
    ]
  }
  if (scope === 'speak' && ['eleven_labs', 'open_ai', 'aws_polly'].includes(String(kind)) && !hasAddress) {
    return [fault(['endpoint', 'url'], words.needsAddress)]
  }
  return []
}

function togetherListen(
  { version, model, eot_threshold: end, eager_eot_threshold: eager }: Record<string, unknown>,
  fault: (path: readonly string[], message: string) => Fault
): Fault[] {
  const isFluxModel = typeof model === 'string' && model.startsWith('flux-')
  const wrongModel = typeof model === 'string' && isFluxModel !== (version === 'v2')
  const isEager = typeof eager === 'number' && eager > (typeof end === 'number' ? end : 0.7)
  return [
    ...(wrongModel ? [fault(['model'], words.fluxModel)] : []),
    ...(isEager ? [fault(['eager_eot_threshold'], words.eager)] : [])
  ]
}
