import type { TestContext } from 'vitest'
import { ScriptedEngine, type Script } from '../../src/agent/scripted-engine.test-support.ts'
import { startAgent, type AgentOptions } from '../../src/agent/server.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { NapsterClient } from '../peers/napster-client.ts'

/** The built-in agent's Napster door, with a voice that is a tone and ears that are a rule. */
export interface Door {
  /** Base of its REST interface, without `/public`. */
  base: string
  engine: ScriptedEngine
  /** A connection whose agent is ready, with these instructions. */
  readonly connect: (instructions?: string, body?: Record<string, unknown>) => Promise<NapsterClient>
}

type Options = Partial<Omit<AgentOptions, 'engine' | 'clock' | 'log'>> & { script?: Script }

/** Starts the agent; it ends with the test. */
export async function openDoor({ onTestFinished }: TestContext, options: Options = {}): Promise<Door> {
  const { script, ...rest } = options
  const engine = new ScriptedEngine({ msPerCharacter: 10, ...script })
  const agent = await startAgent({ port: 0, engine, log: silentLog, clock: systemClock, ...rest })
  onTestFinished(() => agent.close())
  const base = agent.url.replace(/^ws/, 'http')
  return {
    base,
    engine,
    async connect(instructions, body = {}) {
      const client = await NapsterClient.connect(base, { body })
      if (instructions !== undefined) client.command('set_settings', { instructions })
      return client
    }
  }
}

/** Twenty seconds of instructions at 10 ms per character; reading them aloud is a long reply. */
export const LONG = Array.from({ length: 40 }, (_, i) => `This is sentence number ${i + 1} of the instructions.`).join(
  ' '
)

/** The agent is in the middle of a long reply, and some of it was heard. */
export async function speaking(client: NapsterClient): Promise<void> {
  client.say('What are your instructions?')
  await client.until('the voice', () => client.audio().byteLength > 6_400)
}

/** Waits for the end of the reply number `count`. */
export function replied(client: NapsterClient, count: number): Promise<void> {
  return client.until(
    `the end of reply ${count}`,
    () => client.states('talk_state_changed').filter((state) => state === 'ended').length >= count
  )
}

/** Sentences of the `error` events. */
export function errors(client: NapsterClient): string[] {
  return client.named('error').map(({ text }) => text)
}

/** Asks, waits for the whole spoken answer, and returns it. */
export async function answerTo(client: NapsterClient, question: string): Promise<string> {
  const before = client.texts('assistant').length
  const ends = client.states('talk_state_changed').filter((state) => state === 'ended').length
  client.say(question)
  await replied(client, ends + 1)
  return client.texts('assistant').slice(before).join(' ')
}
