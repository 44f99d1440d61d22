import { ContextLife, type LivingContext } from './context-life.ts'
import { GlitchWatch, LATENCY_HINT, SAFE_LATENCY_HINT } from './glitches.ts'
import { RebuildBackoff } from './watchdog.ts'
import type { InputRole, ToAudioWorker } from './worker-messages.ts'

export type PostToWorker = (message: ToAudioWorker, transfer?: Transferable[]) => void

/** A captured stream as the worker gets it; `gain` is linear. */
export interface GraphSource {
  role: InputRole
  stream: MediaStream
  gain: number
  ownVoice: 'excluded' | 'included'
}

/** A stream that every graph of the page hears, until it is detached. */
export interface Attachment {
  /** As the worker knows it now: another one in every graph. Undefined while there is no graph. */
  readonly id: string | undefined
  /** Linear. */
  setGain(gain: number): void
  /** Idempotent. */
  detach(): void
}

interface Attached {
  source: GraphSource
  id: string | undefined
}

type GlitchingContext = LivingContext & { readonly playbackStats?: { readonly underrunEvents: number } }

/** What the keeper uses of a graph. */
export interface KeptGraph {
  readonly context: GlitchingContext
  connect(id: string, source: GraphSource): void
  disconnect(id: string): void
  setVolume(volume: number): void
  /** Tells the worker that all of it has ended. Idempotent. */
  close(): void
}

export type LatencyHint = typeof LATENCY_HINT | typeof SAFE_LATENCY_HINT

export interface KeeperPorts<G extends KeptGraph> {
  post: PostToWorker
  create(latencyHint: LatencyHint, volume: number): Promise<G>
  /** The platform tells of glitches: only then is the shortest latency dared. */
  tellsGlitches(): boolean
  /** The person has clicked or pressed a key at some time. */
  touched(): boolean
  /** A new graph is there. */
  onUp(graph: G): void
  /** What {@link GraphKeeper.blocked} says has changed. */
  onChange(): void
}

/** Why the context has to run. */
export type Need = 'conversation' | 'reply' | 'check'

type Phase<G> =
  | { kind: 'none' }
  | { kind: 'waiting'; timer: ReturnType<typeof setTimeout> }
  | { kind: 'building'; done: Promise<G> }
  | { kind: 'up'; graph: G; life: ContextLife }

const GLITCH_LOOK_MS = 1000

/**
 * Keeps one graph for the page: it is made when it is first needed and made anew when its context has died, with the same streams,
 * volume and needs; the session goes on. One that glitches again and again is made anew with a safer latency hint, between replies.
 */
export class GraphKeeper<G extends KeptGraph> {
  readonly #ports: KeeperPorts<G>
  readonly #backoff = new RebuildBackoff()
  readonly #needs = new Set<Need>()
  readonly #sources = new Set<Attached>()
  #phase: Phase<G> = { kind: 'none' }
  /** Asked for when the first graph is made: a page that plays nothing touches no audio at all. */
  #latencyHint: LatencyHint | undefined
  #glitches = new GlitchWatch()
  #glitching = false
  #volume = 1
  #inputs = 0

