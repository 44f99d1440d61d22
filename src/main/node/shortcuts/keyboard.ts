import type { HookFailure } from '../../../core/shortcuts/abilities.ts'
import type { RawKey } from '../../../core/shortcuts/key-filter.ts'

/** The system's keyboard did not let itself be heard. */
export class KeyboardError extends Error {
  readonly reason: HookFailure
  constructor(reason: HookFailure) {
    super(`The keyboard cannot be heard (${reason}).`)
    this.name = 'KeyboardError'
    this.reason = reason
  }
}

/** Calls its listener for every key of the keyboard, in any application, until the process ends. Rejects with a {@link KeyboardError}. */
export type Keyboard = (onKey: (key: RawKey) => void) => Promise<void>

/** What libuiohook throws, by the code that it gives the error. */
const REASONS: Readonly<Record<string, HookFailure>> = {
  UIOHOOK_ERROR_X_OPEN_DISPLAY: 'no-display',
  UIOHOOK_ERROR_AXAPI_DISABLED: 'no-permission',
  UIOHOOK_ERROR_CREATE_EVENT_PORT: 'no-permission'
}

/** The reason in what the native library threw. */
export function reasonOf(cause: unknown): HookFailure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return REASONS[code] ?? 'other'
}

/** The real one. The native library is loaded here and nowhere else; without a screen its `start` never returns. */
export const systemKeyboard: Keyboard = async (onKey) => {
  const { uIOhook } = await import('uiohook-napi').catch(() => {
    throw new KeyboardError('no-native')
  })
  const told =
    (down: boolean) =>
    (event: { keycode: number; ctrlKey: boolean; altKey: boolean; shiftKey: boolean; metaKey: boolean }) => {
      const { keycode: scanCode, ctrlKey: ctrl, altKey: alt, shiftKey: shift, metaKey: meta } = event
      onKey({ down, scanCode, ctrl, alt, shift, meta })
    }
  uIOhook.on('keydown', told(true))
  uIOhook.on('keyup', told(false))
  try {
    uIOhook.start()
  } catch (cause) {
    throw new KeyboardError(reasonOf(cause))
  }
}
