// What crosses between main and a utility process. Ports over it are not modelled.
import { deserialize, serialize } from 'node:v8'

/** Plain values; `fault` carries what the stand-in's half in the child found. */
export type Wire = { t: 'message'; data: string } | { t: 'fault'; rule: string; text: string }

export const pack = (value: unknown): string => serialize(value).toString('base64')
export const unpack = (text: string): unknown => deserialize(Buffer.from(text, 'base64'))
