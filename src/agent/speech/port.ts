/**
 * Two ends of a message channel between the agent and its speech engine: worker_threads in Node, a utilityProcess in Electron.
 * Messages are structured-cloned and arrive in order. On the owner's side a port whose other end dies must deliver one
 * `{ kind: 'failed', message }` itself; `close` ends the other end and resolves or returns once it is gone.
 */
export interface SpeechPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  close?(): void | Promise<void>
}
