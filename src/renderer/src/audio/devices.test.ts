import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DeviceWatch, findDevice, isAlias, microphoneMoved, readDevices, type DeviceList } from './devices.ts'

type Entry = Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label' | 'groupId'>
const input = (deviceId: string, label = deviceId, groupId = `group ${deviceId}`): Entry => ({
  kind: 'audioinput',
  deviceId,
  label,
  groupId
})
const output = (deviceId: string, label = deviceId): Entry => ({ kind: 'audiooutput', deviceId, label, groupId: '' })

describe('the list of devices', () => {
  it('names microphones and loudspeakers without the aliases', () => {
    const list = readDevices([input('default', 'Default'), input('a'), output('default'), output('b', 'Speaker')])
    expect(list).toEqual({
      microphones: [{ deviceId: 'a', label: 'a' }],
      loudspeakers: [{ deviceId: 'b', label: 'Speaker' }],
      anyMicrophone: true,
      defaultMicrophone: 'Default\ngroup default'
    })
    expect(['', 'default', 'communications'].every(isAlias)).toBe(true)
  })

  it('knows of a microphone whose name is hidden, and of none', () => {
    expect(readDevices([input('', '')])).toMatchObject({ microphones: [], anyMicrophone: true })
    expect(readDevices([output('b')])).toMatchObject({ anyMicrophone: false, defaultMicrophone: '' })
  })

  it('finds a choice by its id, else by its label, else not', () => {
    const devices = [
      { deviceId: 'new', label: 'Desk' },
      { deviceId: 'old', label: 'Other' }
    ]
    expect(findDevice(devices, { deviceId: 'old', label: 'Desk' })?.label).toBe('Other')
    expect(findDevice(devices, { deviceId: 'gone', label: 'Desk' })?.deviceId).toBe('new')
    expect(findDevice(devices, { deviceId: 'gone', label: 'Gone' })).toBeUndefined()
  })
})

describe('whether the microphone in use is still the right one', () => {
  const list = (defaultLabel: string, ...ids: string[]): DeviceList =>
    readDevices([input('default', defaultLabel), ...ids.map((id) => input(id))])
  it.each([
    ['nothing changed', 'a', list('Default', 'a'), list('Default', 'a'), 'no'],
    ['it has gone', 'a', list('Default', 'a', 'b'), list('Default', 'b'), 'gone'],
    ['another one has gone', 'a', list('Default', 'a', 'b'), list('Default', 'a'), 'no'],
    ['the default has moved, but it was chosen by its id', 'a', list('D - a', 'a', 'b'), list('D - b', 'a', 'b'), 'no'],
    ['the default has moved', 'default', list('D - a', 'a', 'b'), list('D - b', 'a', 'b'), 'default-moved'],
    ['the default may have gone', 'default', list('Default', 'a', 'b'), list('Default', 'b'), 'gone'],
    ['a new one came while the default is used', 'default', list('Default', 'a'), list('Default', 'a', 'b'), 'no'],
    ['the default was not told at first', 'default', readDevices([input('a')]), list('D - a', 'a'), 'no']
  ] as const)('%s', (_what, deviceId, plugged, now, moved) =>
    expect(microphoneMoved({ deviceId, plugged }, now)).toBe(moved)
  )
})

function watched() {
  const media = new EventTarget() as EventTarget & {
    entries: Entry[]
    enumerateDevices(): Promise<MediaDeviceInfo[]>
  }
  media.entries = [input('a')]
  media.enumerateDevices = () => Promise.resolve(media.entries as MediaDeviceInfo[])
  const looks: boolean[] = []
  const watch = new DeviceWatch(media, (changed) => looks.push(changed))
  return { media, watch, looks }
}

describe('watching', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('looks as often as it is asked to, and not otherwise', async () => {
    const { watch, looks } = watched()
    await vi.advanceTimersByTimeAsync(2000)
    expect(looks).toEqual([])
    watch.everyMs = 400
    watch.everyMs = 400
    await vi.advanceTimersByTimeAsync(1200)
    expect(looks).toEqual([true, false, false])
    watch.everyMs = undefined
    await vi.advanceTimersByTimeAsync(2000)
    expect(looks).toHaveLength(3)
  })

  it('looks when the browser tells of a change, once for a burst', async () => {
    const { media, watch, looks } = watched()
    for (let i = 0; i < 5; i += 1) media.dispatchEvent(new Event('devicechange'))
    await vi.advanceTimersByTimeAsync(0)
    expect(looks).toEqual([true])
    expect(watch.list.microphones).toEqual([{ deviceId: 'a', label: 'a' }])
  })

  it('a look that fails changes nothing', async () => {
    const { media, watch, looks } = watched()
    await watch.look()
    media.enumerateDevices = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
    await watch.look()
    expect(looks).toEqual([true, false])
    expect(watch.list.microphones).toHaveLength(1)
  })
})
