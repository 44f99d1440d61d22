import { createContext, type ReactNode, use } from 'react'
import type { Fault } from './check-profile.ts'
import type { ProfileId } from '../../../../shared/profile.ts'
import type { Path } from './json-fields.ts'

/** The file that is edited, as the form sees it. */
export interface Draft {
  profile: Record<string, unknown>
  /** Absent while it is none of the list. */
  profileId?: ProfileId | undefined
  /** By {@link pathKey}. */
  faults: ReadonlyMap<string, Fault>
  /** Undefined removes the value, and what is empty then. */
  set: (path: Path, value: unknown) => void
  /** The same with the value as JSON text, which keeps what is written inside it. */
  setRaw: (path: Path, raw: string) => void
  rawAt: (path: Path) => string | null
  /** Shows the place in the JSON view. */
  showInJson: (path: Path) => void
}

const DraftContext = createContext<Draft | null>(null)

export function DraftProvider({ draft, children }: { draft: Draft; children: ReactNode }) {
  return <DraftContext value={draft}>{children}</DraftContext>
}

export function useDraft(): Draft {
  const draft = use(DraftContext)
  if (draft === null) throw new Error('DraftProvider is missing')
  return draft
}

export function pathKey(path: Path): string {
  return path.join('\u0000')
}
