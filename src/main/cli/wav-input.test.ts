import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { bytesToInt16, rmsDbfs } from '../../shared/audio/pcm.ts'
import { encodeWav } from '../../shared/audio/wav.ts'
import { readWav } from './wav-input.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-wav-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** One second of a 440 Hz tone; the second channel, if any, is silent. */
function tone(sampleRateHz: number, channels = 1): Buffer {
  const mono = Int16Array.from({ length: sampleRateHz }, (_, i) =>
    Math.round(16_000 * Math.sin((2 * Math.PI * 440 * i) / sampleRateHz))
  )
  if (channels === 1) return Buffer.from(encodeWav(mono, sampleRateHz))
  const wav = Buffer.from(
    encodeWav(
      Int16Array.from({ length: mono.length * 2 }, (_, i) => (i % 2 === 0 ? (mono[i / 2] ?? 0) : 0)),
      sampleRateHz
    )
  )
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(sampleRateHz * 4, 28)
  wav.writeUInt16LE(4, 32)
  return wav
}

function saved(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

describe('readWav', () => {
  test('takes a file of the right kind as it is', async () => {
    const wav = tone(16_000)
    expect(Buffer.from(await readWav(saved('same.wav', wav), 16_000)).equals(wav.subarray(44))).toBe(true)
  })

  test.each([8000, 44_100, 48_000])('converts %i Hz to 16 kHz without losing a sample or the level', async (rate) => {
    const samples = bytesToInt16(await readWav(saved(`${rate}.wav`, tone(rate)), 16_000))
    expect(samples).toHaveLength(16_000)
    expect(rmsDbfs(samples)).toBeCloseTo(rmsDbfs(bytesToInt16(tone(16_000).subarray(44))), 0)
  })

  test('mixes channels down', async () => {
    const samples = bytesToInt16(await readWav(saved('stereo.wav', tone(16_000, 2)), 16_000))
    expect(samples).toHaveLength(16_000)
    expect(rmsDbfs(samples)).toBeCloseTo(rmsDbfs(bytesToInt16(tone(16_000).subarray(44))) - 6.02, 1)
  })

  const float = tone(16_000)
  float.writeUInt16LE(3, 20)
  float.writeUInt16LE(32, 34)
  test.each([
    ['text.wav', 'not audio at all', 'This is not a WAV file'],
    ['empty.wav', '', 'This is not a WAV file'],
    ['float.wav', float, 'only 16-bit PCM'],
    ['header.wav', tone(16_000).subarray(0, 44), 'no audio'],
    ['cut.wav', tone(16_000).subarray(0, 30), 'broken format']
  ])('refuses %s with a sentence that names it, and exit code 2', async (name, bytes, sentence) => {
    const path = saved(name, bytes)
    const refusal = await readWav(path, 16_000).catch((cause: unknown) => cause)
    expect(refusal).toMatchObject({ exitCode: 2 })
    expect(String(refusal)).toContain(path)
    expect(String(refusal)).toContain(sentence)
  })

  test('refuses a file that cannot be read', async () => {
    await expect(readWav(join(folder, 'none.wav'), 16_000)).rejects.toMatchObject({ exitCode: 2 })
    await expect(readWav(folder, 16_000)).rejects.toThrow('it is a folder')
  })
})
