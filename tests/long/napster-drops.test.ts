import { expect, it } from 'vitest'
import { seededRandom } from '../../src/agent/speech/ears/noise.test-support.ts'
import type { ToolRequest, ToolSet } from '../../src/core/ports.ts'
import { answering, fastClock, setUpLive } from '../protocol/client-napster.test-support.ts'
import { until } from '../protocol/client.test-support.ts'

// Parley's session and the scripted Napster service over real sockets, which are cut at random points.

const CONVERSATIONS = 25
const STEPS = 12
const TIMES = 20
/** A connection that lasted so long in the session's time was not lost quickly. */
const STABLE_MS = 5_500

it(
  'a Napster connection that is cut again and again runs no tool twice, repeats no text and answers in the end',
  { timeout: 20 * 60_000 },
  async (context) => {
    let cuts = 0
    for (let seed = 1; seed <= CONVERSATIONS; seed += 1) {
      const random = seededRandom(seed)
      const runs: string[] = []
      const tools: ToolSet = new Map([
        [
          'book',
          {
            run: async ({ id }: ToolRequest) => {
              runs.push(id)
              await new Promise((resolve) => setTimeout(resolve, random() * 60))
              return JSON.stringify({ booked: id })
            }
          }
        ]
      ])
      const { one, server } = await setUpLive(context, {
        tools,
        clock: fastClock(TIMES),
        server: { onCommand: answering }
      })
      const said: string[] = []
      for (let step = 0; step < STEPS; step += 1) {
        const dice = random()
        if (dice < 0.4) {
          const text = `Text ${seed}.${step}.`
          said.push(text)
          void one.session.execute({ kind: 'user-text', text })
        } else if (dice < 0.7) {
          const id = `call_${seed}_${Math.floor(random() * 4)}`
          for (let times = random() < 0.3 ? 2 : 1; times > 0; times -= 1) server.session.call(id, 'book', { id })
        } else {
          // Connections that break three times in a row as soon as they are there end a conversation; these do not.
          await until('live', () => one.session.state.phase === 'live')
          const liveMs = performance.now()
          await until('a connection that stood', () => (performance.now() - liveMs) * TIMES > STABLE_MS)
          cuts += 1
          server.session.cut()
        }
        await new Promise((resolve) => setTimeout(resolve, random() * 80))
      }
      const last = `Last of ${seed}.`
      const result = one.session.execute({ kind: 'user-text', text: last })
      expect(await result, `conversation ${seed}`).toEqual({ outcome: 'applied' })
      await until('the last answer', () => one.captions.some((line) => line.includes(`You said ${last}`)), 60_000)
      expect(runs.length, `conversation ${seed}`).toBe(new Set(runs).size)
      for (const text of said) {
        const shown = one.captions.filter((line) => line === `user: ${text}`)
        expect(shown.length, `${text} in the conversation`).toBeLessThanOrEqual(1)
      }
      one.close()
      await server.close()
    }
    expect(cuts).toBeGreaterThan(CONVERSATIONS)
  }
)
