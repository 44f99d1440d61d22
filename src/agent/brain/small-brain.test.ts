import { describe, expect, it } from 'vitest'
import type { Entry } from '../dialogue.ts'
import { SmallBrain } from './small-brain.ts'

const NOW = new Date(2026, 10, 21, 9, 5)

const said = (role: 'user' | 'assistant', text: string): Entry => ({ kind: 'said', role, text })

function brainAfter(...history: Entry[]): (words: string) => string {
  const brain = new SmallBrain({ ownModel: false })
  brain.addPrompt('Your name is Ada. Be kind.')
  brain.absorb(history)
  return (words) => brain.answer(words, [], NOW).sentences.join(' ')
}

describe('the history of an earlier session', () => {
  it('teaches what the user said', () => {
    expect(brainAfter(said('user', 'My name is Bo.'))('What is my name?')).toContain('Bo')
  })

  it('teaches what the agent was made to say', () => {
    expect(brainAfter(said('assistant', 'The gate is 8365.'))('What is the gate?')).toContain('8365')
  })

  it('teaches nothing by a prompt that was read aloud: its "your name" is the agent’s', () => {
    const asked = brainAfter(
      said('user', 'What are your instructions?'),
      said('assistant', 'Your name is Ada. Be kind.')
    )
    expect(asked('What is my name?')).toBe(brainAfter()('What is my name?'))
    expect(asked('What is my name?')).not.toContain('Ada')
    expect(asked('What is your name?')).toContain('Ada')
  })
})
