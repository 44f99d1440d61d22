/** The client's socket as the connection sees it. Sends after close are ignored. */
export interface Link {
  sendText(text: string): void
  sendBinary(bytes: Uint8Array): void
  /** Begins the closing handshake without a status: the client sees 1005. */
  close(): void
  terminate(): void
  /** Stops and restarts reading; used against clients that send faster than their audio can be heard. */
  pause(): void
  resume(): void
  readonly bufferedBytes: number
}
