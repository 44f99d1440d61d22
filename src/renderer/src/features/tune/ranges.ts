import type { Service } from '../../../../shared/profile.ts'
import type { NumberRange } from './typed-value.ts'

/** Fields of turn detection under the names that commands give them. */
export const TURN_FIELDS = [
  'eotThreshold',
  'eagerEotThreshold',
  'eotTimeoutMs',
  'silenceDurationMs',
  'threshold',
  'prefixPaddingMs'
] as const
export type TurnField = (typeof TURN_FIELDS)[number]

const FLUX_TIMEOUT_MS: NumberRange = { min: 500, max: 60_000, whole: true }

const FLUX: Record<TurnField, NumberRange> = {
  eotThreshold: { min: 0.5, max: 1 },
  eagerEotThreshold: { min: 0.3, max: 0.9 },
  eotTimeoutMs: FLUX_TIMEOUT_MS,
  // Sent as the time-out.
  silenceDurationMs: FLUX_TIMEOUT_MS,
  threshold: { min: 0, max: 1 },
  prefixPaddingMs: { min: 0, max: 5_000, whole: true }
}

const NAPSTER: Record<TurnField, NumberRange> = {
  ...FLUX,
  silenceDurationMs: { min: 0, max: 60_000, whole: true }
}

/** What a field of turn detection may be; ms for those whose name says so. */
export function turnRange(service: Service, field: TurnField): NumberRange {
  return (service === 'napster' ? NAPSTER : FLUX)[field]
}

/** What a temperature may be: Napster's own range (rule N17), elsewhere that of the model's provider. */
export function temperatureRange(service: Service, provider: string): NumberRange {
  return { min: 0, max: service === 'napster' || provider.trim() === 'anthropic' ? 1 : 2 }
}

/** A Deepgram voice. */
export const SPEED: NumberRange = { min: 0.5, max: 1.5 }
export const EXPRESSIVITY: NumberRange = { min: -2, max: 2, whole: true }

/** Rule N22: how long a pause may be in a noisy room. */
export const NOISY_ROOM_SILENCE_MS = 1_000
