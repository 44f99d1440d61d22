import { describe, expect, it } from 'vitest'
import { Rig } from './rig.test-support.ts'

const model = {
  provider: { type: 'open_ai', model: 'm' },
  endpoint: { url: 'http://127.0.0.1:1/v1/chat' },
  prompt: 'Be kind.',
  functions: [{ name: 'look' }]
}
const reasoning = (switches: { agentThinking?: boolean }): Rig => Rig.live({ think: model }, {}, {}, { switches })

describe('AgentThinking', () => {
  it('is sent when its switch is on: what was reasoned up to the next word or call, and never spoken', () => {
    const rig = reasoning({ agentThinking: true })
    rig.type('Look.')
    rig.thinker.last.on.thinking('They want ')
    rig.thinker.last.on.thinking('me to look.')
    expect(rig.count('AgentThinking')).toBe(0)
    rig.thinker.last.calls(['look'])
    rig.respond(rig.all('FunctionCallRequest')[0]?.functions[0]?.id, 'look', 'A fox.')
    rig.thinker.last.on.thinking('So it is a fox.')
    rig.thinker.last.answers('I see a fox.')
    rig.clock.advance(5000)
    expect(rig.trace.slice(3)).toEqual([
      'AgentThinking: They want me to look.',
      'FunctionCallRequest look',
      'FunctionCallResponse look: A fox.',
      'AgentThinking: So it is a fox.',
      'ConversationText assistant: I see a fox.',
      'audio',
      'AgentAudioDone'
    ])
    expect(rig.engine.spoken).toEqual(['I see a fox.'])
  })

  it('is never sent otherwise', () => {
    for (const options of [{}, { agentThinking: false }]) {
      const rig = reasoning(options)
      rig.type('Look.')
      rig.thinker.last.on.thinking('They want me to look.')
      rig.thinker.last.answers('I see a fox.')
      rig.clock.advance(5000)
      expect(rig.said).toEqual(['I see a fox.'])
      expect(rig.count('AgentThinking')).toBe(0)
    }
  })

  it('is not sent of a model that failed, of a turn that was cut, nor of a draft before it is confirmed', () => {
    const failed = reasoning({ agentThinking: true })
    failed.type('Look.')
    failed.thinker.last.on.thinking('Hm.')
    failed.thinker.last.on.warning('THINK_REQUEST_FAILED', 'It answered 500.')
    failed.thinker.last.on.thinking('Aha.')
    failed.thinker.last.answers('Yes.')
    expect(failed.all('AgentThinking')).toEqual([{ type: 'AgentThinking', content: 'Aha.' }])

    const draft = reasoning({ agentThinking: true })
    draft.engine.userStarts(1)
    draft.engine.userPauses(1, 'look')
    draft.thinker.last.on.thinking('Hm.')
    draft.thinker.last.on.text('Yes. It')
    expect(draft.count('AgentThinking')).toBe(0)
    draft.engine.userStops(1, 'look')
    expect(draft.count('AgentThinking')).toBe(1)
    draft.thinker.last.on.thinking('Hm.')
    draft.engine.userStarts(2)
    draft.thinker.last.answers('Never.')
    expect(draft.count('AgentThinking')).toBe(1)
  })
})
