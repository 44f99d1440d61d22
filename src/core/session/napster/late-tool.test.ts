import { expect, it } from 'vitest'
import { settle } from '../../testing.test-support.ts'
import { INTERIM } from '../../dialects/napster-messages.ts'
import { TOOL_INTERIM_MS } from '../../dialects/napster-unknowns.ts'
import { ManualTool } from '../tools/tools.test-support.ts'
import { NapsterRig } from './napster.test-support.ts'

/** The agent has called a slow tool, and has begun to say what came of the interim answer. */
async function waiting(): Promise<{ self: NapsterRig; tool: ManualTool }> {
  const tool = new ManualTool()
  const self = await NapsterRig.live({ tools: new Map([['book', tool]]) })
  self.user('Book it.')
  self.socket.say({ event: 'function_implicitly_called', data: { call_id: 'c', name: 'book', arguments: {} } })
  await self.pass(TOOL_INTERIM_MS)
  expect(self.commands('send_function_output')).toMatchObject([{ output: JSON.parse(INTERIM) as unknown }])
  self.begins('a')
  self.talk('started')
  self.audio(400)
  return { self, tool }
}

/** All of reply `number` is there and was played. */
function played(self: NapsterRig, number: number, samples: number): void {
  self.talk('ended')
  self.rig.session.playback({ reply: number, playedSamples: samples, drained: true })
}

it('a result that comes while the interim reply is being sent is waited for after it', async () => {
  const { self, tool } = await waiting()
  await tool.runs[0]?.resolve('sunny')
  self.audio(400)
  self.says('This takes longer.', 'a')
  played(self, 1, 12_800)
  expect(self.rig.activity).toBe('thinking')
  self.begins('b')
  self.talk('started')
  self.audio(400)
  expect(self.rig.activity).toBe('agentSpeaking')
  self.says('It is sunny.', 'b')
  played(self, 2, 6_400)
  expect(self.rig.activity).toBe('listening')
})

it('a result that comes while the interim reply is being played is waited for after it', async () => {
  const { self, tool } = await waiting()
  self.says('This takes longer.', 'a')
  self.talk('ended')
  await tool.runs[0]?.resolve('sunny')
  self.rig.session.playback({ reply: 1, playedSamples: 6_400, drained: true })
  expect(self.rig.activity).toBe('thinking')
  self.begins('b')
  self.talk('started')
  self.audio(400)
  self.says('It is sunny.', 'b')
  played(self, 2, 6_400)
  await settle()
  expect(self.rig.activity).toBe('listening')
})
