import { expect, it } from 'vitest'
import { destinationOf } from './destination.ts'

it.each([
  [{ service: 'builtin', modality: 'audio' }, /stays on this computer/],
  [{ service: 'builtin', modality: 'audio', host: 'far.test' }, /^Your voice and words go to far\.test while/],
  [{ service: 'deepgram', modality: 'audio' }, /^Your voice and words go to Deepgram while/],
  [{ service: 'napster', modality: 'text' }, /^Your words go to Napster while/],
  [{ service: 'napster', modality: 'text', host: '127.0.0.1:47616' }, /^Your words go to 127\.0\.0\.1:47616 while/],
  [{ service: 'napster', modality: 'audio', host: '' }, /^Your voice and words go to the address of this agent while/]
] as const)('what is told of %j is where it goes', (profile, sentence) => {
  expect(destinationOf(profile)).toMatch(sentence)
})
