import { PictureInPicture2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { PresenceInfo, PresencePreferences } from '../../../../shared/ipc/presence-calls.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Row, Say, Section } from '../../ui/setting-rows.tsx'
import { UsageTable } from './usage-table.tsx'

type Asked = { kind: 'asking' } | { kind: 'known'; info: PresenceInfo } | { kind: 'failed'; message: string }

/** What Parley does while nobody looks at its window. What this host cannot do is off, with the reason. */
export function PresenceSection() {
  const controller = useController()
  const [asked, setAsked] = useState<Asked>({ kind: 'asking' })
  useEffect(() => {
    let gone = false
    controller.call('presence:info', undefined).then(
      (info) => {
        if (!gone) setAsked({ kind: 'known', info })
      },
      (cause: unknown) => {
        if (!gone) setAsked({ kind: 'failed', message: messageOf(cause) })
      }
    )
    return () => {
      gone = true
    }
  }, [controller])
  if (asked.kind === 'asking') return <Say>{text.presence.loading}</Say>
  return (
    <>
      {asked.kind === 'failed' ? <Say warn>{asked.message}</Say> : <OfTheHost info={asked.info} />}
      <Silence />
      <UsageTable />
    </>
  )
}

function usePresence(): [PresencePreferences, (change: Partial<PresencePreferences>) => void] {
  const controller = useController()
  const presence = useApp((state) => state.preferences.presence)
  return [
    presence,
    (change) => {
      controller.prefer({ presence: { ...presence, ...change } })
    }
  ]
}

function OfTheHost({ info }: { info: PresenceInfo }) {
  const [presence, prefer] = usePresence()
  const { window: words, told } = text.presence
  const noTray = !info.tray.works
  return (
    <>
      <Section title={words.title}>
        <Switch
          label={words.closeHides}
          about={noTray ? info.tray.why : words.closeHidesAbout}
          checked={presence.closeHides && !noTray}
          disabled={noTray}
          onChange={(closeHides) => {
            prefer({ closeHides })
          }}
        >
          {!noTray && !presence.closeHides && <Say>{words.closeQuits}</Say>}
        </Switch>
        <Switch
          label={words.startAtLogin}
          about={
            info.startAtLogin.works
              ? noTray
                ? words.startAtLoginNoTray
                : words.startAtLoginAbout
              : info.startAtLogin.why
          }
          checked={presence.startAtLogin && info.startAtLogin.works}
          disabled={!info.startAtLogin.works}
          onChange={(startAtLogin) => {
            prefer({ startAtLogin })
          }}
        />
      </Section>
      <Overlay info={info} />
      <Section title={told.title}>
        <Switch
          label={told.notifications}
          about={info.notifications.works ? told.notificationsAbout : info.notifications.why}
          checked={presence.notifications && info.notifications.works}
          disabled={!info.notifications.works}
          onChange={(notifications) => {
            prefer({ notifications })
          }}
        />
        <Switch
          label={told.earcons}
          about={told.earconsAbout}
          checked={presence.earcons}
          onChange={(earcons) => {
            prefer({ earcons })
          }}
        />
      </Section>
    </>
  )
}

function Overlay({ info }: { info: PresenceInfo }) {
  const [presence, prefer] = usePresence()
  const web = useApp((state) => state.host.kind === 'up' && state.host.info.host === 'web')
  const words = text.presence.overlay
  return (
    <Section title={words.title}>
      {web ? (
        <PopOut why={info.overlay.why} />
      ) : (
        <Switch
          label={words.label}
          about={words.about}
          checked={presence.overlay && info.overlay.works}
          disabled={!info.overlay.works}
          onChange={(overlay) => {
            prefer({ overlay })
          }}
        >
          <p>{info.overlay.why}</p>
        </Switch>
      )}
    </Section>
  )
}

/** In a browser a person opens the overlay themselves; the same window is used again. */
function PopOut({ why }: { why: string }) {
  const [blocked, setBlocked] = useState(false)
  const words = text.presence.overlay
  return (
    <Row
      label={words.label}
      control={
        <Button
          size="small"
          icon={PictureInPicture2}
          onClick={() => {
            const opened = window.open('/overlay.html', 'parley-overlay', 'popup,width=280,height=72')
            setBlocked(opened === null)
          }}
        >
          {words.open}
        </Button>
      }
    >
      <Say>{`${words.openAbout} ${why}`}</Say>
      <output className="empty:hidden">{blocked && <Say warn>{words.blocked}</Say>}</output>
    </Row>
  )
}

const MINUTES = [5, 10, 15, 30, 60] as const
const NEVER = 'never'

function Silence() {
  const [presence, prefer] = usePresence()
  const words = text.presence.idle
  const chosen = presence.idleHangUpMinutes
  const lengths = chosen === null || MINUTES.some((one) => one === chosen) ? [...MINUTES] : [...MINUTES, chosen]
  return (
    <Section title={words.title}>
      <Row
        label={words.label}
        control={
          <Select
            framed
            label={words.label}
            value={chosen === null ? NEVER : String(chosen)}
            choices={[
              { value: NEVER, label: words.never },
              ...lengths
                .toSorted((a, b) => a - b)
                .map((length) => ({ value: String(length), label: words.minutes(length) }))
            ]}
            onChange={(value) => {
              prefer({ idleHangUpMinutes: value === NEVER ? null : Number(value) })
            }}
            className="w-full max-w-56 max-wide:max-w-none"
          />
        }
      >
        <Say>{words.about}</Say>
      </Row>
    </Section>
  )
}
