import type { ServiceChoices } from '../../shared/ipc/contract.ts'

/** Voices of the built-in agent, by the names that it takes in `speak`. */
export const BUILTIN_VOICES: ServiceChoices['choices'] = [
  { id: 'flite-slt', label: 'SLT', about: 'a woman, American English' },
  { id: 'flite-rms', label: 'RMS', about: 'a man, American English' },
  { id: 'flite-awb', label: 'AWB', about: 'a man, Scottish English' },
  { id: 'flite-kal', label: 'KAL', about: 'a man, American English, the oldest and plainest' }
]
