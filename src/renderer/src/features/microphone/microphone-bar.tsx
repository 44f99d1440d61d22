import type { ReactNode } from 'react'
import { Headphones, Mic, MicOff, type LucideIcon, Unplug, Volume2 } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/select.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { LevelMeter } from './level-meter.tsx'
import { DEFAULT_ID, microphoneChoices, microphoneName } from './microphone-choice.ts'

/** Which microphone is in use, what it hears, and what the platform refused to do for it. */
export function MicrophoneBar({ children }: { children: ReactNode }) {
  const controller = useController()
  const microphone = useApp((state) => state.microphone)
  const devices = useApp((state) => state.devices)
  const remembered = useApp((state) => state.preferences.microphone)
  const blocked = useApp((state) => state.loudspeaker === 'blocked')
  const muted = useApp((state) => state.muted)
  const live = microphone.kind === 'live'

  const choose = (deviceId: string): void => {
    if (deviceId === DEFAULT_ID) {
      controller.chooseMicrophone(null)
      return
    }
    const device = devices.find((candidate) => candidate.deviceId === deviceId) ?? remembered
    if (device !== null) controller.chooseMicrophone(device)
  }

  return (
    <div className="flex flex-col gap-1">
      {blocked && (
        // The click itself is what the browser waits for; the audio engine hears it as any other.
        <Button tone="primary" icon={Volume2} className="self-stretch">
          {text.loudspeaker.blocked}
        </Button>
      )}
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <Select
          label={`${text.microphone.label}: ${microphoneName(microphone, remembered)}`}
          icon={live && !muted ? Mic : MicOff}
          value={remembered?.deviceId ?? DEFAULT_ID}
          shown={microphoneName(microphone, remembered)}
          suffix={
            microphone.kind === 'off'
              ? text.microphone.off
              : microphone.kind === 'opening'
                ? text.microphone.opening
                : ''
          }
          choices={microphoneChoices(devices, remembered)}
          onChange={choose}
          onOpen={() => {
            void controller.refreshDevices()
          }}
          className="min-w-0 max-w-64 max-wide:max-w-none max-wide:flex-1"
        />
        <LevelMeter live={live} />
        <span className="flex-1 max-wide:hidden" />
        {children}
      </div>
      <div aria-live="polite">
        {live && microphone.insteadOf !== null && (
          <Note icon={Unplug}>{text.microphone.insteadOf(microphone.insteadOf, usedName(microphone))}</Note>
        )}
        {live && !microphone.echoCancellation && <Note icon={Headphones}>{text.microphone.noEcho}</Note>}
      </div>
    </div>
  )
}

/** Chromium names the default "Default", which says less than our own words. */
function usedName({ deviceId, label }: { deviceId: string; label: string }): string {
  return deviceId === 'default' || label === '' ? text.microphone.systemDefault.toLowerCase() : label
}

function Note({ icon: Icon, children }: { icon: LucideIcon; children: string }) {
  return (
    <p className="flex items-start gap-2 px-2.5 pb-1 text-small text-warn">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </p>
  )
}
