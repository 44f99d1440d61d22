import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from '@playwright/test'
import { startRig, type Rig } from '../../tests/rig/rig.ts'
import { record } from '../../tests/rig/recording.ts'
import { writeWav } from '../../tests/rig/signal.ts'
import type { BenchContext } from './bench.ts'
import { burstTrain, onsets } from './signal.ts'

const RATE_HZ = 48_000
const NOISE_PEAK = 3000

/** A virtual sound card and display with a real browser on it. */
export interface Stage {
  rig: Rig
  browser: Browser
  /** A folder that goes with the stage. */
  dir: string
}

/** Set up for one bench; goes with `context.defer`. */
export async function openStage(context: Pick<BenchContext, 'defer'>): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  context.defer(() => rm(dir, { recursive: true, force: true }))
  const rig = await startRig()
  context.defer(() => rig.close())
  const browser = await chromium.launch(rig.chromium())
  context.defer(() => browser.close())
  return { rig, browser, dir }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A WAV file of quiet white noise. */
export async function noise({ dir }: Stage, seconds: number): Promise<string> {
  const path = join(dir, `noise-${seconds}.wav`)
  const samples = Int16Array.from({ length: seconds * RATE_HZ }, () => (Math.random() - 0.5) * NOISE_PEAK * 2)
  await writeWav(path, samples, RATE_HZ)
  return path
}

/** Says `count` bursts into the microphone; returns when each began on the microphone's own wire (`performance.now()`). */
export async function sayBursts({ rig, dir }: Stage, count: number): Promise<number[]> {
  const path = join(dir, `bursts-${performance.now()}.wav`)
  await writeWav(path, burstTrain(count, RATE_HZ), RATE_HZ)
  const wire = await record('micsink.monitor', rig.env)
  await rig.say(path)
  await pause(300)
  const heard = await wire.stop()
  const found = onsets(heard, RATE_HZ)
  if (found.length !== count) throw new Error(`${count} bursts were said, ${found.length} are in the microphone`)
  return found.map((at) => wire.timeMs(at))
}
