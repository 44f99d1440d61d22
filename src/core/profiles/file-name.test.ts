import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { profileFileName } from './file-name.ts'

describe('the name of a profile file', () => {
  it.each([
    ['Kitchen helper', 'Kitchen helper.parley.json'],
    ['Café — Zoë 😀', 'Café — Zoë 😀.parley.json'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a b c d e f g h i j.parley.json'],
    ['..', 'agent.parley.json'],
    ['  .hidden. ', 'hidden.parley.json'],
    ['~root', 'root.parley.json'],
    ['-rf', 'rf.parley.json'],
    ['CON', 'agent CON.parley.json'],
    ['nul.txt', 'agent nul.txt.parley.json'],
    ['com1', 'agent com1.parley.json'],
    ['comma', 'comma.parley.json'],
    ['tab\there\nnow\u0000', 'tab here now.parley.json'],
    ['\u202Egpj.exe', 'gpj.exe.parley.json'],
    ['???', 'agent.parley.json'],
    ['x'.repeat(200), `${'x'.repeat(120)}.parley.json`],
    ['é'.repeat(200), `${'é'.repeat(60)}.parley.json`]
  ])('of %j is %j', (name, file) => expect(profileFileName(name)).toBe(file))

  it('is one that every system takes, whatever the profile is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const file = profileFileName(name)
        expect(file).toMatch(/^[^<>:"/\\|?*\p{C}\s.~-][^<>:"/\\|?*\p{C}]*\.parley\.json$/u)
        expect(file).not.toMatch(/[\s.]\.parley\.json$/)
        expect(file).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)\./i)
        expect(Buffer.byteLength(file)).toBeLessThanOrEqual(150)
      })
    )
  })
})
