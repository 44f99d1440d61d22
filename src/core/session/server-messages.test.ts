import { expect, it } from 'vitest'
import { survivesMutatedMessages } from './server-messages.test-support.ts'

it('C33 C34 500 mutated server messages crash nothing, and only an Error ends the session', async () => {
  const { messages, errors } = await survivesMutatedMessages(500)
  expect(messages).toBeGreaterThanOrEqual(500)
  expect(errors).toBeGreaterThan(0)
}, 30_000)
