// Runs inside a worker_thread: loading the speex factory installs process-wide abort handlers.
import { parentPort, workerData } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { AgentPlayback, NoPlayback, type PlayedReport } from './agent-playback.ts'
import { CaptureMixer } from './capture-mixer.ts'
import type { PlaybackCommand, PlaybackStatus } from './graph-messages.ts'
import { loadSpeex } from './resampler.ts'

/** Runs a scenario by name and posts what came out. */
const speex = await loadSpeex(speexFactory)

function mixed(inputs: { id: string; rateHz: number; gain: number }[]) {
  const blocks: number[][] = []
  const mixer = new CaptureMixer(speex, 16_000, (pcm) => blocks.push([...pcm]))
  for (const { id, rateHz, gain } of inputs) mixer.addInput(id, rateHz, gain)
  const push = (id: string, rateHz: number, value: number) => {
    mixer.push(id, new Float32Array(rateHz / 50).fill(value), rateHz / 50)
  }
  return { blocks, mixer, push }
}

function one() {
  const { blocks, mixer, push } = mixed([{ id: 'a', rateHz: 44_100, gain: 0.5 }])
  for (let i = 0; i < 10; i += 1) push('a', 44_100, 0.5)
  push('unknown', 44_100, 0.5)
  mixer.close()
  return { sizes: blocks.map((block) => block.length), settled: blocks.at(-1)?.at(-1) }
}

function two() {
  const { blocks, mixer, push } = mixed([
    { id: 'a', rateHz: 48_000, gain: 1 },
    { id: 'b', rateHz: 44_100, gain: 1 }
  ])
  for (let i = 0; i < 5; i += 1) push('a', 48_000, 0.75)
  const whileBIsSilent = blocks.length
  for (let i = 0; i < 20; i += 1) {
    push('a', 48_000, 0.75)
    push('b', 44_100, 0.75)
  }
  const loudest = blocks.at(-1)?.at(-1)
  const withB = blocks.length
  mixer.removeInput('b')
  push('a', 48_000, 0.75)
  const withoutB = blocks.length - withB
  mixer.close()
  return { whileBIsSilent, withB, withoutB, loudest }
}

function agent(contextRateHz: number) {
  const sent: PlaybackCommand[] = []
  const played: PlayedReport[] = []
  const playback = new AgentPlayback({
    speex,
    agentRateHz: 24_000,
    contextRateHz,
    epoch: 3,
    send: (command) => sent.push(command),
    onPlayed: (report) => played.push(report)
  })
  const status = (more: Partial<PlaybackStatus>) =>
    playback.onStatus({
      epoch: 3,
      reply: 1,
      frames: 0,
      drained: false,
      meanSquare: 0,
      underruns: 0,
      droppedFrames: 0,
      ...more
    })
  const odd = new Uint8Array(4801)
  for (let i = 0; i < 10; i += 1) playback.write(1, odd.subarray(1))
  playback.write(2, new Uint8Array(480))
  const framesOf = (reply: number) =>
    sent.reduce(
      (sum, command) => (command.kind === 'audio' && command.reply === reply ? sum + command.samples.length : sum),
      0
    )
  const frames = framesOf(1)
  status({ epoch: 2, frames: contextRateHz })
  status({ frames: contextRateHz / 2 })
  status({ frames, drained: true })
  status({ frames, drained: true })
  playback.flush(2)
  playback.write(2, new Uint8Array(480))
  status({ reply: 2, frames: 0, drained: true })
  playback.flush(5)
  playback.write(4, new Uint8Array(480))
  playback.write(6, new Uint8Array(480))
  playback.close(true)
  return { kinds: sent.map((command) => command.kind), frames, played }
}

function nothing() {
  const played: PlayedReport[] = []
  const sink = new NoPlayback((report) => played.push(report))
  sink.write(1, new Uint8Array(480))
  sink.end(1)
  sink.end(1)
  sink.write(2, new Uint8Array(480))
  sink.flush(3)
  sink.flush(3)
  sink.write(3, new Uint8Array(480))
  sink.end(4)
  sink.write(5, new Uint8Array(480))
  sink.close(true)
  return {
    played: played.map(({ reply, samples, drained }) => [reply, samples, drained]),
    lost: sink.lostSamples,
    cut: sink.cut
  }
}

const scenarios: Record<string, () => unknown> = {
  one,
  two,
  agent48: () => agent(48_000),
  agent441: () => agent(44_100),
  agent24: () => agent(24_000),
  nothing
}
parentPort?.postMessage(scenarios[String(workerData)]?.())
