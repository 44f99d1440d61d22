import { once } from 'node:events'
import { DEAD_IDLE_MS } from '../../src/core/session/reconnect/liveness.ts'
import { expect, test as base, type Desktop } from './desktop.ts'
import { connect, phaseOf, profileFile, scriptedAgent, session, stateOf, type ScriptedAgent } from './scripted-agent.ts'

// The system's events are emitted by the test, on Electron too: no machine is put to sleep here.

/** Of what it would have taken otherwise; measured 0.01 to 0.3. */
const AT_MOST = 0.6

const test = base.extend<{ agent: ScriptedAgent; talking: Desktop }>({
  agent: async ({}, use) => {
    const agent = await scriptedAgent()
    await use(agent)
    agent.close()
  },
  /** An app in a conversation with `agent`. */
  talking: async ({ agent, launch }, use) => {
    const file = await profileFile(test.info().outputPath('agent.json'), `ws://127.0.0.1:${agent.link.port}`)
    const desktop = await launch({ args: [`--profile=${file}`] })
    await connect(desktop)
    await use(desktop)
  }
})

const suspend = ({ app }: Desktop) => app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
const resume = ({ app }: Desktop) => app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'))

/** Cuts the wire until Parley waits long for its next attempt; resolves to how long (ms), with the wire mended. */
async function inBackOff(agent: ScriptedAgent, { page }: Desktop): Promise<number> {
  agent.link.cut()
  let waitMs = 0
  await expect
    .poll(
      async () => {
        const state = await stateOf(page)
        waitMs = state.phase === 'reconnecting' ? (state.retryInMs ?? 0) : 0
        return waitMs
      },
      { timeout: 60_000, intervals: [50], message: 'a long wait for the next attempt' }
    )
    .toBeGreaterThan(3_000)
  agent.link.mend()
  return waitMs
}

test('a connection that broke while the machine slept is found at once when it wakes up', async ({
  agent,
  talking
}) => {
  const { peer } = await session(agent, 1)
  await once(peer.socket, 'ping')
  // From now on it is half open, and found by the pings alone after DEAD_IDLE_MS.
  peer.socket.pause()
  const wokeMs = performance.now()
  await resume(talking)
  const { atMs } = await session(agent, 2)
  expect((atMs - wokeMs) / DEAD_IDLE_MS).toBeLessThan(AT_MOST)
  await expect.poll(() => phaseOf(talking.page)).toBe('live')
})

test('an attempt that waits is made at once when the machine wakes up', async ({ agent, talking }) => {
  const waitMs = await inBackOff(agent, talking)
  const connections = agent.peers.length
  const wokeMs = performance.now()
  await resume(talking)
  const { atMs } = await session(agent, connections + 1)
  expect((atMs - wokeMs) / waitMs).toBeLessThan(AT_MOST)
  await expect.poll(() => phaseOf(talking.page)).toBe('live')
})

test('a machine that goes to sleep closes the connection, and has the conversation back when it wakes up', async ({
  agent,
  talking
}) => {
  const { page } = talking
  const { peer } = await session(agent, 1)
  peer.say({ type: 'ConversationText', role: 'user', content: 'Remember seven.' })
  peer.say({ type: 'ConversationText', role: 'assistant', content: 'I will.' })
  await expect(page.getByRole('log')).toContainText('I will.')
  const closed = once(peer.socket, 'close')
  await suspend(talking)
  expect((await closed)[0]).toBe(1000)
  await expect(page.getByRole('region', { name: 'Connecting again' })).toContainText('The computer goes to sleep')
  const state = await stateOf(page)
  if (state.phase !== 'reconnecting' || state.retryInMs === null) throw new Error(`it is ${state.phase}`)
  const wokeMs = performance.now()
  await resume(talking)
  const again = await session(agent, 2)
  expect((again.atMs - wokeMs) / state.retryInMs).toBeLessThan(AT_MOST)
  expect(JSON.stringify(again.peer.got[0]?.message)).toContain('Remember seven.')
  await expect.poll(() => phaseOf(page)).toBe('live')
  expect(agent.peers).toHaveLength(2)
})

test('an attempt that waits is made at once when the network is back', async ({ agent, talking }) => {
  const { page } = talking
  await page.context().setOffline(true)
  const waitMs = await inBackOff(agent, talking)
  const connections = agent.peers.length
  const backMs = performance.now()
  await page.context().setOffline(false)
  const { atMs } = await session(agent, connections + 1)
  expect((atMs - backMs) / waitMs).toBeLessThan(AT_MOST)
  await expect.poll(() => phaseOf(page)).toBe('live')
})
