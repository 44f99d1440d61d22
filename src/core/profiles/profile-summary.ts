import { modalityOf, type AgentProfile, type ProfileId, type ProfileSummary } from '../../shared/profile.ts'
import { foreignHost } from '../secrets/address-warnings.ts'

/** One row of the list. Until it is allowed, a held profile takes no hotkey and no devices. */
export function summaryOf(id: ProfileId, profile: AgentProfile, held: boolean, builtIn: boolean): ProfileSummary {
  const { name, service, url, hotkey, devices } = profile
  const host = foreignHost(service, url)
  return {
    id,
    name,
    service,
    modality: modalityOf(profile),
    ...(host === undefined ? {} : { host }),
    builtIn,
    ...(hotkey === undefined || held ? {} : { hotkey }),
    ...(devices === undefined || held ? {} : { devices }),
    ...(held ? { held } : {})
  }
}
