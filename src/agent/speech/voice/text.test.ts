import { array, assert, property, stringMatching } from 'fast-check'
import { expect, it } from 'vitest'
import { pieces, speakable, voiceFor } from './text.ts'

it('knows the embedded voices by name and takes slt for any other', () => {
  expect(voiceFor('rms')).toBe('rms')
  expect(voiceFor('flite-AWB')).toBe('awb')
  expect(voiceFor('kal')).toBe('kal16')
  expect(voiceFor('aura-2-thalia-en')).toBe('slt')
  expect(voiceFor('')).toBe('slt')
})

it('leaves nothing to say of punctuation and emoji', () => {
  for (const text of ['', ' ', '...', '?!', '😀👍', '—', '\u0000']) expect(speakable(text)).toBe('')
})

it('keeps words, digits and plain punctuation', () => {
  expect(speakable('It’s “fine” — 12 €, déjà vu 😀!')).toBe('It\'s "fine" , 12 , deja vu !')
  expect(speakable('a\u0000b\nc')).toBe('a b c')
})

it('cuts a long sentence at clauses and keeps a short one whole', () => {
  expect(pieces('One, two, three.')).toEqual(['One, two, three.'])
  const long =
    'When the first train of the morning leaves the station, the people of the village are still asleep, but the baker, who has been up since three, waves to the driver.'
  expect(pieces(long).length).toBeGreaterThan(1)
  expect(pieces(long).join(' ')).toBe(long)
  expect(pieces('')).toEqual([])
})

it('never loses a character and never makes a piece too long', () => {
  assert(
    property(array(stringMatching(/^[a-z,.;]{1,40}$/), { maxLength: 80 }), (words) => {
      const text = speakable(words.join(' '))
      const cut = pieces(text)
      expect(cut.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      expect(cut.every((piece) => piece.length > 0 && piece.length <= 200)).toBe(true)
    })
  )
})
