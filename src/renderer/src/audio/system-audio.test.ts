// The answers of Windows, macOS and Linux are scripted here as they are known; none of this was run on those systems.
import { describe, expect, test } from 'vitest'
import { FakeMedia, FakeTrack } from './devices.test-support.ts'
import { SystemAudioError, systemAudioOpener } from './system-audio.ts'
import type { AllowSystemAudio } from './system-audio-permission.ts'

type Answer = DOMException | { audio?: FakeTrack; video?: FakeTrack }

function displayStream({ audio, video }: Exclude<Answer, DOMException>): MediaStream {
  const tracks = [audio, video].filter((track) => track !== undefined)
  // A class of the platform: this has the members that are used here.
  return {
    getTracks: () => [...tracks],
    getAudioTracks: () => tracks.filter((track) => track === audio),
    getVideoTracks: () => tracks.filter((track) => track === video),
    removeTrack: (track: FakeTrack) => tracks.splice(tracks.indexOf(track), 1)
  } as unknown as MediaStream
}

/** The browser of one platform: display captures are answered as scripted, input devices as in {@link FakeMedia}. */
class ScriptedMedia extends FakeMedia {
  readonly displays: DisplayMediaStreamOptions[] = []
  readonly answers: Answer[]
  constructor(answers: Answer[] = []) {
    super()
    this.answers = answers
  }
  getDisplayMedia(options: DisplayMediaStreamOptions = {}): Promise<MediaStream> {
    this.displays.push(options)
    const answer = this.answers.shift()
    if (answer === undefined) throw new Error('asked once too often')
    return answer instanceof DOMException ? Promise.reject(answer) : Promise.resolve(displayStream(answer))
  }
  override async getUserMedia(constraints: MediaStreamConstraints = {}): Promise<MediaStream> {
    const stream = await super.getUserMedia(constraints)
    return Object.assign(stream, { getVideoTracks: () => [] })
  }
}

function main(platform: 'windows' | 'macos' | 'linux' = 'linux') {
  const asked: boolean[] = []
  const allow: AllowSystemAudio = (on) => {
    asked.push(on)
    return Promise.resolve({ how: 'display-media', platform })
  }
  return { asked, allow }
}

const settle = () => new Promise((resolve) => setTimeout(resolve))
const unasked: AllowSystemAudio = () => Promise.reject(new Error('main is not asked for a device'))
const never = () => new AbortController().signal
const openSystemAudio = (
  media: ScriptedMedia,
  choice: Parameters<ReturnType<typeof systemAudioOpener>>[0],
  allow: AllowSystemAudio
) => systemAudioOpener(media, allow)(choice, never())

const loopback = (settings = {}) => new FakeTrack('System audio', settings)
const refusal = (name: string) => new DOMException('refused by the script', name)

async function failure(opening: Promise<unknown>): Promise<SystemAudioError> {
  const cause = await opening.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!(cause instanceof SystemAudioError)) throw new Error(`not a SystemAudioError: ${String(cause)}`)
  return cause
}

