import { text } from '../../text/en.ts'
import { Select } from '../../ui/select.tsx'
import { Slider } from '../../ui/slider.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { DEFAULT_ID, deviceChoices, deviceOf } from './device-choice.ts'
import { Row, Say, Section } from '../../ui/setting-rows.tsx'

export function LoudspeakerSection() {
  const { sound } = useController()
  const { loudspeakers } = useApp((state) => state.devices)
  const { loudspeaker: remembered, volume, duck } = useApp((state) => state.preferences.audio)
  const { insteadOf } = useApp((state) => state.loudspeaker)
  const words = text.loudspeaker
  return (
    <Section title={words.label}>
      <Row
        label={text.microphone.device}
        control={
          <Select
            framed
            label={`${words.label}: ${remembered?.label ?? text.microphone.systemDefault}`}
            value={remembered?.deviceId ?? DEFAULT_ID}
            choices={deviceChoices(loudspeakers, remembered, words.unnamed)}
            onChange={(value) => {
              const device = deviceOf(value, loudspeakers, remembered)
              if (device !== undefined) sound.chooseLoudspeaker(device)
            }}
            onOpen={() => {
              void sound.refreshDevices()
            }}
            className="w-full max-w-72 max-wide:max-w-none"
          />
        }
      >
        {insteadOf !== null && <Say warn>{words.insteadOf(insteadOf)}.</Say>}
      </Row>
      <Row
        label={words.volume}
        control={
          <Slider
            label={words.volume}
            value={Math.round(volume * 100)}
            min={0}
            max={100}
            step={5}
            valueText={words.percent(Math.round(volume * 100))}
            onChange={(percent) => {
              sound.preview({ volume: percent / 100 })
            }}
            onCommit={(percent) => {
              sound.prefer({ volume: percent / 100 })
            }}
          />
        }
      />
      <Switch
        label={words.duck}
        about={words.duckAbout}
        checked={duck}
        onChange={(on) => {
          sound.prefer({ duck: on })
        }}
      />
    </Section>
  )
}
