import { vi } from 'vitest'
import type { MicrophoneState } from './api.ts'
import { FakeGraphs, FakeMedia } from './devices.test-support.ts'
import { MicrophoneKeeper } from './microphone-keeper.ts'

export const ALL = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
export const DESK = { deviceId: 'desk', label: 'Desk' }
export const HEADSET = { deviceId: 'headset', label: 'Headset' }

export function microphoneRig() {
  const media = new FakeMedia()
  media.plugged = [DESK, HEADSET]
  const graphs = new FakeGraphs()
  const states: MicrophoneState[] = []
  let known = media.devices
  const keeper = new MicrophoneKeeper(
    {
      media,
      canBeHeard: () => graphs.ready(),
      attach: (source) => graphs.attach(source),
      devices: () => known,
      onChange: () => states.push(keeper.state)
    },
    { choice: null, processing: ALL }
  )
  const look = async () => {
    const changed = JSON.stringify(known) !== JSON.stringify(media.devices)
    known = media.devices
    keeper.looked(changed)
    await pass(0)
  }
  const choose = (choice: typeof DESK | null) => keeper.configure({ choice, processing: ALL })
  return { media, graphs, keeper, states, look, choose }
}
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
export const gone = () => new DOMException('not found', 'NotFoundError')
export const busy = () => new DOMException('in use', 'NotReadableError')
export const denied = () => new DOMException('Permission denied', 'NotAllowedError')
