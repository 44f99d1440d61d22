import { describe, expect, it } from 'vitest'
import { isBluetooth } from './bluetooth.ts'

describe('a Bluetooth microphone is known by its name', () => {
  it.each([
    'AirPods',
    'Default - Ann’s AirPods Pro',
    'Headset (WH-1000XM4 Hands-Free AG Audio)',
    'Headset (Jabra Elite 85t)',
    'Kopfhörer (WF-1000XM5 Hands-Free)',
    'WH-1000XM5',
    'WH-CH720N',
    'Galaxy Buds2 Pro (R510)',
    'Pixel Buds Pro',
    'LinkBuds S',
    'bluez_input.AC_12_2F_00_11_22.headset-head-unit',
    'Headset (Some Bluetooth)',
    'Car Kit HFP',
    'Headset (OpenRun by Shokz, HSP)',
    'Beats Studio Pro',
    'Bose QuietComfort 45'
  ])('%s', (label) => expect(isBluetooth(label)).toBe(true))

  it.each([
    '',
    'Default',
    'USB headset',
    'Headset (Jabra Evolve2 40)',
    'Microphone (Realtek(R) Audio)',
    'MacBook Pro Microphone',
    'Internal Microphone (Built-in)',
    'Blue Yeti',
    'Blue Snowball',
    'Logitech BRIO (046d:085e)',
    'WH-1000XM4 (USB Audio)',
    'Monitor of Built-in Audio',
    'Beta 58 interface',
    'VirtualMicrophone',
    'Friends of buddies'
  ])('not %j', (label) => expect(isBluetooth(label)).toBe(false))
})
