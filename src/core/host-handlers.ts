import { CallError, type Handlers } from '../shared/ipc/contract.ts'
import { dataCalls } from '../shared/ipc/data-calls.ts'
import { historyCalls } from '../shared/ipc/history-calls.ts'
import { presenceCalls } from '../shared/ipc/presence-calls.ts'
import { secretCalls } from '../shared/ipc/secret-calls.ts'
import { selfCheckCalls } from '../shared/ipc/self-check-calls.ts'
import { shortcutCalls } from '../shared/ipc/shortcut-calls.ts'

const hostCalls = {
  ...secretCalls,
  ...shortcutCalls,
  ...presenceCalls,
  ...historyCalls,
  ...dataCalls,
  ...selfCheckCalls
}

/** Calls that the host answers and not the assistant: they need the system, or files of its own. */
export type HostCall = keyof typeof hostCalls
export type HostHandlers = Pick<Handlers, HostCall>

/** Every host call: answered by `handlers` where they can, refused otherwise. */
export function hostHandlers(handlers: Partial<HostHandlers>): HostHandlers {
  const refused = Object.keys(hostCalls).map((name) => [name, () => refuse(name)] as const)
  // Keys of an object are typed as any text; these are the names of `hostCalls` and no others.
  return { ...(Object.fromEntries(refused) as Record<HostCall, () => never>), ...handlers }
}

function refuse(name: string): never {
  throw new CallError('refused', `This way of running Parley cannot do that (${name}).`)
}
