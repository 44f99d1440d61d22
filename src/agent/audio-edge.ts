import { decodeG711, encodeG711 } from '../shared/audio/g711.ts'
import { PCM16_BYTES } from '../shared/audio/format.ts'
import type { AudioFormat } from './settings-audio.ts'

/** Inside the agent audio is PCM16; at its edge it has the encoding of the settings. */

/** Bytes of one sample on the wire. */
export function sampleBytes({ encoding }: AudioFormat): number {
  return encoding === 'linear16' ? PCM16_BYTES : 1
}

/** Whole samples of the wire as PCM16; linear16 is passed through. */
export function toPcm16({ encoding }: AudioFormat, bytes: Uint8Array): Uint8Array {
  return encoding === 'linear16' ? bytes : decodeG711(encoding, bytes)
}

/** PCM16 as samples of the wire; linear16 is passed through. */
export function fromPcm16({ encoding }: AudioFormat, pcm: Uint8Array): Uint8Array {
  return encoding === 'linear16' ? pcm : encodeG711(encoding, pcm)
}

const CONTAINERS: readonly [string, readonly number[]][] = [
  ['a WAV file', [0x52, 0x49, 0x46, 0x46]],
  ['an Ogg stream', [0x4f, 0x67, 0x67, 0x53]],
  ['a WebM stream', [0x1a, 0x45, 0xdf, 0xa3]],
  ['a FLAC file', [0x66, 0x4c, 0x61, 0x43]],
  ['an MP3 file', [0x49, 0x44, 0x33]]
]

/** What the first frame of a stream begins with, if it is no raw samples: then it can only be heard as noise. */
export function containerOf(firstFrame: Uint8Array): string | undefined {
  return CONTAINERS.find(([, magic]) => magic.every((byte, at) => firstFrame[at] === byte))?.[0]
}
