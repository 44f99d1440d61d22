import type { SecretStore } from '../../core/ports.ts'

const SERVICE_KEY_VARIABLES = { deepgram: 'DEEPGRAM_API_KEY', napster: 'NAPSTER_API_KEY' } as const

/**
 * Secrets from the environment: `{{secret:NAME}}` is `PARLEY_SECRET_NAME`, service keys are `DEEPGRAM_API_KEY` and
 * `NAPSTER_API_KEY`. An empty variable counts as absent; white space around a service key is dropped (a header cannot hold it).
 */
export function envSecrets(env: Readonly<Record<string, string | undefined>>): SecretStore {
  const read = (variable: string) => {
    const value = env[variable]
    return value === '' ? undefined : value
  }
  return {
    secret: (name) => Promise.resolve(read(`PARLEY_SECRET_${name}`)),
    serviceKey: (service) => Promise.resolve(read(SERVICE_KEY_VARIABLES[service])?.trim() || undefined)
  }
}
