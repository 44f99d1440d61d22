import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { startAgent } from '../../src/agent/server.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { speechWorkerEntry } from '../../src/main/node/speech-entry.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { Client, until } from '../protocol/client.test-support.ts'

// One conversation in real time with the built-in agent, whose connection is cut once a minute; PARLEY_LONG_MINUTES (default 10) is
// how long.

const MINUTES = Number(process.env['PARLEY_LONG_MINUTES'] ?? 10)
const MINUTE_MS = 60_000

/** 20 ms of silence at 16 kHz, as a microphone that is open gives it. */
const BLOCK_MS = 20
const SILENCE = new Uint8Array(640)

/** A wire between two ports that can be cut. */
async function cuttable(target: number) {
  const ends = new Set<Socket>()
  const join = (end: Socket, other: Socket) => {
    ends.add(end)
    end.on('error', () => undefined)
    end.on('close', () => {
      ends.delete(end)
      other.destroy()
    })
    end.pipe(other)
  }
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    join(near, far)
    join(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ends,
    cut() {
      for (const end of ends) end.destroy()
    },
    close: () => new Promise((resolve) => server.close(resolve))
  }
}

/** What this process holds on to: active resources by kind, and listeners on the process. */
function held(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  for (const name of process.eventNames()) counts[`on ${String(name)}`] = process.listenerCount(name)
  return counts
}

/** Those of `counts` that must not depend on the moment: timers of a turn come and go. */
function lasting(counts: Record<string, number>): Record<string, number> {
  const { Timeout: _timers, Immediate: _immediates, ...rest } = counts
  return rest
}

const timersOf = (counts: Record<string, number>) => counts['Timeout'] ?? 0

it(`C39 ${MINUTES} minutes with a cut each: nothing is forgotten, nothing is held on to`, async () => {
  const engine = workerEngine(speechWorkerEntry())
  const agent = await startAgent({ port: 0, engine, transcriber: 'none', log: silentLog, clock: systemClock })
  const wire = await cuttable(Number(new URL(agent.url).port))
  try {
    // The first session starts what stays for good, so that it counts on both sides.
    const warm = new Client(wire.url)
    await warm.live()
    await until('the greeting', () => warm.count('reply-played') === 1)
    warm.close()
    await until('the hang-up', () => wire.ends.size === 0)

    await settled(() => timersOf(held()))
    const before = held()
    const one = new Client(wire.url)
    const waiting = { commands: 0 }
    const microphone = setInterval(() => one.session.pushAudio(SILENCE), BLOCK_MS)
    const began = performance.now()
    await one.live()
    one.session.talk(true, 'open')
    await until('the greeting', () => one.count('reply-played') === 1)
    await ask(one, 'Remember that the gate is 8365.')
    const quiet: Record<string, number>[] = [held()]
    const queues = [one.session.queueLengths]
    expect(queues).toEqual([{ audioBlocks: 0, commands: 0, announcements: 0, toolCalls: 0 }])
    let turns = 1
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      const cutAtMs = began + (minute - 0.5) * MINUTE_MS
      while (performance.now() < cutAtMs) {
        expect(await ask(one, `What is ${minute} plus ${turns}?`)).toContain(String(minute + turns))
        turns += 1
      }
      // Every second cut comes in the middle of a reply.
      if (minute % 2 === 0) {
        waiting.commands += 1
        void one.session.execute({ kind: 'user-text', text: 'Help.' }).then(() => (waiting.commands -= 1))
        await until('a reply', () => one.phase === 'agentSpeaking')
      }
      wire.cut()
      await until('the next connection', () => one.count('reconnected') === minute)
      await until('listening', () => one.phase === 'listening')
      expect(await ask(one, 'What is the gate?')).toContain('8365')
      expect(await ask(one, 'What is my name?')).toContain('do not know')
      turns += 2
      quiet.push(held())
      queues.push(one.session.queueLengths)
    }
    while (performance.now() < began + MINUTES * MINUTE_MS) {
      await ask(one, 'What is the gate?')
      turns += 1
    }
    clearInterval(microphone)
    one.close()
    await until('the hang-up', () => wire.ends.size === 0)
    await settled(() => timersOf(held()))
    const after = held()

    const seconds = Math.round((performance.now() - began) / 1000)
    process.stdout.write(
      `${JSON.stringify({ seconds, turns, cuts: MINUTES, before, quiet: [quiet[0], quiet.at(-1)], after })}\n`
    )
    // No command waits, none was answered only because the session ended, and no audio waited for which there was no room.
    expect(waiting).toEqual({ commands: 0 })
    expect(one.events.filter((event) => event.kind === 'command' && event.outcome !== 'applied')).toEqual([])
    expect(one.count('audio-dropped')).toBe(0)
    expect(queues).toEqual(queues.map(() => queues[0]))
    expect(quiet.map(lasting)).toEqual(quiet.map(() => lasting(quiet[0] ?? {})))
    expect(Math.max(...quiet.map(timersOf)) - timersOf(quiet[0] ?? {})).toBeLessThanOrEqual(2)
    expect(after).toEqual(before)
  } finally {
    wire.cut()
    await wire.close()
    await agent.close()
    await engine.close()
  }
})

/** Says `text`, waits until the answer has been played, and gives it. */
async function ask(one: Client, text: string): Promise<string> {
  const played = one.count('reply-played')
  const said = one.captions.length
  const { outcome } = await one.session.execute({ kind: 'user-text', text })
  expect(outcome).toBe('applied')
  await until(`the answer to "${text}"`, () => one.count('reply-played') > played)
  await until('listening', () => one.phase === 'listening')
  return one.captions.slice(said).join(' ')
}

/** Waits until `count` has been the same for two seconds. */
async function settled(count: () => number): Promise<void> {
  let last = count()
  let since = performance.now()
  await until('timers to end', () => {
    const now = count()
    if (now !== last) since = performance.now()
    last = now
    return performance.now() - since > 2_000
  })
}
