// From the decision that a spoken turn is over to the first byte of its reply, through the built-in agent with a model of
// its own (a scripted one, 150 ms to the first token and 20 ms per token): who took how much of it, in milliseconds.
// One JSON line, and exit code 1 where the p95 of the agent's own part is over its target: run it on a machine that does nothing else.
// node bench/think.ts [turns, 40]
import { loadavg } from 'node:os'
import { percentile } from '../src/agent/speech/ears/trial.test-support.ts'
import { ThinkLatency, type TurnTime } from '../tests/protocol/scripted-openai/think-latency.test-support.ts'

const TARGET_MS = 250
const [turns = 40] = process.argv.slice(2).map(Number)
await using open = new AsyncDisposableStack()
const latency = await ThinkLatency.start()
open.defer(() => latency.close())
await latency.turn()
const times: TurnTime[] = []
for (let turn = 0; turn < turns; turn += 1) times.push(await latency.turn())

const spread = (part: keyof TurnTime): object => {
  const ms = times.map((time) => time[part])
  return {
    p50: Math.round(percentile(ms, 0.5)),
    p95: Math.round(percentile(ms, 0.95)),
    most: Math.round(Math.max(...ms))
  }
}
console.log(
  JSON.stringify({
    bench: 'think',
    turns,
    ownMs: spread('ownMs'),
    targetMs: TARGET_MS,
    transcriberMs: spread('transcriberMs'),
    modelMs: spread('modelMs'),
    totalMs: spread('totalMs'),
    load1: Number(loadavg()[0]?.toFixed(2))
  })
)

if (
  percentile(
    times.map(({ ownMs }) => ownMs),
    0.95
  ) > TARGET_MS
)
  process.exitCode = 1
