import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculate, formatNumber } from './arithmetic.ts'
import { addPrompt, emptyMind, learn, MAX_STATEMENTS } from './mind.ts'
import { readNumberWords } from './number-words.ts'
import { reply } from './reply.ts'
import { MAX_SENTENCE_LENGTH, splitSentences } from './sentences.ts'

const NOW = new Date(2026, 10, 21, 9, 5)

/** Says each line in turn and returns the last answer. */
function talk(...lines: string[]): string {
  let mind = emptyMind({ ownModel: false })
  let answer = ''
  for (const line of lines) {
    const result = reply(mind, line, NOW)
    mind = result.mind
    answer = result.sentences.join(' ')
  }
  return answer
}

const prompted = (prompt: string, line: string): readonly string[] =>
  reply(addPrompt(emptyMind({ ownModel: false }), prompt).mind, line, NOW).sentences

const bare = (value: string): string => value.replace(/[^\p{L}\p{N}]/gu, '')

describe('arithmetic', () => {
  it.each([
    ['what is twelve times seven', 84],
    ['23 + 19 * 2', 61],
    ['What is (3 + 4) * (2 - 5)?', -21],
    ['twenty-three plus nineteen', 42],
    ['one hundred and five divided by two', 52.5],
    ['minus three plus one', -2],
    ['20 percent of 50', 10],
    ['two point five times 4', 10],
    ['2 to the power of ten', 1024],
    ['1,000 + 1', 1001],
    ['7 × 8 ÷ 2', 28],
    ['the square root of 144', 12],
    ['0.1 + 0.2', 0.3]
  ])('%s is %d', (text, value) => {
    const result = calculate(text)
    expect(result.kind === 'value' ? Number(formatNumber(result.value)) : result.kind).toBe(value)
  })

  it.each(['what is my name', 'seven', 'five apples plus three', '3 +', '( 1', ''])('%s is not arithmetic', (text) => {
    expect(calculate(text)).toEqual({ kind: 'not-arithmetic' })
  })

  it('refuses to divide by zero and to name an endless number', () => {
    expect(talk('What is 10 / 0?')).toBe('I cannot divide by zero.')
    expect(talk('What is 9 ^ 9 ^ 9?')).toBe('That number is too large for me.')
  })

  it('agrees with the machine on sums, differences and products', () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(9999), fc.constantFrom('+', '-', '*'), (a, b, sign) => {
        const value = sign === '+' ? a + b : sign === '-' ? a - b : a * b
        expect(calculate(`what is ${a} ${sign} ${b}?`)).toEqual({ kind: 'value', value })
      })
    )
  })

  it('reads number words', () => {
    expect(readNumberWords('three hundred and forty two thousand and seven'.split(' '), 0)).toEqual({
      value: 342_007,
      length: 8
    })
  })
})

describe('time and date', () => {
  it('come from the clock that was handed in', () => {
    expect(talk('What time is it?')).toBe('It is 9:05.')
    expect(talk('what is the date')).toBe('Today is Saturday 21 November 2026.'.replace('Saturday ', 'Saturday, '))
  })
})

describe('facts', () => {
  it.each([
    [['My name is Ana.', 'What is my name?'], 'Your name is Ana.'],
    [['remember that the code is 4711', 'what is the code?'], 'The code is 4711.'],
    [['The code is 1.', 'The code is 2.', 'What is the code?'], 'The code is 2.'],
    [['My name is Ana and the code is 7.', 'What is the code?'], 'The code is 7.'],
    [['I live in Lisbon.', 'Where do I live?'], 'You told me: I live in Lisbon.'],
    [['Your name is Bob.', 'What is your name?'], 'My name is Bob.'],
    [['My name is Ana. What is my name?'], 'Your name is Ana.'],
    [['What is my name?'], 'I do not know your name. Tell me and I will remember it.'],
    [['What is the weather like?'], 'I do not know the weather. Tell me and I will remember it.']
  ])('%j', (lines, answer) => {
    expect(talk(...lines)).toBe(answer)
  })

  it('are forgotten from the oldest on, the prompt never', () => {
    let mind = addPrompt(emptyMind({ ownModel: false }), 'Be kind.').mind
    for (let i = 0; i < MAX_STATEMENTS + 10; i += 1) mind = learn(mind, 'user', `Fact ${i}.`)
    expect(mind.statements).toHaveLength(MAX_STATEMENTS + 1)
    expect(mind.statements.slice(0, 2).map((one) => one.text)).toEqual(['Be kind.', 'Fact 10.'])
  })
})

describe('the prompt is obeyed', () => {
  it('reads it whole and in order, whatever length of answer it asks for', () => {
    const prompt = 'You are polite. Answer in one sentence. The shop closes at 9.30 today!'
    expect(prompted(prompt, 'What are your instructions?')).toEqual([
      'You are polite.',
      'Answer in one sentence.',
      'The shop closes at 9.30 today!'
    ])
  })

  it('gives as many sentences as it asks for; the latest wish wins', () => {
    expect(prompted('Answer in one sentence.', 'help')).toHaveLength(1)
    expect(prompted('Answer in one sentence. Answer in two sentences.', 'help')).toHaveLength(2)
    expect(prompted('Be kind.', 'help').length).toBeGreaterThan(2)
  })

  it('takes its name from it; the latest wins', () => {
    expect(prompted('You are a clerk and your name is Max.', 'Who are you?')).toEqual(['My name is Max.'])
    expect(prompted('Your name is Max. Your name is Eva.', 'What is your name?')).toEqual(['My name is Eva.'])
  })

  it('uses what it states', () => {
    expect(prompted('The caller is a member.', 'Am I a member?')).toEqual(['I was told: The caller is a member.'])
  })
})

describe('honesty', () => {
  it('says what it did not catch and what it cannot do', () => {
    expect(talk(' ... ')).toBe('I did not catch that.')
    expect(talk('Is the moon made of cheese?')).toMatch(/^I do not know that\./)
  })
})

describe('sentences', () => {
  it('keep decimals, abbreviations and every word', () => {
    expect(splitSentences('Pi is 3.14. Mr. Smith left!\n- A list')).toEqual([
      'Pi is 3.14.',
      'Mr. Smith left!',
      '- A list'
    ])
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => {
        const pieces = splitSentences(text)
        expect(bare(pieces.join(''))).toBe(bare(text))
        for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(MAX_SENTENCE_LENGTH * 2)
      })
    )
  })
})
