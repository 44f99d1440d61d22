/// <reference lib="dom" />
/* oxlint-disable unicorn/consistent-function-scoping, typescript/unbound-method -- runs in Chromium through its source text and patches prototypes */
// Runs inside Chromium, through its source text: everything here must stand alone.
// The page's world and the preload's world share only the DOM: a CustomEvent whose detail Chromium clones between worlds.

export type BridgeNode =
  | ['value', unknown]
  | ['seen', number]
  | ['back', number]
  | ['error', string]
  | ['function', number]
  | ['promise', number]
  | ['array', BridgeNode[]]
  | ['object', [string, BridgeNode][]]

export type Question =
  | { op: 'call'; id: number; args: BridgeNode[] }
  | { op: 'settle'; id: number; ok: boolean; node: BridgeNode }
  | { op: 'expose'; key: string; api: BridgeNode }
  | { op: 'permissions'; ask: BridgeNode }

export type Answer = { ok?: BridgeNode; error?: string }

export interface Wire {
  call(question: Question): Answer
  serve(handler: (question: Question) => Answer): void
}

export interface Bridge {
  encode(value: unknown, receiver: unknown): BridgeNode
  decode(node: BridgeNode): unknown
  serve(question: Question): Answer
}

/** Synchronous calls between the two worlds of one window. */
export function makeWire(mine: string, theirs: string): Wire {
  const inbox: Answer[] = []
  let handler: (question: Question) => Answer = () => ({})
  window.addEventListener(mine, (event) => {
    const answer = handler((event as CustomEvent<Question>).detail)
    window.dispatchEvent(new CustomEvent(`${theirs}-answer`, { detail: answer }))
  })
  window.addEventListener(`${mine}-answer`, (event) => inbox.push((event as CustomEvent<Answer>).detail))
  return {
    call(question) {
      const before = inbox.length
      window.dispatchEvent(new CustomEvent(theirs, { detail: question }))
      const answer = inbox.pop()
      if (answer === undefined || inbox.length !== before) throw new Error('estand: no answer from the other world')
      return answer
    },
    serve(next) {
      handler = next
    }
  }
}

