import { Keyboard } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { EventPayload, ProfileList } from '../../../../shared/ipc/contract.ts'
import type { ShortcutAction, ShortcutStatus } from '../../../../shared/ipc/shortcut-calls.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Say, Section } from '../../ui/setting-rows.tsx'

const words = text.shortcuts.test

/** As long as main tries keys out. */
const TEST_MS = 60_000
const TICK_MS = 100

/** What was heard last. */
type Heard =
  | { kind: 'nothing' }
  | { kind: 'down'; name: string; sinceMs: number }
  | { kind: 'up'; name: string; heldMs: number }
  | { kind: 'pressed'; name: string }

function nameOf(action: ShortcutAction, profiles: ProfileList | null): string {
  if (action.kind !== 'profile') return text.shortcuts.action[action.kind]
  return profiles?.profiles.find(({ id }) => id === action.id)?.name ?? ''
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1)

/** "Press it now": shows that a key really goes down and comes up. */
export function PressTest({ status }: { status: ShortcutStatus }) {
  const controller = useController()
  const [on, setOn] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const able = status.hearing !== 'nothing'
  const running = on && able

  useEffect(() => {
    if (!running) return undefined
    controller.call('shortcuts:test', { on: true }).catch((cause: unknown) => {
      setProblem(messageOf(cause))
      setOn(false)
    })
    const end = setTimeout(() => {
      setOn(false)
    }, TEST_MS)
    return () => {
      clearTimeout(end)
      // It ends by itself in a minute, should this call be lost.
      controller.call('shortcuts:test', { on: false }).catch(() => undefined)
    }
  }, [running, controller])

  return (
    <Section title={words.title} about={words.about}>
      <div className="flex items-center justify-between gap-4 max-wide:flex-col max-wide:items-stretch">
        <output className="min-w-0 flex-1">
          {running ? <Hears system={status.hearing === 'system'} /> : <Idle able={able} problem={problem} />}
        </output>
        <Button
          size="small"
          icon={Keyboard}
          disabled={!able}
          aria-pressed={running}
          onKeyDown={(event) => {
            // A hotkey with Space or Enter that is tried out is no click on the button that has the focus.
            if (event.ctrlKey || event.altKey || event.metaKey) event.preventDefault()
          }}
          onClick={() => {
            setProblem(null)
            setOn(!running)
          }}
        >
          {running ? words.stop : words.start}
        </Button>
      </div>
    </Section>
  )
}

function Idle({ able, problem }: { able: boolean; problem: string | null }) {
  if (problem !== null) return <Say warn>{problem}</Say>
  return able ? null : <Say>{text.shortcuts.nothing}</Say>
}

function Hears({ system }: { system: boolean }) {
  const heard = useHeard(system)
  switch (heard.kind) {
    case 'nothing':
      return <p className="text-small text-ink-soft">{words.waiting}</p>
    case 'down':
      return <Down name={heard.name} sinceMs={heard.sinceMs} />
    case 'up':
      return <p className="text-small">{words.up(heard.name, seconds(heard.heldMs))}</p>
    case 'pressed':
      return <p className="text-small">{words.pressed(heard.name)}</p>
    default:
      return null
  }
}

function useHeard(system: boolean): Heard {
  const controller = useController()
  const profiles = useApp((state) => state.profiles)
  const [heard, setHeard] = useState<Heard>({ kind: 'nothing' })
  const downRef = useRef(0)
  useEffect(() => {
    const listen = ({ action, signal, test }: EventPayload<'shortcuts:key'>): void => {
      if (!test) return
      const name = nameOf(action, profiles)
      const nowMs = performance.now()
      if (signal === 'press') {
        downRef.current = nowMs
        setHeard(system ? { kind: 'pressed', name } : { kind: 'down', name, sinceMs: nowMs })
      } else if (signal !== 'repeat') setHeard({ kind: 'up', name, heldMs: nowMs - downRef.current })
    }
    return controller.on('shortcuts:key', listen)
  }, [controller, profiles, system])
  return heard
}

/** Counts for the eye; a screen reader is told once that it is down. */
function Down({ name, sinceMs }: { name: string; sinceMs: number }) {
  const [nowMs, setNowMs] = useState(sinceMs)
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(performance.now())
    }, TICK_MS)
    return () => {
      clearInterval(timer)
    }
  }, [])
  return (
    <p className="text-small font-medium text-accent-ink">
      <span className="sr-only">{words.down(name)}</span>
      <span aria-hidden className="tabular-nums">
        {words.downFor(name, seconds(nowMs - sinceMs))}
      </span>
    </p>
  )
}
