import { expect, it } from 'vitest'
import { secretUse } from './secret-use.ts'

it('lists the key of each service and every named secret with the profiles that use it, once each', () => {
  const uses = secretUse([
    { name: 'Kitchen', service: 'deepgram', text: '{"a":"Bearer {{secret:LLM}} {{secret:LLM}}"}' },
    { name: 'Garden', service: 'napster', text: '{"b":"{{secret:LLM}}{{secret:A_2}}"}' },
    { name: 'Cellar', service: 'builtin', text: '{}' },
    { name: 'Kitchen', service: 'deepgram', text: '{}' }
  ])
  expect(uses).toEqual([
    { target: { kind: 'service-key', service: 'deepgram' }, usedBy: ['Kitchen'] },
    { target: { kind: 'service-key', service: 'napster' }, usedBy: ['Garden'] },
    { target: { kind: 'named', name: 'A_2' }, usedBy: ['Garden'] },
    { target: { kind: 'named', name: 'LLM' }, usedBy: ['Kitchen', 'Garden'] }
  ])
})
