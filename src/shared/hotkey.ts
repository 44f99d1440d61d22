import { z } from 'zod'

/** A key with its modifiers as `Ctrl+Shift+Space`: `Ctrl`, `Alt`, `Shift`, `Meta` in this order, then the `code` of a KeyboardEvent. */
export const Hotkey = z
  .string()
  .max(60)
  .regex(/^(Ctrl\+)?(Alt\+)?(Shift\+)?(Meta\+)?[A-Z][A-Za-z0-9]*$/)
export type Hotkey = z.infer<typeof Hotkey>
