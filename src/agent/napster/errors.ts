/** Codes of refusals over REST (napster.md section 2); the last group is the built-in agent's own. */
export type RestCode =
  | 'RequestRateLimitExceeded'
  | 'ConcurrentSessionLimitReached'
  | 'ConnectionNotFound'
  | 'AgentLimitExceeded'
  | 'UnsupportedSessionMode'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AgentNotFound'
  | 'SessionNotFound'
  | 'MethodNotAllowed'
  | 'InvalidJson'
  | 'InvalidRequest'
  | 'RequestTooLarge'
  | 'UnsupportedChannel'
  | 'UnsupportedFunctionFlow'
  | 'FaultRequested'
  | 'InternalError'

/** A request that is refused: thrown by the routes, answered in the shape of the service. */
export class RestError extends Error {
  readonly status: number
  readonly code: RestCode
  readonly retryAfterSeconds: number | null

  constructor(status: number, code: RestCode, description: string, retryAfterSeconds: number | null = null) {
    super(description)
    this.name = 'RestError'
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** `type` is a string by the API reference; `numericType` of a failure is 0. */
  get body(): { code: string; description: string; type: 'failure'; numericType: number } {
    return { code: this.code, description: this.message, type: 'failure', numericType: 0 }
  }
}
