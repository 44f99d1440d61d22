import type { SecretStore } from '../../core/ports.ts'
import type { SecretTarget } from '../../shared/ipc/secret-calls.ts'

const TOKEN_VARIABLES = { deepgram: 'DEEPGRAM_ACCESS_TOKEN', napster: undefined } as const

const SERVICE_KEY_VARIABLES = { deepgram: 'DEEPGRAM_API_KEY', napster: 'NAPSTER_API_KEY' } as const

const NAMED = /^PARLEY_SECRET_(.+)$/
const OTHERS: ReadonlySet<string> = new Set([
  ...Object.values(SERVICE_KEY_VARIABLES),
  TOKEN_VARIABLES.deepgram,
  'PARLEY_AGENT_KEY'
])

type Environment = Readonly<Record<string, string | undefined>>

/** True for variables whose values must not be seen. */
export function isSecretVariable(name: string): boolean {
  return OTHERS.has(name) || NAMED.test(name)
}

/** A copy of `env`, whose secrets are gone from `env` itself: what Parley starts from now on (a browser, a transcriber) inherits none. */
export function takeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const all = { ...env }
  for (const name of Object.keys(env)) if (isSecretVariable(name)) delete env[name]
  return all
}

/**
 * Every secret of the environment with what stands for it: `{{secret:NAME}}` for `PARLEY_SECRET_NAME`, `[NAME]` for the keys. The session
 * knows only the secrets it uses; a service may echo others.
 */
export function environmentSecrets(env: Environment): [value: string, standIn: string][] {
  return Object.entries(env).flatMap(([variable, value]): [string, string][] => {
    if (value === undefined || !isSecretVariable(variable)) return []
    const name = NAMED.exec(variable)?.[1]
    return [[value, name === undefined ? `[${variable}]` : `{{secret:${name}}}`]]
  })
}

/** What the environment has a value for; a token for Deepgram counts as its key. */
export function environmentTargets(env: Environment): SecretTarget[] {
  const has = (variable: string | undefined): boolean => variable !== undefined && (env[variable]?.trim() ?? '') !== ''
  const services = (['deepgram', 'napster'] as const).filter(
    (service) => has(SERVICE_KEY_VARIABLES[service]) || has(TOKEN_VARIABLES[service])
  )
  const names = Object.keys(env).flatMap((variable) => {
    const name = NAMED.exec(variable)?.[1]
    // Other names cannot be written as a placeholder.
    return name !== undefined && env[variable] !== '' && /^[A-Za-z_]\w{0,99}$/.test(name) ? [name] : []
  })
  return [
    ...services.map((service) => ({ kind: 'service-key' as const, service })),
    ...names.map((name) => ({ kind: 'named' as const, name }))
  ]
}

/**
 * Secrets from the environment: `{{secret:NAME}}` is `PARLEY_SECRET_NAME`, service keys are `DEEPGRAM_API_KEY` and
 * `NAPSTER_API_KEY`, a short-lived token that somebody else minted `DEEPGRAM_ACCESS_TOKEN`. An empty variable counts as absent; white space around a service key is dropped (a header cannot hold it).
 */
export function envSecrets(env: Environment): SecretStore {
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
