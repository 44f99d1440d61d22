import { expect, it } from 'vitest'
import { survivesMutatedMessages } from '../../src/core/session/server-messages.test-support.ts'

it('C33 C34 10,000 mutated server messages crash nothing, and only an Error ends the session', async () => {
  const { messages, errors } = await survivesMutatedMessages(10_000)
  expect(messages).toBeGreaterThanOrEqual(10_000)
  expect(errors).toBeGreaterThan(0)
})
