import { Bot } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Select } from '../../ui/select.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { chosenProfile, isActive } from '../session/state.ts'

/** Which agent is in use, and the quick way to another one while no conversation runs. */
export function ProfileSelect() {
  const controller = useController()
  const list = useApp((state) => state.profiles)
  const locked = useApp((state) => isActive(state.session))
  const chosen = useApp(chosenProfile)
  if (list === null) return null
  return (
    <Select
      label={`${text.agents.label}: ${chosen?.name ?? ''}`}
      icon={Bot}
      value={list.chosenId}
      disabled={locked}
      title={locked ? text.agents.locked : undefined}
      suffix={chosen === undefined ? '' : text.service[chosen.service]}
      choices={list.profiles.map((profile) => ({
        value: profile.id,
        label: profile.name,
        about: text.service[profile.service]
      }))}
      onChange={(id) => {
        const profile = list.profiles.find((candidate) => candidate.id === id)
        if (profile !== undefined) void controller.chooseProfile(profile.id)
      }}
    />
  )
}
