import type { Failure } from './reconnect/policy.ts'

/** An attempt that failed before it could dial, with what is to be said and done about it. */
export class AttemptError extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.reason.message)
    this.name = 'AttemptError'
    this.failure = failure
  }
}
