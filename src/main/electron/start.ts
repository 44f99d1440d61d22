import { homedir } from 'node:os'
import path from 'node:path'
import type { AgentProfile } from '../../shared/profile.ts'
import { defaultDataDir, openDataDir } from '../node/data-dir.ts'
import { ProfileFileError, readProfileFile } from '../node/read-profile.ts'
import { selfCheckDataDir } from '../node/self-check/data-dir.ts'
import { parseStartOptions, START_USAGE } from '../node/start-options.ts'

interface RunStart {
  kind: 'run'
  dataDir: string
  userDataDir: string
  connect: boolean
  hidden: boolean
  selfCheck: boolean
  profile?: AgentProfile
  warnings: string[]
}

/** What the desktop host was asked to do, with the files it names already read. */
export type DesktopStart = RunStart | { kind: 'stop'; exitCode: number; text: string }

/** `argv` is Electron's: Chromium's own switches are in it too, and only our flags are looked at. */
export function readDesktopStart(argv: readonly string[], env: NodeJS.ProcessEnv): DesktopStart {
  const asked = parseStartOptions(argv.slice(1), 'lenient')
  if (asked.kind === 'help') return { kind: 'stop', exitCode: 0, text: START_USAGE }
  if (asked.kind === 'wrong') return { kind: 'stop', exitCode: 2, text: `${asked.problem}\n` }
  const { profile: file, connect, hidden = false, selfCheck = false, dataDir: wanted } = asked.options
  const given = file === undefined ? { warnings: [] } : readProfile(file)
  if ('problem' in given) return { kind: 'stop', exitCode: 2, text: `${given.problem}\n` }
  const dir = wanted ?? (selfCheck ? selfCheckDataDir() : defaultDataDir(process.platform, env, homedir()))
  try {
    const dataDir = openDataDir(dir)
    return { kind: 'run', dataDir, userDataDir: path.join(dataDir, 'electron'), connect, hidden, selfCheck, ...given }
  } catch (cause) {
    const text = `The data folder ${dir} cannot be used: ${messageOf(cause)}. Choose another: --data-dir DIR\n`
    return { kind: 'stop', exitCode: 1, text }
  }
}

/** What a second start is told: its window is the first one's, and so is everything else. Undefined where it asked for nothing more. */
export function secondStartNote({ profile, connect }: Pick<RunStart, 'profile' | 'connect'>): string | undefined {
  const flags = [...(profile === undefined ? [] : ['--profile']), ...(connect ? ['--connect'] : [])]
  if (flags.length === 0) return undefined
  return `Parley is running already and its window is shown. Not done: ${flags.join(', ')}. Quit it first, or use its window.\n`
}

function readProfile(file: string): { profile: AgentProfile; warnings: string[] } | { problem: string } {
  try {
    return readProfileFile(file)
  } catch (cause) {
    if (cause instanceof ProfileFileError) return { problem: cause.message }
    throw cause
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
