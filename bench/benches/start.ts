import type { Page } from '@playwright/test'
import { stop } from '../../tests/rig/processes.ts'
import type { Bench, BenchContext, Figure, LatencyRun } from '../harness/bench.ts'
import { openFloor } from '../harness/floor.ts'
import { processing } from '../harness/microphone.ts'
import { openParley, startHost } from '../harness/parley.ts'
import { startService, type Service } from '../harness/service.ts'
import { noise, openStage, pause, type Stage } from '../harness/stage.ts'

const PRESSES = 8
const BETWEEN_MS = 900
const TARGET_WARM_MS = 150

/** Notes when the page's own thread got the last press, `performance.now()` of this process. */
const NOTE_PRESSES = `for (const kind of ['pointerdown', 'keydown', 'click'])
  addEventListener(kind, () => { window.pressedAtMs = performance.timeOrigin + performance.now() }, { capture: true })`

async function pressedMs(page: Page): Promise<number> {
  return (await page.evaluate<number>('window.pressedAtMs')) - performance.timeOrigin
}

async function windowMs(context: BenchContext, stage: Stage, service: Service): Promise<number> {
  const startMs = performance.now()
  const { host, url } = await startHost(context, stage, context.buildDir, service)
  const page = await stage.browser.newPage()
  try {
    await page.goto(url, { waitUntil: 'commit' })
    await page.getByRole('button', { name: 'Start talking' }).waitFor()
    return performance.now() - startMs
  } finally {
    await page.close()
    await stop(host)
  }
}

/** From the click that starts a conversation to its first block; the page has never had a microphone. */
async function coldMs(context: BenchContext, stage: Stage, service: Service): Promise<number> {
  const parley = await openParley(context, stage, service, { init: NOTE_PRESSES })
  const first = service.first()
  await parley.talk()
  const { atMs } = await first
  const tookMs = atMs - (await pressedMs(parley.page))
  await parley.hangUp()
  await parley.page.close()
  await stop(parley.host)
  return tookMs
}

async function floorColdMs(context: BenchContext, stage: Stage): Promise<number> {
  const floor = await openFloor(context, stage.browser, { constraints: processing(true) })
  await pause(300)
  const first = floor.arrived.pieces[0]?.atMs ?? Number.NaN
  await floor.close()
  return first - (floor.state.calledAtMs - performance.timeOrigin)
}

/** From the press of the talk key to the first block, with the microphone open and the conversation live. */
async function warmMs(page: Page, service: Service): Promise<number[]> {
  const times: number[] = []
  for (let press = 0; press < PRESSES; press += 1) {
    await pause(BETWEEN_MS + Math.random() * 30)
    const first = service.arrived.next('the first block', ({ samples }) => samples.some((sample) => sample !== 0))
    await page.keyboard.down('Space')
    const { atMs } = await first
    times.push(atMs - (await pressedMs(page)))
    await page.keyboard.up('Space')
    service.userEnds()
  }
  return times
}

async function* keys(context: BenchContext, stage: Stage, service: Service): AsyncIterable<Figure> {
  const cold: LatencyRun[] = []
  for (let run = 0; run < context.runs; run += 1) {
    const floorMs = await floorColdMs(context, stage)
    cold.push({ valuesMs: [await coldMs(context, stage, service)], floorMs: [floorMs] })
  }
  yield { kind: 'latency', figure: 'click to first block, cold', runs: cold }
  const parley = await openParley(context, stage, service, { init: NOTE_PRESSES })
  const warm: LatencyRun[] = []
  for (let run = 0; run < context.runs; run += 1) {
    await parley.hold()
    // Comfort noise of the room: a press is told from the zeros after a release by it.
    const over = new AbortController()
    const room = stage.rig.say(await noise(stage, PRESSES * 2), { signal: over.signal })
    warm.push({ valuesMs: await warmMs(parley.page, service) })
    over.abort()
    await room
    await parley.hangUp()
  }
  yield {
    kind: 'latency',
    figure: 'key to first block, warm',
    runs: warm,
    target: { beyond: 'nothing', p50Ms: TARGET_WARM_MS, p95Ms: TARGET_WARM_MS }
  }
}

export const bench: Bench = {
  name: 'start',
  question: 'How long from the start of the process to a window that can be used, and from the key to the first block?',
  async *run(context) {
    const stage = await openStage(context)
    const service = await startService(context)
    const ready: LatencyRun[] = []
    for (let run = 0; run < context.runs; run += 1) ready.push({ valuesMs: [await windowMs(context, stage, service)] })
    yield { kind: 'latency', figure: 'process start to window ready, browser running', runs: ready }
    yield* keys(context, stage, service)
  }
}
