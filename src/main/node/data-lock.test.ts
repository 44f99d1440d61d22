import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LOCK_FILE, lockDataDir, takenMessage, type DataLock } from './data-lock.ts'

let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'parley-lock-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(dir, { recursive: true })
})

/** Another process that takes the folder and says how it went. */
async function other(endsAfterMs = 60_000): Promise<{ child: ChildProcess; kind: string }> {
  const module = new URL('data-lock.ts', import.meta.url).href
  const code = `import(${JSON.stringify(module)}).then(({ lockDataDir }) => {
    globalThis.lock = lockDataDir(${JSON.stringify(dir)}, 50)
    process.stdout.write(lock.kind)
    setTimeout(() => process.exit(), ${endsAfterMs})
  })`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [kind] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, kind: kind.toString() }
}

const release = (lock: DataLock): void => {
  if (lock.kind !== 'held') throw new Error(`the folder is ${lock.kind}`)
  lock.release()
}

describe('the lock of the data folder', () => {
  it('is held by one, and by the next once it is let go', () => {
    const first = lockDataDir(dir, 20)
    expect(first.kind).toBe('held')
    expect(lockDataDir(dir, 20)).toEqual({ kind: 'taken' })
    release(first)
    release(first)
    release(lockDataDir(dir, 20))
  })

  it('holds between processes, and dies with its process however that ends', async () => {
    const { child, kind } = await other()
    expect(kind).toBe('held')
    expect(lockDataDir(dir, 50).kind).toBe('taken')
    expect((await other()).kind).toBe('taken')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const lock = lockDataDir(dir, 50)
    expect((await other()).kind).toBe('taken')
    release(lock)
  })

  it('waits for one that is just ending', async () => {
    expect((await other(300)).kind).toBe('held')
    release(lockDataDir(dir, 20_000))
  })

  it('leaves an empty file, and takes one that holds something else', () => {
    release(lockDataDir(dir, 20))
    expect(readFileSync(path.join(dir, LOCK_FILE))).toHaveLength(0)
    writeFileSync(path.join(dir, LOCK_FILE), 'no database, but long enough to be read as one'.repeat(40))
    release(lockDataDir(dir, 20))
  })

  it('that cannot be had for another reason is told as such', () => {
    mkdirSync(path.join(dir, LOCK_FILE))
    expect(lockDataDir(dir, 20)).toMatchObject({ kind: 'unknown', cause: expect.any(Error) })
  })

  it('is told in one sentence with what to do', () => {
    expect(takenMessage('/x')).toMatch(/^Parley is running already with the data folder \/x\. .*--data-dir DIR\.$/)
  })
})
