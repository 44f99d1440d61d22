import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { CDPSession } from '@playwright/test'

/** A value that nothing else in the world holds, in the form of a key of Deepgram. */
export const makeCanary = (): string => randomBytes(20).toString('hex')

/** The forms in which a text may lie in bytes. */
const forms = (canary: string): Buffer[] => [
  Buffer.from(canary, 'utf8'),
  Buffer.from(canary, 'utf16le'),
  // Wherever it begins in what was encoded, one of the three holds its middle.
  ...[0, 1, 2].map((at) => Buffer.from(Buffer.from(canary.slice(at)).toString('base64').slice(0, 44)))
]

export function holds(bytes: Uint8Array | string, canary: string): boolean {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)
  return forms(canary).some((form) => buffer.includes(form))
}

/** The bytes of a file; undefined for one that a browser, still ending, has taken away in between. */
function bytesOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Every file below `dir` that holds it, by its path inside; `looked` counts the files that were read. */
export function filesWith(dir: string, canary: string): { found: string[]; looked: number } {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const found: string[] = []
  let looked = 0
  for (const entry of files) {
    const file = path.join(entry.parentPath, entry.name)
    // The lock of the data folder would be dropped where its own process opened it; here only its bytes are looked at.
    const bytes = bytesOf(file)
    if (bytes === undefined) continue
    looked += 1
    if (holds(bytes, canary)) found.push(path.relative(dir, file))
  }
  return { found: found.toSorted(), looked }
}

/** Command line and environment of a process and all that it started (Linux). */
export function processTexts(pid: number): string[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parents = new Map(all.map((id) => [Number(id), parentOf(id)]))
  const isBelow = (id: number | undefined): boolean =>
    id !== undefined && id > 1 && (id === pid || isBelow(parents.get(id)))
  return [...parents.keys()]
    .filter((id) => isBelow(id))
    .flatMap((id) => ['cmdline', 'environ'].map((what) => readQuietly(`/proc/${id}/${what}`)))
}

function parentOf(id: string): number | undefined {
  const stat = readQuietly(`/proc/${id}/stat`)
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  return Number.isNaN(parent) ? undefined : parent
}

/** A process may have ended meanwhile. */
function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** The JavaScript heap of a page after everything that can be collected was collected, as the text of a snapshot. */
export async function heapSnapshot(session: CDPSession): Promise<string> {
  const chunks: string[] = []
  const take = ({ chunk }: { chunk: string }): void => void chunks.push(chunk)
  await session.send('HeapProfiler.enable')
  // What only a finalizer held goes with the second.
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  session.on('HeapProfiler.addHeapSnapshotChunk', take)
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  session.off('HeapProfiler.addHeapSnapshotChunk', take)
  await session.send('HeapProfiler.disable')
  return chunks.join('')
}
