import { describe, expect, it } from 'vitest'
import { undone } from './undo.ts'

describe('a change that is undone', () => {
  it('leaves what was before where nothing came after it', () => {
    expect(undone(undefined, { a: 1 }, { a: 1 })).toBeUndefined()
    expect(undone({ a: 1 }, { a: 2 }, { a: 2 })).toEqual({ a: 1 })
    expect(undone(['x'], ['x', 'y'], ['x', 'y'])).toEqual(['x'])
  })

  it('leaves what was changed again since, field by field', () => {
    expect(undone({ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 2, b: 3 })).toEqual({ a: 1, b: 3 })
    expect(undone({ a: 1 }, { a: 2 }, { a: 3 })).toEqual({ a: 3 })
    expect(undone(undefined, { a: 1 }, { a: 1, b: { c: 2 } })).toEqual({ b: { c: 2 } })
    expect(undone({}, { a: { b: 1 } }, { a: { b: 1, c: 2 } })).toEqual({ a: { c: 2 } })
  })

  it('takes out of a list what it had added, and leaves a list that is another one', () => {
    expect(undone(['a'], ['a', 'b'], ['a', 'b', 'c'])).toEqual(['a', 'c'])
    expect(undone(['a'], ['a', 'b'], ['z'])).toEqual(['z'])
    expect(undone(['a'], ['new'], ['new', 'more'])).toEqual(['new', 'more'])
    expect(undone(undefined, ['a'], ['a', 'b'])).toEqual(['b'])
  })
})
