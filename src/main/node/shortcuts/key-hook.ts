import type { HookFailure } from '../../../core/shortcuts/abilities.ts'
import type { ChosenKey, HeardKey } from '../../../core/shortcuts/key-filter.ts'
import type { Clock, Log } from '../../../shared/runtime.ts'
import type { HookChild } from './hook-child.ts'
import { HookReport } from './hook-messages.ts'

/** How long the process may take until it listens. The native library hangs where there is no screen. */
export const START_LIMIT_MS = 10_000

/** So long it has to listen to count as well again. */
export const WELL_AFTER_MS = 60_000

/** After so many ends in a row it is left alone. */
export const CRASH_LIMIT = 5

/** How long after its `failures`-th end in a row the process is started anew. */
export function backOffMs(failures: number): number {
  return 500 * 2 ** (failures - 1)
}

/** These are as they are until the person changes something. */
const FINAL: ReadonlySet<HookFailure> = new Set(['no-display', 'wayland', 'no-permission', 'no-native'])

export type HookState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'listening' }
  /** It ended; it is started anew by itself. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly reason: HookFailure }

interface KeyHookOptions {
  fork: () => HookChild
  clock: Pick<Clock, 'after'>
  log: Log
  onKey: (key: HeardKey) => void
  /** The state has changed. Everything but `listening` means that no release will come any more. */
  onState: (state: HookState) => void
}

/** Owner of the process that sees the keyboard: one at most, started when there are keys to listen for, and anew when it ends. */
export class KeyHook {
  readonly #options: KeyHookOptions
  #state: HookState = { kind: 'off' }
  #keys: readonly ChosenKey[] = []
  #child: HookChild | undefined
  #failures = 0
  #cancel: () => void = () => {}

  constructor(options: KeyHookOptions) {
    this.#options = options
  }

  get state(): HookState {
    return this.#state
  }

  /** Listens for these keys from now on; a hook that had failed is tried again. Without keys no process runs. */
  listen(keys: readonly ChosenKey[]): void {
    this.#keys = keys
    if (keys.length === 0) this.stop()
    else if (this.#child === undefined) {
      this.#failures = 0
      this.#start()
    } else this.#child.post({ kind: 'listen', keys: [...keys] })
  }

  /** Ends the process. Idempotent. */
  stop(): void {
    this.#drop()
    this.#become({ kind: 'off' })
  }

  /** A new process in place of the one that runs, or of the one that had failed: after a sleep the old one may hear nothing. */
  rebuild(): void {
    if (this.#state.kind === 'off') return
    this.#failures = 0
    this.#drop()
    this.#start()
  }

  #drop(): void {
    this.#cancel()
    this.#cancel = () => {}
    const child = this.#child
    this.#child = undefined
    child?.kill()
  }

  #become(state: HookState): void {
    if (state.kind === 'off' && this.#state.kind === 'off') return
    this.#state = state
    this.#options.onState(state)
  }

  #start(): void {
    this.#cancel()
    const child = this.#options.fork()
    this.#child = child
    // What an older process still says changes nothing.
    const current = (act: () => void) => (): void => {
      if (this.#child === child) act()
    }
    child.onMessage((message) => {
      if (this.#child === child) this.#heard(message)
    })
    child.onExit(current(() => this.#ended('crashed')))
    this.#become({ kind: 'starting' })
    this.#cancel = this.#options.clock.after(
      START_LIMIT_MS,
      current(() => this.#ended('no-start'))
    )
    child.post({ kind: 'listen', keys: [...this.#keys] })
  }

  #heard(message: unknown): void {
    const report = HookReport.safeParse(message)
    if (!report.success) {
      this.#options.log.warn('The hotkey process said something unknown')
      return
    }
    const said = report.data
    if (said.kind === 'listening') this.#listening()
    else if (said.kind === 'failed') this.#ended(said.reason)
    else if (this.#state.kind === 'listening') this.#options.onKey({ kind: said.kind, id: said.id })
  }

  #listening(): void {
    this.#cancel()
    this.#cancel = this.#options.clock.after(WELL_AFTER_MS, () => {
      this.#failures = 0
    })
    this.#become({ kind: 'listening' })
  }

  #ended(reason: HookFailure): void {
    this.#drop()
    this.#failures += 1
    const { log, clock } = this.#options
    if (FINAL.has(reason) || this.#failures >= CRASH_LIMIT) {
      log.warn('Hotkeys are not heard', { reason })
      this.#become({ kind: 'failed', reason })
      return
    }
    log.warn('The hotkey process ended and is started anew', { reason, failures: this.#failures })
    this.#become({ kind: 'waiting' })
    this.#cancel = clock.after(backOffMs(this.#failures), () => this.#start())
  }
}
