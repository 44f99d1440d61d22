import { describe, expect, it } from 'vitest'
import { Rig } from '../../../core/assistant.test-support.ts'
import type { Note } from '../../../core/presence/notifications.ts'
import { silentLog } from '../../../core/testing.test-support.ts'
import type { EventName } from '../../../shared/ipc/contract.ts'
import { OVERLAY_LEASE_MS } from '../../../shared/ipc/overlay-link.ts'
import { OverlayState } from '../../../shared/ipc/presence-calls.ts'
import { createPresence } from './presence.ts'
import { WEB_PRESENCE } from './web-presence.ts'

const MINUTE = 60_000

async function rig(focused = false) {
  const base = new Rig()
  const notes: Note[] = []
  const told: { name: EventName; payload: unknown }[] = []
  let shown = 0
  const looking = { focused }
  const presence = createPresence({
    clock: base.clock,
    log: silentLog,
    info: () => WEB_PRESENCE,
    show: () => {
      shown += 1
    },
    notify: (note) => notes.push(note),
    focused: () => looking.focused
  })
  base.assistant.onEvent((name, payload) => told.push({ name, payload }))
  await presence.follow(base.assistant)
  const of = (name: EventName): unknown[] => told.flatMap((one) => (one.name === name ? [one.payload] : []))
  return { base, presence, notes, of, looking, shown: () => shown }
}

