import { z } from 'zod'

/** To the process that sees the keyboard: from now on listen for these keys, and no others. */
export const HookOrder = z.strictObject({
  kind: z.literal('listen'),
  keys: z
    .array(
      z.strictObject({
        id: z.int().min(0),
        scanCode: z.int().min(0),
        ctrl: z.boolean(),
        alt: z.boolean(),
        shift: z.boolean(),
        meta: z.boolean()
      })
    )
    .max(1_000)
})
export type HookOrder = z.infer<typeof HookOrder>

/** Everything that ever leaves that process. A key is named by its number in the order, never by what it is. */
export const HookReport = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('listening') }),
  z.strictObject({
    kind: z.literal('failed'),
    reason: z.enum(['no-display', 'wayland', 'no-permission', 'no-native', 'no-start', 'crashed', 'other'])
  }),
  z.strictObject({ kind: z.enum(['down', 'repeat', 'up']), id: z.int().min(0) })
])
export type HookReport = z.infer<typeof HookReport>
