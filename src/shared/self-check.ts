import { z } from 'zod'
import type { Clock } from './runtime.ts'

/** Fragment of the page's address with which it probes itself instead of showing a conversation. */
export const SELF_CHECK_FRAGMENT = '#self-check'

/** How one probe of `parley --self-check` came out. `not-here`: this machine or host has no such thing, and that is no failure. */
export const ProbeResult = z.strictObject({
  probe: z.string().min(1).max(40),
  outcome: z.enum(['ok', 'failed', 'not-here']),
  /** For a person; says what was seen, or what to do. */
  sentence: z.string().max(500),
  ms: z.int().min(0)
})
export type ProbeResult = z.infer<typeof ProbeResult>

/** Thrown by a probe where there is nothing to be probed. */
export class NotHere extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'NotHere'
  }
}

/** One question to the machine. Resolves to what was seen, as a sentence; throws {@link NotHere}, or anything else for a failure. */
export interface Probe {
  probe: string
  run: () => string | Promise<string>
  /** How long it may take, in ms; 10 s when absent. */
  limitMs?: number
}

const LIMIT_MS = 10_000
const SENTENCE_LIMIT = 500

/** Asks one probe. Never rejects: what throws or does not answer in time has failed. */
export async function runProbe(
  { probe, run, limitMs = LIMIT_MS }: Probe,
  clock: Pick<Clock, 'nowMs' | 'after'>
): Promise<ProbeResult> {
  const startMs = clock.nowMs()
  const end = (outcome: ProbeResult['outcome'], sentence: string): ProbeResult => {
    const ms = Math.max(0, Math.round(clock.nowMs() - startMs))
    return { probe, outcome, sentence: sentence.slice(0, SENTENCE_LIMIT), ms }
  }
  let stop: (() => void) | undefined
  const late = new Promise<never>((_resolve, reject) => {
    stop = clock.after(limitMs, () => reject(new Error(`There was no answer within ${limitMs / 1000} s.`)))
  })
  try {
    return end('ok', await Promise.race([Promise.resolve().then(run), late]))
  } catch (cause) {
    if (cause instanceof NotHere) return end('not-here', cause.message)
    return end('failed', textOf(cause))
  } finally {
    stop?.()
  }
}

/** Asks all probes beside each other; the results keep their order. */
export function runProbes(probes: readonly Probe[], clock: Pick<Clock, 'nowMs' | 'after'>): Promise<ProbeResult[]> {
  return Promise.all(probes.map((probe) => runProbe(probe, clock)))
}

/** What `parley --self-check` prints. */
export interface Verdict {
  ok: boolean
  parley: string
  host: 'desktop' | 'web'
  platform: string
  /** Of Electron, Chromium and Node, where the host has them. */
  versions: Readonly<Record<string, string>>
  ms: number
  probes: readonly ProbeResult[]
}

/** Probes of the page, in the order they are reported: a page that says nothing has failed them all. */
export const PAGE_PROBES = ['invoke', 'event', 'audio-port', 'worker', 'wasm', 'worklet', 'microphone'] as const
export type PageProbe = (typeof PAGE_PROBES)[number]

/** The page's part of a verdict: a probe it did not report has failed, and one it made up is left out. */
export function pageResults(reported: readonly ProbeResult[] | undefined, waitedMs: number): ProbeResult[] {
  return PAGE_PROBES.map(
    (probe) =>
      reported?.find((result) => result.probe === probe) ?? {
        probe,
        outcome: 'failed',
        sentence: 'The page did not report this probe.',
        ms: Math.round(waitedMs)
      }
  )
}

/** The name of an error says more than its message where it is one of the platform's ("NotAllowedError"). */
function textOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.name === 'Error' ? cause.message : `${cause.name}: ${cause.message}`
}
