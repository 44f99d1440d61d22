import { expect, test } from 'vitest'
import { FakeClock } from './fake-clock.test-support.ts'
import { ScriptedMicrophone } from './scripted-microphone.ts'

const BLOCK_BYTES = 320

function bench() {
  const clock = new FakeClock()
  const blocks: { atMs: number; bytes: Uint8Array }[] = []
  const spokenAt: number[] = []
  const microphone = new ScriptedMicrophone({
    clock,
    sampleRateHz: 8000,
    push: (bytes) => blocks.push({ atMs: clock.nowMs(), bytes: bytes.slice() }),
    onSpoken: () => spokenAt.push(clock.nowMs())
  })
  return { clock, blocks, spokenAt, microphone }
}

test('pushes 20 ms blocks at real-time pace, pads the last one and goes on with silence', async () => {
  const { clock, blocks, spokenAt, microphone } = bench()
  microphone.start(new Uint8Array(BLOCK_BYTES * 2 + 100).fill(5))
  await clock.pass(100)
  expect(blocks.map((block) => block.atMs)).toEqual([0, 20, 40, 60, 80, 100])
  expect(blocks.every((block) => block.bytes.byteLength === BLOCK_BYTES)).toBe(true)
  expect(blocks[2]?.bytes.filter((byte) => byte === 5)).toHaveLength(100)
  expect(blocks[3]?.bytes.every((byte) => byte === 0)).toBe(true)
  expect(spokenAt).toEqual([40])
})

test('starts once, and stops for good', async () => {
  const { clock, blocks, microphone } = bench()
  microphone.start(new Uint8Array(BLOCK_BYTES))
  microphone.start(new Uint8Array(BLOCK_BYTES))
  await clock.pass(40)
  microphone.stop()
  microphone.stop()
  await clock.pass(1000)
  expect(blocks).toHaveLength(3)
  expect(clock.pending).toBe(0)
})
