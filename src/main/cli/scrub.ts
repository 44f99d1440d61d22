import { mapStrings } from '../../core/secrets/placeholders.ts'
import { redactor, type Redactor } from '../../core/secrets/redactor.ts'
import { environmentSecrets } from '../node/env-secrets.ts'

/** Takes secrets out of everything that a command writes, also when it breaks. */
export interface Scrubber extends Redactor {
  /** `redact` takes out what it knows, from now on. */
  add(redact: (text: string) => string): void
}

/** Takes every secret of the environment out of what is written; see {@link environmentSecrets}. */
export function scrubberFor(env: Readonly<Record<string, string | undefined>>): Scrubber {
  const fromEnvironment = redactor(environmentSecrets(env))
  const all = [(raw: string): string => fromEnvironment.text(raw)]
  const text = (raw: string): string => all.reduce((clean, redact) => redact(clean), raw)
  return { text, json: (value) => mapStrings(value, text), add: (redact) => void all.push(redact) }
}
