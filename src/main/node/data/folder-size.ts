import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'

/** Bytes of all files below `dir`; what vanishes meanwhile, or cannot be looked at, counts nothing. No file is opened and no link followed. */
export async function folderBytes(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(dir, entry.name)
      if (entry.isDirectory()) return folderBytes(file)
      return lstat(file).then(
        ({ size }) => size,
        () => 0
      )
    })
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
