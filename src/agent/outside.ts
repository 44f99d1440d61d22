import type { CallFunction, Thinker, ThinkHandlers } from './think/contract.ts'
import type { ToolCallsDeps } from './tool-calls.ts'

/** Runs something of a session so that a defect in it ends that session only. */
export type Guard = (run: () => void) => void

/** A thinker whose reports, which come from the network, are guarded. */
export function guardedThinker(thinker: Thinker, guard: Guard): Thinker {
  return { think: (request, on) => thinker.think(request, guardedHandlers(on, guard)) }
}

function guardedHandlers(on: ThinkHandlers, guard: Guard): ThinkHandlers {
  return {
    text: (delta) => guard(() => on.text(delta)),
    thinking: (delta) => guard(() => on.thinking(delta)),
    toolCalls: (calls) => guard(() => on.toolCalls(calls)),
    warning: (code, description) => guard(() => on.warning(code, description)),
    timing: (kind, ms) => guard(() => on.timing(kind, ms)),
    done: () => guard(() => on.done()),
    failed: (description) => guard(() => on.failed(description)),
    unplugged: (index) => guard(() => on.unplugged(index))
  }
}

/** Functions with an endpoint, called so that a call can be given up and its outcome is guarded. */
export function guardedFunctions(callFunction: CallFunction, guard: Guard): ToolCallsDeps['callEndpoint'] {
  return (endpoint, { name, arguments: given }, told) => {
    const abort = new AbortController()
    void callFunction(endpoint, { name, arguments: given }, abort.signal).then((outcome) => {
      if (!abort.signal.aborted) guard(() => told(outcome))
    })
    return () => abort.abort()
  }
}
