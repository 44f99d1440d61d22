// How long from a dropped connection to SettingsApplied on the next one, on loopback with the built-in agent? Promise: p50 <= 400 ms,
// p95 <= 1.5 s. One JSON line; exit code 1 where the promise is broken. Between two drops there are at least 5 s of uptime.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import process from 'node:process'
import { startAgent } from '../src/agent/server.ts'
import { workerEngine } from '../src/agent/speech/engine.ts'
import { speechWorkerEntry } from '../src/main/node/speech-entry.ts'
import { systemClock } from '../src/main/node/system-clock.ts'
import { Client, TALK_PROFILE, until } from '../tests/protocol/client.test-support.ts'
import { silentLog } from '../src/core/testing.test-support.ts'

const DROPS = Number(process.env['DROPS'] ?? 20)
const UPTIME_MS = 5_000
const LIMITS = { p50Ms: 400, p95Ms: 1_500 }

await using open = new AsyncDisposableStack()
const engine = workerEngine(speechWorkerEntry())
open.defer(() => engine.close())
const agent = await startAgent({ port: 0, engine, transcriber: 'none', log: silentLog, clock: systemClock })
open.defer(() => agent.close())
const sockets = new Set<Socket>()
const relay = createServer((near) => {
  const far = connect(Number(new URL(agent.url).port), '127.0.0.1')
  for (const [one, other] of [
    [near, far],
    [far, near]
  ] as const) {
    sockets.add(one)
    one.pipe(other)
    one
      .on('error', () => undefined)
      .on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
  }
})
relay.listen(0, '127.0.0.1')
await once(relay, 'listening')
open.defer(async () => void relay.close())

const client = new Client(`ws://127.0.0.1:${(relay.address() as AddressInfo).port}`, {}, TALK_PROFILE)
open.defer(async () => client.close())
const tookMs: number[] = []
await client.live()
for (let drop = 1; drop <= DROPS; drop += 1) {
  await new Promise((resolve) => setTimeout(resolve, UPTIME_MS))
  const startMs = performance.now()
  for (const socket of sockets) socket.resetAndDestroy()
  await until('the next connection', () => client.count('reconnected') === drop)
  tookMs.push(performance.now() - startMs)
}
const sorted = tookMs.toSorted((a, b) => a - b)
const percentile = (p: number) => sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
const result = { p50Ms: percentile(0.5), p95Ms: percentile(0.95) }
console.log(JSON.stringify({ bench: 'reconnect', drops: DROPS, ...result, maxMs: sorted.at(-1), limits: LIMITS }))
process.exitCode = result.p50Ms <= LIMITS.p50Ms && result.p95Ms <= LIMITS.p95Ms ? 0 : 1
