import { expect, test } from 'vitest'
import { CALL_NAMES, sendAnything } from '../../src/shared/ipc/payloads.test-support.ts'

const PAYLOADS = 10_000

test.each(CALL_NAMES)(
  '%s: 10,000 payloads of any kind end nothing, and none is let in that does not fit',
  async (name) => {
    await expect(sendAnything(name, PAYLOADS)).resolves.toBeUndefined()
  }
)
