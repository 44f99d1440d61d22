import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'

/** Where voice and words will go, in sentences. */
export function destinationOf({
  service,
  modality,
  host
}: Pick<ProfileSummary, 'service' | 'modality' | 'host'>): string {
  if (host !== undefined) return text.ownDestination[modality](host)
  return (modality === 'text' ? text.textDestination : text.destination)[service]
}
