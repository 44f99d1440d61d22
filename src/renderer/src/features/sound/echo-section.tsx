import { AudioLines } from 'lucide-react'
import type { EchoCheck } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { isActive } from '../session/state.ts'
import { LeakMeter } from './leak-meter.tsx'
import { Row, Say, Section } from '../../ui/setting-rows.tsx'

const DUPLEX = ['auto', 'off', 'on'] as const

/** How much of the agent's voice comes back, and what to do about it. */
export function EchoSection() {
  const { sound } = useController()
  const halfDuplex = useApp((state) => state.preferences.audio.halfDuplex)
  const push = useApp((state) => state.preferences.talkMode === 'push-to-talk')
  const leakDb = useApp((state) => state.echo.leakDb)
  const words = text.sound.echo
  return (
    <Section title={words.title} about={words.about}>
      <EchoCheckRow />
      <Row label={words.live} control={<LeakMeter leakDb={leakDb} />} />
      <Row
        label={words.halfDuplex}
        control={
          <Segmented
            label={words.halfDuplex}
            value={halfDuplex}
            onChange={(next) => {
              sound.prefer({ halfDuplex: next })
            }}
            choices={DUPLEX.map((value) => ({ value, label: words.halfDuplexChoices[value] }))}
          />
        }
      >
        <div aria-live="polite">
          <Say>{push ? words.halfDuplexPush : words.halfDuplexAbout[halfDuplex]}</Say>
        </div>
      </Row>
    </Section>
  )
}

function EchoCheckRow() {
  const { sound } = useController()
  const check = useApp((state) => state.echoCheck)
  const active = useApp((state) => isActive(state.session))
  const words = text.sound.echo
  const running = check.kind === 'running'
  const button = (
    <Button
      size="small"
      icon={AudioLines}
      // Not disabled while it runs: it would lose the focus.
      aria-disabled={running}
      disabled={active}
      onClick={() => {
        void sound.checkEcho()
      }}
    >
      {check.kind === 'done' ? words.again : words.check}
    </Button>
  )
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-4 max-wide:flex-col max-wide:items-start max-wide:gap-2">
        <Say>{active ? words.inConversation : words.checkAbout}</Say>
        {button}
      </div>
      <div aria-live="polite" className="flex flex-col gap-2 empty:hidden">
        {check.kind === 'due' && <Say warn>{active ? words.dueLater : words.due}</Say>}
        {running && <Running />}
        {check.kind === 'failed' && <Say warn>{words.failure[check.reason]}</Say>}
        {check.kind === 'done' && <Found check={check} />}
      </div>
    </div>
  )
}

function Running() {
  return (
    <div>
      <p className="text-small">{text.sound.echo.running}</p>
      <span className="mt-1.5 block h-1 overflow-hidden rounded-full bg-line motion-reduce:hidden">
        <span className="echo-progress block h-full rounded-full bg-accent" />
      </span>
    </div>
  )
}

function Found({ check }: { check: Extract<EchoCheck, { kind: 'done' }> }) {
  const words = text.sound.echo
  const rawLeak = check.rawLeakDb === null ? undefined : words.decibel(check.rawLeakDb)
  const figures = [
    { name: words.leak, value: words.decibel(check.leakDb) },
    { name: words.rawLeak, value: rawLeak },
    { name: words.delay, value: check.delayMs === null ? words.nothing : words.milliseconds(check.delayMs) }
  ]
  return (
    <div className="flex flex-col items-start gap-2 rounded-lg bg-sunken px-3 py-2.5">
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-small">
        {figures.map(({ name, value }) =>
          value === undefined ? null : (
            <div key={name}>
              <dt className="text-ink-soft">{name}</dt>
              <dd className="font-medium tabular-nums">{value}</dd>
            </div>
          )
        )}
      </dl>
      <p>{words.advice[check.advice]}</p>
      <Apply advice={check.advice} />
    </div>
  )
}

/** The button that does what the check advises, where Parley can. */
function Apply({ advice }: { advice: Extract<EchoCheck, { kind: 'done' }>['advice'] }) {
  const controller = useController()
  const talkMode = useApp((state) => state.preferences.talkMode)
  const halfDuplex = useApp((state) => state.preferences.audio.halfDuplex)
  if (advice !== 'push-to-talk' && advice !== 'half-duplex') return null
  const words = text.sound.echo
  const done = advice === 'push-to-talk' ? talkMode === 'push-to-talk' : halfDuplex === 'on'
  if (done) return <Say>{words.applied[advice]}</Say>
  return (
    <Button
      size="small"
      tone="primary"
      onClick={() => {
        if (advice === 'push-to-talk') controller.prefer({ talkMode: 'push-to-talk' })
        else controller.sound.prefer({ halfDuplex: 'on' })
      }}
    >
      {words.apply[advice]}
    </Button>
  )
}
