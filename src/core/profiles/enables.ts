import type { Enabled } from '../../shared/ipc/profile-calls.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { oneLine } from '../one-line.ts'
import { foreignHost } from '../secrets/address-warnings.ts'
import { eachString, secretNames } from '../secrets/placeholders.ts'
import { withoutKeys } from './without-keys.ts'

/** Longest excerpt of a value that is shown. */
const VALUE_LIMIT = 200

/** Fields whose value is an address, whatever it looks like. */
const ADDRESS_FIELD = /(?:^|[._-])(?:url|uri|endpoint|webhook|callback|server|host)(?:[_-]?url)?$/i

const ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:)?\/\/\S/i

/**
 * What the profile would do beyond a conversation with the service itself, in the order of the file. Nothing of it happens with a profile
 * from elsewhere before a person has allowed it. Total: it takes any profile.
 */
export function enablesOf(profile: AgentProfile): Enabled[] {
  const found = [
    ...connectsTo(profile),
    ...serviceCalls(profile),
    ...usesSecrets(profile),
    ...answersTools(profile),
    ...hotkeyOf(profile),
    ...ofDevices(profile)
  ]
  // A place is made of the file's own names.
  return found.map(({ kind, where, value }) => ({ kind, where: oneLine(where), value }))
}

/** Another host than the service's own, or the service's own without encryption; for the built-in agent any address of its own. */
function connectsTo({ service, url }: AgentProfile): Enabled[] {
  if (url === undefined) return []
  const isOwn = service !== 'builtin' && foreignHost(service, url) === undefined && /^\s*(?:wss|https):/i.test(url)
  return isOwn ? [] : [{ kind: 'connects-to', where: 'url', value: shown(url) }]
}

/** Every address in the settings: of a model, a voice, a function. */
function serviceCalls({ settings }: AgentProfile): Enabled[] {
  const found: Enabled[] = []
  eachString(
    settings,
    (text, where) => {
      if (text.trim() === '' || !(ADDRESS.test(text) || ADDRESS_FIELD.test(where))) return
      found.push({ kind: 'service-calls', where, value: shown(text) })
    },
    'settings'
  )
  return found
}

/** Everywhere in the profile, also where Parley resolves none today. */
function usesSecrets(profile: AgentProfile): Enabled[] {
  const found: Enabled[] = []
  eachString(profile, (text, where) => {
    for (const name of secretNames(text)) found.push({ kind: 'uses-secret', where, value: `{{secret:${name}}}` })
  })
  return found
}

function answersTools({ tools = {} }: AgentProfile): Enabled[] {
  return Object.entries(tools).flatMap(([name, tool]): Enabled[] =>
    tool.kind === 'answer' ? [{ kind: 'answers-tool', where: `tools.${name}`, value: shown(tool.content) }] : []
  )
}

function hotkeyOf({ hotkey }: AgentProfile): Enabled[] {
  return hotkey === undefined ? [] : [{ kind: 'hotkey', where: 'hotkey', value: hotkey }]
}

/**
 * An open microphone hears the room as soon as the conversation has begun. A device is found by its label too, so a file could have what the
 * computer plays (a monitor) heard in the microphone's place.
 */
function ofDevices({ devices = {} }: AgentProfile): Enabled[] {
  const { talkMode, microphone, loudspeaker } = devices
  const chosen = Object.entries({ microphone, loudspeaker }).flatMap(([name, device]): Enabled[] =>
    device === undefined
      ? []
      : [{ kind: 'chooses-device', where: `devices.${name}`, value: shown(device.label || device.deviceId) }]
  )
  return talkMode === 'open'
    ? [...chosen, { kind: 'opens-microphone', where: 'devices.talkMode', value: talkMode }]
    : chosen
}

/** As it stands there, without what looks like a key, and cut. */
function shown(text: string): string {
  const line = withoutKeys(text, '')
    .text.replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  const characters = Array.from(line)
  return characters.length > VALUE_LIMIT ? `${characters.slice(0, VALUE_LIMIT - 1).join('')}…` : line
}
