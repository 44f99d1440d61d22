import { closeSync, openSync, writeSync } from 'node:fs'
import { wavHeader } from '../../shared/audio/wav.ts'

/** A WAV file (mono PCM16) that grows. `finish` makes its header true; idempotent, and safe in an exit handler. */
export interface WavFile {
  /** Throws what the file system says, as `finish` does. */
  append(pcm: Uint8Array): void
  finish(): void
  /** Closes the file as it is. Idempotent. */
  abandon(): void
}

/** Creates or empties `path`; throws what the file system says. */
export function createWavFile(path: string, sampleRateHz: number): WavFile {
  const fd = openSync(path, 'w')
  let dataBytes = 0
  let open = true
  const header = () => writeAll(fd, wavHeader(dataBytes, sampleRateHz), 0)
  const abandon = () => {
    if (!open) return
    open = false
    closeSync(fd)
  }
  let at: number
  try {
    at = header()
  } catch (cause) {
    abandon()
    throw cause
  }
  return {
    append(pcm) {
      if (!open) return
      at += writeAll(fd, pcm, at)
      dataBytes += pcm.byteLength
    },
    finish() {
      if (!open) return
      try {
        header()
      } finally {
        abandon()
      }
    },
    abandon
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): number {
  let written = 0
  while (written < bytes.byteLength) {
    written += writeSync(fd, bytes, written, bytes.byteLength - written, position + written)
  }
  return written
}
