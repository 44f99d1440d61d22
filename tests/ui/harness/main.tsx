import type {
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
  ParleyBridge
} from '../../../src/shared/ipc/contract.ts'
import { startUi } from '../../../src/renderer/src/start.tsx'
import { ScriptedEngine } from './scripted-engine.ts'

declare global {
  interface Window {
    parley: ParleyBridge
    engine: ScriptedEngine
  }
}

window.engine = new ScriptedEngine()
const bridge = {
  async invoke<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    const reply = await window.parley.invoke(name, input)
    if (!reply.ok) throw new Error(reply.error.message)
    return reply.value as CallOutput<N>
  },
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    return window.parley.on(name, listener as (payload: unknown) => void)
  }
}
startUi(bridge, window.engine)
