import { describe, expect, it } from 'vitest'
import type { Caption } from '../../shared/events.ts'
import { CaptionBook } from './caption-book.ts'

class Rig {
  readonly emitted: Caption[] = []
  readonly book = new CaptionBook({
    newId: () => `c${this.emitted.length}`,
    emit: (caption) => this.emitted.push(caption)
  })

  says(text: string, replaces = 0, late = false): void {
    this.book.agent(text, { late, replaces })
  }

  /** The newest of each id, in order of their first appearance. */
  get lines(): string[] {
    return [...new Map(this.emitted.map((caption) => [caption.id, caption])).values()].map(
      ({ text, interrupted }) => `${text}${interrupted ? ' [cut]' : ''}`
    )
  }
}

describe('a text that takes the place of what was told of it', () => {
  it('replaces as many sentences and leaves those before it', () => {
    const rig = new Rig()
    rig.says('Let me look.')
    rig.says('It is')
    rig.says('fife.')
    rig.says('It is five.', 2)
    rig.says('Really.')
    expect(rig.lines).toEqual(['Let me look. It is five. Really.'])
    rig.says('It is six. Really.', 2)
    expect(rig.lines).toEqual(['Let me look. It is six. Really.'])
  })

  it('is found when its reply has ended, and when it was cut off', () => {
    const ended = new Rig()
    ended.says('It is fife.')
    ended.book.endReply()
    ended.says('It is five.', 1)
    ended.says('Next.')
    expect(ended.lines).toEqual(['It is five.', 'Next.'])
    const cut = new Rig()
    cut.says('It is fife.')
    cut.book.interrupt()
    cut.says('It is five.', 1, true)
    cut.says('And more.', 0, true)
    expect(cut.lines).toEqual(['It is five. And more. [cut]'])
  })

  it('changes nothing where those sentences are not known', () => {
    const rig = new Rig()
    rig.says('Whole.', 3)
    rig.says('One.')
    rig.says('One and two.', 2)
    expect(rig.lines).toEqual(['One.'])
  })
})

describe('words of the user that come late', () => {
  it('stand before the answer to them, and before the newest one only', () => {
    const rig = new Rig()
    rig.book.add('user', 'First.')
    rig.says('One.')
    rig.book.newTurn()
    rig.says('Two.')
    rig.book.late('Second.')
    const two = rig.emitted.find(({ text }) => text === 'Two.')
    expect(rig.emitted.at(-1)).toMatchObject({ role: 'user', text: 'Second.', before: two?.id })
  })

  it('stand at the end where there is no answer yet', () => {
    const rig = new Rig()
    rig.says('One.')
    rig.book.interrupt()
    rig.book.late('Second.')
    rig.book.late('  ')
    expect(rig.emitted.at(-1)).toEqual({ id: 'c2', role: 'user', text: 'Second.', interrupted: false })
  })
})
