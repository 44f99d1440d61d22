/** Bounds of one think request. */
export interface ThinkLimits {
  /** Longest time without a byte from the server, before the first one too. */
  readonly stallMs: number
  /** Longest time for a whole answer, so that comment lines alone keep nobody waiting for ever. */
  readonly totalMs: number
  /** Longest wait for the end of the stream once the model has said that it is finished. */
  readonly tailMs: number
  /** A warning each time that much has passed without a first token. */
  readonly slowMs: number
  /** Size of one response. */
  readonly responseBytes: number
  /** Calls in one completion. */
  readonly toolCalls: number
}

export const THINK_LIMITS: ThinkLimits = {
  stallMs: 30_000,
  totalMs: 300_000,
  tailMs: 2000,
  slowMs: 5000,
  responseBytes: 4 * 1024 * 1024,
  toolCalls: 32
}

/** Bounds of one call of a function that has an endpoint. */
export interface FunctionLimits {
  readonly timeoutMs: number
  readonly responseBytes: number
}

export const FUNCTION_LIMITS: FunctionLimits = { timeoutMs: 20_000, responseBytes: 256 * 1024 }
