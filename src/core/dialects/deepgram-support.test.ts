import { describe, expect, it } from 'vitest'
import { Command, SUPPORT_VARIANTS } from '../../shared/commands.ts'
import { SupportTable } from '../../shared/events.ts'
import { DialectRig, FLUX, NOVA, SPEAK, THINK } from './testing.test-support.ts'

function kinds(rig: DialectRig): Record<string, string> {
  return Object.fromEntries(Object.entries(rig.dialect.support(rig.agent)).map(([key, { kind }]) => [key, kind]))
}

describe('what is native, emulated and unsupported', () => {
  it('every command and variant stands in the table, with a sentence where it is not native', () => {
    const rig = new DialectRig({ listen: { provider: FLUX }, think: THINK, speak: SPEAK })
    const table = SupportTable.parse(rig.dialect.support(rig.agent))
    const commands = Command.options.map(({ shape }) => shape.kind.value)
    expect(Object.keys(table).toSorted()).toEqual([...commands, ...SUPPORT_VARIANTS].toSorted())
    for (const support of Object.values(table)) {
      if (support.kind === 'emulated') expect(support.how).toMatch(/^[A-Z].*\.$/s)
      if (support.kind === 'unsupported') expect(support.why).toMatch(/^[A-Z].*\.$/s)
    }
  })

  it('with Flux and a known agent it is as the design says', () => {
    expect(kinds(new DialectRig({ listen: { provider: FLUX }, think: THINK, speak: SPEAK }))).toMatchObject({
      'user-text': 'native',
      'user-text/after-speech': 'emulated',
      'user-text/no-response': 'emulated',
      context: 'emulated',
      'context/respond': 'emulated',
      'agent-speech': 'native',
      'agent-speech/interrupt': 'native',
      'append-prompt': 'native',
      'replace-prompt': 'emulated',
      'set-model': 'native',
      'set-turn-detection': 'native',
      'set-turn-detection/silenceDurationMs': 'emulated',
      'set-turn-detection/threshold': 'unsupported',
      'set-turn-detection/prefixPaddingMs': 'unsupported',
      'set-voice': 'native',
      'end-turn': 'native',
      'tool-result': 'native',
      'stop-speaking': 'emulated'
    })
  })

  it('with Nova there are no settings of turn detection', () => {
    expect(kinds(new DialectRig({ listen: { provider: NOVA }, think: THINK }))).toMatchObject({
      'set-turn-detection': 'unsupported',
      'set-turn-detection/silenceDurationMs': 'unsupported',
      'end-turn': 'emulated'
    })
  })

  it('of a saved agent neither prompt nor model can be replaced', () => {
    expect(kinds(new DialectRig('saved'))).toMatchObject({
      'append-prompt': 'native',
      'replace-prompt': 'unsupported',
      'set-model': 'unsupported',
      'set-model/temperature': 'unsupported',
      'set-turn-detection': 'unsupported',
      'set-voice': 'native',
      'configure-think': 'native'
    })
  })
})
