import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_PORT, parseStartOptions, START_USAGE, startArguments } from './start-options.ts'

const plain = { port: DEFAULT_PORT, open: true, connect: false }

describe('start options', () => {
  it('has a fixed port, opens a window and does not connect unless asked', () => {
    expect(parseStartOptions([])).toEqual({ kind: 'options', options: plain })
  })

  it('reads every flag, with a space or an equals sign', () => {
    const args = ['--host', 'web', '--port=0', '--no-open', '--profile', 'a b.json', '--connect', '--data-dir=/d']
    expect(parseStartOptions(args)).toEqual({
      kind: 'options',
      options: { host: 'web', port: 0, open: false, profile: 'a b.json', connect: true, dataDir: '/d' }
    })
  })

  it.each([
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, not "65536"'],
    [['--port', '-1'], "Option '--port' argument is ambiguous"],
    [['--port=-1'], '--port must be a whole number from 0 to 65535, not "-1"'],
    [['--port=8e3'], '--port must be a whole number from 0 to 65535, not "8e3"'],
    [['--port='], '--port must be a whole number from 0 to 65535, not ""'],
    [['--host', 'cli'], '--host must be desktop or web, not "cli"'],
    [['--profile='], '--profile needs the name of a file, not ""'],
    [['--data-dir='], '--data-dir needs the name of a folder, not ""'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--connect=yes'], "Option '--connect' does not take an argument"],
    [['web'], "Unexpected argument 'web'"]
  ])('refuses %j with a sentence', (args, problem) => {
    const result = parseStartOptions(args)
    expect(result.kind).toBe('wrong')
    expect(result.kind === 'wrong' && result.problem).toContain(problem)
  })

  it('shows the help before it complains about nothing else, and the help names every flag', () => {
    expect(parseStartOptions(['--help'])).toEqual({ kind: 'help' })
    expect(parseStartOptions(['-h', '--host', 'web'])).toEqual({ kind: 'help' })
    for (const flag of ['--host', '--port', '--no-open', '--profile', '--connect', '--data-dir', '--help']) {
      expect(START_USAGE).toContain(flag)
    }
  })

  it('leaves Chromium switches alone where they are expected', () => {
    const args = ['--no-sandbox', '--remote-debugging-port=0', '/app', '--connect', '--enable-features', 'x']
    expect(parseStartOptions(args, 'lenient')).toEqual({ kind: 'options', options: { ...plain, connect: true } })
  })

  it('survives any arguments: an answer, never a throw', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.boolean(), (args, strict) => {
        expect(['options', 'help', 'wrong']).toContain(parseStartOptions(args, strict ? 'strict' : 'lenient').kind)
      })
    )
  })

  it('writes options as flags that read the same', () => {
    const some = fc.string({ minLength: 1 })
    const options = fc.record(
      {
        port: fc.integer({ min: 0, max: 65_535 }),
        open: fc.boolean(),
        connect: fc.boolean(),
        hidden: fc.constant(true as const),
        profile: some,
        dataDir: some
      },
      { requiredKeys: ['port', 'open', 'connect'] }
    )
    fc.assert(
      fc.property(options, (asked) => {
        expect(parseStartOptions(startArguments(asked))).toEqual({ kind: 'options', options: asked })
      })
    )
  })
})
