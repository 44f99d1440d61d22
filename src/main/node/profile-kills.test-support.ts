import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PROFILES_KEY, Profiles } from '../../core/profiles/profile-list.ts'
import type { FileStore } from '../../core/ports.ts'
import { ManualClock, silentLog } from '../../core/testing.test-support.ts'
import { openData } from './open-data.ts'

const WRITER = fileURLToPath(new URL('profile-writer.test-support.ts', import.meta.url))

/** Profiles that the writer writes over in turn. */
export const WRITER_PROFILES = 4
export const SETTING_KEY = 'setting'

/** A writer is killed after so many writes at most, and so long after the last of them. */
const MOST_WRITES = 6
const LONGEST_MS = 12

/** The newest number of each kind that is on the disk; 0 where there is none. */
interface Written {
  profile: number
  setting: number
}

/** The file text of the profile of this number; its length changes from one to the next. */
export function formatWritten(number: number): string {
  const prompt = `${number} `.repeat(1 + ((number * 7919) % 2_000))
  return JSON.stringify({ schemaVersion: 1, name: `N${number}`, service: 'builtin', number, settings: { prompt } })
}

/** Throws where a profile is not whole. */
export function readWritten(store: FileStore): Written {
  const own = (store.read(PROFILES_KEY) as { own?: { profile: { number: number } }[] } | undefined)?.own ?? []
  for (const { profile } of own) {
    const whole: unknown = JSON.parse(formatWritten(profile.number))
    if (JSON.stringify(profile) !== JSON.stringify(whole)) throw new Error(`profile ${profile.number} is not whole`)
  }
  const setting = (store.read(SETTING_KEY) as { number: number } | undefined)?.number ?? 0
  return { profile: Math.max(0, ...own.map(({ profile }) => profile.number)), setting }
}

/** What came of it. `midWrite`: kills that left an unfinished temporary file behind, so that they hit a write in its middle. */
export interface KillOutcome {
  kills: number
  committed: number
  midWrite: number
  lost: string[]
  unreadable: string[]
}

/**
 * Starts the writer `kills` times on the same folder and kills it (SIGKILL) at a random moment; after each kill the folder is opened as
 * Parley opens it and compared with what the writer had said was written.
 */
export async function killWriters(dataDir: string, kills: number, random: () => number): Promise<KillOutcome> {
  const outcome: KillOutcome = { kills: 0, committed: 0, midWrite: 0, lost: [], unreadable: [] }
  let onDisk = writtenIn(dataDir)
  for (; outcome.kills < kills; outcome.kills += 1) {
    const said = await killOne(dataDir, Math.floor(random() * (MOST_WRITES + 1)), random() * LONGEST_MS)
    outcome.committed += said.count
    if (readdirSync(dataDir).some((name) => name.includes('.tmp-'))) outcome.midWrite += 1
    onDisk = check(dataDir, outcome, {
      profile: Math.max(onDisk.profile, said.profile),
      setting: Math.max(onDisk.setting, said.setting)
    })
  }
  return outcome
}

function writtenIn(dataDir: string): Written {
  const data = openData({ dataDir, log: silentLog, clock: new ManualClock() })
  try {
    return readWritten(data.store)
  } finally {
    data.close()
  }
}

/** The writer's last words. Throws where it did not start, for one because the folder was still locked. */
async function killOne(dataDir: string, afterWrites: number, afterMs: number): Promise<Written & { count: number }> {
  // The cache makes a start several times faster.
  const env = { ...process.env, NODE_COMPILE_CACHE: path.join(tmpdir(), 'parley-kills-compile-cache') }
  const child = spawn(process.execPath, [WRITER, dataDir], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const closed = once(child, 'close')
  const ready = new Promise<void>((resolve) =>
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.split('\n').length > afterWrites + 1) resolve()
    })
  )
  await Promise.race([ready, closed])
  await sleep(afterMs)
  child.kill('SIGKILL')
  await closed
  if (!output.startsWith('ready\n')) throw new Error(`the writer did not start: ${errors}`)
  // A line that is cut off says nothing.
  const lines = output.split('\n').slice(1, -1)
  const last = (kind: string): number => Number(lines.findLast((line) => line.startsWith(kind))?.split(' ')[1] ?? 0)
  return { profile: last('profile'), setting: last('setting'), count: lines.length }
}

/** What is on the disk now. `least`: what was there before, or was said to be written since. */
function check(dataDir: string, outcome: KillOutcome, least: Written): Written {
  const where = `kill ${outcome.kills + 1}`
  const data = openData({ dataDir, log: silentLog, clock: new ManualClock() })
  try {
    for (const { message } of data.problems.list()) outcome.unreadable.push(`${where}: ${message}`)
    const { profiles } = new Profiles({ store: data.store, random: Math.random, log: silentLog }).list()
    const own = profiles.filter(({ builtIn }) => !builtIn).length
    if (own !== WRITER_PROFILES) outcome.lost.push(`${where}: ${own} profiles`)
    const found = readWritten(data.store)
    // The write that was under way may have happened or not.
    const most = Math.max(least.profile, least.setting) + 1
    for (const kind of ['profile', 'setting'] as const) {
      if (found[kind] < least[kind] || found[kind] > most) {
        outcome.lost.push(`${where}: ${kind} ${found[kind]}, not ${least[kind]} to ${most}`)
      }
    }
    return found
  } catch (cause) {
    outcome.unreadable.push(`${where}: ${String(cause)}`)
    return least
  } finally {
    data.close()
  }
}
