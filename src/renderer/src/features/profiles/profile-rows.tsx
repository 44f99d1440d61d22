import { FilePlus, Plus, Search } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { startTransition, useCallback, useEffect, useRef, useState } from 'react'
import type { ProfileList } from '../../../../shared/ipc/contract.ts'
import type { ProfileId, ProfileSummary, Service } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { download } from '../history/download.ts'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { isActive } from '../session/state.ts'
import type { AgentsView } from './agents-dialog.tsx'
import { ProfileRow, type RowActions } from './profile-row.tsx'
import { readFiles } from './read-files.ts'
import { beforeOf, placeOfOwn } from './reorder.ts'
import { useMinutes } from './use-minutes.ts'
import { Warnings } from './warnings.tsx'

const words = text.profiles

/** What became of the last thing that a person did. */
export type Said = { message: string; warnings: readonly string[]; about?: string } | { problem: string }

/** From this many on there is a box to find one. */
const FIND_FROM = 9

interface ProfileRowsProps {
  list: ProfileList
  said: Said | null
  onSaid: (said: Said | null) => void
  onView: (view: AgentsView) => void
  onSwitch: (profile: ProfileSummary) => void
  onDuplicate: (id: ProfileId) => void
  onRemove: (profile: ProfileSummary) => void
}

export function ProfileRows(props: ProfileRowsProps) {
  const { list, said, onSaid, onView, onSwitch } = props
  const controller = useController()
  const active = useApp((state) => isActive(state.session))
  const fileRef = useRef<HTMLInputElement>(null)
  const byArrow = useRef(false)
  const [query, setQuery] = useState('')
  const minutes = useMinutes()
  const { actions, listRef, moved } = useRowActions(props)
  const wanted = query.trim().toLowerCase()
  const found = wanted === '' ? list.profiles : list.profiles.filter(({ name }) => name.toLowerCase().includes(wanted))
  const shown = useGrowing(found)
  const own = list.profiles.filter(({ builtIn }) => !builtIn)

  const addFiles = async (files: FileList | null): Promise<void> => {
    const read = await readFiles(files ?? [])
    if (read.length > 0) onView({ kind: 'import', files: read })
  }
  const choose = (id: string): void => {
    const profile = list.profiles.find((candidate) => candidate.id === id)
    if (profile === undefined || profile.id === list.chosenId) return
    // Arrows move through the list; in a conversation only Space or a click asks for another agent.
    if (active && byArrow.current) return
    onSaid(null)
    if (active) onSwitch(profile)
    else void controller.chooseProfile(profile.id)
  }

  return (
    <>
      {list.profiles.length >= FIND_FROM && <FindBox query={query} onQuery={setQuery} />}
      <Scroll label={words.list} className="flex flex-1 flex-col border-t border-line">
        <RadioGroup.Root
          ref={listRef}
          aria-label={words.list}
          value={list.chosenId}
          onValueChange={choose}
          onKeyDownCapture={(event) => {
            byArrow.current = event.key.startsWith('Arrow')
          }}
          onPointerDownCapture={() => {
            byArrow.current = false
          }}
          className="px-3 py-2 max-wide:px-2"
        >
          {shown.map((profile) => (
            <ProfileRow
              key={profile.id}
              profile={profile}
              minutes={minutes.get(profile.id)}
              movable={!profile.builtIn && own.length > 1 && wanted === ''}
              actions={actions}
            />
          ))}
        </RadioGroup.Root>
        {found.length === 0 && <p className="px-5 pb-4 text-ink-soft">{words.noneFound(query.trim())}</p>}
        {own.length === 0 && <p className="px-5 pb-4 text-small text-ink-soft">{words.empty}</p>}
      </Scroll>
      <footer className="flex flex-col gap-3 border-t border-line px-5 py-3 max-wide:px-4">
        <output className="sr-only">{moved}</output>
        <SaidNow said={said} />
        <input
          ref={fileRef}
          type="file"
          multiple
          accept=".json,application/json"
          className="hidden"
          aria-label={words.addFromFile}
          onChange={(event) => {
            const { files } = event.target
            void addFiles(files).finally(() => {
              if (fileRef.current !== null) fileRef.current.value = ''
            })
          }}
        />
        <div className="flex flex-wrap gap-2">
          <NewAgent onView={onView} />
          <Button icon={FilePlus} onClick={() => fileRef.current?.click()}>
            {words.addFromFile}
          </Button>
        </div>
      </footer>
    </>
  )
}

/** Rows that are drawn at once. */
const FIRST_ROWS = 40

/** The first rows at once and the others after them, so that a long list opens as fast as a short one. */
function useGrowing(found: readonly ProfileSummary[]): readonly ProfileSummary[] {
  const [count, setCount] = useState(FIRST_ROWS)
  const { length } = found
  useEffect(() => {
    if (count >= length) return undefined
    const timer = setTimeout(() => {
      startTransition(() => {
        setCount(count + FIRST_ROWS)
      })
    })
    return () => {
      clearTimeout(timer)
    }
  }, [count, length])
  return count < length ? found.slice(0, count) : found
}

