import { describe, expect, it } from 'vitest'
import { LinkMemory, LINKS_KEY, linkOf } from './link-memory.ts'
import { memoryStore } from './testing.test-support.ts'

const DAY_MS = 24 * 3_600_000

function memory(kept?: unknown) {
  const store = memoryStore()
  if (kept !== undefined) store.write(LINKS_KEY, kept)
  const now = { dateMs: 100 * DAY_MS }
  const open = () => new LinkMemory({ store, dateMs: () => now.dateMs })
  return { store, now, open, links: open() }
}

describe('what was learnt of a link', () => {
  it('is known after a new start, for its own service alone', () => {
    const { links, open } = memory()
    expect(links.playoutDelayMs('deepgram')).toBeUndefined()
    links.learnt('deepgram', 42)
    expect(open().playoutDelayMs('deepgram')).toBe(42)
    expect(open().playoutDelayMs('napster')).toBeUndefined()
  })

  it('is forgotten after a week, and where its date is yet to come', () => {
    const { links, now } = memory()
    links.learnt('deepgram', 42)
    now.dateMs += 7 * DAY_MS
    expect(links.playoutDelayMs('deepgram')).toBe(42)
    now.dateMs += 1
    expect(links.playoutDelayMs('deepgram')).toBeUndefined()
    now.dateMs -= 8 * DAY_MS
    expect(links.playoutDelayMs('deepgram')).toBeUndefined()
  })

  it('is kept for sixteen links, those that were used last', () => {
    const { links, open } = memory()
    for (let i = 0; i < 20; i += 1) links.learnt(`link ${i}`, 10)
    expect(open().playoutDelayMs('link 3')).toBeUndefined()
    expect(open().playoutDelayMs('link 4')).toBe(10)
  })

  it('is written when it has changed, or a day later', () => {
    const { store, links, now } = memory()
    links.learnt('deepgram', 42)
    const first = store.read(LINKS_KEY)
    links.learnt('deepgram', 46)
    expect(store.read(LINKS_KEY)).toEqual(first)
    expect(links.playoutDelayMs('deepgram')).toBe(46)
    links.learnt('deepgram', 47)
    expect(store.read(LINKS_KEY)).toMatchObject([{ playoutDelayMs: 47 }])
    now.dateMs += DAY_MS
    links.learnt('deepgram', 48)
    expect(store.read(LINKS_KEY)).toMatchObject([{ playoutDelayMs: 48, learntAtMs: now.dateMs }])
  })

  it.each([['nothing'], [{ deepgram: 42 }], [null], [[{ to: 'deepgram', playoutDelayMs: 1e9, learntAtMs: 0 }, 7]]])(
    'is nothing where %j is kept',
    (kept) => expect(memory(kept).links.playoutDelayMs('deepgram')).toBeUndefined()
  )

  it('is lost alone where it cannot be read', () => {
    const good = { to: 'napster', playoutDelayMs: 20, learntAtMs: 100 * DAY_MS }
    expect(memory([{ to: 'deepgram' }, good]).links.playoutDelayMs('napster')).toBe(20)
  })

  it('is of a service, or of the host that stands in for it', () => {
    expect(linkOf({ service: 'builtin' })).toBe('builtin')
    expect(linkOf({ service: 'deepgram' })).toBe('deepgram')
    expect(linkOf({ service: 'deepgram', url: 'ws://127.0.0.1:47616' })).toBe('deepgram 127.0.0.1:47616')
  })
})
