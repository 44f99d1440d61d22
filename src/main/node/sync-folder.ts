import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes a rename in the folder last through a power cut; what writes files atomically leaves that out. Windows has no such call. */
export function syncFolder(dir: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(dir, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
