/** Where the sheet knows several spellings of one thing (napster.md section 13), the one that a service uses. */
export interface Spelling {
  /** 1: the key of agent audio. */
  audioKey: 'data' | 'audio'
  /** 2: where the name of an event stands. */
  eventKey: 'event' | 'type'
  /** 3: whether the fields of `message_received` stand in `data.message` or in `data`. */
  nested: boolean
  /** 4 and 5: the scheme of the address inside the token. */
  scheme: 'http' | 'https' | 'ws' | 'wss'
  /** 4: whether the token carries the names of the old pages too. */
  oldToken: boolean
  /** 7: arguments of a tool call. */
  argumentsAs: 'object' | 'string'
  /** 8: how the service tells that the user has begun to speak. */
  speechStarted: 'message' | 'event' | 'buffer-event'
  /** 9: the spelling of talk state and message action after an interruption. */
  cancelled: { talk: 'canceled' | 'cancelled'; action: 'canceled' | 'cancelled' }
}

/** The newest official text and what was captured live. */
export const NEWEST: Spelling = {
  audioKey: 'data',
  eventKey: 'event',
  nested: true,
  scheme: 'http',
  oldToken: false,
  argumentsAs: 'object',
  speechStarted: 'message',
  cancelled: { talk: 'canceled', action: 'cancelled' }
}

/** The pages before it, all differences at once. */
export const OLDEST: Spelling = {
  audioKey: 'audio',
  eventKey: 'type',
  nested: false,
  scheme: 'ws',
  oldToken: true,
  argumentsAs: 'string',
  speechStarted: 'event',
  cancelled: { talk: 'cancelled', action: 'canceled' }
}

/** One answer of the REST interface. */
export interface RestAnswer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

/** An error of the business kind, as the API reference prints it (section 2). */
export function businessError(status: number, code: string, description: string): RestAnswer {
  return { status, body: { code, description, type: 'failure', numericType: 0 } }
}

/** The same as an array, as it was seen live. */
export function listedError(status: number, code: string, description: string): RestAnswer {
  return { status, body: [{ code, description, type: 2, numericType: 2 }] }
}

/** A validation error: no code, sentences by field. */
export function validationError(field: string, sentence: string): RestAnswer {
  const title = 'One or more validation errors occurred.'
  return { status: 400, body: { type: 'about:blank', title, status: 400, errors: { [field]: [sentence] } } }
}

/** An error with nothing but a title. */
export function plainError(status: number, title: string): RestAnswer {
  return { status, body: { type: 'about:blank', title, status } }
}