function SaidNow({ said }: { said: Said | null }) {
  return (
    <>
      <div aria-live="polite" className="flex flex-col gap-2 empty:hidden">
        {said !== null && 'message' in said && (
          <p className="whitespace-pre-line wrap-anywhere">
            {said.message}
            {said.about !== undefined && <span className="block text-small text-ink-soft">{said.about}</span>}
          </p>
        )}
        {said !== null && 'message' in said && said.warnings.length > 0 && <Warnings warnings={said.warnings} />}
      </div>
      {said !== null && 'problem' in said && (
        <p role="alert" className="text-danger wrap-anywhere">
          {said.problem}
        </p>
      )}
    </>
  )
}

function FindBox({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  return (
    <div className="relative px-5 pb-3 max-wide:px-4">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-2.5 left-8 size-4 text-ink-soft max-wide:left-7"
      />
      <input
        type="search"
        aria-label={words.find}
        placeholder={words.find}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          onQuery(event.target.value)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || query === '') return
          event.preventDefault()
          event.stopPropagation()
          onQuery('')
        }}
        className="h-9 w-full min-w-0 rounded-lg border border-line-strong bg-paper pr-2 pl-8.5 placeholder:text-ink-soft"
      />
    </div>
  )
}

/** What can be done with one row. The object stays the same, so that of 500 rows only those that changed are drawn. */
function useRowActions({ list, onSaid, onView, onDuplicate, onRemove }: ProfileRowsProps) {
  const controller = useController()
  const listRef = useRef<HTMLDivElement>(null)
  const [moved, setMoved] = useState('')
  const now = useRef({ list, onSaid, onView, onDuplicate, onRemove })
  useEffect(() => {
    now.current = { list, onSaid, onView, onDuplicate, onRemove }
  })
  const focusRow = useCallback((id: ProfileId | undefined) => {
    requestAnimationFrame(() => {
      listRef.current?.querySelector<HTMLElement>(`[data-profile="${id ?? ''}"] [role=radio]`)?.focus()
    })
  }, [])
  const tried = useCallback(async (act: () => Promise<void>) => {
    try {
      await act()
    } catch (cause) {
      now.current.onSaid({ problem: messageOf(cause) })
    }
  }, [])
  const [actions] = useState<RowActions>(() => {
    const moveBefore = (id: ProfileId, before: ProfileId | null): Promise<void> =>
      tried(async () => {
        const next = await controller.call('profiles:move', { id, before })
        controller.showProfiles(next)
        const { place, of } = placeOfOwn(next.profiles, id)
        setMoved(words.moved(next.profiles.find((profile) => profile.id === id)?.name ?? '', place, of))
      })
    return {
      edit: (profile) => {
        now.current.onView({ kind: 'edit', profile })
      },
      review: (profile) => {
        now.current.onView({ kind: 'allow', profile })
      },
      duplicate: (profile) => {
        now.current.onDuplicate(profile.id)
      },
      export: (profile) => {
        void tried(async () => {
          const { fileName, text: file, removed } = await controller.call('profiles:export', { id: profile.id })
          download(fileName, file)
          const about =
            removed.length === 0 ? {} : { about: `${words.exportRemoved(removed.length)} ${removed.join(', ')}` }
          now.current.onSaid({ message: words.exported(fileName), warnings: [], ...about })
        })
      },
      move: (profile, step) => {
        const before = beforeOf(now.current.list.profiles, profile.id, step)
        if (before === undefined) return
        void moveBefore(profile.id, before).then(() => {
          focusRow(profile.id)
        })
      },
      moveBefore: (id, before) => {
        void moveBefore(id, before)
      },
      remove: (profile) => {
        const { profiles } = now.current.list
        const at = profiles.findIndex(({ id }) => id === profile.id)
        now.current.onRemove(profile)
        focusRow((profiles[at + 1] ?? profiles[at - 1])?.id)
      }
    }
  })
  return { actions, listRef, moved }
}

const newServices: readonly Service[] = ['builtin', 'deepgram', 'napster']

/** A new agent begins as the file of its service, in the editor; nothing is kept before it is saved. */
function NewAgent({ onView }: { onView: (view: AgentsView) => void }) {
  return (
    <Menu
      align="start"
      trigger={
        <Button icon={Plus} className="data-[state=open]:bg-sunken">
          {words.newAgent}
        </Button>
      }
    >
      {newServices.map((service) => (
        <MenuItem
          key={service}
          onSelect={() => {
            onView({ kind: 'new', service })
          }}
        >
          <span>
            {words.newFor[service].label}
            <span className="block text-small text-ink-soft">{words.newFor[service].about}</span>
          </span>
        </MenuItem>
      ))}
    </Menu>
  )
}
