import { arrivals, random, type LinkPattern, type Piece } from '../../src/shared/audio/playback-link.test-support.ts'
import { GLITCH_TONE_HZ, judgeTone } from '../../tests/rig/glitches.ts'
import { tone } from '../../tests/rig/signal.ts'
import type { Bench, BenchContext, Figure } from '../harness/bench.ts'
import { openParley } from '../harness/parley.ts'
import { gapsOf, recoveryMs } from '../harness/playback-gaps.ts'
import { OUTPUT_RATE_HZ, startService, type Service } from '../harness/service.ts'
import { openStage, pause, type Stage } from '../harness/stage.ts'

const REPLY_MS = 4000
/** On a link that Parley does not know yet; what it learns there holds for the next ones. */
const REPLIES = 3
/** After a reply, until the last of it was heard. */
const REST_MS = 900
const SETTLE_MS = 800
const GAP = { atMs: 1500, ms: 1000 }

/** What is torn here is not late: the floor of the other figures. */
const AT_ONCE: LinkPattern = { pieceMs: 100, sigmaMs: 0, shape: 'gaussian', speed: 1000 }

/** All at real time: a reply that is sent faster than it is heard needs no buffer. */
const LINKS: { name: string; pattern: LinkPattern }[] = [
  { name: 'calm', pattern: { pieceMs: 20, sigmaMs: 0, shape: 'gaussian' } },
  { name: '30 ms sigma', pattern: { pieceMs: 20, sigmaMs: 30, shape: 'gaussian' } },
  { name: '60 ms sigma', pattern: { pieceMs: 20, sigmaMs: 60, shape: 'gaussian' } },
  { name: '60 ms sigma, pieces of 100 ms', pattern: { pieceMs: 100, sigmaMs: 60, shape: 'gaussian' } },
  { name: 'a gap of 1 s', pattern: { pieceMs: 20, sigmaMs: 5, shape: 'exponential', standstill: GAP } }
]

interface HeardReply {
  /** Silences within the reply. */
  gaps: number
  /** From the message that ended the link's standstill to sound; absent where it has none. */
  recoveryMs?: number
}

/** Sends a reply as a script says; resolves to the time (`performance.now()`) at which each piece left. */
async function sendReply(service: Service, samples: Int16Array, pieces: readonly Piece[]): Promise<number[]> {
  service.send({ type: 'AgentStartedSpeaking', total_latency: 0, tts_latency: 0, ttt_latency: 0 })
  const startMs = performance.now() - (pieces[0]?.atMs ?? 0)
  const sentMs: number[] = []
  let at = 0
  for (const { atMs, ms } of pieces) {
    const waitMs = startMs + atMs - performance.now()
    if (waitMs > 0) await pause(waitMs)
    sentMs.push(performance.now())
    const end = at + (ms * OUTPUT_RATE_HZ) / 1000
    service.sendAudio(samples.subarray(at, end))
    at = end
  }
  service.send({ type: 'AgentAudioDone' })
  return sentMs
}

async function hearReply(
  stage: Stage,
  service: Service,
  pieces: readonly Piece[],
  { leftMs = 0, standsStill = false } = {}
): Promise<HeardReply> {
  const samples = tone({ hz: GLITCH_TONE_HZ, ms: REPLY_MS, sampleRateHz: OUTPUT_RATE_HZ, peak: 0.4 })
  const loudspeaker = await stage.rig.recordSpeaker()
  const sentMs = await sendReply(service, samples, pieces)
  await pause(leftMs + REST_MS)
  const heard = await loudspeaker.stop()
  const { glitches } = judgeTone(heard, GLITCH_TONE_HZ, loudspeaker.sampleRateHz)
  const gaps = gapsOf(glitches, loudspeaker.sampleRateHz, (index) => loudspeaker.timeMs(index))
  return { gaps: gaps.length, ...(standsStill ? { recoveryMs: recoveryMs(gaps, sentMs) } : {}) }
}

interface HeardLink {
  replies: HeardReply[]
  /** Of a reply that was sent at once. */
  floor: HeardReply
}

/** A Parley that was never on this link before, and some replies over it. */
async function hearLink(context: BenchContext, stage: Stage, pattern: LinkPattern, seed: number): Promise<HeardLink> {
  const service = await startService(context)
  const parley = await openParley(context, stage, service)
  const next = random(seed)
  const replies: HeardReply[] = []
  await parley.talk()
  await pause(SETTLE_MS)
  for (let reply = 0; reply < REPLIES; reply += 1) {
    const standsStill = pattern.standstill !== undefined
    replies.push(await hearReply(stage, service, arrivals(pattern, REPLY_MS, next), { standsStill }))
  }
  const floor = await hearReply(stage, service, arrivals(AT_ONCE, REPLY_MS, next), { leftMs: REPLY_MS })
  await parley.hangUp()
  await parley.page.close()
  parley.host.kill('SIGTERM')
  return { replies, floor }
}

function figures(name: string, pattern: LinkPattern, runs: readonly HeardLink[]): Figure[] {
  const floor = runs.map((run) => run.floor.gaps)
  const first = runs.map(({ replies }) => replies[0]?.gaps ?? 0)
  const learnt = runs.map(({ replies }) => replies.slice(1).reduce((sum, { gaps }) => sum + gaps, 0) / (REPLIES - 1))
  if (pattern.standstill === undefined) {
    const one = { kind: 'value', unit: 'count', floor, target: { atMost: 0 } } as const
    return [
      { ...one, figure: `${name}: gaps in the first reply`, values: first },
      { ...one, figure: `${name}: gaps in a reply later`, values: learnt }
    ]
  }
  const recoveries = runs.map(({ replies }) => Math.max(...replies.map((reply) => reply.recoveryMs ?? Number.NaN)))
  return [{ kind: 'value', figure: `${name}: recovery`, unit: 'ms', values: recoveries, target: { atMost: 300 } }]
}

export const bench: Bench = {
  name: 'playback-jitter',
  question: 'How often does a reply stop for want of audio when a service sends it in real time over an uneven link?',
  async *run(context) {
    const stage = await openStage(context)
    for (const { name, pattern } of LINKS) {
      const runs: HeardLink[] = []
      for (let run = 0; run < context.runs; run += 1) runs.push(await hearLink(context, stage, pattern, run + 1))
      yield* figures(name, pattern, runs)
    }
  }
}
