import { expect, it } from 'vitest'
import { CommandLineError, splitCommandLine } from './command-line.ts'

it('splits words, quotes and escapes without a shell', () => {
  expect(splitCommandLine('whisper-cli -m model.bin')).toEqual(['whisper-cli', '-m', 'model.bin'])
  expect(splitCommandLine(`"/a b/prog" 'x "y"' --name="p \\"q\\"" c\\ d`)).toEqual([
    '/a b/prog',
    'x "y"',
    '--name=p "q"',
    'c d'
  ])
  expect(splitCommandLine('C:\\Tools\\asr.exe -f {wav}')).toEqual(['C:\\Tools\\asr.exe', '-f', '{wav}'])
  expect(splitCommandLine('prog "" $HOME ; rm')).toEqual(['prog', '', '$HOME', ';', 'rm'])
})

it('refuses an open quote and an empty command with a sentence', () => {
  expect(() => splitCommandLine('prog "open')).toThrow(CommandLineError)
  expect(() => splitCommandLine("prog 'open")).toThrow('is not closed')
  expect(() => splitCommandLine('  ')).toThrow('empty')
})
