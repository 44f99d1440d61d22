import { clsx } from 'clsx'
import { Mic, Square } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Switch } from '../../ui/switch.tsx'
import type { Processing } from '../../audio/api.ts'
import { useApp, useController } from '../session/assistant-context.tsx'
import { isTextOnly } from '../session/state.ts'
import { LevelMeter } from './level-meter.tsx'
import { MicrophoneSelect } from './microphone-select.tsx'
import { Row, Say, Section, Trouble } from '../../ui/setting-rows.tsx'

export function MicrophoneSection() {
  const { sound } = useController()
  const keepWarm = useApp((state) => state.preferences.audio.keepWarm)
  const textOnly = useApp(isTextOnly)
  return (
    <Section title={text.microphone.label}>
      <Row
        label={text.microphone.device}
        control={<MicrophoneSelect framed className="w-full max-w-72 max-wide:max-w-none" />}
      >
        <Heard />
      </Row>
      {(['echoCancellation', 'noiseSuppression', 'autoGainControl'] as const).map((what) => (
        <ProcessingSwitch key={what} what={what} />
      ))}
      <Switch
        label={text.sound.keepWarm.label}
        about={text.sound.keepWarm.about}
        checked={keepWarm}
        onChange={(on) => {
          sound.prefer({ keepWarm: on })
        }}
      >
        {keepWarm && textOnly && (
          <div className="pt-1">
            <Say warn>{text.sound.keepWarm.textOnly}</Say>
          </div>
        )}
      </Switch>
    </Section>
  )
}

/** What the microphone hears now; where none is open, the button that opens it to be looked at. */
function Heard() {
  const { sound } = useController()
  const microphone = useApp((state) => state.microphone)
  const trying = useApp((state) => state.trying)
  const words = text.sound.try

  if (microphone.kind === 'failed') {
    const { title, body, action } = text.microphone.failure[microphone.code]
    const again = (
      <Button
        size="small"
        onClick={() => {
          if (microphone.code === 'lost') sound.chooseMicrophone(null)
          else sound.tryOut(true)
        }}
      >
        {action}
      </Button>
    )
    return <Trouble title={title} body={body === '' ? microphone.message : body} action={again} />
  }
  const live = microphone.kind === 'live'
  return (
    <div className="flex flex-col gap-1.5">
      <div
        className={clsx(
          'flex min-h-8 items-center justify-between gap-x-3 gap-y-1.5',
          microphone.kind === 'off' && 'max-wide:flex-col max-wide:items-start'
        )}
      >
        {microphone.kind === 'off' ? (
          <Say>{words.about}</Say>
        ) : (
          <LevelMeter label={text.microphone.level} of="inputDbfs" live={live} className="w-36" />
        )}
        {(trying || microphone.kind === 'off') && (
          <Button
            size="small"
            icon={trying ? Square : Mic}
            onClick={() => {
              sound.tryOut(!trying)
            }}
          >
            {trying ? words.stop : words.start}
          </Button>
        )}
      </div>
      <div aria-live="polite" className="empty:-mt-1.5">
        {microphone.kind === 'opening' && <Say>{words.opening}</Say>}
        {live && microphone.sound === 'silent' && <Say warn>{words.silent}</Say>}
        {live && microphone.sound === 'quiet' && <Say warn>{text.microphone.quiet}.</Say>}
      </div>
    </div>
  )
}

function ProcessingSwitch({ what }: { what: keyof Processing }) {
  const { sound } = useController()
  const microphone = useApp((state) => state.microphone)
  const asked = useApp((state) => state.preferences.audio.processing)
  const granted = microphone.kind === 'live' ? microphone.granted[what] : asked[what]
  return (
    <Switch
      {...text.sound.processing[what]}
      checked={asked[what]}
      onChange={(on) => {
        sound.prefer({ processing: { ...asked, [what]: on } })
      }}
    >
      {granted !== asked[what] && (
        <div className="pt-1">
          <Say warn>{asked[what] ? text.sound.notGranted : text.sound.stillOn}</Say>
        </div>
      )}
    </Switch>
  )
}
