import type { AudioEngine, Levels } from '../../audio/api.ts'
import type { Controller } from '../session/controller.ts'
import { gateOpen } from '../session/gate.ts'
import { type AppState, isActive } from '../session/state.ts'
import type { AppStore } from '../session/store.ts'
import { meterPosition } from '../sound/meter-position.ts'
import { earconFor } from './earcon-policy.ts'

/** Typing says so often that somebody is there. */
const STAY_EVERY_MS = 10_000

interface Level {
  level: number
  microphoneOpen: boolean
  muted: boolean
}

/** What is heard now, 0 to 1: the agent while it speaks, else the person while the microphone is open. */
function levelOf(state: AppState, levels: Levels): number {
  if (state.session.phase !== 'live') return 0
  if (state.session.activity === 'agentSpeaking') return meterPosition(levels.outputDbfs)
  return gateOpen(state) ? meterPosition(levels.inputDbfs) : 0
}

interface FollowOptions {
  store: AppStore
  controller: Pick<Controller, 'on' | 'call' | 'setMuted'>
  engine: Pick<AudioEngine, 'onLevels' | 'earcon'>
}

/** The page's part in presence: what tray and overlay show of the microphone, what the tray changes, signs of life, and earcons. */
export function followPresence({ store, controller, engine }: FollowOptions): void {
  let watched = false
  let told: Level = { level: 0, microphoneOpen: false, muted: false }
  let before = store.getState()
  let stayedAtMs = Number.NEGATIVE_INFINITY

  // Nobody waits for these: what could not be told is told with the next change, and a lost link is shown anyway.
  const send = (level: Level): void => void controller.call('presence:level', level).catch(() => undefined)
  const tell = (level: number): void => {
    const state = store.getState()
    const next = { level: Math.round(level * 50) / 50, microphoneOpen: gateOpen(state), muted: state.muted }
    const same = next.level === told.level && next.microphoneOpen === told.microphoneOpen && next.muted === told.muted
    if (same) return
    told = next
    send(next)
  }

  controller.on('presence:watched', (payload) => {
    watched = payload.watched
  })
  controller.on('presence:mute', ({ muted }) => {
    controller.setMuted(muted)
  })
  controller.on('preferences:changed', (preferences) => {
    store.dispatch({ kind: 'preferences', preferences })
  })
  engine.onLevels((levels) => {
    if (watched) tell(levelOf(store.getState(), levels))
  })
  store.subscribe((now) => {
    const earcon = earconFor(before, now)
    before = now
    if (earcon !== undefined) engine.earcon(earcon)
    if (gateOpen(now) !== told.microphoneOpen || now.muted !== told.muted)
      tell(watched && gateOpen(now) ? told.level : 0)
  })
  window.addEventListener(
    'input',
    () => {
      const nowMs = performance.now()
      if (!isActive(store.getState().session) || nowMs - stayedAtMs < STAY_EVERY_MS) return
      stayedAtMs = nowMs
      controller.call('presence:stay', undefined).catch(() => undefined)
    },
    { capture: true }
  )
}
