import { expect, test } from 'vitest'
import { Rig } from './assistant.test-support.ts'

test('a host that cannot capture what the computer plays says what to choose instead', async () => {
  expect(await new Rig().handlers['system-audio:allow']({ on: true })).toEqual({
    how: 'none',
    reason: expect.stringContaining('Choose a monitor source')
  })
})
