import { clsx } from 'clsx'
import { Ellipsis, GripVertical, Pencil, ShieldAlert } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { type DragEvent, type KeyboardEvent, memo, useState } from 'react'
import { hotkeyText } from '../../../../shared/hotkey-rules.ts'
import type { ProfileId, ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { useEnables } from './use-enables.ts'

const words = text.profiles

/** What can be done with a row. */
export interface RowActions {
  edit: (profile: ProfileSummary) => void
  review: (profile: ProfileSummary) => void
  duplicate: (profile: ProfileSummary) => void
  export: (profile: ProfileSummary) => void
  move: (profile: ProfileSummary, step: 'up' | 'down') => void
  /** Null: to the end. */
  moveBefore: (id: ProfileId, before: ProfileId | null) => void
  remove: (profile: ProfileSummary) => void
}

interface ProfileRowProps {
  profile: ProfileSummary
  /** Of the last 30 days; undefined: not known. */
  minutes: number | undefined
  /** Has a place that can be changed. */
  movable: boolean
  actions: RowActions
}

const DRAGGED = 'application/x-parley-agent'

function isRow(event: DragEvent): boolean {
  return event.dataTransfer.types.includes(DRAGGED)
}

/** One agent of the list. */
export const ProfileRow = memo(function ProfileRow({ profile, minutes, movable, actions }: ProfileRowProps) {
  const [over, setOver] = useState(false)
  const platform = useApp((state) => (state.host.kind === 'up' ? state.host.info.platform : ''))
  const hotkey = profile.hotkey === undefined ? '' : hotkeyText(profile.hotkey, platform)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      if (movable) actions.move(profile, event.key === 'ArrowUp' ? 'up' : 'down')
    } else if (event.key === 'Delete' && !profile.builtIn) {
      event.preventDefault()
      actions.remove(profile)
    } else if (event.key === 'Enter' && !profile.builtIn) {
      event.preventDefault()
      actions.edit(profile)
    }
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dragging is the pointer's way; the keyboard has Alt and the arrows, and the menu
    <div
      data-profile={profile.id}
      className={clsx(
        'group rounded-lg hover:bg-sunken [content-visibility:auto] [contain-intrinsic-size:auto_3.5rem]',
        over && 'shadow-[0_-2px_0_var(--accent)]'
      )}
      onDragOver={(event) => {
        if (!isRow(event) || profile.builtIn) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => {
        setOver(false)
      }}
      onDrop={(event) => {
        setOver(false)
        if (!isRow(event) || profile.builtIn) return
        event.preventDefault()
        const id = event.dataTransfer.getData(DRAGGED) as ProfileId
        if (id !== profile.id) actions.moveBefore(id, profile.id)
      }}
    >
      <div className="flex items-center gap-0.5 pr-1">
        {movable ? <Handle profile={profile} /> : <span className="w-5 shrink-0" />}
        <RadioGroup.Item
          value={profile.id}
          aria-label={words.use(profile.name)}
          aria-keyshortcuts={movable ? 'Alt+ArrowUp Alt+ArrowDown Delete' : undefined}
          onKeyDown={onKeyDown}
          className="flex min-w-0 flex-1 items-center gap-3 rounded-lg px-1.5 py-2.5 text-left"
        >
          <span className="grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface">
            <RadioGroup.Indicator className="size-2 rounded-full border border-accent bg-accent" />
          </span>
          <span className="min-w-0 flex-1">
            <span className="block font-medium wrap-anywhere">{profile.name}</span>
            <span className="block text-small text-ink-soft wrap-anywhere">
              {about(profile, minutes)}
              {/* In a narrow window the keys have no room of their own. */}
              {hotkey !== '' && <span className="wide:hidden"> · {hotkey}</span>}
            </span>
          </span>
          {hotkey !== '' && (
            <kbd className="shrink-0 rounded-md border border-line-strong px-1.5 font-sans text-small text-ink-soft max-wide:hidden">
              {hotkey}
            </kbd>
          )}
        </RadioGroup.Item>
        {!profile.builtIn && (
          <IconButton
            label={words.edit(profile.name)}
            icon={Pencil}
            size="small"
            onClick={() => {
              actions.edit(profile)
            }}
          />
        )}
        <RowMenu profile={profile} movable={movable} actions={actions} />
      </div>
      {profile.held === true && <HeldNote profile={profile} actions={actions} />}
    </div>
  )
})

