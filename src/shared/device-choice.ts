import { z } from 'zod'

/** A chosen device: found again by its id, else by its label, because ids change. */
export const DeviceChoice = z.strictObject({ deviceId: z.string().max(500), label: z.string().max(500) })
export type DeviceChoice = z.infer<typeof DeviceChoice>
