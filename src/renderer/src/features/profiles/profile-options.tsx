import { useState } from 'react'
import { text } from '../../text/en.ts'
import { Check, Group, TextBox, TextField } from '../../ui/field.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Select } from '../../ui/select.tsx'
import { parsedObject, withField, withInnerField } from './json-fields.ts'
import { NapsterOptions } from './napster-options.tsx'
import { record, type Region, REGION_URLS, regionOf } from './profile-fields.ts'
import { ToolOptions } from './tool-options.tsx'
import { TuningOptions } from './tuning-options.tsx'

interface ProfileOptionsProps {
  /** The profile file's text; everything that is not an option here stays as it is written. */
  draft: string
  onChange: (draft: string) => void
}

/** The fields of an agent's file that are Parley's own, and those of an agent that is kept at Napster, without writing JSON. */
export function ProfileOptions({ draft, onChange }: ProfileOptionsProps) {
  const profile = parsedObject(draft)
  // Once shown it stays, so that a click that empties it takes nothing away from under the pointer.
  const [nudged] = useState(profile?.['nudge'] !== undefined)
  if (profile === null) return <p className="text-ink-soft">{text.options.brokenJson}</p>
  const set = (name: string, value: unknown): void => {
    onChange(withField(draft, name, value))
  }
  const setInner = (outer: string) => (name: string, value: unknown) => {
    onChange(withInnerField(draft, [outer, name], value))
  }
  const napster = profile['service'] === 'napster'
  return (
    <Scroll label={text.options.views.options} className="h-[48dvh] min-h-40 rounded-lg border border-line">
      <div className="flex flex-col gap-5 p-3">
        <TextField
          label={text.options.name}
          value={typeof profile['name'] === 'string' ? profile['name'] : ''}
          maxLength={200}
          onChange={(name) => {
            set('name', name)
          }}
        />
        {profile['service'] === 'deepgram' && <ConnectionOptions profile={profile} onSet={set} />}
        {napster && <NapsterOptions profile={profile} onSet={set} onSetting={setInner('settings')} />}
        {(!napster || nudged) && <NudgeOptions nudge={profile['nudge']} unused={napster} onSet={set} />}
        <ToolOptions profile={profile} onSet={set} />
        {(napster || profile['tuning'] !== undefined) && (
          <TuningOptions
            tuning={profile['tuning']}
            onTuning={setInner('tuning')}
            onRemoveAll={() => {
              set('tuning', undefined)
            }}
          />
        )}
      </div>
    </Scroll>
  )
}

interface PartProps {
  profile: Record<string, unknown>
  onSet: (name: string, value: unknown) => void
}

function ConnectionOptions({ profile, onSet }: PartProps) {
  const words = text.options
  const region = regionOf(profile['url'])
  const auth = profile['auth'] === 'short-lived-token' ? 'short-lived-token' : 'key'
  const regions: readonly Region[] = region === 'own' ? ['na', 'eu', 'au', 'in', 'own'] : ['na', 'eu', 'au', 'in']
  return (
    <Group title={words.connection}>
      <div className="text-small">
        <p>{words.region}</p>
        <Select
          label={words.region}
          value={region}
          choices={regions.map((value) => ({
            value,
            label: words.regions[value],
            about: value === 'own' ? String(profile['url']) : (REGION_URLS[value] ?? 'wss://agent.deepgram.com')
          }))}
          onChange={(next) => {
            const chosen = regions.find((value) => value === next)
            if (chosen !== undefined && chosen !== 'own') onSet('url', REGION_URLS[chosen])
          }}
          className="mt-1 border-line-strong! bg-paper"
        />
      </div>
      <div className="flex flex-col items-start gap-1 text-small">
        <p>{words.auth}</p>
        <Segmented
          label={words.auth}
          value={auth}
          onChange={(next) => {
            onSet('auth', next === 'key' ? undefined : next)
          }}
          choices={[
            { value: 'key', label: words.auths.key },
            { value: 'short-lived-token', label: words.auths['short-lived-token'] }
          ]}
        />
        <p className="text-ink-soft">{words.authAbout[auth]}</p>
      </div>
    </Group>
  )
}

interface NudgeOptionsProps {
  nudge: unknown
  /** The service cannot do it. */
  unused: boolean
  onSet: PartProps['onSet']
}

function NudgeOptions({ nudge, unused, onSet }: NudgeOptionsProps) {
  const { afterSeconds, say } = record(nudge)
  const [seconds, setSeconds] = useState(typeof afterSeconds === 'number' ? String(afterSeconds) : '')
  const words = text.options
  const on = nudge !== undefined
  const change = (typed: string, line: string): void => {
    const value = Number(typed)
    // What is no number is saved as null, so that main refuses it instead of keeping an older one.
    onSet('nudge', {
      ...record(nudge),
      afterSeconds: typed.trim() === '' || Number.isNaN(value) ? null : value,
      say: line
    })
  }
  const line = typeof say === 'string' ? say : ''
  const outside = !(Number(seconds) >= 3 && Number(seconds) <= 3600)
  return (
    <Group title={words.nudge}>
      {unused && <p className="text-small text-ink-soft">{text.napster.nudgeUnused}</p>}
      <Check
        label={words.nudgeOn}
        checked={on}
        onChange={(checked) => {
          setSeconds(checked ? String(words.nudgeStart.afterSeconds) : '')
          onSet('nudge', checked ? words.nudgeStart : undefined)
        }}
      />
      {on && (
        <>
          <TextField
            label={words.nudgeAfter}
            inputMode="decimal"
            value={seconds}
            aria-invalid={outside}
            aria-describedby="nudge-problem"
            onChange={(typed) => {
              setSeconds(typed)
              change(typed, line)
            }}
          />
          <TextBox
            label={words.nudgeSay}
            placeholder={words.nudgeSay}
            maxLength={2000}
            value={line}
            aria-invalid={line === ''}
            aria-describedby="nudge-problem"
            onChange={(value) => {
              change(seconds, value)
            }}
          />
          <p id="nudge-problem" aria-live="polite" className="text-small text-danger empty:hidden">
            {outside ? words.nudgeSeconds : line === '' ? words.nudgeWords : ''}
          </p>
        </>
      )}
    </Group>
  )
}
