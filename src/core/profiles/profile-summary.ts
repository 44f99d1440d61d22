import { modalityOf, type AgentProfile, type ProfileId, type ProfileSummary } from '../../shared/profile.ts'
import { oneLine } from '../one-line.ts'
import { foreignHost } from '../secrets/address-warnings.ts'

/** One row of the list. Until it is allowed, a held profile takes no hotkey and no devices. */
export function summaryOf(id: ProfileId, profile: AgentProfile, held: boolean, builtIn: boolean): ProfileSummary {
  const { name, service, url, hotkey, devices } = profile
  const host = foreignHost(service, url)
  return {
    id,
    // It stands in sentences and menus; one of which nothing would be left stays as it is.
    name: oneLine(name) || name,
    service,
    modality: modalityOf(profile),
    ...(host === undefined ? {} : { host }),
    builtIn,
    ...(hotkey === undefined || held ? {} : { hotkey }),
    ...(devices === undefined || held ? {} : { devices }),
    ...(held ? { held } : {})
  }
}
