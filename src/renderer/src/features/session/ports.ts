import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '../../../../shared/ipc/contract.ts'

/** What the UI needs of the link to main; bridge/client.ts is the real one. */
export interface Bridge {
  /** Rejects with an error whose message is a sentence for a person. */
  invoke<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** Returns its own unsubscribe. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
}
