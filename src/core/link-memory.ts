import { z } from 'zod'
import { foreignHost } from './secrets/address-warnings.ts'
import type { AgentProfile } from '../shared/profile.ts'
import type { FileStore } from './ports.ts'

/** Under which it is kept in the file store. */
export const LINKS_KEY = 'links'
const MAX_LINKS = 16
/** A link that was not used for longer may be another one by now. */
const MAX_AGE_MS = 7 * 24 * 3_600_000
/** A change by less is not worth a write... */
const WORTH_WRITING_MS = 5
/** ...but that the link is still used is, this often. */
const REWRITE_MS = 24 * 3_600_000

const Link = z.strictObject({
  to: z.string().max(500),
  playoutDelayMs: z.number().min(0).max(1000),
  /** Date, in ms since 1970. */
  learntAtMs: z.number()
})
type Link = z.infer<typeof Link>

/** Where the conversations of a profile go, as far as the link to it matters: its service, or the host that stands in for it. */
export function linkOf({ service, url }: Pick<AgentProfile, 'service' | 'url'>): string {
  const host = foreignHost(service, url)
  return host === undefined ? service : `${service} ${host}`
}

export interface LinkMemoryDeps {
  store: FileStore
  /** The date, in ms since 1970. */
  dateMs: () => number
}

/** How unevenly audio comes over each link, kept over pages and starts: a small list, the one that was used last at its end. */
export class LinkMemory {
  readonly #deps: LinkMemoryDeps
  #links: Link[]
  /** As the store has it. */
  #written: readonly Link[]

  constructor(deps: LinkMemoryDeps) {
    this.#deps = deps
    const kept = deps.store.read(LINKS_KEY)
    const links = (Array.isArray(kept) ? (kept as unknown[]) : []).map((entry) => Link.safeParse(entry).data)
    this.#links = links.filter((entry) => entry !== undefined).slice(-MAX_LINKS)
    this.#written = [...this.#links]
  }

  /** How long audio over this link has to wait before it is played; undefined where that is not known, or too old. */
  playoutDelayMs(to: string): number | undefined {
    const link = this.#links.find((one) => one.to === to)
    if (link === undefined) return undefined
    const ageMs = this.#deps.dateMs() - link.learntAtMs
    return ageMs >= 0 && ageMs <= MAX_AGE_MS ? link.playoutDelayMs : undefined
  }

  learnt(to: string, playoutDelayMs: number): void {
    const link = { to, playoutDelayMs, learntAtMs: this.#deps.dateMs() }
    this.#links = [...this.#links.filter((one) => one.to !== to), link].slice(-MAX_LINKS)
    const written = this.#written.find((one) => one.to === to)
    const isSame =
      written !== undefined &&
      Math.abs(written.playoutDelayMs - playoutDelayMs) < WORTH_WRITING_MS &&
      Math.abs(link.learntAtMs - written.learntAtMs) < REWRITE_MS
    if (isSame) return
    this.#written = this.#links
    this.#deps.store.write(LINKS_KEY, this.#links)
  }
}
