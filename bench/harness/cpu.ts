import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of /proc per second on every Linux that Chromium runs on. */
const TICKS_PER_SECOND = 100

/** CPU time in ms that every thread of a process has used, by the thread's name (cut at 15 characters by the kernel). */
export function threadCpuMs(pid: number): Map<string, number> {
  const used = new Map<string, number>()
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    let stat: string
    try {
      stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    } catch {
      // It ended meanwhile.
      continue
    }
    const { name, cpuMs } = parseStat(stat)
    used.set(name, (used.get(name) ?? 0) + cpuMs)
  }
  return used
}

/** A line of /proc/PID/task/TID/stat (proc_pid_stat(5)): the name stands in brackets and may hold anything. */
export function parseStat(stat: string): { name: string; cpuMs: number } {
  const end = stat.lastIndexOf(')')
  const fields = stat.slice(end + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  if (!Number.isFinite(ticks)) throw new Error(`not a stat line: ${stat.slice(0, 80)}`)
  return { name: stat.slice(stat.indexOf('(') + 1, end), cpuMs: (ticks * 1000) / TICKS_PER_SECOND }
}

/** What was used between two looks, by name. */
export function usedBetween(before: Map<string, number>, after: Map<string, number>): Map<string, number> {
  return new Map([...after].map(([name, ms]) => [name, ms - (before.get(name) ?? 0)]))
}
