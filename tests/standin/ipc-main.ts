// ipcMain: what handles calls and messages from preloads.
import { EventEmitter } from 'node:events'
import { state } from './state.ts'
import { modelled, type Like } from './surface.ts'

type CallHandler = (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown

const handlers = new Map<string, CallHandler>()
const events = new EventEmitter()

const members = {
  handle(name: string, handler: CallHandler) {
    if (handlers.has(name)) throw new Error(`Attempted to register a second handler for '${name}'`)
    if (typeof handler !== 'function') {
      throw new TypeError(`Expected handler to be a function, but found type '${typeof handler}'`)
    }
    handlers.set(name, handler)
  },
  removeHandler(name: string) {
    handlers.delete(name)
  }
} satisfies Like<Electron.IpcMain>

export const ipcMain = modelled('IpcMain', Object.assign(events, members))

export async function callHandler(name: string, event: Electron.IpcMainInvokeEvent, args: unknown[]): Promise<unknown> {
  const handler = handlers.get(name)
  if (handler === undefined) throw new Error(`No handler registered for '${name}'`)
  return handler(event, ...args)
}

state.invoke = (name, event, args) => callHandler(name, event as Electron.IpcMainInvokeEvent, args)

/** Delivers a message; an unheard one is lost without a word, as in Electron. */
export function deliver(channel: string, event: object, args: unknown[]): void {
  events.emit(channel, event, ...args)
}
