import { ProfileError } from '../profiles/profile-error.ts'
import type { Json } from '../secrets/placeholders.ts'

export type JsonObject = { [key: string]: Json }

/** One block, or a list of them in the order of preference, as the service writes it. */
export type Block = JsonObject | JsonObject[]

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `value`, which came as JSON, as text; undefined where it is nested too deeply to be written, though it could be read. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Arguments of a call that came as an object, as text. What cannot be written is no JSON either, so that the call is answered (C30). */
export function argumentsText(given: unknown): string {
  return typeof given === 'string' ? given : (jsonText(given ?? {}) ?? 'nested too deeply')
}

/** The object at `key`, undefined if there is none; throws {@link ProfileError} naming `path` where something else stands. */
export function objectAt(parent: JsonObject, key: string, path: string): JsonObject | undefined {
  const value = parent[key]
  if (value === undefined || isObject(value)) return value
  throw new ProfileError(`${path} is not an object. Write it as { ... } or leave it out.`)
}

/** The block at `key`, undefined where there is none that Parley can read. */
export function blockAt(parent: JsonObject, key: string): Block | undefined {
  const value = parent[key]
  if (isObject(value)) return value
  return Array.isArray(value) && value.length > 0 && value.every((item) => isObject(item)) ? value : undefined
}

/** The items of a block, one or several. */
export function itemsOf(block: Block): readonly JsonObject[] {
  return Array.isArray(block) ? block : [block]
}

/** A copy of `block` with `change` applied to each of its items; an object stays an object. */
export function mapItems(block: Block, change: (item: JsonObject, index: number) => JsonObject): Block {
  return Array.isArray(block) ? block.map(change) : change(block, 0)
}

/** A copy of `object` without `keys`. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
