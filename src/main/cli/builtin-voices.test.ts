import { expect, test } from 'vitest'
import { voiceFor, VOICES } from '../../agent/speech/voice/text.ts'
import { BUILTIN_VOICES } from '../../core/catalogue/builtin-voices.ts'

// Core may not import the agent, so its list is compared here.
test('each listed voice of the built-in agent is one of its own, by that name', () => {
  const spoken = BUILTIN_VOICES.map(({ id }) => voiceFor(id))
  expect(new Set(spoken).size).toBe(BUILTIN_VOICES.length)
  expect(spoken).toEqual(BUILTIN_VOICES.map(({ id }) => voiceFor(id.replace('flite-', ''))))
  // The small variant of one voice is never spoken.
  expect(BUILTIN_VOICES).toHaveLength(VOICES.length - 1)
})
