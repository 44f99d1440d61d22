import { assertNever } from '../../shared/assert-never.ts'
import type { ConnectionFault } from './fault.ts'

type Garbage = Extract<ConnectionFault, { kind: 'garbage' }>

/** What is sent and as what kind of frame: text that is no JSON, JSON of no known type, a text frame of invalid UTF-8, odd bytes. */
export function garbageFrame({ what, bytes }: Garbage): [string | Uint8Array, { binary: boolean }] {
  switch (what) {
    case 'text':
      return ['no JSON! '.repeat(Math.ceil(bytes / 9)).slice(0, bytes), { binary: false }]
    case 'json': {
      const shortest = JSON.stringify({ type: 'NoSuchMessage', padding: '' }).length
      return [
        JSON.stringify({ type: 'NoSuchMessage', padding: 'x'.repeat(Math.max(0, bytes - shortest)) }),
        { binary: false }
      ]
    }
    case 'utf8':
      return [new Uint8Array(bytes).fill(0xff), { binary: false }]
    case 'binary':
      return [Uint8Array.from({ length: bytes }, (_, i) => (i * 37) & 0xff), { binary: true }]
    default:
      return assertNever(what)
  }
}
