import { describe, expect, it } from 'vitest'
import type { EffectiveAgent } from './effective-agent.ts'
import { afterReopening } from './napster-history.ts'
import { napsterDialect } from './napster.ts'
import { DialectRig, napsterProfile } from './testing.test-support.ts'

const HISTORY = [{ type: 'History', role: 'user', content: 'Hello.' }]

/** What a new connection is told, the first words of each. */
function retold(agent: EffectiveAgent, remembers: boolean): string[] {
  return afterReopening(agent, HISTORY, remembers).map((step) => {
    const { data } = step.compose((value) => value) as { data: { text: string } }
    return data.text.slice(0, 12)
  })
}

function rig(): DialectRig {
  const self = DialectRig.of(napsterDialect(napsterProfile({}, { tuning: { context: ['Profile.'] } })))
  void self.send({ kind: 'context', text: 'First.', when: 'now', respond: false })
  void self.send({ kind: 'context', text: 'Second.', when: 'after-speech', respond: false })
  void self.send({ kind: 'append-prompt', text: 'Third.' })
  void self.send({ kind: 'context', text: 'Fourth.', when: 'now', respond: false })
  return self
}

describe('after a reopening, what was added and told', () => {
  it.each([true, false])('comes in the order in which it was told (remembered: %s)', (remembers) => {
    const order = ['Profile.', 'First.', 'Second.', 'Third.', 'Fourth.']
    expect(retold(rig().agent, remembers)).toEqual([...order, ...(remembers ? [] : ['The connecti'])])
  })

  it('is all there when additions have gone since', () => {
    expect(retold({ ...rig().agent, additions: [] }, true)).toEqual(['First.', 'Second.', 'Fourth.'])
  })
})
