import { describe, expect, it } from 'vitest'
import type { SessionState } from '../../shared/events.ts'
import { ProfileId } from '../../shared/profile.ts'
import { stateWords, type TrayItem, trayMenu, type TrayState } from './tray-menu.ts'

const idle: TrayState = {
  session: { phase: 'idle' },
  agent: 'Tom & Jerry',
  profiles: [
    { id: ProfileId.parse('a'), name: 'Tom & Jerry', held: false },
    { id: ProfileId.parse('b'), name: 'From a file', held: true }
  ],
  chosenId: ProfileId.parse('a'),
  muted: false,
  textOnly: false,
  overlay: { possible: true, on: false }
}
const live: SessionState = { phase: 'live', activity: 'listening' }
const ended = (code: 'hung-up' | 'idle' | 'unreachable'): SessionState => ({
  phase: 'ended',
  reason: { code, message: '' }
})

const labelled = (items: readonly TrayItem[], label: string): TrayItem => {
  const found = items.find((item) => 'label' in item && item.label === label)
  if (found === undefined) throw new Error(`no ${label}`)
  return found
}

describe('the tray', () => {
  it('starts a conversation, chooses the agent, and quits', () => {
    const { items, picture, tooltip } = trayMenu(idle)
    expect([picture, tooltip]).toEqual(['idle', 'Parley: Ready'])
    expect(labelled(items, 'Start talking')).toMatchObject({ action: { kind: 'talk' }, enabled: true })
    expect(labelled(items, 'Mute microphone')).toMatchObject({ enabled: false })
    expect(labelled(items, 'Stop speaking')).toMatchObject({ enabled: false })
    expect(items.at(-1)).toMatchObject({ action: { kind: 'quit' } })
    const agents = labelled(items, 'Agent')
    if (agents.kind !== 'menu') throw new Error('not a menu')
    expect(agents.enabled).toBe(true)
    expect(agents.items).toEqual([
      { kind: 'check', label: 'Tom && Jerry', checked: true, action: { kind: 'choose', id: 'a' }, enabled: true },
      {
        kind: 'check',
        label: 'From a file (not allowed yet)',
        checked: false,
        action: { kind: 'choose', id: 'b' },
        enabled: false
      }
    ])
  })

  it('in a conversation hangs up, mutes, stops the agent and leaves the choice of agent alone', () => {
    const talking = trayMenu({ ...idle, session: { phase: 'live', activity: 'agentSpeaking' } })
    expect(talking).toMatchObject({ picture: 'live', tooltip: 'Parley: Tom & Jerry is speaking' })
    expect(labelled(talking.items, 'Hang up')).toMatchObject({ enabled: true })
    expect(labelled(talking.items, 'Stop speaking')).toMatchObject({ enabled: true })
    expect(labelled(talking.items, 'Agent')).toMatchObject({ enabled: false })
    const mute = labelled(talking.items, 'Mute microphone')
    expect(mute).toMatchObject({ checked: false, enabled: true, action: { kind: 'mute', muted: true } })
    const muted = trayMenu({ ...idle, session: live, muted: true })
    expect(muted).toMatchObject({ picture: 'muted', tooltip: 'Parley: With Tom & Jerry, muted' })
    expect(labelled(muted.items, 'Mute microphone')).toMatchObject({ checked: true, action: { muted: false } })
    const silent = trayMenu({ ...idle, session: live, textOnly: true })
    expect(labelled(silent.items, 'Mute microphone')).toMatchObject({ enabled: false })
  })

  it.each([
    [ended('hung-up'), 'idle', 'Ready'],
    [ended('idle'), 'idle', 'Ready'],
    [ended('unreachable'), 'trouble', 'Not connected'],
    [{ phase: 'configuring' }, 'live', 'Connecting to Tom & Jerry']
  ] as [SessionState, string, string][])('%j is shown as %s', (session, picture, words) => {
    expect(trayMenu({ ...idle, session })).toMatchObject({ picture, tooltip: `Parley: ${words}` })
  })

  it('a name cannot break a label or turn round what stands beside it', () => {
    const name = 'Kitchen\u202E\u2066\n\u001B[31m\u0000 helper'
    const menu = trayMenu({ ...idle, agent: name, profiles: [{ ...idle.profiles[0]!, name, held: true }] })
    const words = stateWords({ session: { phase: 'live', activity: 'agentSpeaking' }, agent: name, muted: false })
    expect(JSON.stringify(menu)).toContain('"Kitchen [31m helper (not allowed yet)"')
    expect(words).toBe('Kitchen [31m helper is speaking')
  })

  it('stays a menu with 500 agents of long names, with the chosen one among them', () => {
    const profiles = Array.from({ length: 500 }, (_, at) => ({
      id: ProfileId.parse(`p${at}`),
      name: `${at} ${'long '.repeat(50)}`,
      held: false
    }))
    const { items } = trayMenu({ ...idle, profiles, chosenId: ProfileId.parse('p499') })
    const agents = labelled(items, 'Agent')
    if (agents.kind !== 'menu') throw new Error('not a menu')
    expect(agents.items).toHaveLength(30)
    expect(agents.items.filter((item) => item.kind === 'check' && item.checked)).toHaveLength(1)
    for (const item of agents.items) expect('label' in item && Array.from(item.label).length).toBeLessThanOrEqual(40)
  })

  it('has no overlay where there can be none', () => {
    const without = trayMenu({ ...idle, overlay: { possible: false, on: false } })
    expect(without.items.some((item) => 'label' in item && item.label === 'Overlay')).toBe(false)
  })
})
