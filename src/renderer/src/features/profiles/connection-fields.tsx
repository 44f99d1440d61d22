import { useId } from 'react'
import { NAPSTER_BASE_URL } from '../../../../shared/protocol/napster.ts'
import { text } from '../../text/en.ts'
import { Group, TextField } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Select } from '../../ui/select.tsx'
import { pathKey, useDraft } from './draft.tsx'
import { Note } from './field-view.tsx'
import { type Region, REGION_URLS, regionOf } from './profile-fields.ts'

/** Where the conversation goes, and what proves who you are. */
export function ConnectionFields() {
  const { profile } = useDraft()
  if (profile['service'] === 'napster')
    return <UrlField label={text.napster.url} placeholder={NAPSTER_BASE_URL} about="" />
  if (profile['service'] === 'deepgram') {
    return (
      <Group title={text.options.connection}>
        <RegionField />
        <AuthField />
      </Group>
    )
  }
  return (
    <Group title={text.options.connection}>
      <UrlField label={text.profiles.ownUrl} placeholder="" about={text.profiles.builtinUrlAbout} />
    </Group>
  )
}

function UrlField({ label, placeholder, about }: { label: string; placeholder: string; about: string }) {
  const { profile, faults, set } = useDraft()
  const noteId = useId()
  const url = profile['url']
  const fault = faults.get(pathKey(['url']))
  return (
    <div data-field="url" className="flex flex-col gap-1">
      <TextField
        label={label}
        value={typeof url === 'string' ? url : ''}
        maxLength={2_000}
        placeholder={placeholder}
        inputMode="url"
        aria-invalid={fault !== undefined}
        aria-describedby={noteId}
        onChange={(value) => {
          set(['url'], value === '' ? undefined : value)
        }}
      />
      <Note id={noteId} fault={fault} about={about} />
    </div>
  )
}

const regions: readonly Region[] = ['na', 'eu', 'au', 'in', 'own']

function RegionField() {
  const { profile, set } = useDraft()
  const words = text.options
  const { url } = profile
  const region = regionOf(url)
  return (
    <>
      <div className="flex flex-col gap-1 text-small">
        <p>{words.region}</p>
        <Select
          framed
          label={words.region}
          value={region}
          choices={regions.map((value) => ({
            value,
            label: words.regions[value],
            about: value === 'own' ? text.profiles.ownUrlAbout : (REGION_URLS[value] ?? 'wss://agent.deepgram.com')
          }))}
          onChange={(next) => {
            const chosen = regions.find((value) => value === next)
            if (chosen === 'own') set(['url'], 'wss://')
            else if (chosen !== undefined) set(['url'], REGION_URLS[chosen])
          }}
          className="bg-paper!"
        />
      </div>
      {region === 'own' && (
        <UrlField label={text.profiles.ownUrl} placeholder="wss://" about={text.profiles.ownUrlAbout} />
      )}
    </>
  )
}

function AuthField() {
  const { profile, set } = useDraft()
  const words = text.options
  const auth = profile['auth'] === 'short-lived-token' ? 'short-lived-token' : 'key'
  return (
    <div data-field="auth" className="flex flex-col items-start gap-1 text-small">
      <p>{words.auth}</p>
      <Segmented
        label={words.auth}
        value={auth}
        onChange={(next) => {
          set(['auth'], next === 'key' ? undefined : next)
        }}
        choices={[
          { value: 'key', label: words.auths.key },
          { value: 'short-lived-token', label: words.auths['short-lived-token'] }
        ]}
      />
      <p className="text-ink-soft">{words.authAbout[auth]}</p>
    </div>
  )
}
