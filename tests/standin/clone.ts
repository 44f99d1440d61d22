/* oxlint-disable unicorn/consistent-function-scoping -- `makeCodec` must stand alone: it is sent to the page as source text */
// Structured clone to JSON text and back, for the hops where the debugging protocol only carries text.
// `makeCodec` stands alone: it also runs inside the page, through its source text.

type Cell = { v: unknown } | { u: 1 } | { n: string } | { b: string } | { r: number }
type Entry = [kind: string, a?: unknown, b?: unknown, c?: unknown, d?: unknown]

export interface Cloned {
  head: Cell
  out: Entry[]
}

/** Whatever V8's own serializer refuses throws "An object could not be cloned.", as in Electron. */
export function makeCodec(): { encode(value: unknown): Cloned; decode(cloned: Cloned): unknown } {
  const views: Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView> = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView
  }
  const errors: Record<string, ErrorConstructor> = {
    TypeError,
    RangeError,
    SyntaxError,
    ReferenceError,
    EvalError,
    URIError
  }
  const toBase64 = (bytes: Uint8Array) => {
    let text = ''
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
    return btoa(text)
  }
  const fromBase64 = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const tagOf = (value: unknown) => Object.prototype.toString.call(value).slice(8, -1)

  function encode(root: unknown): Cloned {
    const seen = new Map<unknown, number>()
    const out: Entry[] = []
    const fields = (v: object) => Object.keys(v).map((k) => [k, put(Reflect.get(v, k))])
    const describe = (v: object, tag: string): Entry => {
      if (Array.isArray(v)) return ['A', v.length, fields(v)]
      if (v instanceof Date) return ['D', Number(v)]
      if (v instanceof RegExp) return ['X', v.source, v.flags]
      if (v instanceof Map) return ['M', [...v].map(([k, x]) => [put(k), put(x)])]
      if (v instanceof Set) return ['S', [...v].map((x) => put(x))]
      if (v instanceof ArrayBuffer) return ['B', toBase64(new Uint8Array(v))]
      if (ArrayBuffer.isView(v)) {
        const length = v instanceof DataView ? v.byteLength : (v as Uint8Array).length
        return ['V', tag, put(v.buffer), v.byteOffset, length]
      }
      if (v instanceof Error) return ['E', v.name, v.message, v.stack]
      if (tag === 'Number' || tag === 'String' || tag === 'Boolean') return ['W', v.valueOf()]
      if (tag === 'Object') return ['O', fields(v)]
      throw new Error('An object could not be cloned.') // SharedArrayBuffer, Blob, MessagePort, WebAssembly.Module, ...
    }
    const put = (v: unknown): Cell => {
      if (v === null || typeof v === 'string' || typeof v === 'boolean') return { v }
      if (v === undefined) return { u: 1 }
      if (typeof v === 'number') {
        if (Object.is(v, -0)) return { n: '-0' }
        return Number.isFinite(v) ? { v } : { n: String(v) }
      }
      if (typeof v === 'bigint') return { b: String(v) }
      const before = seen.get(v)
      if (before !== undefined) return { r: before }
      const at = out.push(['']) - 1
      seen.set(v, at)
      out[at] = describe(v, tagOf(v))
      return { r: at }
    }
    let value: unknown
    try {
      value = structuredClone(root) // throws for functions, symbols, promises, proxies, DOM nodes
    } catch {
      throw new Error('An object could not be cloned.')
    }
    const head = put(value)
    return { head, out }
  }

  function decode({ head, out }: Cloned): unknown {
    const made: unknown[] = []
    const fill = (into: object, fields: unknown) => {
      for (const [key, cell] of fields as [string, Cell][]) {
        Object.defineProperty(into, key, { value: get(cell), writable: true, enumerable: true, configurable: true })
      }
      return into
    }
    const build = (at: number): unknown => {
      const [kind, a, b, c, d] = out[at] ?? ['']
      const keep = <T>(x: T): T => ((made[at] = x), x)
      if (kind === 'A') {
        const list = keep<unknown[]>([])
        list.length = a as number // holes stay holes
        return fill(list, b)
      }
      if (kind === 'D') return keep(new Date(a as number))
      if (kind === 'X') return keep(new RegExp(a as string, b as string))
      if (kind === 'M') {
        const map = keep(new Map<unknown, unknown>())
        for (const [k, x] of a as [Cell, Cell][]) map.set(get(k), get(x))
        return map
      }
      if (kind === 'S') {
        const set = keep(new Set<unknown>())
        for (const x of a as Cell[]) set.add(get(x))
        return set
      }
      if (kind === 'B') return keep(fromBase64(a as string).buffer)
      if (kind === 'V') return keep(new views[a as string]!(get(b as Cell) as ArrayBuffer, c as number, d as number))
      if (kind === 'E') return keep(Object.assign(new (errors[a as string] ?? Error)(b as string), { stack: c }))
      if (kind === 'W') return keep(Object(a) as unknown)
      return fill(keep({}), a)
    }
    const get = (cell: Cell): unknown => {
      if ('v' in cell) return cell.v
      if ('u' in cell) return undefined
      if ('n' in cell) return Number(cell.n)
      if ('b' in cell) return BigInt(cell.b)
      return cell.r in made ? made[cell.r] : build(cell.r)
    }
    return get(head)
  }
  return { encode, decode }
}
