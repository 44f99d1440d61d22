import { EventEmitter } from 'node:events'

/** Something Electron would do silently, or only complain about on a console nobody reads. */
export interface Fault {
  rule: string
  text: string
}

export interface Call {
  name: string
  args: unknown[]
  atMs: number
}

/** What every part of the stand-in shares. `faults` and `calls` are what specs read through `globalThis.estand`. */
export const state = {
  /** The Node executable that runs the stand-in; `process.execPath` names the stand-in itself. */
  node: process.execPath,
  ready: false,
  quitting: false,
  entryLoaded: false,
  /** While a test driver's own code runs; what it does is not the app's doing. */
  tooling: false,
  calls: [] as Call[],
  faults: [] as Fault[],
  /** 'exit' with a code ends the process. */
  bus: new EventEmitter(),
  /** What `dialog.showMessageBox` answers next. */
  messageBoxResponse: 0,
  /** What `nativeTheme.shouldUseDarkColors` says. */
  darkColors: false,
  /** What `safeStorage` says of the system's key store, and whether it works. */
  keyRing: {
    backend: (process.env.ESTAND_KEY_RING ?? 'gnome_libsecret') as ReturnType<
      Electron.SafeStorage['getSelectedStorageBackend']
    >,
    locked: false
  },
  /** For specs: a call as if it came with this event. */
  invoke: (_name: string, _event: object, _args: unknown[]): Promise<unknown> => Promise.reject(new Error('not up')),
  /** The window that has the focus, by its id; specs change it. */
  focusedWindow: undefined as number | undefined,
  /** What the system would show, and its displays. */
  shell: {
    trays: [] as { tip: string; menu(): object[]; choose(label: string): void; isDestroyed(): boolean }[],
    notifications: [] as { title: string; body: string; closed: boolean; emit(event: 'click'): boolean }[],
    displays: [{ x: 0, y: 0, width: 1280, height: 800 }] as { x: number; y: number; width: number; height: number }[],
    displaysAre: (_areas: { x: number; y: number; width: number; height: number }[]): void => undefined,
    loginItem: { openAtLogin: false } as object
  },
  /** What `globalShortcut` has registered; calling one presses it. */
  shortcuts: new Map<string, () => void>(),
  /** Accelerators that another program has. */
  shortcutsTaken: new Set<string>(),
  electron: {} as Record<string, unknown>
}

export function record<T>(name: string, args: unknown[], result: T): T {
  state.calls.push({ name, args, atMs: Math.round(performance.now()) })
  return result
}

export function fault(rule: string, text: string): void {
  state.faults.push({ rule, text })
  process.stderr.write(`estand: FAULT ${rule}: ${text}\n`)
}

export function needReady(message: string): void {
  if (!state.ready) throw new Error(message)
}

/** Faults of real Electron code that only show as a rejected promise nobody waits for. */
export function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
