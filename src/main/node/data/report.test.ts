import { expect, it } from 'vitest'
import { redactor } from '../../../core/secrets/redactor.ts'
import { reportText, type ReportParts } from './report.ts'

const CANARY = 'canary-0123456789-abcdef'
const HEX = '0123456789abcdef0123456789abcdef01234567'

const parts: ReportParts = {
  madeAt: '2026-01-02T03:04:05.006Z',
  program: { Parley: '0.1.0, web host' },
  folder: {
    dir: '/home/alice/.local/share/parley',
    bytes: 1234,
    problems: [{ code: 'restored', message: 'It was missing (/home/alice/x).' }]
  },
  keys: {
    rows: [{ target: { kind: 'service-key', service: 'deepgram' }, place: 'file', usedBy: ['Kitchen'] }],
    missing: [{ target: { kind: 'named', name: 'LLM' }, usedBy: ['Kitchen'] }],
    places: ['file', 'memory'],
    why: 'Because.'
  },
  preferences: { theme: 'dark', microphone: { id: 'abc', label: 'Headset of Alice' } },
  agents: [
    { builtIn: true, held: false, file: undefined },
    {
      builtIn: false,
      held: true,
      file: {
        name: 'Kitchen',
        service: 'deepgram',
        settings: {
          agent: {
            think: { prompt: `Be brief, says Alice. ${CANARY}`, provider: { model: 'gpt-4o-mini', temperature: 0.5 } },
            greeting: 'Hi',
            listen: { provider: { keyterms: ['Rumpelstiltskin'] } },
            context: { messages: [{ role: 'user', content: 'ok' }] }
          }
        }
      }
    }
  ],
  abilities: { hotkeys: { hook: 'available', why: 'It works here.' } },
  log: [`{"message":"said ${CANARY}"}`, `{"message":"id ${HEX}"}`, '{"message":"in /home/alice/x"}']
}
const known = redactor([[CANARY, '[Deepgram key]']])
const options = { texts: false, redact: (text: string) => known.text(text), home: '/home/alice' }

it('holds what a developer needs and neither secrets nor words nor the name of the person', () => {
  const text = reportText(parts, options)
  for (const needed of [
    '0.1.0, web host',
    '~/.local/share/parley, 1234 bytes',
    'restored: It was missing (~/x).',
    'Deepgram: file',
    '{{secret:LLM}}: missing',
    '"model": "gpt-4o-mini"',
    '"temperature": 0.5',
    'own, held',
    'said [Deepgram key]',
    // What the host says of itself are Parley's sentences, and the reason is what is looked for.
    'It works here.',
    'Log (newest 3 lines)'
  ]) {
    expect(text).toContain(needed)
  }
  expect(text).not.toMatch(/canary|alice|Rumpelstiltskin|Kitchen|"Hi"|"ok"/i)
  expect(text).not.toContain(HEX)
})

it('holds the words of the agents only when asked for, and no secret then either', () => {
  const text = reportText(parts, { ...options, texts: true })
  expect(text).toContain('Be brief, says Alice.')
  expect(text).toContain('Rumpelstiltskin')
  expect(text).not.toMatch(/canary-/)
})
