import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const RAISED_NICENESS = -15
/** Threads that feed the sound card: the sound server's own, what talks to it in Chromium, and the rig's players and recorders. */
const SOUND = new Set(['pulseaudio', 'threaded-ml', 'paplay', 'parec'])
const REAL_TIME_PRIORITY = '5'
/** Chromium gives new threads and processes the priority of an ordinary one: they are looked for this often. */
const LOOK_EVERY_MS = 500

/**
 * A desktop runs its sound server and a browser's audio threads at real-time priority. Here every thread that feeds the sound
 * card gets it, and this process with all other threads of whatever it starts a raised one, where the user may raise it: a busy
 * neighbour must not tear the sound that is judged. Returns what stops looking.
 */
export function raisePriority(): () => void {
  if (!raise(process.pid)) return () => undefined
  const inRealTime = new Set<number>()
  const timer = setInterval(() => raiseDescendants(inRealTime), LOOK_EVERY_MS)
  return () => clearInterval(timer)
}

function raiseDescendants(inRealTime: Set<number>): void {
  const children = new Map<number, number[]>()
  for (const pid of numbers('/proc')) {
    const parent = parentOf(pid)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const waiting = [process.pid]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    for (const thread of numbers(`/proc/${pid}/task`)) {
      raise(thread)
      if (!inRealTime.has(thread) && SOUND.has(contentOf(`/proc/${thread}/comm`)?.trim() ?? '')) {
        inRealTime.add(thread)
        execFile('chrt', ['--rr', '--pid', REAL_TIME_PRIORITY, String(thread)], (error) => {
          // The thread may be gone by now.
          if (error !== null && contentOf(`/proc/${thread}/comm`) !== undefined) warnOnce(error)
        })
      }
    }
    waiting.push(...(children.get(pid) ?? []))
  }
}

/** False where it may not be done, or there is no such thread any more. */
function raise(thread: number): boolean {
  try {
    if (getPriority(thread) > RAISED_NICENESS) setPriority(thread, RAISED_NICENESS)
    return true
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_SYSTEM_ERROR') return false
    throw cause
  }
}

let warned = false

function warnOnce(error: Error): void {
  if (!warned)
    console.warn(`The sound threads have no real-time priority here; what is measured may be torn. ${error.message}`)
  warned = true
}

function parentOf(pid: number): number | undefined {
  const stat = contentOf(`/proc/${pid}/stat`)
  // The name before it stands in brackets and may hold anything.
  const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  return parent === undefined ? undefined : Number(parent)
}

/** A process may be gone between two looks. */
function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function numbers(folder: string): number[] {
  try {
    return readdirSync(folder)
      .map(Number)
      .filter((number) => Number.isInteger(number))
  } catch {
    return []
  }
}
