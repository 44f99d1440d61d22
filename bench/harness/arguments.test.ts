import { describe, expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'

const KNOWN = ['barge-in', 'mic-to-socket']
const parse = (...args: string[]) => parseArguments(args, KNOWN)
const DEFAULTS = { names: KNOWN, mode: 'print', runs: 3, build: true }

describe('the arguments of npm run bench', () => {
  it.each([
    [[], DEFAULTS],
    [['barge-in'], { ...DEFAULTS, names: ['barge-in'] }],
    [['barge-in', 'barge-in'], { ...DEFAULTS, names: ['barge-in'] }],
    [['--check'], { ...DEFAULTS, mode: 'check' }],
    [['mic-to-socket', '--accept'], { ...DEFAULTS, names: ['mic-to-socket'], mode: 'accept' }],
    [['--runs', '5', '--no-build'], { ...DEFAULTS, runs: 5, build: false }],
    [['--list'], { ...DEFAULTS, mode: 'list' }]
  ])('%j', (args, options) => {
    expect(parse(...args)).toEqual({ kind: 'run', options })
  })

  it.each([
    [['mic'], 'There is no bench mic. The benches are: barge-in, mic-to-socket'],
    [['--check', '--accept'], 'Choose one of --check, --accept.'],
    [['--runs', '0'], '--runs takes a whole number from 1 to 50, not 0.'],
    [['--runs', 'many'], '--runs takes a whole number from 1 to 50, not many.'],
    [['--runs', '2.5'], '--runs takes a whole number from 1 to 50, not 2.5.']
  ])('%j are refused with what is wrong', (args, problem) => {
    expect(parse(...args)).toEqual({ kind: 'wrong', problem })
  })

  it('refuses an unknown option', () => {
    expect(parse('--faster')).toMatchObject({ kind: 'wrong', problem: expect.stringContaining('--faster') })
  })
})
