import { expect, it } from 'vitest'
import { recordDown, recordUp } from './record-hotkey.ts'

const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false }

it('a combination is recorded with the key that is no modifier', () => {
  expect(recordDown({ ...none, code: 'ControlLeft', ctrlKey: true }, 'linux')).toEqual({ kind: 'waiting' })
  expect(recordDown({ ...none, code: 'Space', ctrlKey: true, altKey: true }, 'linux')).toEqual({
    kind: 'recorded',
    hotkey: 'Ctrl+Alt+Space'
  })
})

it('Escape cancels, and what may not be had says why', () => {
  expect(recordDown({ ...none, code: 'Escape' }, 'linux')).toEqual({ kind: 'cancelled' })
  expect(recordDown({ ...none, code: 'KeyC', ctrlKey: true }, 'linux')).toMatchObject({
    kind: 'refused',
    problem: 'Ctrl+C copies in every program.'
  })
})

it('a right-hand modifier is recorded when it comes up alone, and not when it was held with another key', () => {
  const down = recordDown({ ...none, code: 'ControlRight', ctrlKey: true }, 'linux')
  expect(recordUp(down, { code: 'ControlRight' }, 'linux')).toEqual({ kind: 'recorded', hotkey: 'ControlRight' })
  const combined = recordDown({ ...none, code: 'F9', ctrlKey: true }, 'linux')
  expect(recordUp(combined, { code: 'ControlRight' }, 'linux')).toEqual({ kind: 'recorded', hotkey: 'Ctrl+F9' })
  const shift = recordDown({ ...none, code: 'ShiftRight', shiftKey: true }, 'linux')
  expect(recordUp(shift, { code: 'ShiftRight' }, 'linux').kind).toBe('refused')
  expect(recordUp({ kind: 'waiting' }, { code: 'ControlLeft' }, 'linux')).toEqual({ kind: 'waiting' })
})
