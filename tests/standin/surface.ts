// What Electron has, read from its own electron.d.ts: a member the stand-in does not model must fail loudly by name.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fault } from './state.ts'

/** Members of an Electron object without the event methods, which every modelled emitter has from Node. */
export type Like<T> = Partial<Omit<T, keyof EventEmitter>>

interface Kind {
  base: string | undefined
  members: Set<string>
  events: Set<string>
}

const text = readFileSync(createRequire(import.meta.url).resolve('electron/electron.d.ts'), 'utf8')

function readKinds(): Map<string, Kind> {
  const kinds = new Map<string, Kind>()
  let now: Kind | undefined
  for (const line of text.split('\n')) {
    const head = /^ {2}(?:interface|class) (\w+)(?: extends ([\w.]+))?/.exec(line)
    if (head?.[1] !== undefined) kinds.set(head[1], (now = { base: head[2], members: new Set(), events: new Set() }))
    else if (line === '  }') now = undefined
    else if (now !== undefined) {
      const event = /^ {4}on\(event: '([^']+)'/.exec(line)?.[1]
      const member = /^ {4}(?:readonly )?(\w+)\??[(:<]/.exec(line)?.[1]
      if (event !== undefined) now.events.add(event)
      else if (member !== undefined) now.members.add(member)
    }
  }
  return kinds
}
const kinds = readKinds()

function namesIn(from: string, to: string): string[] {
  const part = text.slice(text.indexOf(`  namespace ${from} {`), text.indexOf(`  namespace ${to} {`))
  return [...part.matchAll(/^ {4}(?:const|class|function) (\w+)\b/gm)].flatMap((match) => match[1] ?? [])
}

/** Every name the main process may import from 'electron'. */
export const mainNames: readonly string[] = [...new Set([...namesIn('Main', 'Renderer'), ...namesIn('Common', 'Main')])]

function collect(name: string, of: (kind: Kind) => Set<string>): Set<string> {
  const kind = kinds.get(name)
  if (kind === undefined) return new Set()
  const base = kind.base !== undefined && kinds.has(kind.base) ? collect(kind.base, of) : []
  return new Set([...of(kind), ...base])
}

export function unmodelled(what: string): never {
  throw new Error(`estand: ${what} exists in Electron but is not modelled`)
}

function stub(object: object, name: string, member: string): void {
  Object.defineProperty(object, member, {
    configurable: true,
    get: () => unmodelled(`${name}.${member}`),
    set() {
      unmodelled(`${name}.${member}`)
    }
  })
}

function checkEvents(name: string, emitter: object, known: Set<string>): void {
  for (const method of ['on', 'once', 'addListener', 'prependListener'] as const) {
    const real = Reflect.get(emitter, method) as EventEmitter['on']
    Object.defineProperty(emitter, method, {
      configurable: true,
      writable: true,
      value(this: EventEmitter, event: string | symbol, listener: (...args: unknown[]) => void) {
        if (typeof event === 'string' && !known.has(event)) fault('unknown-event', `${name} never emits '${event}'`)
        return real.call(this, event, listener)
      }
    })
  }
}

const NODE_OWN = new Set(['constructor', ...Object.getOwnPropertyNames(EventEmitter.prototype)])

/** Everything of Electron that the stand-in models, as `Class.member`; FIDELITY.md says of each what it was taken from. */
export const modelledMembers = new Set<string>()

/** Gives `object` (or a prototype) a loud stub for every member of Electron's `name` it lacks, and checks event names. */
export function modelled<T extends object>(name: string, object: T, extra: readonly string[] = []): T {
  for (const member of collect(name, (kind) => kind.members)) {
    if (member in object || extra.includes(member)) {
      if (!NODE_OWN.has(member)) modelledMembers.add(`${name}.${member}`)
    } else stub(object, name, member)
  }
  const events = collect(name, (kind) => kind.events)
  if (events.size > 0 && 'on' in object) checkEvents(name, object, events)
  return object
}
