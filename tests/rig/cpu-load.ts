import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { start, stop } from './processes.ts'

const BUSY_LOOP = fileURLToPath(new URL('./busy-loop.mjs', import.meta.url))

export interface CpuLoad {
  /** Ends it; the share (0 to 1) of all cores that was in use meanwhile, by everything on the machine. */
  stop(): Promise<number>
}

/** Keeps every core busy for `share` (0 to 1) of the time, at the priority of whoever calls it. */
export function loadCpu(share: number): CpuLoad {
  const before = times()
  const loops = Array.from({ length: availableParallelism() }, () =>
    start(process.execPath, [BUSY_LOOP, String(share)], { stdio: 'ignore' })
  )
  return {
    async stop() {
      const after = times()
      await Promise.all(loops.map((loop) => stop(loop)))
      return (after.busyMs - before.busyMs) / (after.allMs - before.allMs)
    }
  }
}

function times(): { busyMs: number; allMs: number } {
  let busyMs = 0
  let allMs = 0
  for (const { times: of } of cpus()) {
    const busy = of.user + of.nice + of.sys + of.irq
    busyMs += busy
    allMs += busy + of.idle
  }
  return { busyMs, allMs }
}
