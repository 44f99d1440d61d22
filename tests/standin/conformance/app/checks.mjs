/* oxlint-disable unicorn/consistent-function-scoping, unicorn/no-instanceof-builtins -- the checks are about worlds */
// What Electron's documentation and its own specs say of contextBridge and ipc, asked from inside the page.
const { t, errors } = window
const unchanged = Object.getOwnPropertyDescriptor(window, 't')

const thrown = (run) => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
const refused = (promise) =>
  promise.then(
    () => undefined,
    (error) => error
  )

window.checks = {
  'primitives arrive as they are': () =>
    t.n === 1 && t.s === 'x' && t.b === true && t.nul === null && t.und === undefined && 'und' in t && t.big === 5n,
  'the exposed name is read-only': () => {
    Reflect.set(window, 't', 1)
    return window.t === t && unchanged.writable === false && unchanged.configurable === false
  },
  'the exposed object is deeply frozen': () =>
    Object.isFrozen(t) && Object.isFrozen(t.nested.deep) && Object.isFrozen(t.arr[1]) && Object.isFrozen(t.call),
  'arrays are of this world': () => t.arr instanceof Array && t.arr[1][1] === 3,
  'objects are of this world': () => Object.getPrototypeOf(t.nested) === Object.prototype,
  'functions are of this world': () => t.call instanceof Function,
  'date, regexp, map and set are cloned': () =>
    t.date instanceof Date && +t.date === 5 && t.re.flags === 'g' && t.map.get(1) === 2 && t.set.has(1),
  'typed arrays and buffers are cloned': () => t.u8 instanceof Uint8Array && t.u8[1] === 2 && t.ab.byteLength === 3,
  'a blob arrives': async () => t.blob instanceof Blob && (await t.blob.text()) === 'hi',
  'an Error keeps only its message': () => t.err.constructor === Error && t.err.message === 'bad type',
  'a class instance keeps own properties only': () =>
    t.thing.own === 1 && t.thing.method() === 'own method' && t.thing.prototypeMethod === undefined,
  'cycles stay cycles': () => t.cyclic.self === t.cyclic,
  'number keys work': () => t[5] === 'number key',
  'a getter is read once': () => t.getter === 'got',
  'a promise resolves': async () => t.promise instanceof Promise && (await t.promise).a[0] === 1,
  'a rejection keeps only its message': async () => {
    const error = await refused(t.rejected())
    return error.constructor === Error && error.message === 'no'
  },
  '`this` of a method is the original object': () => t.self() === 1,
  'arguments are of the other world there': () => t.isPlain({}) === true,
  'a Date argument is a Date there': () => t.dateIn(new Date(3)) === 3,
  'a callback is called': () => t.call((a, b) => a * b, 6, 7) === 42,
  'an async callback is awaited': async () => (await t.callAsync(async () => 41)) === 42,
  'a function sent there and back is itself': () => {
    const f = () => 1
    return t.back(f) === f
  },
  'one function twice in a call is one function': () => {
    const f = () => 1
    return t.same(f, f)
  },
  'one function in two calls is two functions': () => {
    const f = () => 1
    t.keep(f)
    return t.isKept(f) === false
  },
  'a thrown Error becomes a plain Error': () => {
    const error = thrown(() => t.throwError())
    return error.constructor === Error && error.message === 'boom' && error.code === undefined
  },
  'a thrown text becomes the fixed sentence': () =>
    /An unknown exception occurred in the isolated context/.test(thrown(() => t.throwText()).message),
  'a return value that cannot be cloned throws': () => thrown(() => t.returnBad()) instanceof Error,
  'a promised value that cannot be cloned rejects': async () => (await refused(t.returnBadLater())) instanceof Error,
  'a MessagePort arrives as an empty object': () => JSON.stringify(t.port()) === '{}',
  'a SharedArrayBuffer throws': () => thrown(() => t.shared()) !== undefined,
  'ipcRenderer arrives without its methods': () => t.ipc.send === undefined && t.ipc.invoke === undefined,
  'a name is exposed once': () =>
    errors.again === 'Cannot bind an API on top of an existing property on the window object',
  'nesting is limited': () => /recursion depth exceeded/.test(errors.deep),
  'globals of the preload stay there': () => window.leak === undefined,
  'the page has no require, process or Buffer': () =>
    typeof require + typeof process + typeof Buffer === 'undefinedundefinedundefined',
  'the preload may require four modules only': () =>
    t.require('fs') === 'module not found: fs' &&
    t.require('node:path') === 'module not found: node:path' &&
    t.require('./x') === 'module not found: ./x' &&
    t.require('events') === 'ok' &&
    t.require('node:url') === 'ok',
  'the preload knows its process': () =>
    t.process.sandboxed === true && t.process.type === 'renderer' && t.process.isolated && t.emitter === 'function',
  'invoke clones both ways': async () => {
    const sent = [new Map([[1, { x: undefined }]]), -0, new Date(1), NaN, 7n]
    const [map, zero, date, nan, big] = await t.invoke('echo', ...sent)
    return 'x' in map.get(1) && Object.is(zero, -0) && +date === 1 && Number.isNaN(nan) && big === 7n
  },
  'a Buffer arrives as a Uint8Array': async () => {
    const bytes = await t.invoke('buffer')
    return bytes instanceof Uint8Array && bytes.length === 3 && bytes[2] === 3
  },
  'a Uint8Array is no Buffer in main': async () => {
    const seen = await t.invoke('types', new Uint8Array(2))
    return seen.tag === '[object Uint8Array]' && seen.isBuffer === false
  },
  'no result is undefined': async () => (await t.invoke('nothing')) === undefined,
  'a rejecting handler keeps only its text': async () => {
    const error = await refused(t.invoke('rejects'))
    return error.message === "Error invoking remote method 'rejects': TypeError: bad" && error.code === undefined
  },
  'an unknown channel is named': async () =>
    (await refused(t.invoke('zzz'))).message ===
    "Error invoking remote method 'zzz': Error: No handler registered for 'zzz'",
  'a result with a function is refused': async () =>
    /could not be cloned/.test((await refused(t.invoke('function'))).message),
  'an argument with a function is refused': () =>
    /could not be cloned/.test(thrown(() => t.invoke('echo', new Map([[1, () => 1]]))).message),
  'send and reply': async () => (await t.ping(4)) === 5,
  'a port goes to main and answers': async () => {
    const { back } = await t.portRound(new Uint8Array([9]))
    return back instanceof Uint8Array && back[0] === 9
  }
}
/** What Electron does and the stand-in does not model: it must say so by name, never answer something else. */
window.notModelled = {
  'a symbol is itself': () => {
    const symbol = Symbol('a')
    return t.back(symbol) === symbol
  },
  'an element is itself, there and back': () =>
    t.element() === document.body && t.back(document.body) === document.body,
  'the preload has a Buffer': () => t.lengthOfBuffer('four') === 4
}
window.checksReady = true
