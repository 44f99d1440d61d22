import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeMedia } from './devices.test-support.ts'
import { Loudspeaker } from './loudspeaker.ts'

const HEADPHONES = { deviceId: 'head', label: 'Headphones' }

/** A context whose `setSinkId` the test lets succeed, fail or hang. */
class FakeSink {
  sinkId = ''
  readonly asked: string[] = []
  answer: 'yes' | 'no' | 'never' = 'yes'
  setSinkId(sinkId: string): Promise<void> {
    this.asked.push(sinkId)
    if (this.answer === 'never') return new Promise(() => undefined)
    if (this.answer === 'no') return Promise.reject(new DOMException('gone', 'NotFoundError'))
    this.sinkId = sinkId
    return Promise.resolve()
  }
}

function rig() {
  const context = new FakeSink()
  const media = new FakeMedia()
  media.loudspeakers = [HEADPHONES]
  const page = { context: context as FakeSink | undefined, changes: 0 }
  const loudspeaker = new Loudspeaker({
    context: () => page.context,
    devices: () => media.devices,
    onMoving: () => undefined,
    onChange: () => {
      page.changes += 1
    }
  })
  return { media, page, loudspeaker, context }
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the loudspeaker', () => {
  it('is the default until another one is chosen, and nothing is asked for what is so already', async () => {
    const { loudspeaker, context } = rig()
    loudspeaker.follow()
    loudspeaker.configure(HEADPHONES)
    loudspeaker.configure({ ...HEADPHONES })
    await pass(0)
    loudspeaker.follow()
    expect(context.asked).toEqual(['head'])
    expect(loudspeaker).toMatchObject({ label: 'Headphones', insteadOf: null })
    loudspeaker.configure(null)
    await pass(0)
    expect(context.sinkId).toBe('')
    expect(loudspeaker).toMatchObject({ label: null, insteadOf: null })
  })

  it('that goes is replaced by the default, which is told, until it is there again under another id', async () => {
    const { loudspeaker, media, context, page } = rig()
    loudspeaker.configure(HEADPHONES)
    await pass(0)
    media.loudspeakers = []
    loudspeaker.follow()
    await pass(0)
    expect(context.sinkId).toBe('')
    expect(loudspeaker).toMatchObject({ label: null, insteadOf: 'Headphones' })
    const told = page.changes
    loudspeaker.follow()
    await pass(0)
    expect(page.changes).toBe(told)
    media.loudspeakers = [{ deviceId: 'renewed', label: 'Headphones' }]
    loudspeaker.follow()
    await pass(0)
    expect(context.sinkId).toBe('renewed')
    expect(loudspeaker).toMatchObject({ label: 'Headphones', insteadOf: null })
  })

  it('that does not take the sound is told, and tried again after 5 s', async () => {
    const { loudspeaker, context } = rig()
    context.answer = 'no'
    loudspeaker.configure(HEADPHONES)
    await pass(0)
    expect(loudspeaker.insteadOf).toBe('Headphones')
    context.answer = 'yes'
    loudspeaker.follow()
    await pass(0)
    expect(context.asked).toEqual(['head'])
    await pass(5000)
    loudspeaker.follow()
    await pass(0)
    expect(context.sinkId).toBe('head')
    expect(loudspeaker.insteadOf).toBeNull()
  })

  it('that is refused while another one plays: the default is set, and only then told', async () => {
    const { loudspeaker, media, context } = rig()
    media.loudspeakers = [HEADPHONES, { deviceId: 'tv', label: 'TV' }]
    loudspeaker.configure(HEADPHONES)
    await pass(0)
    const real = context.setSinkId.bind(context)
    context.setSinkId = (sinkId) =>
      sinkId === 'tv' ? Promise.reject(new DOMException('no', 'NotAllowedError')) : real(sinkId)
    loudspeaker.configure({ deviceId: 'tv', label: 'TV' })
    await pass(0)
    expect(context.sinkId).toBe('')
    expect(loudspeaker).toMatchObject({ label: null, insteadOf: 'TV' })
  })

  it('that never answers is given up after 5 s, and what it answers then changes nothing', async () => {
    const { loudspeaker, media, context } = rig()
    media.loudspeakers = [HEADPHONES, { deviceId: 'tv', label: 'TV' }]
    context.answer = 'never'
    loudspeaker.configure(HEADPHONES)
    await pass(4000)
    expect(loudspeaker.isMoving).toBe(true)
    context.answer = 'yes'
    await pass(1000)
    expect(loudspeaker).toMatchObject({ isMoving: false, label: null, insteadOf: 'Headphones' })
    loudspeaker.configure({ deviceId: 'tv', label: 'TV' })
    await pass(0)
    expect(context.sinkId).toBe('tv')
  })

  it('a new context plays where the last one did, also where that one never answered', async () => {
    const { loudspeaker, page, context } = rig()
    context.answer = 'never'
    loudspeaker.configure(HEADPHONES)
    loudspeaker.follow()
    page.context = new FakeSink()
    loudspeaker.renew()
    await pass(0)
    expect(page.context.sinkId).toBe('head')
    expect(loudspeaker).toMatchObject({ label: 'Headphones', insteadOf: null })
  })

  it('one change at a time; the last word counts', async () => {
    const { loudspeaker, media, context } = rig()
    media.loudspeakers = [HEADPHONES, { deviceId: 'tv', label: 'TV' }]
    loudspeaker.configure(HEADPHONES)
    loudspeaker.configure({ deviceId: 'tv', label: 'TV' })
    await pass(0)
    expect(context.asked).toEqual(['head', 'tv'])
    expect(loudspeaker.label).toBe('TV')
  })

  it('without a context nothing is set, and the choice is kept for the first one', async () => {
    const { loudspeaker, page } = rig()
    page.context = undefined
    loudspeaker.configure(HEADPHONES)
    page.context = new FakeSink()
    loudspeaker.renew()
    await pass(0)
    expect(page.context.sinkId).toBe('head')
  })
})
