// Runs inside a worker_thread: loading the speex factory installs process-wide abort handlers.
import { parentPort, workerData } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { AgentPlayback, NoPlayback, type PlayedReport } from './agent-playback.ts'
import { CaptureMixer } from './capture-mixer.ts'
import type { PlaybackCommand, PlaybackStatus } from './graph-messages.ts'
import { PreRoll, releasePreRolls } from './pre-roll.ts'
import { loadSpeex } from './resampler.ts'

/** Runs a scenario by name and posts what came out. */
const speex = await loadSpeex(speexFactory)

const nowMs = (): number => 0

function one() {
  const blocks: number[][] = []
  const mixer = new CaptureMixer({ speex, outRateHz: 16_000, nowMs, onBlock: (pcm) => blocks.push([...pcm]) })
  mixer.addInput('a', 44_100, true)
  for (let i = 0; i < 10; i += 1) mixer.push('a', new Float32Array(882).fill(0.25), 882)
  mixer.push('unknown', new Float32Array(882).fill(0.5), 882)
  mixer.close()
  return { sizes: blocks.map((block) => block.length), settled: blocks.at(-1)?.at(-1) }
}

/** What a gate that opens sends, beside the same sound sent from the pre-roll's beginning without any gate. */
function preRoll(rateHz: number) {
  const collect = () => {
    const samples: number[] = []
    const mixer = new CaptureMixer({ speex, outRateHz: 16_000, nowMs, onBlock: (pcm) => samples.push(...pcm) })
    mixer.addInput('a', rateHz, true)
    return { samples, mixer }
  }
  const roll = new PreRoll(rateHz)
  const size = rateHz / 50
  const block = (index: number) =>
    Float32Array.from({ length: size }, (_, i) => 0.3 * Math.sin(((index * size + i) * 997 * 2 * Math.PI) / rateHz))
  for (let i = 0; i < 40; i += 1) roll.keep(block(i), size)
  const gated = collect()
  releasePreRolls(new Map([['a', roll]]), (id, samples, count) => gated.mixer.push(id, samples, count))
  const early = gated.samples.length
  for (let i = 40; i < 60; i += 1) gated.mixer.push('a', block(i), size)
  const straight = collect()
  for (let i = 25; i < 60; i += 1) straight.mixer.push('a', block(i), size)
  return { early, left: roll.length, gated: gated.samples, straight: straight.samples }
}

/** 110 ms of a level at one rate, 115 ms of it at another, then the end. */
function change() {
  const samples: number[] = []
  const mixer = new CaptureMixer({ speex, outRateHz: 16_000, nowMs, onBlock: (pcm) => samples.push(...pcm) })
  mixer.addInput('a', 48_000, true)
  for (let i = 0; i < 11; i += 1) mixer.push('a', new Float32Array(480).fill(0.25), 480)
  mixer.addInput('a', 44_100, true)
  for (let i = 0; i < 5; i += 1) mixer.push('a', new Float32Array(1014 + (i % 2)).fill(0.25), 1014 + (i % 2))
  mixer.finish()
  const { droppedSamples } = mixer
  mixer.close()
  return { length: samples.length, loudMs: samples.filter((value) => value > 4096).length / 16, droppedSamples }
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
      learntDelayMs: 0,
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
  preRoll48: () => preRoll(48_000),
  preRoll441: () => preRoll(44_100),
  change,
  agent48: () => agent(48_000),
  agent441: () => agent(44_100),
  agent24: () => agent(24_000),
  nothing
}
parentPort?.postMessage(scenarios[String(workerData)]?.())
