import type { Command } from '../../../../shared/commands.ts'
import { text as words } from '../../text/en.ts'
import { jsonFault } from './json-fault.ts'

/** The three blocks of an agent's settings that can be sent as they stand. */
export type BlockKind = 'listen' | 'think' | 'speak'

type JsonObject = Extract<Command, { kind: 'configure-listen' }>['provider']

/** A command, or what is wrong with the text; `at` is the place of it where there is one. */
export type ReadBlock = { kind: 'command'; command: Command } | { kind: 'wrong'; problem: string; at?: number }

/** Reads a block as the service's documentation has it: what stands behind "listen", "think" or "speak". */
export function readBlock(block: BlockKind, typed: string): ReadBlock {
  const { json, wholeBlock } = words.tune
  const fault = jsonFault(typed)
  if (fault !== null) return { kind: 'wrong', problem: json.at(fault.line, fault.column, fault.problem), at: fault.at }
  const value: unknown = JSON.parse(typed)
  if (isObject(value) && Object.hasOwn(value, block)) return { kind: 'wrong', problem: wholeBlock.inner(block) }
  if (block === 'listen') {
    const provider = isObject(value) && Object.keys(value).length === 1 ? value['provider'] : undefined
    if (!isObject(provider)) return { kind: 'wrong', problem: wholeBlock.listenShape }
    return { kind: 'command', command: { kind: 'configure-listen', provider } }
  }
  if (!isBlock(value)) return { kind: 'wrong', problem: wholeBlock.shape(block) }
  return {
    kind: 'command',
    command: block === 'think' ? { kind: 'configure-think', think: value } : { kind: 'configure-speak', speak: value }
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBlock(value: unknown): value is JsonObject | JsonObject[] {
  return Array.isArray(value) ? value.length > 0 && value.every((item) => isObject(item)) : isObject(value)
}
