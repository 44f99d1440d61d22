import { Bot } from 'lucide-react'
import { useState } from 'react'
import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Select } from '../../ui/select.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { chosenProfile, isActive } from '../session/state.ts'
import { SwitchDialog } from './switch-dialog.tsx'

/** Which agent is in use, and the quick way to another one; while a conversation runs it asks first. */
export function ProfileSelect({ onAgents }: { onAgents: () => void }) {
  const controller = useController()
  const list = useApp((state) => state.profiles)
  const active = useApp((state) => isActive(state.session))
  const chosen = useApp(chosenProfile)
  const [switchTo, setSwitchTo] = useState<ProfileSummary | null>(null)
  if (list === null) return null
  return (
    <>
      <Select
        label={`${text.agents.label}: ${chosen?.name ?? ''}`}
        icon={Bot}
        value={list.chosenId}
        suffix={chosen === undefined ? '' : text.service[chosen.service]}
        choices={list.profiles.map((profile) => ({
          value: profile.id,
          label: profile.name,
          about: aboutOf(profile)
        }))}
        last={{ label: text.agents.all, onSelect: onAgents }}
        onChange={(id) => {
          const profile = list.profiles.find((candidate) => candidate.id === id)
          if (profile === undefined) return
          if (active) setSwitchTo(profile)
          else void controller.chooseProfile(profile.id)
        }}
      />
      <SwitchDialog
        profile={switchTo}
        onClose={() => {
          setSwitchTo(null)
        }}
      />
    </>
  )
}

function aboutOf({ service, held }: ProfileSummary): string {
  return held === true ? `${text.service[service]} · ${text.profiles.held.badge}` : text.service[service]
}