/** In one line: where it is, and what is special about it. */
function about({ service, modality, builtIn, host }: ProfileSummary, minutes: number | undefined): string {
  return [
    text.service[service],
    ...(host === undefined ? [] : [words.ownHost(host)]),
    ...(modality === 'text' ? [words.textOnly] : []),
    ...(builtIn ? [words.builtIn] : []),
    ...(minutes === undefined || minutes === 0 ? [] : [words.minutes(minutes)])
  ].join(' · ')
}

function Handle({ profile }: { profile: ProfileSummary }) {
  return (
    <span
      aria-hidden
      title={words.handle}
      draggable
      className="grid h-9 w-5 shrink-0 cursor-grab place-items-center text-ink-soft opacity-0 group-focus-within:opacity-100 group-hover:opacity-100"
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, profile.id)
        event.dataTransfer.effectAllowed = 'move'
        const row = event.currentTarget.closest<HTMLElement>('[data-profile]')
        if (row !== null) event.dataTransfer.setDragImage(row, 12, 20)
      }}
    >
      <GripVertical className="size-4" />
    </span>
  )
}

interface RowMenuProps {
  profile: ProfileSummary
  movable: boolean
  actions: RowActions
}

function Item({ label, shortcut = '', act }: { label: string; shortcut?: string; act: () => void }) {
  return (
    <MenuItem onSelect={act}>
      <span className="flex-1">{label}</span>
      {shortcut !== '' && <kbd className="font-sans text-small text-ink-soft">{shortcut}</kbd>}
    </MenuItem>
  )
}

function RowMenu({ profile, movable, actions }: RowMenuProps) {
  return (
    <Menu
      trigger={
        <IconButton
          label={words.more(profile.name)}
          icon={Ellipsis}
          size="small"
          className="data-[state=open]:bg-sunken"
        />
      }
    >
      <Item
        label={words.actions.duplicate}
        act={() => {
          actions.duplicate(profile)
        }}
      />
      <Item
        label={words.actions.export}
        act={() => {
          actions.export(profile)
        }}
      />
      {movable && (
        <>
          <MenuSeparator />
          <Item
            label={words.actions.up}
            shortcut={words.keys.up}
            act={() => {
              actions.move(profile, 'up')
            }}
          />
          <Item
            label={words.actions.down}
            shortcut={words.keys.down}
            act={() => {
              actions.move(profile, 'down')
            }}
          />
        </>
      )}
      {!profile.builtIn && (
        <>
          <MenuSeparator />
          <Item
            label={words.actions.remove}
            shortcut={words.keys.remove}
            act={() => {
              actions.remove(profile)
            }}
          />
        </>
      )}
    </Menu>
  )
}

/** What a held profile waits for, in one sentence, and the way to allow it. */
function HeldNote({ profile, actions }: { profile: ProfileSummary; actions: RowActions }) {
  const heldFor = useEnables(profile.id)
  const { held, enables } = words
  const things = heldFor.kind === 'known' ? heldFor.enables.map(({ kind, value }) => enables[kind].short(value)) : []
  const shown = things.length > 2 ? [...things.slice(0, 2), words.moreThings(things.length - 2)] : things
  return (
    <div className="flex items-center gap-2 pr-2 pb-2 pl-14 max-wide:flex-col max-wide:items-start">
      <p className="flex min-w-0 flex-1 gap-2 text-small text-warn">
        <ShieldAlert aria-hidden className="mt-px size-4 shrink-0" />
        <span className="min-w-0 wrap-anywhere">
          {things.length === 0 ? held.loading : held.waits(shown.join(', '))}
        </span>
      </p>
      <Button
        size="small"
        aria-label={held.reviewOf(profile.name)}
        onClick={() => {
          actions.review(profile)
        }}
      >
        {held.review}
      </Button>
    </div>
  )
}
