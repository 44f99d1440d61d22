/** Takes bytes and tells how many of them it took; throws where it takes none, as `fs.writeSync` does. */
export type TakeBytes = (bytes: Uint8Array) => number

/**
 * Writes whole lines and never throws: a full pipe (EAGAIN), a terminal that was closed (EIO, EPIPE), a missing stderr (EBADF) or a full
 * disk must not break what wanted to tell something. Lines that were lost are counted; `lostLine` tells so before the next one.
 */
export function lineWriter(take: TakeBytes, lostLine: (lines: number) => string): (line: string) => void {
  let lost = 0
  /** The last line was cut: the next one begins on a new line. */
  let torn = false

  const takeWhole = (text: string): boolean => {
    const bytes = Buffer.from(text)
    let at = 0
    try {
      for (let taken = 1; taken > 0 && at < bytes.length; at += taken) taken = take(bytes.subarray(at))
    } catch {
      // Where else could it be told? It is counted.
    }
    if (at > 0) torn = at < bytes.length
    return at === bytes.length
  }

  return (line) => {
    const before = lost === 0 ? '' : lostLine(lost)
    if (takeWhole(`${torn ? '\n' : ''}${before}${line}`)) lost = 0
    else lost += 1
  }
}
