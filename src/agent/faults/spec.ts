import type { ConnectionFault, Fault, Point, RefuseFault, Selection } from './fault.ts'
import {
  FieldError,
  Fields,
  readBytes,
  readCount,
  readDuration,
  readPoint,
  readSelection,
  splitOnce
} from './spec-fields.ts'

/** Why a fault's text cannot be read, in a sentence. */
export class FaultSpecError extends Error {
  constructor(spec: string, problem: string) {
    super(`"${spec}": ${problem}`)
    this.name = 'FaultSpecError'
  }
}

type Reader = (fields: Fields, at: Point | null) => RefuseFault | ConnectionFault

const OPEN: Point = { kind: 'open' }
const DEFAULT_GARBAGE_BYTES = 64
const DEFAULT_SPLIT_BYTES = 333
const DEFAULT_BURST_MS = 1000
const GARBAGE = ['text', 'json', 'utf8', 'binary'] as const
/** Codes that may be sent (RFC 6455 section 7.4). */
const CLOSE_CODE = /^(?:100[0-3]|100[7-9]|101[0-4]|[34]\d{3})$/

const READERS: Readonly<Record<string, Reader>> = {
  refuse: (fields, at) => {
    if (at !== null) throw new FieldError('an upgrade has no points; leave the part from "@" on out')
    const retryAfter = fields.take('retry-after')
    const of = fields.take('of')
    if (of !== undefined && of !== 'rest' && of !== 'upgrade') throw new FieldError('of must be rest or upgrade')
    return {
      kind: 'refuse',
      ...(of === undefined ? {} : { of }),
      status: readCount(fields.value, 'the status, as in refuse:429,', 400, 599),
      retryAfterSeconds: retryAfter === undefined ? null : readCount(retryAfter, 'retry-after, in seconds,', 0, 86_400)
    }
  },
  close: (fields, at) => ({ kind: 'close', code: closeCode(fields.value), at: needed(at) }),
  drop: (fields, at) => ({ kind: 'drop', at: needed(noValue(fields, at)) }),
  stall: (fields, at) => {
    const ms = fields.take('for')
    return {
      kind: 'stall',
      ms: ms === undefined ? Infinity : readDuration(ms, 'for'),
      at: needed(noValue(fields, at))
    }
  },
  'no-pong': (fields, at) => ({ kind: 'no-pong', at: noValue(fields, at) ?? OPEN }),
  garbage: (fields, at) => {
    const bytes = fields.take('bytes')
    return {
      kind: 'garbage',
      what: garbage(fields.value),
      bytes: bytes === undefined ? DEFAULT_GARBAGE_BYTES : readBytes(bytes),
      at: needed(at)
    }
  },
  split: (fields, at) => {
    const bytes = fields.take('bytes')
    return {
      kind: 'split',
      of: selection(fields.value, 'all'),
      bytes: bytes === undefined ? DEFAULT_SPLIT_BYTES : readBytes(bytes),
      at: at ?? OPEN
    }
  },
  duplicate: (fields, at) => ({ kind: 'duplicate', of: selection(fields.value, 'text'), at: at ?? OPEN }),
  reorder: (fields, at) => ({
    kind: 'reorder',
    of: selection(fields.take('of') ?? '', 'text'),
    count: readCount(fields.value, 'the number of messages, as in reorder:2,', 2, 100),
    at: at ?? OPEN
  }),
  delay: (fields, at) => {
    const [of, ms = ''] = splitOnce(fields.value)
    if (of === '') throw new FieldError('it needs what to delay, as in delay:audio=500ms')
    return { kind: 'delay', of: readSelection(of), ms: readDuration(ms, 'the delay'), at: at ?? OPEN }
  },
  burst: (fields, at) => {
    const ms = fields.take('within')
    return {
      kind: 'burst',
      of: selection(fields.value, 'audio'),
      ms: ms === undefined ? DEFAULT_BURST_MS : readDuration(ms, 'within'),
      at: at ?? OPEN
    }
  }
}

/** Reads `KIND[:VALUE][,name=value...][@POINT]` (docs/cli.md). Throws {@link FaultSpecError}. */
export function parseFault(spec: string): Fault {
  try {
    const [, kind = '', rest = '', point] = /^([^:,@]*)(?:[:,]([^@]*))?(?:@(.*))?$/.exec(spec.trim()) ?? []
    const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined
    if (read === undefined) {
      throw new FieldError(`there is no fault "${kind}"; there are ${Object.keys(READERS).join(', ')}`)
    }
    const fields = new Fields(rest, kind === 'delay')
    refuseOptionsBehind(spec.trim())
    const times = fields.take('times')
    const effect = read(fields, point === undefined ? null : readPoint(point))
    fields.end()
    return { spec, times: times === undefined ? Infinity : readCount(times, 'times', 1, 1_000_000), effect }
  } catch (error) {
    if (error instanceof FieldError) throw new FaultSpecError(spec, error.message)
    throw error
  }
}

/** No point has a comma in it: what follows one was meant as an option. */
function refuseOptionsBehind(spec: string): void {
  const [, fault = '', point = '', options] = /^([^@]*)@([^,]*),(.*)$/.exec(spec) ?? []
  if (options === undefined) return
  throw new FieldError(`options stand before "@", as in ${fault},${options.trim()}@${point}`)
}

function needed(at: Point | null): Point {
  if (at !== null) return at
  throw new FieldError('it needs the point at which it happens, as in @after=3s or @message=5')
}

function noValue(fields: Fields, at: Point | null): Point | null {
  if (fields.value === '') return at
  throw new FieldError(`it takes no value "${fields.value}"`)
}

function closeCode(text: string): number | null {
  if (text === '') return null
  if (CLOSE_CODE.test(text)) return Number(text)
  throw new FieldError(`"${text}" is no code that can be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999, or none`)
}

function garbage(text: string): (typeof GARBAGE)[number] {
  const what = GARBAGE.find((name) => name === (text || 'text'))
  if (what !== undefined) return what
  throw new FieldError(`there is no garbage "${text}"; there are ${GARBAGE.join(', ')}`)
}

function selection(text: string, otherwise: Selection): Selection {
  return text === '' ? otherwise : readSelection(text)
}
