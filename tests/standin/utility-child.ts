// Loaded first inside a utility process: `process.parentPort`, and no `electron` to import.
import { EventEmitter } from 'node:events'
import { registerHooks } from 'node:module'
import { cloneForMain } from './ports.ts'
import { state } from './state.ts'
import { pack, unpack, type Wire } from './utility-ports.ts'

const backlog: unknown[] = []
let open = false
const parentPort = new EventEmitter()
const send = (message: Wire) => process.send?.(message)
const give = (data: unknown) => parentPort.emit('message', { data, ports: [] })
const start = () => {
  open = true
  for (const data of backlog.splice(0)) give(data)
}
Object.assign(parentPort, {
  start,
  postMessage: (message: unknown) => {
    send({ t: 'message', data: pack(cloneForMain(message)) })
    for (const found of state.faults.splice(0)) send({ t: 'fault', ...found })
  }
})
parentPort.on('newListener', (name) => {
  if (name === 'message' && !open) setImmediate(start)
})
process.on('message', (message: Wire) => {
  if (message.t !== 'message') return
  const data = unpack(message.data)
  if (open) give(data)
  else backlog.push(data)
})
process.on('disconnect', () => process.exit(0))
Object.defineProperty(process, 'parentPort', { enumerable: true, value: parentPort })
Object.defineProperty(process, 'type', { value: 'utility' })
registerHooks({
  resolve(specifier, context, next) {
    if (/^electron(\/|$)/.test(specifier)) throw new Error('estand: electron inside a utility process is not modelled')
    return next(specifier, context)
  }
})
