import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/select.tsx'
import { Slider } from '../../ui/slider.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { LevelMeter } from './level-meter.tsx'
import { Row, Say, Section, Trouble } from '../../ui/setting-rows.tsx'
import { isUsed, systemChoiceOf, systemChoices, systemValue, usedMicrophone } from './system-choice.ts'

/** What the computer plays, as a second input. */
export function SystemSection() {
  const { sound } = useController()
  const choice = useApp((state) => state.preferences.audio.systemAudio)
  const { microphones } = useApp((state) => state.devices)
  const microphone = useApp((state) => state.microphone)
  const used = usedMicrophone(
    microphone,
    useApp((state) => state.preferences.microphone)
  )
  const web = useApp((state) => state.host.kind === 'up' && state.host.info.host === 'web')
  const choices = systemChoices({ devices: microphones, choice, used, web })
  const value = systemValue(choice)
  const words = text.sound.system
  return (
    <Section title={words.title} about={words.about}>
      <Row
        label={words.label}
        control={
          <Select
            framed
            label={`${words.label}: ${choices.find((one) => one.value === value)?.label ?? ''}`}
            value={value}
            choices={choices}
            onChange={(next) => {
              const chosen = systemChoiceOf(next, microphones, choice)
              if (chosen !== undefined) sound.prefer({ systemAudio: chosen })
            }}
            onOpen={() => {
              void sound.refreshDevices()
            }}
            className="w-full max-w-72 max-wide:max-w-none"
          />
        }
      >
        {web && <Say>{words.web}</Say>}
        {choice.kind !== 'off' && <Say>{words.others}</Say>}
        {choice.kind === 'device' && isUsed(choice, used) && <Say warn>{words.twice}</Say>}
      </Row>
      {choice.kind !== 'off' && (
        <>
          <GainRow />
          <SystemState />
        </>
      )}
    </Section>
  )
}

function GainRow() {
  const { sound } = useController()
  const gainDb = useApp((state) => state.preferences.audio.systemAudioGainDb)
  const words = text.sound.system
  return (
    <Row
      label={words.gainLabel}
      control={
        <Slider
          label={words.gain}
          value={gainDb}
          min={-30}
          max={20}
          step={1}
          valueText={words.decibel(gainDb)}
          onChange={(db) => {
            sound.preview({ systemAudioGainDb: db })
          }}
          onCommit={(db) => {
            sound.prefer({ systemAudioGainDb: db })
          }}
        />
      }
    />
  )
}

/** What came of the choice, as the engine says it. */
function SystemState() {
  const { sound } = useController()
  const system = useApp((state) => state.systemAudio)
  const mac = useApp((state) => state.host.kind === 'up' && state.host.info.platform === 'darwin')
  const words = text.sound.system

  if (system.kind === 'failed') {
    const { title, body } = words.failure[system.code]
    const again = (
      <Button
        size="small"
        onClick={() => {
          sound.open()
        }}
      >
        {words.retry}
      </Button>
    )
    return (
      <div role="alert">
        <Trouble title={title} body={body === '' ? system.message : body} action={again} />
      </div>
    )
  }
  if (system.kind !== 'live') {
    return (
      <div>
        <Say>{system.kind === 'opening' ? words.opening : words.whenOpen}</Say>
      </div>
    )
  }
  return (
    <>
      <Row label={words.meterLabel} control={<LevelMeter label={words.meter} of="systemDbfs" live className="w-36" />}>
        {system.silent && <Say warn>{mac ? words.silentMac : words.silent}</Say>}
      </Row>
      <Row label={words.ownVoiceLabel} control={null}>
        <div aria-live="polite">
          <Say>{words.ownVoice[system.ownVoice]}</Say>
        </div>
      </Row>
    </>
  )
}
