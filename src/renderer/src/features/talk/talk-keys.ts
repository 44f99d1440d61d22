import { text } from '../../text/en.ts'
import type { AppStore } from '../session/store.ts'
import type { KeySignal } from './key-source.ts'
import { HOLD_LIMIT_MS } from './push-to-talk.ts'

/** Gives the store what push-to-talk sources say, and tells it when the longest hold is over: a key that is stuck says nothing more. */
export class TalkKeys {
  private readonly store: AppStore
  private holdTimer: ReturnType<typeof setTimeout> | undefined

  constructor(store: AppStore) {
    this.store = store
  }

  hear(source: string, signal: KeySignal): void {
    const say = (said: KeySignal): void =>
      this.store.dispatch({
        kind: 'push-to-talk',
        input: { kind: 'key', source, signal: said, atMs: performance.now() }
      })
    // Pressed again without a release: the release was lost, as when the computer slept, and main may have closed the gate.
    if (signal === 'press') say('lost')
    say(signal)
    this.watchHold()
  }

  private watchHold(): void {
    clearTimeout(this.holdTimer)
    const { pushToTalk } = this.store.getState()
    if (pushToTalk.kind === 'closed') return
    this.holdTimer = setTimeout(
      () => {
        this.store.dispatch({ kind: 'push-to-talk', input: { kind: 'time', atMs: performance.now() } })
        if (this.store.getState().pushToTalk.kind === 'open') this.watchHold()
        else this.store.dispatch({ kind: 'notice', level: 'warning', code: 'held-too-long', message: text.notice.held })
      },
      pushToTalk.sinceMs + HOLD_LIMIT_MS - performance.now()
    )
  }
}
