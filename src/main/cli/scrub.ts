import { redactor, type Redactor } from '../../core/secrets/redactor.ts'

const SECRET_VARIABLE = /^(DEEPGRAM_API_KEY|DEEPGRAM_ACCESS_TOKEN|NAPSTER_API_KEY|PARLEY_AGENT_KEY|PARLEY_SECRET_(.+))$/

/** True for variables whose values must not be seen. */
export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name)
}

/**
 * Takes every secret of the environment out of what is written: `{{secret:NAME}}` stands for `PARLEY_SECRET_NAME`, `[NAME]`
 * for the keys. The session knows only the secrets it uses; a service may echo others.
 */
export function scrubberFor(env: Readonly<Record<string, string | undefined>>): Redactor {
  return redactor(
    Object.entries(env).flatMap(([variable, value]): [string, string][] => {
      const match = SECRET_VARIABLE.exec(variable)
      if (match === null || value === undefined) return []
      return [[value, match[2] === undefined ? `[${variable}]` : `{{secret:${match[2]}}}`]]
    })
  )
}
