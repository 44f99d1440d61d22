import { expect, it } from 'vitest'
import type { EventPayload } from '../../../../shared/ipc/contract.ts'
import { ProfileId } from '../../../../shared/profile.ts'
import { createAppStore } from '../session/store.ts'
import { followGlobalKeys } from './global-key-source.ts'

type Heard = EventPayload<'shortcuts:key'>
const talk = { kind: 'talk' } as const
const agent = { kind: 'profile', id: ProfileId.parse('own') } as const

function rig() {
  const listeners = new Set<(heard: Heard) => void>()
  const said: string[] = []
  const store = createAppStore()
  const controller = {
    on: (_name: string, listener: (heard: Heard) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    talkKey: (source: string, signal: string) => void said.push(`${source} ${signal}`),
    expectSwitch: () => void said.push('expect another agent'),
    setMuted: (muted: boolean) => {
      said.push(muted ? 'mute' : 'unmute')
      store.dispatch({ kind: 'muted', muted })
    }
  }
  const stop = followGlobalKeys({ store, controller: controller as never })
  const hear = (action: Heard['action'], signal: Heard['signal'], test = false): void => {
    for (const listener of listeners) listener({ action, signal, test })
  }
  return { said, store, stop, hear, listeners }
}

it('the talk key and the keys of agents talk by one source', () => {
  const { said, hear } = rig()
  hear(talk, 'press')
  hear(talk, 'lost')
  hear(agent, 'press')
  hear(agent, 'release')
  expect(said).toEqual(['hotkey press', 'hotkey lost', 'hotkey press', 'hotkey release'])
})

it('a key that is tried out does nothing, nor do those that main acts on', () => {
  const { said, hear } = rig()
  hear(talk, 'press', true)
  hear({ kind: 'mute' }, 'press', true)
  hear({ kind: 'stop' }, 'press')
  hear({ kind: 'show' }, 'press')
  expect(said).toEqual([])
})

it('mute mutes and unmutes; to talk while muted is answered', () => {
  const { said, hear, store } = rig()
  store.dispatch({ kind: 'session-event', event: { kind: 'state', state: { phase: 'live', activity: 'listening' } } })
  hear({ kind: 'mute' }, 'press')
  hear(talk, 'press')
  expect(store.getState().notices.map(({ message }) => message)).toEqual(['You are muted. Unmute to be heard.'])
  hear({ kind: 'mute' }, 'press')
  expect(said).toEqual(['mute', 'hotkey press', 'unmute'])
})

it('another agent is expected where a conversation runs', () => {
  const { said, hear, store } = rig()
  hear(agent, 'press')
  expect(said).toEqual(['hotkey press'])
  store.dispatch({ kind: 'session-event', event: { kind: 'state', state: { phase: 'live', activity: 'listening' } } })
  hear(agent, 'press')
  expect(said.slice(1)).toEqual(['expect another agent', 'hotkey press'])
})

it('who stops following has no key that is held', () => {
  const { said, hear, stop, listeners } = rig()
  hear(talk, 'press')
  stop()
  expect(said).toEqual(['hotkey press', 'hotkey lost'])
  expect(listeners.size).toBe(0)
})