/** Values as Electron's contextBridge passes them: proxied functions and promises, copied data, flattened errors. */
export function makeBridge(wire: Wire, isProxy: (value: unknown) => boolean): Bridge {
  const functions = new Map<number, [fn: (...args: unknown[]) => unknown, receiver: unknown]>()
  const settles = new Map<number, [resolve: (value: unknown) => void, reject: (reason: unknown) => void]>()
  const origin = new WeakMap<object, number>()
  let next = 1
  const tagOf = (value: unknown) => Object.prototype.toString.call(value).slice(8, -1)
  const cloned = new Set(
    ['Date', 'Arguments', 'RegExp', 'Map', 'Set', 'Map Iterator', 'Set Iterator', 'WeakMap', 'WeakSet'].concat(
      ['ArrayBuffer', 'DataView', 'SharedArrayBuffer', 'Generator', 'WebAssembly.Module', 'WebAssembly.Memory'],
      ['Module', 'BigInt', 'Boolean', 'Number', 'String', 'Symbol']
    )
  )
  const uncloneable = () => new Error('An object could not be cloned.')

  const encodePromise = (promise: Promise<unknown>): BridgeNode => {
    const id = next++
    const settle = (ok: boolean) => (value: unknown) => {
      try {
        wire.call({ op: 'settle', id, ok, node: encode(value, globalThis) })
      } catch (cause) {
        wire.call({ op: 'settle', id, ok: false, node: ['error', (cause as Error).message] })
      }
    }
    promise.then(settle(true), settle(false))
    return ['promise', id]
  }

  const encode = (value: unknown, receiver: unknown, seen = new Map<unknown, number>(), depth = 0): BridgeNode => {
    if (depth >= 1000) {
      const limit = 'Nested objects deeper than 1000 are not supported.'
      throw new TypeError(`Electron contextBridge recursion depth exceeded.  ${limit}`)
    }
    if (typeof value === 'symbol') throw new Error('estand: symbols over the bridge are not modelled')
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return ['value', value]
    const before = seen.get(value)
    if (before !== undefined) return ['seen', before]
    seen.set(value, seen.size)
    if (typeof value === 'function') {
      const back = origin.get(value)
      if (back !== undefined) return ['back', back]
      functions.set(next, [value as (...args: unknown[]) => unknown, receiver])
      return ['function', next++]
    }
    if (value instanceof Promise) return encodePromise(value)
    if (value instanceof Error) return ['error', value.message]
    if (Array.isArray(value)) return ['array', Array.from(value, (item) => encode(item, value, seen, depth + 1))]
    if (isProxy(value)) throw uncloneable()
    if (value instanceof Node) throw new Error('estand: DOM nodes over the bridge are not modelled')
    if (value instanceof Blob) return ['value', value]
    if (ArrayBuffer.isView(value) || cloned.has(tagOf(value))) {
      if (tagOf(value) === 'SharedArrayBuffer') throw uncloneable()
      return ['value', structuredClone(value)]
    }
    // class instances and DOM objects too: own enumerable properties only
    return ['object', Object.keys(value).map((k) => [k, encode(Reflect.get(value, k), value, seen, depth + 1)])]
  }

  const remote = (id: number) => {
    const proxy = (...args: unknown[]): unknown => {
      const seen = new Map<unknown, number>()
      const answer = wire.call({ op: 'call', id, args: args.map((arg) => encode(arg, globalThis, seen)) })
      if (answer.ok === undefined) throw new Error(answer.error)
      return decode(answer.ok)
    }
    origin.set(proxy, id)
    return proxy
  }

  // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
  const decode = (node: BridgeNode, made: unknown[] = []): unknown => {
    const keep = <T>(value: T): T => {
      made.push(value)
      return value
    }
    switch (node[0]) {
      case 'value':
        return node[1] !== null && typeof node[1] === 'object' ? keep(node[1]) : node[1]
      case 'seen':
        return made[node[1]]
      case 'back':
        return keep(functions.get(node[1])?.[0])
      case 'error':
        return keep(new Error(node[1]))
      case 'function':
        return keep(remote(node[1]))
      case 'promise':
        return keep(new Promise((resolve, reject) => settles.set(node[1], [resolve, reject])))
      case 'array': {
        const list = keep<unknown[]>([])
        for (const item of node[1]) list.push(decode(item, made))
        return list
      }
      case 'object': {
        const object = keep({})
        for (const [key, item] of node[1]) {
          const value = decode(item, made)
          Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
        }
        return object
      }
    }
  }

  const runCall = (id: number, args: BridgeNode[]): Answer => {
    const [fn, receiver] = functions.get(id) ?? []
    const made: unknown[] = []
    let out: unknown
    try {
      out = Reflect.apply(
        fn as () => unknown,
        receiver,
        args.map((arg) => decode(arg, made))
      )
    } catch (cause) {
      const message: unknown = cause !== null && typeof cause === 'object' ? Reflect.get(cause, 'message') : undefined
      const unknownError =
        'An unknown exception occurred in the isolated context, an error occurred but a valid exception was not thrown.'
      return { error: typeof message === 'string' ? message : unknownError }
    }
    try {
      return { ok: encode(out, globalThis) }
    } catch (cause) {
      return { error: (cause as Error).message }
    }
  }

  return {
    encode: (value, receiver) => encode(value, receiver),
    decode: (node) => decode(node),
    serve(question) {
      if (question.op === 'call') return runCall(question.id, question.args)
      if (question.op === 'settle') {
        const settle = settles.get(question.id)
        settles.delete(question.id)
        settle?.[question.ok ? 0 : 1](decode(question.node))
      }
      return {}
    }
  }
}