describe('what the computer plays', () => {
  test('is asked for as sound alone, unprocessed, without our own voice, and only while main allows it', async () => {
    const media = new ScriptedMedia([{ audio: loopback() }])
    const { asked, allow } = main('windows')
    const opened = await openSystemAudio(media, { kind: 'computer' }, allow)
    expect(opened).toMatchObject({ label: 'System audio', ownVoice: 'included' })
    expect(media.displays).toEqual([
      {
        video: false,
        audio: {
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: false,
          channelCount: { ideal: 2 },
          restrictOwnAudio: true
        }
      }
    ])
    expect(asked).toEqual([true, false])
  })

  test('that the platform says it leaves our voice out is told and not believed', async () => {
    const media = new ScriptedMedia([{ audio: loopback({ restrictOwnAudio: true }) }])
    const opened = await openSystemAudio(media, { kind: 'computer' }, main('macos').allow)
    expect(opened).toMatchObject({ ownVoice: 'included' })
  })

  test.each(['NotSupportedError', 'TypeError', 'AbortError', 'NotReadableError'])(
    'where sound alone fails with %s, the least video goes along and is stopped',
    async (name) => {
      const video = new FakeTrack('Screen', {})
      const audio = loopback()
      const media = new ScriptedMedia([refusal(name), { audio, video }])
      const opened = await openSystemAudio(media, { kind: 'computer' }, main().allow)
      expect(media.displays[1]).toMatchObject({ video: { width: 16, height: 16, frameRate: 1 } })
      expect(video.readyState).toBe('ended')
      expect(audio.readyState).toBe('live')
      expect(opened.stream.getTracks()).toEqual([audio])
    }
  )

  test.each([
    ['macos', 'System Settings'],
    ['windows', 'monitor source'],
    ['linux', 'monitor source']
  ] as const)('a refusal on %s is told with what to do, and not asked twice', async (platform, advice) => {
    const media = new ScriptedMedia([refusal('NotAllowedError')])
    const { asked, allow } = main(platform)
    const { code, message } = await failure(openSystemAudio(media, { kind: 'computer' }, allow))
    expect(code).toBe('denied')
    expect(message).toContain(advice)
    expect(asked).toEqual([true, false])
  })

  test('Linux: a stream without sound is let go and told', async () => {
    const video = new FakeTrack('Screen', {})
    const media = new ScriptedMedia([refusal('NotSupportedError'), { video }])
    const { code, message } = await failure(openSystemAudio(media, { kind: 'computer' }, main().allow))
    expect(code).toBe('no-track')
    expect(message).toContain('monitor source')
    expect(video.readyState).toBe('ended')
  })

  test('a track that is over already is no sound', async () => {
    const audio = loopback()
    audio.stop()
    const media = new ScriptedMedia([{ audio }])
    expect((await failure(openSystemAudio(media, { kind: 'computer' }, main().allow))).code).toBe('no-track')
  })

  test("Windows: what rejects twice has failed, with the browser's reason", async () => {
    const media = new ScriptedMedia([refusal('AbortError'), refusal('AbortError')])
    const { code, message } = await failure(openSystemAudio(media, { kind: 'computer' }, main('windows').allow))
    expect(code).toBe('failed')
    expect(message).toContain('refused by the script')
  })

  test('a browser that wants a click says so', async () => {
    const media = new ScriptedMedia([refusal('InvalidStateError')])
    const { code, message } = await failure(openSystemAudio(media, { kind: 'computer' }, main().allow))
    expect([code, message]).toEqual(['needs-click', expect.stringContaining('click')])
  })

  test('a host that cannot says why, and the browser is not asked', async () => {
    const media = new ScriptedMedia()
    const opening = openSystemAudio(media, { kind: 'computer' }, () =>
      Promise.resolve({ how: 'none', reason: 'Only the desktop can.' })
    )
    expect(await failure(opening)).toMatchObject({ code: 'unsupported', message: 'Only the desktop can.' })
    expect(media.displays).toEqual([])
  })

  test('main that does not answer is a failure, not a rejection of its own', async () => {
    const opening = openSystemAudio(new ScriptedMedia(), { kind: 'computer' }, () => Promise.reject(new Error('gone')))
    expect(await failure(opening)).toMatchObject({ code: 'failed' })
  })
})

