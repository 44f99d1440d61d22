import { describe, expect, it } from 'vitest'
import { SmallBrain } from './small-brain.ts'

const NOW = new Date(2026, 10, 21, 9, 5)

function brain(prompt = ''): SmallBrain {
  const made = new SmallBrain({ ownModel: false })
  made.addPrompt(prompt)
  return made
}

describe('context that wants an answer', () => {
  it.each([
    ['Say "Your order has shipped. Thank you."', ['Your order has shipped.', 'Thank you.']],
    ['Tell the user that the shop closes at six.', ['The shop closes at six.']],
    ['Please let them know the line is busy.', ['The line is busy.']],
    ['Ask the user for the order number.', ['I would like to know the order number.']],
    ['What is two plus two?', ['The answer is 4.']],
    ['Greet the user.', ['Hello.', 'How can I help?']],
    ['The user opened the cart.', ['I was told: The user opened the cart.']]
  ])('%s', (context, said) => {
    expect(brain().answerContext(context, NOW)).toEqual(said)
  })

  it('is known afterwards', () => {
    const told = brain()
    told.answerContext('The door code is 4711.', NOW)
    expect(told.answer('What is the door code?', [], NOW).sentences.join(' ')).toContain('4711')
  })

  it('is answered in as many sentences as the prompt asks for', () => {
    expect(brain('Answer in one sentence.').answerContext('Say "One. Two. Three."', NOW)).toEqual(['One.'])
  })
})

describe('an instruction of how to open', () => {
  it.each([
    ['Say "Welcome to the shop!"', ['Welcome to the shop!']],
    ['Greet the user by name.', ['Hello, Ana.', 'I am Max, how can I help?']],
    [
      'Open with something about the weather.',
      [
        'Hello, Ana.',
        'I am Max, how can I help?',
        'I was asked to begin like this: Open with something about the weather.'
      ]
    ],
    ['', ['Hello, Ana.', 'I am Max, how can I help?']]
  ])('%j', (instruction, said) => {
    expect(brain("Your name is Max. The user's name is Ana.").open(instruction, NOW)).toEqual(said)
  })
})

it('context stays when the prompt is replaced', () => {
  const told = brain('Your name is Max.')
  told.learnContext('The cart total is 12 euros.')
  told.replacePrompt('Your name is Eva.', { ownModel: false })
  expect(told.answer('What is the cart total?', [], NOW).sentences.join(' ')).toContain('12 euros')
  expect(told.answer('What is your name?', [], NOW).sentences).toEqual(['My name is Eva.'])
})
