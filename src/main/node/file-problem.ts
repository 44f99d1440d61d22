const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'it is not allowed',
  EPERM: 'it is not allowed',
  EROFS: 'the disk is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EBUSY: 'another program uses it',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
  EFBIG: 'it would be larger than the system allows',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EIO: 'the disk does not work',
  ESPIPE: 'it is not an ordinary file',
  ENXIO: 'it is not an ordinary file',
  EPIPE: 'whoever reads it went away'
}

/** Why a file could not be read or written, in a sentence. */
export function fileProblem(action: 'read' | 'write', path: string, cause: unknown): string {
  return `Cannot ${action} ${path}: ${fileObstacle(cause)}.`
}

/** What stood in the way, as the end of a sentence. */
export function fileObstacle(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  const told = code === undefined ? '' : ` (${code})`
  return (code === undefined ? undefined : SENTENCES[code]) ?? `the system refuses it${told}; choose another file`
}
