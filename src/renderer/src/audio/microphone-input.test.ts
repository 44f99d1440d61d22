import { describe, expect, it } from 'vitest'
import { FakeGraphs, FakeTrack, streamOf } from './devices.test-support.ts'
import { MicrophoneInput, type MicrophoneInputPorts } from './microphone-input.ts'
import type { ToAudioWorker } from './worker-messages.ts'

const source = () => {
  const stream = streamOf(new FakeTrack('Desk', {}))
  return { role: 'microphone', stream, gain: 1, ownVoice: 'included' } as const
}

function rig(TrackProcessor: MicrophoneInputPorts['TrackProcessor'], refuses = false) {
  const posted: [ToAudioWorker, Transferable[] | undefined][] = []
  const graphs = new FakeGraphs()
  const input = new MicrophoneInput({
    TrackProcessor,
    post(message, transfer) {
      if (refuses) throw new DOMException('could not be cloned', 'DataCloneError')
      posted.push([message, transfer])
    },
    attach: (one) => graphs.attach(one)
  })
  return { input, posted, graphs }
}
const readable = new ReadableStream<AudioData>()
class Works {
  readonly readable = readable
}
class Throws {
  readonly readable = readable
  constructor() {
    throw new TypeError('Not for audio')
  }
}

describe('the way of the microphone to the worker', () => {
  it('is the stream of its track where the platform has one; it is handed over, and ended once', () => {
    const { input, posted, graphs } = rig(Works)
    const attachment = input.attach(source())
    const { id = '' } = attachment
    expect(posted).toEqual([[{ kind: 'input-stream', id, role: 'microphone', readable, gain: 1 }, [readable]]])
    attachment.detach()
    attachment.detach()
    expect(posted.slice(1)).toEqual([[{ kind: 'input-ended', id }, undefined]])
    expect(input.attach(source()).id).not.toBe(id)
    expect(graphs.attached.size).toBe(0)
  })

  it.each([
    ['the platform has none', undefined, false],
    ['it is not for sound', Throws, false],
    ['its stream cannot be handed over', Works, true]
  ])('is the graph where %s', (_what, TrackProcessor, refuses) => {
    const { input, graphs } = rig(TrackProcessor, refuses)
    const attachment = input.attach(source())
    expect([...graphs.attached.keys()]).toEqual([attachment.id])
    attachment.detach()
    expect(graphs.attached.size).toBe(0)
  })
})
