import { mapStrings, type Json } from './placeholders.ts'

/** Takes resolved secret values out of everything that is reported. */
export interface Redactor {
  text(text: string): string
  json(value: unknown): Json
}

/** `secrets` maps what must not be seen to what stands for it. Longer values are taken out first. */
export function redactor(secrets: ReadonlyMap<string, string>): Redactor {
  const entries = [...secrets].filter(([value]) => value !== '').toSorted(([a], [b]) => b.length - a.length)
  const text = (raw: string): string =>
    entries.reduce((clean, [value, placeholder]) => clean.replaceAll(value, () => placeholder), raw)
  return { text, json: (value) => mapStrings(value, text) }
}
