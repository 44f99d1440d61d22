import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Caption, SessionEvent, SessionState } from '../../shared/events.ts'
import { OVERLAY_CAPTION_CHARACTERS, OVERLAY_LEASE_MS } from '../../shared/ipc/overlay-link.ts'
import { OverlayState } from '../../shared/ipc/presence-calls.ts'
import { ManualClock } from '../testing.test-support.ts'
import { emptyOverlay, lastOf, reduceOverlay } from './overlay.ts'
import { OverlayFeed } from './overlay-feed.ts'

const caption = (text: string, more: Partial<Caption> = {}): SessionEvent => ({
  kind: 'caption',
  caption: { id: '1', role: 'agent', text, interrupted: false, ...more }
})
const state = (next: SessionState): SessionEvent => ({ kind: 'state', state: next })
const loud = (level: number) => ({ level, microphoneOpen: true, muted: false })

function feed() {
  const clock = new ManualClock()
  const sent: OverlayState[] = []
  const watched: boolean[] = []
  const overlay = new OverlayFeed({
    clock,
    about: () => ({ agent: 'Kitchen helper', theme: 'dark' }),
    send: (next) => sent.push(next),
    onWatched: (on) => watched.push(on)
  })
  return { clock, sent, watched, overlay }
}

describe('what the overlay shows', () => {
  it('is the newest line, and not late words that stand above it', () => {
    const said = reduceOverlay(emptyOverlay, caption('The answer.'))
    expect(said.caption).toEqual({ role: 'agent', text: 'The answer.' })
    expect(reduceOverlay(said, caption('The question', { id: '0', role: 'user', before: '1' }))).toBe(said)
  })

  it('begins without a line in a new conversation, keeps it when the connection comes back, and is quiet after the end', () => {
    const ended: SessionState = { phase: 'ended', reason: { code: 'hung-up', message: '' } }
    let overlay = reduceOverlay({ ...emptyOverlay, ...loud(0.4) }, caption('Hello'))
    overlay = reduceOverlay(overlay, state({ phase: 'live', activity: 'listening' }))
    expect(overlay.caption).not.toBeNull()
    overlay = reduceOverlay(overlay, state(ended))
    expect(overlay).toMatchObject({ level: 0, microphoneOpen: false, caption: { text: 'Hello' } })
    expect(reduceOverlay(overlay, state({ phase: 'connecting' })).caption).toBeNull()
  })

  it('is bounded whatever is said, and always what the contract says', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 6 }), (lines) => {
        let overlay = emptyOverlay
        for (const text of lines) overlay = reduceOverlay(overlay, caption(text))
        expect(OverlayState.safeParse(overlay).success).toBe(true)
        expect(Array.from(overlay.caption?.text ?? '').length).toBeLessThanOrEqual(OVERLAY_CAPTION_CHARACTERS)
      })
    )
    expect(lastOf('one two  three\nfour', 11)).toBe('…three four')
  })
})

describe('what the overlay is told', () => {
  it('nothing while nobody looks', () => {
    const { clock, sent, overlay } = feed()
    overlay.event(caption('Hello'))
    overlay.level(loud(0.5))
    clock.advance(60_000)
    expect(sent).toEqual([])
    expect(overlay.watch()).toMatchObject({
      agent: 'Kitchen helper',
      theme: 'dark',
      level: 0.5,
      caption: { text: 'Hello' }
    })
  })

  it('at most ten times a second, the newest last', () => {
    const { clock, sent, overlay } = feed()
    overlay.watch()
    for (let at = 0; at < 200; at += 1) {
      overlay.level(loud(at / 200))
      clock.advance(10)
    }
    clock.advance(100)
    expect(sent.length).toBeGreaterThan(15)
    expect(sent.length).toBeLessThanOrEqual(21)
    expect(sent.at(-1)?.level).toBe(199 / 200)
  })

  it('nothing that is as it was', () => {
    const { clock, sent, overlay } = feed()
    overlay.watch()
    for (let at = 0; at < 10; at += 1) {
      overlay.level(loud(0.5))
      overlay.event({ kind: 'prompt', codePoints: at, limit: null })
      clock.advance(200)
    }
    expect(sent).toHaveLength(1)
  })

  it('nothing more when its page stopped asking, and the page with the microphone is told so', () => {
    const { clock, sent, watched, overlay } = feed()
    overlay.watch()
    overlay.level(loud(0.2))
    overlay.level(loud(0.3))
    clock.advance(OVERLAY_LEASE_MS - 1)
    overlay.watch()
    clock.advance(OVERLAY_LEASE_MS - 1)
    expect(watched).toEqual([true, true])
    clock.advance(1)
    expect(watched).toEqual([true, true, false])
    const before = sent.length
    overlay.level(loud(0.9))
    clock.advance(60_000)
    expect(sent).toHaveLength(before)
  })

  it('one that is hidden between two messages gets no late one', () => {
    const { clock, sent, overlay } = feed()
    overlay.watch()
    overlay.level(loud(0.2))
    overlay.level(loud(0.3))
    overlay.unwatch()
    clock.advance(1_000)
    expect(sent).toHaveLength(1)
    expect(overlay.state.level).toBe(0)
  })
})
