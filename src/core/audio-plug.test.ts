import { describe, expect, it } from 'vitest'
import { encodeAudioFrame, type AudioDown } from '../shared/ipc/audio-link.ts'
import { AudioPlug } from './audio-plug.ts'
import { napster, NapsterRig } from './session/napster/napster.test-support.ts'
import { ManualClock, SessionRig } from './testing.test-support.ts'

function plugged(session: SessionRig['session']) {
  const told: AudioDown[] = []
  const plug = new AudioPlug({
    clock: new ManualClock(),
    onLost: () => {},
    onDropped: () => {},
    playoutDelayMs: () => undefined,
    onPlayoutDelay: () => {}
  })
  const link = plug.attach({ sendAudio: () => {}, sendControl: (message) => void told.push(message), close: () => {} })
  link.onControl({ kind: 'hello', version: 1 })
  plug.begin(session)
  link.onControl({ kind: 'talk', open: true, mode: 'open' })
  link.onAudio(encodeAudioFrame(0, new Uint8Array(640).fill(7)))
  return told
}

describe('the plug between the audio worker and a session', () => {
  it('tells the formats of a conversation with audio, and lets the microphone in', async () => {
    const rig = await SessionRig.live()
    expect(plugged(rig.session)).toEqual([{ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: 16_000 }])
    expect(rig.of('talk')).toEqual([{ kind: 'talk', open: true }])
    expect(rig.socket.audio).toHaveLength(1)
  })

  it('asks for no microphone and no loudspeaker in a conversation in text', async () => {
    const { rig } = await NapsterRig.live({ profile: napster({ modality: 'text' }) })
    expect(plugged(rig.session)).toEqual([])
    expect(rig.of('talk')).toEqual([])
    expect(rig.socket.sent).toEqual([])
  })
})
