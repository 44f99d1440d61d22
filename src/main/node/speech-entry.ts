import { workerEntry } from './worker-entry.ts'

/** The speech engine's worker_thread, from source or from the build. */
export function speechWorkerEntry(): URL {
  return workerEntry(import.meta.url, '../../agent/speech/worker.ts', 'speech-worker.js')
}
