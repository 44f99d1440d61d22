import { fileURLToPath } from 'node:url'
import type { Browser } from '@playwright/test'
import type { WebSocket } from 'ws'
import type { BenchContext } from './bench.ts'
import { serveFolder } from './static.ts'
import { ArrivedAudio } from './signal.ts'

export const FLOOR_PAGE = fileURLToPath(new URL('../floor-page', import.meta.url))

export interface FloorOptions {
  /** Constraints of the microphone; absent: it stays closed. */
  constraints?: Record<string, unknown>
  /** `track`: the track's own blocks in a worker, without a context and so without a tone. Default `worklet`. */
  capture?: 'worklet' | 'track'
  /** Default `{ latencyHint: 0 }`. */
  context?: { latencyHint?: number | string; sampleRate?: number }
}

/** What the page says of itself. */
export interface FloorState {
  /** `performance.timeOrigin + performance.now()` of the page at which it was asked. */
  calledAtMs: number
  sampleRateHz: number
  /** Of the context, where there is one. */
  baseLatencyMs?: number
  outputLatencyMs?: number
  microphone?: Record<string, unknown>
}

/** The simplest page that can do it (bench/floor-page), running. */
export interface Floor {
  readonly state: FloorState
  readonly arrived: ArrivedAudio
  /** Starts and stops a tone; returns when the message left. */
  tone(on: boolean): number
  evaluate<T>(script: string): Promise<T>
  close(): Promise<void>
}

/** Opens the floor probe in a tab of its own. What is left of it goes with `context.defer`; who opens many closes each. */
export async function openFloor(
  context: Pick<BenchContext, 'defer'>,
  browser: Pick<Browser, 'newPage'>,
  options: FloorOptions = {}
): Promise<Floor> {
  let socket: WebSocket | undefined
  let arrived: ArrivedAudio | undefined
  const early: { samples: Float32Array; atMs: number }[] = []
  const server = await serveFolder(FLOOR_PAGE, (opened) => {
    socket = opened
    opened.on('message', (data: Buffer) => {
      const atMs = performance.now()
      const samples = new Float32Array(new Uint8Array(data).buffer)
      if (arrived === undefined) early.push({ samples, atMs })
      else arrived.push(samples, atMs)
    })
  })
  context.defer(() => server.close())
  const page = await browser.newPage()
  context.defer(() => page.close())
  await page.goto(server.url)
  const asked = JSON.stringify({ context: { latencyHint: 0 }, ...options })
  await page.waitForFunction('window.probe !== undefined')
  const state = await page.evaluate<FloorState>(
    `window.probe.${options.capture === 'track' ? 'openTrack' : 'open'}(${asked})`
  )
  const heard = new ArrivedAudio(state.sampleRateHz)
  for (const { samples, atMs } of early) heard.push(samples, atMs)
  arrived = heard
  return {
    state,
    arrived: heard,
    tone(on) {
      const sentMs = performance.now()
      socket?.send(on ? 'start' : 'stop')
      return sentMs
    },
    evaluate: (script) => page.evaluate(script),
    async close() {
      await page.evaluate('window.probe.close()')
      await page.close()
      await server.close()
    }
  }
}
