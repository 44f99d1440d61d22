import type { Caption, SessionEvent } from '../../shared/events.ts'
import type { OverlayState } from '../../shared/ipc/presence-calls.ts'
import { OVERLAY_CAPTION_CHARACTERS } from '../../shared/ipc/overlay-link.ts'

export const emptyOverlay: OverlayState = {
  state: { phase: 'idle' },
  agent: '',
  microphoneOpen: false,
  muted: false,
  level: 0,
  caption: null,
  theme: 'system'
}

/** The end of a long text, from the beginning of a word: what was said last is what is read. */
export function lastOf(text: string, limit: number): string {
  const line = text
    .slice(-20 * limit)
    .replaceAll(/\s+/g, ' ')
    .trim()
  const points = Array.from(line)
  if (points.length <= limit) return line
  // One more than is shown: where it is a space, what is shown begins with a word.
  const tail = points.slice(-limit).join('')
  const space = tail.indexOf(' ')
  return `…${space >= 0 && space < 30 ? tail.slice(space + 1) : points.slice(-(limit - 1)).join('')}`
}

function shown({ role, text }: Caption): OverlayState['caption'] {
  return { role, text: lastOf(text, OVERLAY_CAPTION_CHARACTERS) }
}

/** What the overlay shows after `event`; the same object where nothing of it changed. A reason's sentence is not for it. */
export function reduceOverlay(overlay: OverlayState, event: SessionEvent): OverlayState {
  if (event.kind === 'caption') {
    // Late words of the user stand above the answer: the newest line stays.
    if (event.caption.before !== undefined || event.caption.text === '') return overlay
    return { ...overlay, caption: shown(event.caption) }
  }
  if (event.kind !== 'state') return overlay
  const { state } = event
  const begins = state.phase === 'connecting' && (overlay.state.phase === 'idle' || overlay.state.phase === 'ended')
  const over = state.phase === 'ended' ? { level: 0, microphoneOpen: false, muted: false } : {}
  return { ...overlay, ...over, state, ...(begins ? { caption: null } : {}) }
}
