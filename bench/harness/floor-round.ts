import type { Floor } from './floor.ts'
import type { Round } from './speaker.ts'
import { pause } from './stage.ts'

/** The floor probe's tone once on and off, at moments that fall anywhere within a quantum. */
export async function floorRound(floor: Floor): Promise<Round> {
  const startedMs = floor.tone(true)
  await pause(150 + Math.random() * 30)
  const stoppedMs = floor.tone(false)
  await pause(170 + Math.random() * 30)
  return { startedMs, stoppedMs }
}
