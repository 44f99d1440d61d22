import { redactor, type Redactor } from '../../core/secrets/redactor.ts'
import { environmentSecrets } from '../node/env-secrets.ts'

/** Takes every secret of the environment out of what is written; see {@link environmentSecrets}. */
export function scrubberFor(env: Readonly<Record<string, string | undefined>>): Redactor {
  return redactor(environmentSecrets(env))
}
