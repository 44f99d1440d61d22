import { useId } from 'react'
import type { DeviceChoice } from '../../../../shared/device-choice.ts'
import type { ProfileId } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Select } from '../../ui/select.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { HotkeyField } from '../shortcuts/hotkey-field.tsx'
import { namedDevices } from '../sound/device-choice.ts'
import { pathKey, useDraft } from './draft.tsx'
import { Note } from './field-view.tsx'
import { valueAt } from './json-fields.ts'
import { record } from './profile-fields.ts'

const words = text.profiles.here
const ALWAYS = ' '

/** The hotkey and the devices of this agent: they hold on this computer. */
export function HereFields() {
  return (
    <>
      <HotkeyRow />
      <p className="mt-2 text-small text-ink-soft">{words.devicesAbout}</p>
      <div className="grid gap-3 wide:grid-cols-2">
        <DeviceRow name="microphone" />
        <DeviceRow name="loudspeaker" />
        <TalkModeRow />
      </div>
    </>
  )
}

function HotkeyRow() {
  const { profile, profileId, faults, set } = useDraft()
  const noteId = useId()
  const takenBy = useHotkeyOwners(profileId)
  const hotkey = profile['hotkey']
  return (
    <div data-field="hotkey" className="flex flex-col gap-1 text-small">
      <div className="flex items-start justify-between gap-3 max-wide:flex-col max-wide:items-stretch">
        <span className="pt-2">{words.hotkey}</span>
        <HotkeyField
          name={words.hotkey}
          value={typeof hotkey === 'string' ? hotkey : null}
          takenBy={takenBy}
          describedBy={noteId}
          onChange={(next) => {
            set(['hotkey'], next ?? undefined)
          }}
        />
      </div>
      <Note id={noteId} fault={faults.get(pathKey(['hotkey']))} about={words.hotkeyAbout} />
    </div>
  )
}

/** Who else has a hotkey: another agent, or Parley itself. */
function useHotkeyOwners(profileId: ProfileId | undefined): (hotkey: string) => string | undefined {
  const list = useApp((state) => state.profiles)
  const shortcuts = useApp((state) => state.preferences.shortcuts)
  return (hotkey) => {
    const agent = list?.profiles.find(({ id, hotkey: theirs }) => theirs === hotkey && id !== profileId)
    const action = (['talk', 'mute', 'stop', 'show'] as const).find((name) => shortcuts[name] === hotkey)
    return agent?.name ?? (action === undefined ? undefined : text.shortcuts.action[action])
  }
}

function DeviceRow({ name }: { name: 'microphone' | 'loudspeaker' }) {
  const { profile, set } = useDraft()
  const { sound } = useController()
  const devices = useApp((state) => state.devices)
  const present: readonly DeviceChoice[] = name === 'microphone' ? devices.microphones : devices.loudspeakers
  const known = record(valueAt(profile, ['devices', name]))
  const { deviceId, label } = known
  const remembered = typeof deviceId === 'string' && typeof label === 'string' ? { deviceId, label } : null
  const named = namedDevices(present, remembered, text[name].unnamed)
  return (
    <div data-field={`devices.${name}`} className="flex min-w-0 flex-col gap-1 text-small">
      <span aria-hidden>{words[name]}</span>
      <Select
        framed
        label={words[name]}
        value={remembered?.deviceId ?? ALWAYS}
        choices={[{ value: ALWAYS, label: words.asAlways }, ...named]}
        className="bg-paper!"
        onOpen={() => {
          void sound.refreshDevices()
        }}
        onChange={(value) => {
          const device = present.find((candidate) => candidate.deviceId === value)
          if (value === ALWAYS) set(['devices', name], undefined)
          else if (device !== undefined) set(['devices', name], { deviceId: device.deviceId, label: device.label })
        }}
      />
    </div>
  )
}

function TalkModeRow() {
  const { profile, set } = useDraft()
  const mode = valueAt(profile, ['devices', 'talkMode'])
  return (
    <div data-field="devices.talkMode" className="flex min-w-0 flex-col gap-1 text-small">
      <span aria-hidden>{words.talkMode}</span>
      <Select
        framed
        label={words.talkMode}
        value={typeof mode === 'string' ? mode : ALWAYS}
        choices={[
          { value: ALWAYS, label: words.asAlways },
          { value: 'push-to-talk', label: text.talk.modePush },
          { value: 'open', label: text.talk.modeOpen }
        ]}
        className="bg-paper!"
        onChange={(value) => {
          set(['devices', 'talkMode'], value === ALWAYS ? undefined : value)
        }}
      />
    </div>
  )
}
