import { describe, expect, test } from 'vitest'
import { commandTool, MAX_RESULT_BYTES, readCommandTool } from './command-tool.ts'

const ENV = { PATH: process.env['PATH'] ?? '' }

function run(script: string, input: Record<string, unknown> = {}, signal = new AbortController().signal) {
  const tool = commandTool({ name: 'look_up', command: [process.execPath, '-e', script] }, ENV)
  return tool.run({ id: 'f1', name: 'look_up', input }, signal)
}

describe('a --tool', () => {
  test.each([
    ['add=node add.js', { name: 'add', command: ['node', 'add.js'] }],
    [`add=node 'my tools/add.js' "a b"`, { name: 'add', command: ['node', 'my tools/add.js', 'a b'] }],
    ['add=echo a=b', { name: 'add', command: ['echo', 'a=b'] }],
    ['add', undefined],
    ['=node', undefined],
    ['add=', undefined],
    ['a b=node', undefined]
  ])('%s', (text, tool) => expect(readCommandTool(text)).toEqual(tool))

  test('gets the arguments as JSON on stdin and answers with stdout', async () => {
    const script = "process.stdin.on('data', (d) => { const { a, b } = JSON.parse(d); console.log(a + b) })"
    expect(await run(script, { a: 2, b: 3 })).toBe('5')
  })

  test('that fails says its exit code and the end of its stderr', async () => {
    await expect(run("console.log('half'); console.error('no such table'); process.exit(3)")).rejects.toThrow(
      'exit code 3. no such table'
    )
  })

  test('that writes without end is ended', async () => {
    const script =
      "const z = 'x'.repeat(65536); const w = () => { while (process.stdout.write(z)); }; process.stdout.on('drain', w); w()"
    await expect(run(script)).rejects.toThrow(`longer than ${MAX_RESULT_BYTES} bytes`)
  })

  test('that is not wanted any more is ended', async () => {
    const wanted = new AbortController()
    const answer = run('setInterval(() => {}, 1000)', {}, wanted.signal)
    wanted.abort()
    await expect(answer).rejects.toThrow('look_up could not be run')
  })

  test('that is no program, and one that does not read its input, are told', async () => {
    const tool = commandTool({ name: 'gone', command: ['/no/such/program'] }, ENV)
    const { signal } = new AbortController()
    await expect(tool.run({ id: '1', name: 'gone', input: {} }, signal)).rejects.toThrow(
      'gone could not be run (ENOENT)'
    )
    expect(await run("process.stdin.destroy(); console.log('ok')", { long: 'x'.repeat(500_000) })).toBe('ok')
  })

  test('sees nothing of the environment but what it is given: no key', async () => {
    expect(await run('console.log(Object.keys(process.env).sort().join())')).toBe('PATH')
  })
})
