import type { HostHandlers } from '../../../core/host-handlers.ts'
import { CallError, type EventName, type EventPayload } from '../../../shared/ipc/contract.ts'
import type { Clock } from '../../../shared/runtime.ts'
import {
  NotHere,
  pageResults,
  runProbes,
  type Probe,
  type ProbeResult,
  type Verdict
} from '../../../shared/self-check.ts'

/** Longest the page may take to report: it loads, and each of its probes has 10 s. */
const PAGE_LIMIT_MS = 30_000

interface SelfCheckOptions {
  about: Pick<Verdict, 'parley' | 'host' | 'platform' | 'versions'>
  /** The host's own probes. */
  probes: readonly Probe[]
  clock: Pick<Clock, 'nowMs' | 'after'>
}

/** What main needs of the assistant to send the page its event. */
interface Teller {
  tell<N extends EventName>(name: N, payload: EventPayload<N>): void
  handlers: Pick<HostHandlers, never> & { 'preferences:read': (input: undefined) => unknown }
}

export interface SelfCheck {
  handlers: Pick<HostHandlers, 'self-check:begin' | 'self-check:report'>
  /** Whose events the page hears. */
  follow(assistant: Teller): void
  /** Asks everything; never rejects, and ends within its limits. */
  verdict(): Promise<Verdict>
}

/** `parley --self-check` of either host: the page is asked, and beside it what the host can ask of its system. */
export function selfCheck({ about, probes, clock }: SelfCheckOptions): SelfCheck {
  const reported = Promise.withResolvers<readonly ProbeResult[]>()
  let assistant: Teller | undefined

  const waitForPage = async (): Promise<ProbeResult[]> => {
    const startMs = clock.nowMs()
    let stop: (() => void) | undefined
    const late = new Promise<undefined>((resolve) => {
      stop = clock.after(PAGE_LIMIT_MS, () => resolve(undefined))
    })
    const results = await Promise.race([reported.promise, late])
    stop?.()
    return pageResults(results, clock.nowMs() - startMs)
  }

  return {
    handlers: {
      'self-check:begin': async () => {
        if (assistant === undefined) throw new CallError('refused', 'The self-check has not begun.')
        const preferences = await assistant.handlers['preferences:read'](undefined)
        assistant.tell('preferences:changed', preferences as EventPayload<'preferences:changed'>)
        return undefined
      },
      'self-check:report': ({ probes: results }) => {
        reported.resolve(results)
        return undefined
      }
    },
    follow(followed) {
      assistant = followed
    },
    async verdict() {
      const startMs = clock.nowMs()
      const [page, host] = await Promise.all([waitForPage(), runProbes(probes, clock)])
      const all = [...page, ...host]
      return {
        ok: all.every(({ outcome }) => outcome !== 'failed'),
        ...about,
        ms: Math.round(clock.nowMs() - startMs),
        probes: all
      }
    }
  }
}

/** A probe of something this host never has. */
export function absent(probe: string, sentence: string): Probe {
  return {
    probe,
    run() {
      throw new NotHere(sentence)
    }
  }
}

/** Writes the verdict as one line of JSON; resolves to the exit code once it is written. */
export function printVerdict(verdict: Verdict, out: NodeJS.WritableStream): Promise<0 | 1> {
  return new Promise((resolve) => {
    out.write(`${JSON.stringify(verdict)}\n`, () => resolve(verdict.ok ? 0 : 1))
  })
}
