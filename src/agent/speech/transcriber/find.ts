import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { devNull, homedir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { commandTranscriber } from './command.ts'
import { splitCommandLine } from './command-line.ts'
import type { Transcriber } from './transcriber.ts'

/** Stands for the WAV's path in a command line; without it the path is the last argument. */
export const WAV_PLACEHOLDER = '{wav}'

/** Where a whisper.cpp model is looked for after `$WHISPER_MODEL`: the first `ggml-*.bin` of these folders. */
const MODEL_DIRS = [
  join(homedir(), '.cache', 'whisper.cpp'),
  join(homedir(), '.local', 'share', 'whisper.cpp'),
  '/usr/share/whisper.cpp/models',
  '/usr/local/share/whisper.cpp/models'
]

/**
 * The transcriber a setting means: a command line, 'none', or 'auto'. Auto takes `whisper-cli` where it is on PATH and a model is
 * found (`$WHISPER_MODEL` or a usual folder), else `pocketsphinx_continuous`, else none. Throws `CommandLineError`.
 */
export function findTranscriber(setting: string, env: NodeJS.ProcessEnv): Transcriber | null {
  if (setting === 'none' || setting.trim() === '') return null
  if (setting !== 'auto') return fromCommandLine(splitCommandLine(setting), env)
  const model = whisperModel(env)
  if (model !== null && onPath('whisper-cli', env)) return fromCommandLine(['whisper-cli', '-m', model], env)
  return onPath('pocketsphinx_continuous', env) ? fromCommandLine(['pocketsphinx_continuous'], env) : null
}

/** True when `whisper-cli` is on PATH and only its model keeps 'auto' from using it. */
export function whisperLacksModel(env: NodeJS.ProcessEnv): boolean {
  return onPath('whisper-cli', env) && whisperModel(env) === null
}

function fromCommandLine([program = '', ...given]: string[], env: NodeJS.ProcessEnv): Transcriber {
  const name = basename(program).replace(/\.exe$/i, '')
  const args = [...given, ...knownArguments(name, given)]
  if (!args.some((argument) => argument.includes(WAV_PLACEHOLDER))) args.push(WAV_PLACEHOLDER)
  return commandTranscriber({
    name,
    program,
    args: (wavPath) => args.map((argument) => argument.replaceAll(WAV_PLACEHOLDER, () => wavPath)),
    env
  })
}

/** What the two known programs need to read one file and print nothing but text, unless it was given. */
function knownArguments(name: string, given: readonly string[]): string[] {
  const unlessGiven = (flag: string, ...values: string[]) => (given.includes(flag) ? [] : [flag, ...values])
  if (given.some((argument) => argument.includes(WAV_PLACEHOLDER))) return []
  if (name === 'pocketsphinx_continuous') {
    return [...unlessGiven('-logfn', devNull), ...unlessGiven('-infile', WAV_PLACEHOLDER)]
  }
  if (name === 'whisper-cli')
    return [...unlessGiven('-nt'), ...unlessGiven('-np'), ...unlessGiven('-f', WAV_PLACEHOLDER)]
  return []
}

function whisperModel(env: NodeJS.ProcessEnv): string | null {
  const chosen = env['WHISPER_MODEL']
  if (chosen !== undefined && existsSync(chosen)) return chosen
  for (const dir of MODEL_DIRS) {
    const model = existsSync(dir) ? readdirSync(dir).find((file) => /^ggml-.*\.bin$/.test(file)) : undefined
    if (model !== undefined) return join(dir, model)
  }
  return null
}

function onPath(program: string, env: NodeJS.ProcessEnv): boolean {
  const names = process.platform === 'win32' ? [`${program}.exe`] : [program]
  const dirs = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((dir) => dir !== '')
  return dirs.some((dir) => names.some((name) => isExecutable(join(dir, name))))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
