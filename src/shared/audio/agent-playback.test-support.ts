// Runs inside a worker_thread: loading the speex factory installs process-wide abort handlers.
import { parentPort } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { AgentPlayback, type PlayedReport } from './agent-playback.ts'
import { PlaybackQueue } from './playback-queue.ts'
import { loadSpeex } from './resampler.ts'

export interface Played {
  /** What the loudspeaker got of each reply, without the silence around it. */
  heard: Float32Array[]
  reports: PlayedReport[]
}

export interface Task {
  agentRateHz: number
  contextRateHz: number
  /** PCM of each reply, cut into pieces of this many samples. */
  replies: Int16Array[]
  pieceSamples: number
  /** Replies that are flushed instead of ended. */
  cut: number[]
}

const speex = await loadSpeex(speexFactory)

function play({ agentRateHz, contextRateHz, replies, pieceSamples, cut }: Task): Played {
  const reports: PlayedReport[] = []
  const heard: Float32Array[] = []
  const queue = new PlaybackQueue(contextRateHz, (status) => {
    playback.onStatus(status)
  })
  const playback: AgentPlayback = new AgentPlayback({
    speex,
    agentRateHz,
    contextRateHz,
    epoch: 1,
    send: (command) => {
      if (command.kind === 'reset') queue.reset(command.epoch)
      else if (command.kind === 'audio') queue.write(command.reply, command.samples)
      else if (command.kind === 'end') queue.end(command.reply)
      else if (command.kind === 'flush') queue.flush(command.reply)
    },
    onPlayed: (report) => {
      if (report.drained) reports.push(report)
    }
  })
  for (const [i, pcm] of replies.entries()) {
    const reply = i + 1
    for (let at = 0; at < pcm.length; at += pieceSamples) {
      const piece = pcm.slice(at, at + pieceSamples)
      playback.write(reply, new Uint8Array(piece.buffer))
    }
    const output = new Float32Array(128 * Math.ceil(((pcm.length / agentRateHz) * contextRateHz) / 128 + 20))
    const render = (from: number, to: number): void => {
      for (let at = from; at < to; at += 128) queue.render(output.subarray(at, at + 128))
    }
    if (cut.includes(reply)) {
      render(0, 128 * 40)
      playback.flush(reply)
      render(128 * 40, output.length)
    } else {
      playback.end(reply)
      render(0, output.length)
    }
    heard.push(output)
  }
  playback.close(true)
  return { heard, reports }
}

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(play(task))
})
