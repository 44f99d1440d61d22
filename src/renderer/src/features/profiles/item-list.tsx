import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { useDraft } from './draft.tsx'
import type { Path } from './json-fields.ts'
import { itemPaths } from './scopes.ts'

interface ItemListProps {
  /** Of one object, or of a list of them in their order. */
  path: Path
  none: string
  add: string
  addFallback: string
  about: string
  names: { first: string; fallback: (n: number) => string; remove: (n: number) => string }
  /** What a new one begins with. */
  fresh: unknown
  children: (base: Path) => ReactNode
}

/** A model or voice, and those that take its place when it fails. One alone is written as an object, several as a list. */
export function ItemList({ path, none, add, addFallback, about, names, fresh, children }: ItemListProps) {
  const { profile, set, setRaw, rawAt } = useDraft()
  const paths = itemPaths(profile, path)
  // What was typed belongs to its item: after a removal the next one has its place, and not its words.
  const [removals, setRemovals] = useState(0)
  const isList = typeof paths[0]?.at(-1) === 'number'
  const insert = (): void => {
    const first = isList ? null : rawAt(path)
    if (first === null) set(paths.length === 0 ? path : [...path, paths.length], fresh)
    else setRaw(path, `[${first}, ${JSON.stringify(fresh)}]`)
  }
  const remove = (at: number): void => {
    setRemovals(removals + 1)
    const rest = isList && paths.length === 2 ? rawAt([...path, 1 - at]) : null
    if (rest === null) set([...path, at], undefined)
    else setRaw(path, rest)
  }
  return (
    <>
      {paths.length === 0 && <p className="text-small text-ink-soft">{none}</p>}
      {paths.length > 1 && <p className="text-small text-ink-soft">{about}</p>}
      {paths.map((base, at) => (
        <div
          key={`${removals} ${at}`}
          className={paths.length > 1 ? 'flex flex-col gap-3 rounded-lg border border-line p-3' : 'flex flex-col gap-3'}
        >
          {paths.length > 1 && (
            <div className="flex items-center gap-2">
              <p className="flex-1 text-small font-medium">{at === 0 ? names.first : names.fallback(at)}</p>
              {at > 0 && (
                <IconButton
                  label={names.remove(at)}
                  icon={Trash2}
                  size="small"
                  onClick={() => {
                    remove(at)
                  }}
                />
              )}
            </div>
          )}
          {children(base)}
        </div>
      ))}
      <Button size="small" icon={Plus} className="self-start" onClick={insert}>
        {paths.length === 0 ? add : addFallback}
      </Button>
    </>
  )
}
