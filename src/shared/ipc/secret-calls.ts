import { z } from 'zod'

/** The services that want a key. */
export const KeyService = z.enum(['deepgram', 'napster'])
export type KeyService = z.infer<typeof KeyService>

/** A service's key, or a value that settings name as `{{secret:NAME}}`. */
export const SecretTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('service-key'), service: KeyService }),
  z.strictObject({
    kind: z.literal('named'),
    name: z
      .string()
      .max(100)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Use letters, digits and underscores, and no digit at the beginning.')
  })
])
export type SecretTarget = z.infer<typeof SecretTarget>

/**
 * Where a secret is: `environment` (read-only), `protected` (the system's key store), `file` (readable for this user's programs, mode 0600),
 * `memory` (until Parley ends). Never its value.
 */
export const SecretPlace = z.enum(['environment', 'protected', 'file', 'memory'])
export type SecretPlace = z.infer<typeof SecretPlace>

export const SecretRow = z.strictObject({
  target: SecretTarget,
  place: SecretPlace,
  /** The names of the profiles that use it. */
  usedBy: z.array(z.string()),
  /** Why it is there and cannot be used: a sentence. */
  problem: z.string().optional()
})
export type SecretRow = z.infer<typeof SecretRow>

/** `places`: where this host can keep a new secret, best first; `why`: a sentence about it, for example why there is no protection. */
export const SecretList = z.strictObject({
  rows: z.array(SecretRow),
  /** Wanted by a profile and not there. */
  missing: z.array(z.strictObject({ target: SecretTarget, usedBy: z.array(z.string()) })),
  places: z.array(SecretPlace.exclude(['environment'])).min(1),
  why: z.string()
})
export type SecretList = z.infer<typeof SecretList>

/** `unknown`: nobody can say, for example without network. `message` is a sentence. */
export const KeyCheck = z.strictObject({ outcome: z.enum(['works', 'refused', 'unknown']), message: z.string() })
export type KeyCheck = z.infer<typeof KeyCheck>

export const secretCalls = {
  'secrets:list': { input: z.undefined(), output: SecretList },
  /** Keeps a value, which is never given back. `place` must be one of `places`. White space around it is dropped. */
  'secrets:set': {
    input: z.strictObject({
      target: SecretTarget,
      value: z.string().min(1).max(20_000),
      place: SecretPlace.exclude(['environment'])
    }),
    output: SecretList
  },
  'secrets:remove': { input: z.strictObject({ target: SecretTarget }), output: SecretList },
  /** Asks the service whether it takes the kept key; never for a named secret. */
  'secrets:check': { input: z.strictObject({ service: KeyService }), output: KeyCheck }
} as const
