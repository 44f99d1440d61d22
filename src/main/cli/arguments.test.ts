import { describe, expect, test } from 'vitest'
import { DEFAULT_AGENT_PORT, readArguments } from './arguments.ts'

const talkOptions = (...args: string[]) => {
  const read = readArguments(['talk', ...args])
  return read.command === 'talk' ? read.options : undefined
}

describe('readArguments', () => {
  test('reads every option of talk; --text keeps its order', () => {
    expect(
      talkOptions(
        ...'--profile p.json --url wss://host/x --text one --text two_words --in a.wav'.split(' '),
        ...'--out b.wav --events e.jsonl --timeout 2.5'.split(' ')
      )
    ).toEqual({
      profile: 'p.json',
      url: 'wss://host/x',
      texts: ['one', 'two_words'],
      tools: [],
      reconnect: false,
      in: 'a.wav',
      out: 'b.wav',
      events: 'e.jsonl',
      timeoutSeconds: 2.5
    })
    for (const url of ['ws://h', 'wss://h', 'http://h:1', 'https://h/x']) {
      expect(talkOptions('--in=a.wav', '--url', url)).toMatchObject({ url })
    }
    expect(talkOptions('--in=a.wav')).toEqual({ texts: [], tools: [], reconnect: false, in: 'a.wav' })
    expect(talkOptions('--stdin')).toEqual({ texts: [], tools: [], reconnect: false, stdin: true })
  })

  test('reads agent, start, help and version', () => {
    expect(readArguments(['agent'])).toEqual({
      command: 'agent',
      options: { port: DEFAULT_AGENT_PORT, faults: [], switches: {} }
    })
    expect(readArguments(['agent', '--port', '0', '--key', 'k', '--transcriber', 'none'])).toEqual({
      command: 'agent',
      options: { port: 0, key: 'k', transcriber: 'none', faults: [], switches: {} }
    })
    const switches = ['--switch', 'agent-thinking=on', '--switch=end-of-turn=on', '--switch=end-of-turn=off']
    expect(readArguments(['agent', ...switches])).toMatchObject({
      options: { switches: { agentThinking: true, endOfTurn: false } }
    })
    for (const wrong of ['agent-thinking', 'thinking=on', 'agent-thinking=yes']) {
      expect(() => readArguments(['agent', '--switch', wrong])).toThrow(/--switch needs NAME=on.*echo-responses.*got/)
    }
    expect(readArguments(['agent', '--fault', 'refuse:429', '--fault=no-pong'])).toMatchObject({
      options: { faults: [{ effect: { kind: 'refuse', status: 429 } }, { effect: { kind: 'no-pong' } }] }
    })
    expect(readArguments(['start', '--host', 'web'])).toEqual({ command: 'start', args: ['--host', 'web'] })
    expect(readArguments(['--self-check', '--no-open'])).toEqual({
      command: 'start',
      args: ['--self-check', '--no-open']
    })
    for (const args of [['--help'], ['-h'], ['help'], ['talk', '--help'], ['agent', '-h']]) {
      expect(readArguments(args)).toEqual({ command: 'help' })
    }
    expect(readArguments(['--version'])).toEqual({ command: 'version' })
  })

  test.each([
    [[], 'a command is missing'],
    [['tlak'], 'there is no command "tlak"'],
    [['talk'], 'nothing to say'],
    [['talk', '--txet', 'x'], "Unknown option '--txet'"],
    [['talk', 'hello'], 'Unexpected argument'],
    [['talk', '--text'], 'argument missing'],
    [['talk', '--text', ' '], '--text needs some text'],
    [['talk', '--text', 'x', '--timeout', '0'], '--timeout must be more than 0'],
    [['talk', '--text', 'x', '--timeout', 'soon'], '--timeout needs a number'],
    [['talk', '--text', 'x', '--timeout=-1'], '--timeout needs a number'],
    [['talk', '--text', 'x', '--url', 'ftp://x'], '--url needs an address'],
    [['talk', '--text', 'x', '--url', 'nonsense'], '--url needs an address'],
    [['talk', '--stdin', '--text', 'x'], '--stdin cannot be combined with --text or --in'],
    [['talk', '--stdin', '--in', 'a.wav'], '--stdin cannot be combined with --text or --in'],
    [['talk', '--text', 'x', '--out', ''], '--out needs the name of a file'],
    [['talk', '--in', 'a.wav', '--out', './a.wav'], '--in and --out are the same file'],
    [['talk', '--text', 'a', '--tool', 'add'], '--tool needs NAME=COMMAND'],
    [['talk', '--text', 'a', '--tool', 'add=x', '--tool', 'add=y'], '--tool names add twice'],
    [['agent', '--port', '65536'], '--port must be a whole number'],
    [['agent', '--port', 'any'], '--port must be a whole number'],
    [['agent', '--key', ''], '--key must not be empty'],
    [['agent', '--fault', 'no-pong', '--fault', 'clsoe:1011'], '--fault "clsoe:1011": there is no fault "clsoe"'],
    [['agent', '--fault', 'close:1011'], '--fault "close:1011": it needs the point at which it happens']
  ])('refuses %j with a sentence and exit code 2', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(expect.objectContaining({ exitCode: 2 }))
    expect(() => readArguments(args)).toThrow(sentence)
  })
})
