import type { SecretStore } from '../../core/ports.ts'

const TOKEN_VARIABLES = { deepgram: 'DEEPGRAM_ACCESS_TOKEN', napster: undefined } as const

const SERVICE_KEY_VARIABLES = { deepgram: 'DEEPGRAM_API_KEY', napster: 'NAPSTER_API_KEY' } as const

/**
 * Secrets from the environment: `{{secret:NAME}}` is `PARLEY_SECRET_NAME`, service keys are `DEEPGRAM_API_KEY` and
 * `NAPSTER_API_KEY`, a short-lived token that somebody else minted `DEEPGRAM_ACCESS_TOKEN`. An empty variable counts as absent; white space around a service key is dropped (a header cannot hold it).
 */
export function envSecrets(env: Readonly<Record<string, string | undefined>>): SecretStore {
  const read = (variable: string) => {
    const value = env[variable]
    return value === '' ? undefined : value
  }
  return {
    secret: (name) => Promise.resolve(read(`PARLEY_SECRET_${name}`)),
    serviceKey: (service) => Promise.resolve(read(SERVICE_KEY_VARIABLES[service])?.trim() || undefined),
    accessToken(service) {
      const variable = TOKEN_VARIABLES[service]
      return Promise.resolve(variable === undefined ? undefined : read(variable)?.trim() || undefined)
    }
  }
}