  constructor(ports: KeeperPorts<G>) {
    this.#ports = ports
    setInterval(() => this.#lookForGlitches(), GLITCH_LOOK_MS)
  }

  get graph(): G | undefined {
    return this.#phase.kind === 'up' ? this.#phase.graph : undefined
  }

  /** Needed, and not allowed to run before the person has done something. */
  get blocked(): boolean {
    return this.#phase.kind === 'up' && this.#phase.life.blocked
  }

  set volume(volume: number) {
    if (volume === this.#volume) return
    this.#volume = volume
    this.graph?.setVolume(volume)
  }

  /** Makes a graph where there is none; rejects where there can be none now. */
  async ready(): Promise<G> {
    if (this.#phase.kind === 'up') return this.#phase.graph
    if (this.#phase.kind === 'building') return this.#phase.done
    return this.#build()
  }

  need(what: Need, needed: boolean): void {
    if (needed) this.#needs.add(what)
    else this.#needs.delete(what)
    if (this.#needs.size > 0 && this.#phase.kind === 'none') this.#tryBuild()
    this.#followNeeds()
  }

  /** To be called when what the autoplay rule says may have changed. */
  run(): void {
    if (this.#phase.kind === 'up') this.#phase.life.run()
  }

  /** The context is being moved to another loudspeaker. */
  moving(): void {
    if (this.#phase.kind === 'up') this.#phase.life.moving()
  }

  attach(source: GraphSource): Attachment {
    const attached: Attached = { source: { ...source }, id: undefined }
    this.#sources.add(attached)
    if (this.#phase.kind === 'up') this.#connect(this.#phase.graph, attached)
    // A page that records may play.
    this.run()
    return {
      get id() {
        return attached.id
      },
      setGain: (gain) => {
        attached.source.gain = gain
        if (attached.id !== undefined) this.#ports.post({ kind: 'input-gain', id: attached.id, gain })
      },
      detach: () => {
        if (!this.#sources.delete(attached)) return
        if (attached.id !== undefined) this.graph?.disconnect(attached.id)
        attached.id = undefined
      }
    }
  }

  #build(): Promise<G> {
    if (this.#phase.kind === 'waiting') clearTimeout(this.#phase.timer)
    this.#latencyHint ??= this.#ports.tellsGlitches() ? LATENCY_HINT : SAFE_LATENCY_HINT
    const done = this.#ports.create(this.#latencyHint, this.#volume).then(
      (graph) => {
        this.#up(graph)
        return graph
      },
      (cause: unknown) => {
        this.#phase = { kind: 'none' }
        if (this.#needs.size > 0) this.#buildLater()
        throw cause
      }
    )
    this.#phase = { kind: 'building', done }
    return done
  }

  #up(graph: G): void {
    const life = new ContextLife(graph.context, () => this.#ports.touched(), {
      onBlocked: () => this.#ports.onChange(),
      onDead: () => this.#replace(graph)
    })
    this.#phase = { kind: 'up', graph, life }
    this.#backoff.built(performance.now())
    this.#glitches = new GlitchWatch()
    graph.setVolume(this.#volume)
    for (const attached of this.#sources) this.#connect(graph, attached)
    this.#ports.onUp(graph)
    this.#followNeeds()
  }

  /** The graph is of no use any more. */
  #replace(graph: G): void {
    if (this.#phase.kind !== 'up' || this.#phase.graph !== graph) return
    this.#phase.life.close()
    this.#phase = { kind: 'none' }
    for (const attached of this.#sources) attached.id = undefined
    graph.close()
    // One that nothing needs is made when something does.
    if (this.#needs.size > 0) this.#buildLater()
    this.#ports.onChange()
  }

  #buildLater(): void {
    const waitMs = this.#backoff.died(performance.now())
    if (waitMs === 0) this.#tryBuild()
    else this.#phase = { kind: 'waiting', timer: setTimeout(() => this.#tryBuild(), waitMs) }
  }

  #tryBuild(): void {
    // Who fails has planned the next attempt.
    if (this.#needs.size > 0) this.#build().catch(() => undefined)
    else this.#phase = { kind: 'none' }
  }

  #connect(graph: G, attached: Attached): void {
    this.#inputs += 1
    attached.id = `${attached.source.role}-${this.#inputs}`
    graph.connect(attached.id, attached.source)
  }

  #followNeeds(): void {
    if (this.#phase.kind === 'up') this.#phase.life.needed = this.#needs.size > 0
    if (this.#needs.size === 0) this.#glitches.rest()
  }

  #lookForGlitches(): void {
    if (this.#phase.kind !== 'up' || this.#needs.size === 0 || this.#latencyHint === SAFE_LATENCY_HINT) return
    const { graph } = this.#phase
    this.#glitching ||= this.#glitches.look(performance.now(), graph.context.playbackStats?.underrunEvents ?? 0)
    if (!this.#glitching || this.#needs.has('reply') || this.#needs.has('check')) return
    this.#latencyHint = SAFE_LATENCY_HINT
    this.#replace(graph)
  }
}
