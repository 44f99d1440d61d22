import type { ProfileList } from '../../../../shared/ipc/contract.ts'
import type { ShortcutPreferences, ShortcutRow, ShortcutStatus } from '../../../../shared/ipc/shortcut-calls.ts'
import { hotkeyLabels } from '../../../../shared/hotkey-rules.ts'
import { text } from '../../text/en.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { Row, Say, Section } from '../../ui/setting-rows.tsx'
import { HotkeyField, Keys } from './hotkey-field.tsx'
import { PressTest } from './press-test.tsx'
import { useShortcutStatus } from './use-shortcut-status.ts'

const words = text.shortcuts
const ACTIONS = ['talk', 'mute', 'stop', 'show'] as const
const MODES = ['hold', 'toggle', 'automatic'] as const

/** Keys that work in any application. Nothing hears a key until the person turns it on. */
export function ShortcutsSection() {
  const known = useShortcutStatus()
  if (known.kind === 'asking') return null
  if (known.kind === 'failed') {
    return (
      <Say warn>
        {words.failed}: {known.message}
      </Say>
    )
  }
  const { status } = known
  return (
    <>
      <Enable status={status} />
      <OwnKeys status={status} />
      <AgentKeys status={status} />
      <PressTest status={status} />
    </>
  )
}

function usePreferences(): [ShortcutPreferences, (change: Partial<ShortcutPreferences>) => void] {
  const controller = useController()
  const shortcuts = useApp((state) => state.preferences.shortcuts)
  return [
    shortcuts,
    (change) => {
      controller.prefer({ shortcuts: { ...shortcuts, ...change } })
    }
  ]
}

/** The way in which keys would be heard: the one that was chosen, where it works. */
function wayOf({ hear }: ShortcutPreferences, { can }: ShortcutStatus): 'hook' | 'system' {
  if (hear === 'hook' && can.hook.works) return 'hook'
  return can.system.works ? 'system' : hear
}

function Enable({ status }: { status: ShortcutStatus }) {
  const [shortcuts, prefer] = usePreferences()
  const { can } = status
  const nowhere = !can.hook.works && !can.system.works
  const system = wayOf(shortcuts, status) === 'system'
  return (
    <Section title={words.title} about={words.about}>
      <Switch
        label={words.enable}
        about={system ? words.enableAboutSystem : words.enableAbout}
        checked={shortcuts.enabled}
        disabled={nowhere && !shortcuts.enabled}
        onChange={(enabled) => {
          prefer({ enabled })
        }}
      />
      <Row
        label={words.hear}
        control={
          <Segmented
            label={words.hear}
            value={shortcuts.hear}
            onChange={(hear) => {
              prefer({ hear })
            }}
            choices={(['hook', 'system'] as const).map((value) => ({ value, label: words.hearChoices[value] }))}
          />
        }
      >
        <div aria-live="polite" className="flex flex-col gap-1.5">
          <Say warn={!can[shortcuts.hear].works}>{can[shortcuts.hear].why}</Say>
          {shortcuts.hear === 'hook' && !can.hook.works && can.system.works && <Say>{words.instead}</Say>}
        </div>
      </Row>
    </Section>
  )
}

function rowOf({ rows }: ShortcutStatus, kind: (typeof ACTIONS)[number]): ShortcutRow | undefined {
  return rows.find(({ action }) => action.kind === kind)
}

/** What stands in the way of a key that is set; nothing while all is well or everything is off. */
function RowState({ row, on }: { row: ShortcutRow | undefined; on: boolean }) {
  if (row === undefined || row.state === 'active' || row.why === undefined) return null
  if (row.state === 'off' && !on) return null
  return <Say warn={row.state !== 'off'}>{row.why}</Say>
}

/** Who has which hotkey, so that one is not given twice. */
function ownersOf(shortcuts: ShortcutPreferences, profiles: ProfileList | null) {
  return (hotkey: string, except: (typeof ACTIONS)[number]): string | undefined => {
    const action = ACTIONS.find((kind) => kind !== except && shortcuts[kind] === hotkey)
    if (action !== undefined) return words.action[action]
    return profiles?.profiles.find((profile) => profile.hotkey === hotkey)?.name
  }
}

function OwnKeys({ status }: { status: ShortcutStatus }) {
  const [shortcuts, prefer] = usePreferences()
  const profiles = useApp((state) => state.profiles)
  const openMode = useApp((state) => state.preferences.talkMode === 'open')
  const owner = ownersOf(shortcuts, profiles)
  const system = wayOf(shortcuts, status) === 'system'
  return (
    <Section title={words.keys}>
      {ACTIONS.map((kind) => (
        <Row
          key={kind}
          label={words.action[kind]}
          control={
            <HotkeyField
              name={words.action[kind]}
              value={shortcuts[kind]}
              takenBy={(hotkey) => owner(hotkey, kind)}
              onChange={(hotkey) => {
                prefer({ [kind]: hotkey })
              }}
            />
          }
        >
          {kind === 'talk' && openMode && <Say>{words.openMode}</Say>}
          <RowState row={rowOf(status, kind)} on={shortcuts.enabled} />
        </Row>
      ))}
      <Row
        label={words.talkMode}
        control={
          system ? null : (
            <Segmented
              label={words.talkMode}
              value={shortcuts.talkMode}
              onChange={(talkMode) => {
                prefer({ talkMode })
              }}
              choices={MODES.map((value) => ({ value, label: words.talkModeChoices[value] }))}
            />
          )
        }
      >
        <div aria-live="polite">
          <Say>
            {system ? words.talkModeSystem : words.talkModeAbout[shortcuts.talkMode]} {words.talkLimit}
          </Say>
        </div>
      </Row>
    </Section>
  )
}

function AgentKeys({ status }: { status: ShortcutStatus }) {
  const [{ enabled }] = usePreferences()
  const profiles = useApp((state) => state.profiles)
  const platform = useApp((state) => (state.host.kind === 'up' ? state.host.info.platform : ''))
  const rows = status.rows.filter(({ action }) => action.kind === 'profile')
  if (rows.length === 0) return null
  return (
    <Section title={words.profiles} about={words.profilesAbout}>
      {rows.map((row) => {
        const id = row.action.kind === 'profile' ? row.action.id : undefined
        const name = profiles?.profiles.find((profile) => profile.id === id)?.name ?? ''
        return (
          <Row
            key={id}
            label={name}
            control={
              <span className="flex gap-1 text-small">
                <Keys labels={hotkeyLabels(row.hotkey, platform)} />
              </span>
            }
          >
            <RowState row={row} on={enabled} />
          </Row>
        )
      })}
    </Section>
  )
}
