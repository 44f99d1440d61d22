/** Encrypts with a key that the system keeps for this user. Both reject where the system does not let Parley. */
export interface SecretCipher {
  /** Base64. */
  encrypt(value: string): Promise<string>
  /** `stale`: the system has a newer key, so it should be encrypted anew. */
  decrypt(ciphertext: string): Promise<{ value: string; stale: boolean }>
}

/** `why`: a sentence for a person about what keeps a secret here, or why nothing does. */
export type Protection = { kind: 'system'; cipher: SecretCipher; why: string } | { kind: 'none'; why: string }

/** Where new secrets can be kept on this host, best first. */
export type Places = readonly ('protected' | 'file' | 'memory')[]

/** What this host offers: asked once, when it is first needed. `unprotected`: the places where there is no protection. */
export interface HostProtection {
  ask(): Promise<Protection>
  unprotected: Places
  /** Why what was encrypted cannot be read where there is no protection: sentences for a person. */
  sealed: string
}

/** Without a key store of the system: the web host and the command line. */
export const FILE_PROTECTION: HostProtection = {
  ask: () =>
    Promise.resolve({
      kind: 'none',
      why: 'Here keys are kept in a file that only your user account can open. It is not encrypted: every program that you run can read it.'
    }),
  unprotected: ['file', 'memory'],
  sealed: 'It is kept by the desktop program, and only that can read it.'
}
