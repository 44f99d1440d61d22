/** What a control edits. Numbers outside their range are told and can be saved: what a service takes changes. */
export type Control =
  | { kind: 'text'; mono?: true; pattern?: RegExp; options?: readonly string[]; max?: number }
  | { kind: 'words'; max?: number }
  | { kind: 'number'; min?: number; max?: number; integer?: true; options?: readonly number[]; orWord?: string }
  | { kind: 'check'; otherwise: boolean }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'lines' }
  | { kind: 'texts' }
  | { kind: 'pairs' }
  | { kind: 'json'; list?: true }
  /** A text that the service has a list for. */
  | { kind: 'listed'; what: 'agents' | 'models' | 'voices' }
  /** Drawn by a component of its own. */
  | { kind: 'own' }

/** Where a field stands; the path of each is in `scopes.ts`. */
export type Scope = 'profile' | 'settings' | 'listen' | 'think' | 'function' | 'speak' | 'napster' | 'tuning'

export interface Field {
  scope: Scope
  /** From the scope on. */
  path: readonly string[]
  control: Control
  /** What is beside it decides whether the service takes it; absent: always. `item`: the object of the scope. */
  when?: (item: Readonly<Record<string, unknown>>) => boolean
  /** Rarely needed: shown behind "More". */
  more?: true
  required?: true
}

/** A field of the table; `path` with dots. */
export function field(
  scope: Scope,
  path: string,
  control: Control,
  rest: Omit<Field, 'scope' | 'path' | 'control'> = {}
): Field {
  return { scope, path: path.split('.'), control, ...rest }
}

/** `scope` and path of a field in one word, as the texts are kept by. */
export function fieldId({ scope, path }: Pick<Field, 'scope' | 'path'>): string {
  return `${scope}.${path.join('.')}`
}
