import type { Browser } from '@playwright/test'
import type { Bench } from '../harness/bench.ts'
import { threadCpuMs, usedBetween } from '../harness/cpu.ts'
import { openFloor } from '../harness/floor.ts'
import { processing } from '../harness/microphone.ts'
import { openParley } from '../harness/parley.ts'
import { startService } from '../harness/service.ts'
import { openStage, pause } from '../harness/stage.ts'

const MEASURE_MS = 8000
const SETTLE_MS = 2000
/** The audio worker takes the microphone's blocks, converts and sends them; names as the kernel cuts them. */
const WORKER = /^DedicatedWorker/
/** Renders the loudspeaker and takes what is played; where a browser cannot hand a track to a worker, the microphone too. */
const WORKLETS = /^(Realtime AudioW|AudioWorklet)/

async function renderers(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  } finally {
    await session.detach()
  }
}

/** Per cent of one core that the threads of all pages take, by name, with `also` (another process) as `host`. */
async function shares(browser: Browser, also?: number): Promise<Map<string, number>> {
  const pids = await renderers(browser)
  const look = (): Map<string, number>[] => [...pids, ...(also === undefined ? [] : [also])].map(threadCpuMs)
  const startMs = performance.now()
  const before = look()
  await pause(MEASURE_MS)
  const after = look()
  const tookMs = performance.now() - startMs
  const sum = new Map<string, number>()
  for (const [i, threads] of after.entries()) {
    for (const [name, ms] of usedBetween(before[i] ?? new Map<string, number>(), threads)) {
      const key = i >= pids.length ? 'host' : name
      sum.set(key, (sum.get(key) ?? 0) + (ms / tookMs) * 100)
    }
  }
  return sum
}

function total(used: Map<string, number>, names: RegExp): number {
  return [...used].filter(([name]) => names.test(name)).reduce((sum, [, share]) => sum + share, 0)
}

const inTenths = (share: number): number => Math.round(share * 10) / 10

function listed(used: Map<string, number>): Record<string, number> {
  return Object.fromEntries(
    [...used]
      .filter(([, share]) => share >= 0.1)
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, share]) => [name, inTenths(share)])
  )
}

export const bench: Bench = {
  name: 'capture-cpu',
  question: 'What share of one core do capturing, resampling and sending the microphone take?',
  async *run(context) {
    const stage = await openStage(context)
    const service = await startService(context)
    const parley = await openParley(context, stage, service)
    const capture: number[] = []
    const worklets: number[] = []
    const floors: number[] = []
    const workletFloors: number[] = []
    let threads: Record<string, number> = {}
    for (let run = 0; run < context.runs; run += 1) {
      // Other threads than each other's: one look tells both.
      const sender = await openFloor(context, stage.browser, { constraints: processing(true), capture: 'track' })
      const player = await openFloor(context, stage.browser)
      await pause(SETTLE_MS)
      const bare = await shares(stage.browser)
      floors.push(total(bare, WORKER))
      workletFloors.push(total(bare, WORKLETS))
      await player.close()
      await sender.close()
      await parley.talk()
      await pause(SETTLE_MS)
      const used = await shares(stage.browser, parley.host.pid)
      await parley.hangUp()
      capture.push(total(used, WORKER) + (used.get('host') ?? 0))
      worklets.push(total(used, WORKLETS))
      threads = listed(used)
    }
    if (!Object.keys(threads).some((name) => WORKER.test(name))) {
      throw new Error(`no worker's thread in ${JSON.stringify(threads)}`)
    }
    const detail = { threadsOfTheLastRun: threads }
    yield { kind: 'value', figure: 'worker and host', unit: '%', values: capture, floor: floors, detail }
    yield {
      kind: 'value',
      figure: 'worker and host, beyond the floor',
      unit: '%',
      values: capture.map((share, run) => share - (floors[run] ?? 0)),
      target: { atMost: 3 }
    }
    yield { kind: 'value', figure: 'worklets', unit: '%', values: worklets, floor: workletFloors }
  }
}