describe('presence with a real assistant', () => {
  it('ends a silent conversation with a reason of its own, after a warning that is told every second', async () => {
    const { base, of, notes } = await rig()
    await base.connect()
    base.clock.advance(15 * MINUTE - 1)
    expect(of('presence:idle')).toHaveLength(60)
    expect(notes.map(({ kind }) => kind)).toEqual(['idle'])
    base.clock.advance(1)
    expect(base.events.at(-1)).toMatchObject({ kind: 'state', state: { phase: 'ended', reason: { code: 'idle' } } })
    expect(of('presence:idle').at(-1)).toEqual({ endsInSeconds: null })
    expect(notes.map(({ kind }) => kind)).toEqual(['idle', 'ended'])
  })

  it('presence:stay begins the wait anew, and a changed preference holds at once', async () => {
    const { base, presence, of } = await rig()
    await base.connect()
    base.clock.advance(14 * MINUTE + 1_000)
    await presence.handlers['presence:stay'](undefined)
    expect(of('presence:idle').at(-1)).toEqual({ endsInSeconds: null })
    const { presence: kept } = await base.handlers['preferences:read'](undefined)
    await base.handlers['preferences:write']({ presence: { ...kept, idleHangUpMinutes: null } })
    base.clock.advance(60 * MINUTE)
    expect(base.events.at(-1)).not.toMatchObject({ state: { phase: 'ended' } })
  })

  it('tells nothing by a notification while a window has the focus', async () => {
    const { base, notes, looking, presence } = await rig(true)
    await base.connect()
    base.clock.advance(20 * MINUTE)
    presence.hotkeyRefused('Ctrl+Alt+Space belongs to another program.')
    expect(notes).toEqual([])
    looking.focused = false
    presence.hotkeyRefused('Ctrl+Alt+Space belongs to another program.')
    expect(notes).toHaveLength(1)
  })

  it('the overlay is told of the conversation only while its page asks', async () => {
    const { base, presence, of } = await rig()
    await base.connect()
    await presence.handlers['presence:level']({ level: 0.4, microphoneOpen: true, muted: false })
    expect(of('presence:overlay-changed')).toEqual([])
    const first = OverlayState.parse(await presence.handlers['presence:overlay'](undefined))
    expect(first).toMatchObject({ state: { phase: 'live' }, level: 0.4, microphoneOpen: true })
    expect(first.agent).not.toBe('')
    await presence.handlers['presence:level']({ level: 0.5, microphoneOpen: true, muted: false })
    expect(of('presence:overlay-changed')).toHaveLength(1)
    base.clock.advance(OVERLAY_LEASE_MS)
    await presence.handlers['presence:level']({ level: 0.6, microphoneOpen: true, muted: false })
    expect(of('presence:overlay-changed')).toHaveLength(1)
    expect(of('presence:watched')).toEqual([{ watched: true }, { watched: false }])
  })

  it('the tray mutes, chooses, hangs up and switches the overlay on, and sees what came of it', async () => {
    const { base, presence, of, shown } = await rig()
    await base.connect()
    expect(presence.trayState()).toMatchObject({ session: { phase: 'live' }, muted: false, overlay: { on: false } })
    presence.perform({ kind: 'mute', muted: true })
    expect(of('presence:mute')).toEqual([{ muted: true }])
    let changes = 0
    presence.onTray(() => (changes += 1))
    await presence.handlers['presence:level']({ level: 0, microphoneOpen: false, muted: true })
    expect([presence.trayState()?.muted, changes]).toEqual([true, 1])
    presence.perform({ kind: 'overlay', on: true })
    expect(of('preferences:changed')).toMatchObject([{ presence: { overlay: true } }])
    expect(presence.trayState()?.overlay.on).toBe(true)
    presence.perform({ kind: 'show' })
    expect(shown()).toBe(1)
    const other = presence.trayState()?.profiles.find(({ id }) => id !== presence.trayState()?.chosenId)
    if (other === undefined) throw new Error('one profile only')
    presence.perform({ kind: 'hang-up' })
    presence.perform({ kind: 'choose', id: other.id })
    await Promise.resolve()
    expect(presence.trayState()).toMatchObject({ session: { phase: 'ended' }, chosenId: other.id, agent: other.name })
  })

  it('the agent of a conversation has a name in one line that turns nothing round', async () => {
    const { base, presence } = await rig()
    const profile = { schemaVersion: 1, name: 'Kitchen\u202E\n helper', service: 'builtin', settings: {} }
    const { id } = await base.handlers['profiles:import']({ text: JSON.stringify(profile) })
    await base.handlers['profiles:choose']({ id })
    expect(presence.trayState()?.agent).toBe('Kitchen helper')
    await base.connect()
    expect(await presence.handlers['presence:overlay'](undefined)).toMatchObject({ agent: 'Kitchen helper' })
  })

  it('a locked computer has a closed microphone until it is unlocked, and one that was muted stays muted', async () => {
    const { base, presence, of } = await rig()
    await base.connect()
    presence.screenLocked(true)
    expect(of('presence:mute')).toEqual([{ muted: true }])
    expect(await presence.handlers['presence:overlay'](undefined)).toMatchObject({ away: 'locked' })
    await presence.handlers['presence:level']({ level: 0, microphoneOpen: false, muted: true })
    presence.screenLocked(false)
    expect(of('presence:mute')).toEqual([{ muted: true }, { muted: false }])
    expect(await presence.handlers['presence:overlay'](undefined)).not.toHaveProperty('away')
    presence.screenLocked(true)
    presence.screenLocked(false)
    expect(of('presence:mute')).toHaveLength(2)
  })

  it('a computer that wakes up and is still locked has a closed microphone still', async () => {
    const { base, presence, of } = await rig()
    await base.connect()
    presence.screenLocked(true)
    await presence.handlers['presence:level']({ level: 0, microphoneOpen: false, muted: true })
    presence.asleep(true)
    expect(await presence.handlers['presence:overlay'](undefined)).toMatchObject({ away: 'asleep' })
    presence.asleep(false)
    expect(of('presence:mute')).toEqual([{ muted: true }])
    expect(await presence.handlers['presence:overlay'](undefined)).toMatchObject({ away: 'locked' })
    presence.screenLocked(false)
    expect(of('presence:mute').at(-1)).toEqual({ muted: false })
  })

  it('no microphone opens while the computer is locked: not with a conversation that begins, nor with a page that is loaded', async () => {
    const { base, presence, of } = await rig()
    presence.screenLocked(true)
    expect(of('presence:mute'), 'there is nothing to mute').toEqual([])
    await base.connect()
    expect(of('presence:mute').at(-1)).toEqual({ muted: true })
    await presence.handlers['presence:level']({ level: 0, microphoneOpen: false, muted: true })
    const before = of('presence:mute').length
    await presence.handlers['presence:level']({ level: 0.2, microphoneOpen: true, muted: false })
    expect(of('presence:mute').slice(before)).toEqual([{ muted: true }])
  })

  it('after its end it holds no timer and hears nothing', async () => {
    const { base, presence, of } = await rig()
    await base.connect()
    await presence.handlers['presence:overlay'](undefined)
    presence.close()
    base.clock.advance(20 * MINUTE)
    expect(of('presence:idle')).toEqual([])
    expect(base.events.at(-1)).not.toMatchObject({ state: { phase: 'ended' } })
  })
})
