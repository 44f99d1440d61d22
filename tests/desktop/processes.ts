import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'

const LISTS: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>> = {
  darwin: ['ps', '-A', '-o', 'pid=,ppid='],
  win32: [
    'powershell.exe',
    '-NoProfile',
    '-Command',
    'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }'
  ]
}

/** `[pid, parent]` of every process; from a command where there is no /proc. */
function processes(): [number, number][] {
  const [command, ...args] = LISTS[process.platform] ?? []
  if (command !== undefined) {
    const lines = execFileSync(command, args, { encoding: 'utf8' }).trim().split(/\r?\n/)
    return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(fieldsOf(Number(name))[1])])
}

/** State, parent and so on of a process on Linux; nothing once it has ended. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** Process ids of everything `pid` has started. */
export function descendants(pid: number): number[] {
  const all = processes()
  const below = (of: number): number[] =>
    all.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)])
  return below(pid)
}

/** Whether it still runs; one that has ended and only waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return fieldsOf(pid)[0] !== 'Z'
  } catch {
    return false
  }
}

/** The speech engine's temporary folders of these processes that are still there. */
export function foldersOf(pids: readonly number[]): string[] {
  return readdirSync(tmpdir()).filter((name) => pids.includes(Number(/^parley-(?:voice|turn)-(\d+)-/.exec(name)?.[1])))
}
