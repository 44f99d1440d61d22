// The globals of every runtime that core uses beyond ECMAScript; the full types need DOM or Node types, which core may not see.
declare class URL {
  static canParse(url: string): boolean
  constructor(url: string)
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly pathname: string
  readonly search: string
  readonly username: string
  readonly password: string
}

interface AbortSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
}

declare class AbortController {
  readonly signal: AbortSignal
  abort(): void
}

/** Base64 of a string of bytes (code units up to 255). */
declare function btoa(bytes: string): string
/** Throws where `text` is no base64; white space and missing padding are allowed. */
declare function atob(text: string): string

/** UTF-8; what is none becomes U+FFFD. */
declare class TextDecoder {
  decode(bytes: Uint8Array): string
}