describe('a capture that is given up while the platform still asks the person', () => {
  /** A prompt that stands until it is answered. */
  class Prompts extends ScriptedMedia {
    readonly prompts: PromiseWithResolvers<MediaStream>[] = []
    override getDisplayMedia(): Promise<MediaStream> {
      const prompt = Promise.withResolvers<MediaStream>()
      this.prompts.push(prompt)
      return prompt.promise
    }
  }
  function begin() {
    const media = new Prompts()
    const { asked, allow } = main()
    const open = systemAudioOpener(media, allow)
    const start = () => {
      const given = new AbortController()
      const opening = open({ kind: 'computer' }, given.signal)
      // Looked at later: a rejection before that is expected.
      opening.catch(() => undefined)
      return { opening, giveUp: () => given.abort() }
    }
    return { media, asked, start }
  }

  test("gives main's permission back at once, and the answer that comes later is let go of", async () => {
    const { media, asked, start } = begin()
    const { opening, giveUp } = start()
    await settle()
    expect([asked, media.prompts.length]).toEqual([[true], 1])
    giveUp()
    expect(asked).toEqual([true, false])
    const audio = loopback()
    media.prompts[0]?.resolve(displayStream({ audio }))
    await failure(opening)
    expect(audio.readyState).toBe('ended')
    expect(asked).toEqual([true, false])
  })

  test.each(['AbortError', 'NotSupportedError'])('is not asked for again with video after %s', async (name) => {
    const { media, start } = begin()
    const { opening, giveUp } = start()
    await settle()
    giveUp()
    media.prompts[0]?.reject(refusal(name))
    await failure(opening)
    expect(media.prompts).toHaveLength(1)
  })

  test('takes nothing from the next one, which keeps its permission until it is answered', async () => {
    const { media, asked, start } = begin()
    const first = start()
    await settle()
    first.giveUp()
    const second = start()
    await settle()
    media.prompts[0]?.reject(refusal('NotAllowedError'))
    await failure(first.opening)
    expect(asked).toEqual([true, false, true])
    media.prompts[1]?.resolve(displayStream({ audio: loopback() }))
    await second.opening
    expect(asked).toEqual([true, false, true, false])
  })

  test('is never asked for where it was given up before main answered', async () => {
    const { media, asked, start } = begin()
    const { opening, giveUp } = start()
    giveUp()
    await failure(opening)
    expect(media.prompts).toHaveLength(0)
    expect(asked).toEqual([true, false])
  })
})

test('two captures at once: main is told of the end when both are begun', async () => {
  const answers = [Promise.withResolvers<MediaStream>(), Promise.withResolvers<MediaStream>()]
  const media = new ScriptedMedia()
  let turn = 0
  media.getDisplayMedia = () => (answers[turn++] as PromiseWithResolvers<MediaStream>).promise
  const { asked, allow } = main()
  const open = systemAudioOpener(media, allow)
  const both = [open({ kind: 'computer' }, never()), open({ kind: 'computer' }, never())]
  answers[0]?.resolve(displayStream({ audio: loopback() }))
  await both[0]
  expect(asked).toEqual([true, true])
  answers[1]?.resolve(displayStream({ audio: loopback() }))
  await both[1]
  expect(asked).toEqual([true, true, false])
})

describe('an input device as system audio', () => {
  const cable = { deviceId: 'cable-1', label: 'Monitor of Speaker' }
  const choice = { kind: 'device', ...cable } as const

  test('is opened by its id, as it sounds', async () => {
    const media = new ScriptedMedia()
    media.plugged = [{ deviceId: 'mic', label: 'Desk' }, cable]
    const opened = await openSystemAudio(media, choice, unasked)
    expect(opened).toMatchObject({ deviceId: 'cable-1', label: cable.label, ownVoice: 'included' })
    expect(media.asked).toEqual([
      {
        deviceId: { exact: 'cable-1' },
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
        channelCount: { ideal: 2 }
      }
    ])
  })

  test('is found by its name where its id has changed', async () => {
    const media = new ScriptedMedia()
    media.plugged = [{ deviceId: 'cable-2', label: cable.label }]
    expect(await openSystemAudio(media, choice, unasked)).toMatchObject({ deviceId: 'cable-2' })
  })

  test('nothing stands in for one that is not there', async () => {
    const media = new ScriptedMedia()
    media.plugged = [{ deviceId: 'mic', label: 'Desk' }]
    expect(await failure(openSystemAudio(media, choice, unasked))).toMatchObject({
      code: 'no-device',
      message: expect.stringContaining(cable.label)
    })
    expect(media.live).toEqual([])
  })

  test.each([
    ['NotAllowedError', 'denied'],
    ['NotReadableError', 'failed']
  ])('%s is told as %s', async (name, code) => {
    const media = new ScriptedMedia()
    media.plugged = [cable]
    media.failures = [refusal(name)]
    expect(await failure(openSystemAudio(media, choice, unasked))).toMatchObject({ code })
  })
})
