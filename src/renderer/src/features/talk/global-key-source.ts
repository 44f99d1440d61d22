import type { EventPayload } from '../../../../shared/ipc/contract.ts'
import { text } from '../../text/en.ts'
import type { Controller } from '../session/controller.ts'
import { isActive } from '../session/state.ts'
import type { AppStore } from '../session/store.ts'
import type { KeySource } from './key-source.ts'

/** What main tells of hotkeys, whoever has the keyboard. */
export interface GlobalKeys {
  on(name: 'shortcuts:key', listener: (heard: EventPayload<'shortcuts:key'>) => void): () => void
}

/**
 * The talk key and the keys of the agents, in any application. Main has turned holding and toggling into press and release already, and
 * begins the conversation where there is none.
 */
export function globalKeySource(keys: GlobalKeys): KeySource {
  return {
    id: 'hotkey',
    listen: (onSignal) =>
      keys.on('shortcuts:key', ({ action, signal, test }) => {
        if (!test && (action.kind === 'talk' || action.kind === 'profile')) onSignal(signal)
      })
  }
}

interface GlobalTalk {
  controller: Pick<Controller, 'on' | 'talkKey' | 'setMuted' | 'expectSwitch'>
  store: Pick<AppStore, 'getState' | 'dispatch'>
}

/**
 * Makes this page do what hotkeys are for: talk and mute. The gate opens with the press, so that what is said while the conversation
 * begins is kept for it. Returns its own end.
 */
export function followGlobalKeys({ controller, store }: GlobalTalk): () => void {
  const keys: GlobalKeys = { on: (name, listener) => controller.on(name, listener) }
  const source = globalKeySource(keys)
  const stopSwitch = keys.on('shortcuts:key', ({ action, signal, test }) => {
    const { session, profiles } = store.getState()
    const other = action.kind === 'profile' && profiles?.chosenId !== action.id
    if (!test && other && signal === 'press' && isActive(session)) controller.expectSwitch()
  })
  const stopTalk = source.listen((signal) => {
    controller.talkKey(source.id, signal)
    const { session, muted } = store.getState()
    if (signal !== 'press' || !muted || !isActive(session)) return
    store.dispatch({ kind: 'notice', level: 'info', code: 'hotkey-muted', message: text.shortcuts.mutedHint })
  })
  const stopMute = keys.on('shortcuts:key', ({ action, signal, test }) => {
    if (!test && action.kind === 'mute' && signal === 'press') controller.setMuted(!store.getState().muted)
  })
  return () => {
    stopSwitch()
    stopTalk()
    stopMute()
    controller.talkKey(source.id, 'lost')
  }
}
