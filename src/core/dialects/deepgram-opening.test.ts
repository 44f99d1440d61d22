import { describe, expect, it } from 'vitest'
import { SUMMARY_LIMIT } from './history-summary.ts'
import { DialectRig, FLUX, NOVA, SPEAK, THINK, filling } from './testing.test-support.ts'

const SAID = { type: 'History', role: 'user', content: 'Book table four.' }
const CALLED = {
  type: 'History',
  function_calls: [{ id: 'f1', name: 'book', client_side: true, arguments: '{"table":4}', response: '{"ok":true}' }]
}

describe('a new connection', () => {
  it('C39 it has the same settings, the conversation so far in order, and no greeting', () => {
    const agent = { listen: { provider: NOVA }, think: THINK, speak: SPEAK }
    const rig = new DialectRig({ ...agent, greeting: 'Hi!' }, { tags: ['t'], flags: { history: true } })
    expect(rig.opening()['agent']).toEqual({ ...agent, greeting: 'Hi!' })
    const { agent: reopened, ...rest } = rig.opening([SAID, CALLED])
    expect(reopened).toEqual({ ...agent, context: { messages: [SAID, CALLED] } })
    expect(rest).toEqual(Object.fromEntries(Object.entries(rig.opening()).filter(([key]) => key !== 'agent')))
    expect(rig.afterReopening([SAID])).toEqual([])
  })

  it('C39 the context of the profile stays before the conversation', () => {
    const before = { type: 'History', role: 'assistant', content: 'Earlier.' }
    const rig = new DialectRig({ think: THINK, context: { messages: [before] } })
    expect(rig.opening([SAID])['agent']).toEqual({ think: THINK, context: { messages: [before, SAID] } })
    expect(new DialectRig({ think: THINK }).opening([])['agent']).toEqual({ think: THINK })
  })

  it('everything that was changed meanwhile is in it', () => {
    const rig = new DialectRig({ listen: { provider: FLUX }, think: THINK, speak: SPEAK })
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    rig.send({ kind: 'set-turn-detection', eotThreshold: 0.9 })
    rig.send({ kind: 'set-voice', model: 'aura-2-apollo-en' })
    rig.send({ kind: 'set-model', temperature: 1 })
    expect(rig.opening([])['agent']).toEqual({
      listen: { provider: { ...FLUX, eot_threshold: 0.9 } },
      think: { ...THINK, provider: { ...THINK.provider, temperature: 1 }, prompt: 'Be brief.\nSpeak French.' },
      speak: { provider: { type: 'deepgram', model: 'aura-2-apollo-en' } }
    })
    expect(rig.afterReopening([])).toEqual([])
  })

  it('what was added to a prompt that Parley does not know is told again after it', () => {
    const rig = new DialectRig({})
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    expect(rig.opening([SAID])['agent']).toEqual({ context: { messages: [SAID] } })
    expect(rig.afterReopening([SAID])).toEqual([{ type: 'UpdatePrompt', prompt: 'Speak French.' }])
  })

  it('placeholders in what was said are not filled, those of the profile are', () => {
    const rig = new DialectRig({ think: { ...THINK, prompt: 'Key {{secret:A_KEY}}.' } })
    rig.send({ kind: 'append-prompt', text: 'No {{secret:A_KEY}}.' })
    const said = { type: 'History', role: 'user', content: 'My {{secret:A_KEY}}' }
    expect(rig.dialect.opening(rig.agent, [said])?.(filling('A_KEY', '4711'))['agent']).toEqual({
      think: { ...THINK, prompt: 'Key 4711.\nNo {{secret:A_KEY}}.' },
      context: { messages: [said] }
    })
  })
})

/** What the summary for a saved agent is after `said`. */
function told(...said: string[]): string {
  const [message] = new DialectRig('saved').afterReopening(said.map((content) => ({ ...SAID, content })))
  return message?.['prompt'] as string
}

describe('a new connection of a saved agent', () => {
  it('the id is plain, and a summary follows as UpdatePrompt', () => {
    const rig = new DialectRig('saved')
    expect(rig.opening([SAID])['agent']).toBe('saved')
    const [summary, ...others] = rig.afterReopening([
      SAID,
      CALLED,
      { type: 'History', role: 'assistant', content: 'Done.' }
    ])
    expect(others).toEqual([])
    expect(summary).toEqual({
      type: 'UpdatePrompt',
      prompt: expect.stringMatching(
        /interrupted.*\nUser: Book table four\.\nYou called book\(\{"table":4\}\) and got: \{"ok":true\}\nYou: Done\.$/
      ) as string
    })
    expect(rig.afterReopening([])).toEqual([])
  })

  it('blocks that were changed are sent again, additions and summary once', () => {
    const rig = new DialectRig('saved')
    rig.send({ kind: 'append-prompt', text: 'Speak French.' })
    expect(rig.afterReopening([SAID])).toEqual([
      { type: 'UpdatePrompt', prompt: expect.stringMatching(/^Speak French\.\nThe connection/) as string }
    ])
    rig.send({ kind: 'set-voice', model: 'aura-2-thalia-en' })
    rig.send({ kind: 'configure-listen', provider: { model: 'flux-general-en' } })
    rig.send({ kind: 'configure-think', think: THINK })
    expect(rig.afterReopening([SAID])).toEqual([
      { type: 'UpdateListen', listen: { provider: FLUX } },
      { type: 'UpdateThink', think: { ...THINK, prompt: 'Be brief.\nSpeak French.' } },
      { type: 'UpdateSpeak', speak: SPEAK },
      { type: 'UpdatePrompt', prompt: expect.stringMatching(/^The connection/) as string }
    ])
  })

  it('a long conversation is cut at its beginning, a single long text too', () => {
    const long = told(...Array.from({ length: 1_000 }, (_, index) => `Sentence number ${index}.`))
    expect(long.length).toBeLessThan(SUMMARY_LIMIT + 200)
    expect(long).toMatch(/User: Sentence number 999\.$/)
    expect(long).not.toMatch(/number 1\./)
    const huge = told(`${'x'.repeat(20_000)} end`)
    expect(huge.length).toBeLessThan(SUMMARY_LIMIT + 200)
    expect(huge).toMatch(/x end$/)
  })
})
