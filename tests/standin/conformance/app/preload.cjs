const { contextBridge, ipcRenderer } = require('electron')
const { EventEmitter } = require('events')

class Thing {
  own = 1
  method = () => 'own method'
  prototypeMethod() {}
}
const cyclic = { name: 'c' }
let kept
cyclic.self = cyclic

function tryRequire(name) {
  try {
    require(name)
    return 'ok'
  } catch (error) {
    return error.message
  }
}

contextBridge.exposeInMainWorld('t', {
  n: 1,
  s: 'x',
  b: true,
  nul: null,
  und: undefined,
  big: 5n,
  5: 'number key',
  arr: [1, [2, 3]],
  nested: { deep: { v: 7 } },
  date: new Date(5),
  re: /a/g,
  map: new Map([[1, 2]]),
  set: new Set([1]),
  u8: new Uint8Array([1, 2]),
  ab: new ArrayBuffer(3),
  blob: new Blob(['hi']),
  err: new TypeError('bad type'),
  thing: new Thing(),
  cyclic,
  ipc: ipcRenderer,
  get getter() {
    return 'got'
  },
  promise: Promise.resolve({ a: [1] }),
  rejected: () => Promise.reject(new RangeError('no')),
  self() {
    return this && this.n
  },
  isPlain: (value) => Object.getPrototypeOf(value) === Object.prototype,
  dateIn: (value) => value instanceof Date && +value,
  call: (f, ...args) => f(...args),
  callAsync: async (f) => (await f()) + 1,
  same: (f, g) => f === g,
  back: (f) => f,
  keep: (f) => (kept = f),
  isKept: (f) => kept === f,
  element: () => document.body,
  lengthOfBuffer: (text) => Buffer.from(text).length,
  throwText: () => {
    throw 'text'
  },
  throwError: () => {
    throw Object.assign(new TypeError('boom'), { code: 'X' })
  },
  returnBad: () => new WeakMap(),
  returnBadLater: async () => new WeakMap(),
  port: () => new MessageChannel().port1,
  shared: () => new SharedArrayBuffer(4),
  require: tryRequire,
  emitter: typeof new EventEmitter().on,
  process: { sandboxed: process.sandboxed, type: process.type, isolated: process.contextIsolated },
  invoke: (...args) => ipcRenderer.invoke(...args),
  ping: (n) =>
    new Promise((resolve) => {
      ipcRenderer.once('pong', (_event, value) => resolve(value))
      ipcRenderer.send('ping', n)
    }),
  portRound: (value) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', (event) => resolve(event.data))
      port1.start()
      ipcRenderer.postMessage('give-port', null, [port2])
      port1.postMessage(value)
    })
})

const errors = {}
try {
  contextBridge.exposeInMainWorld('t', {})
} catch (error) {
  errors.again = error.message
}
const deep = {}
for (let i = 0, at = deep; i < 1100; i++) at = at.x = {}
try {
  contextBridge.exposeInMainWorld('deep', deep)
} catch (error) {
  errors.deep = error.message
}
contextBridge.exposeInMainWorld('errors', errors)
window.leak = 1
