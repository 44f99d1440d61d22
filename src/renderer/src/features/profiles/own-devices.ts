import type { DeviceChoice, Preferences } from '../../../../shared/ipc/contract.ts'
import type { ProfileDevices } from '../../../../shared/profile.ts'

/** What an agent's own devices have taken the place of; it is back after the conversation. */
export interface SetAside {
  microphone?: DeviceChoice | null
  loudspeaker?: DeviceChoice | null
  talkMode?: Preferences['talkMode']
}

interface Sounding {
  preferences: Preferences
  /** Null: no agent with devices of its own is talked to. */
  setAside: SetAside | null
}

/** The preferences as a conversation with this agent uses them. */
export function withOwnDevices<S extends Sounding>(state: S, devices: ProfileDevices | undefined): S {
  const before = withoutOwnDevices(state)
  if (devices === undefined) return before
  const { microphone, loudspeaker, talkMode } = devices
  const { preferences } = before
  const setAside: SetAside = {
    ...(microphone === undefined ? {} : { microphone: preferences.microphone }),
    ...(loudspeaker === undefined ? {} : { loudspeaker: preferences.audio.loudspeaker }),
    ...(talkMode === undefined ? {} : { talkMode: preferences.talkMode })
  }
  if (Object.keys(setAside).length === 0) return before
  return {
    ...before,
    setAside,
    preferences: {
      ...preferences,
      ...(microphone === undefined ? {} : { microphone }),
      ...(talkMode === undefined ? {} : { talkMode }),
      ...(loudspeaker === undefined ? {} : { audio: { ...preferences.audio, loudspeaker } })
    }
  }
}

/** The person's own again. */
export function withoutOwnDevices<S extends Sounding>(state: S): S {
  const { setAside, preferences } = state
  if (setAside === null) return state
  return { ...state, setAside: null, preferences: { ...preferences, ...kept(preferences, setAside) } }
}

/**
 * What of a change is to be kept: while an agent's own device is in use, another choice is for this conversation alone, and nothing of the
 * agent's becomes the person's.
 */
export function keptOf(change: Partial<Preferences>, { setAside }: Pick<Sounding, 'setAside'>): Partial<Preferences> {
  if (setAside === null) return change
  const { microphone: _, talkMode: __, ...rest } = change
  return {
    ...rest,
    ...('microphone' in change && !('microphone' in setAside) ? { microphone: change.microphone } : {}),
    ...(change.talkMode !== undefined && setAside.talkMode === undefined ? { talkMode: change.talkMode } : {}),
    ...(change.audio === undefined || setAside.loudspeaker === undefined
      ? {}
      : { audio: { ...change.audio, loudspeaker: setAside.loudspeaker } })
  }
}

function kept(preferences: Preferences, { microphone, loudspeaker, talkMode }: SetAside): Partial<Preferences> {
  return {
    ...(microphone === undefined ? {} : { microphone }),
    ...(talkMode === undefined ? {} : { talkMode }),
    ...(loudspeaker === undefined ? {} : { audio: { ...preferences.audio, loudspeaker } })
  }
}
