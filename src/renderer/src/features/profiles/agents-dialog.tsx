import { type KeyboardEvent, useCallback, useRef, useState } from 'react'
import type { ProfileId, ProfileSummary, Service } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { AllowView } from './allow-view.tsx'
import { FileDrop } from './file-drop.tsx'
import { ImportView } from './import-view.tsx'
import { newProfileText } from './new-profile.ts'
import { ProfileEditor } from './profile-editor.tsx'
import { ProfileRows, type Said } from './profile-rows.tsx'
import type { ReadFile } from './read-files.ts'
import { SwitchDialog } from './switch-dialog.tsx'
import { UndoBar } from './undo-bar.tsx'
import { useUndo } from './use-undo.ts'

/** What the dialog shows; `edit` on a profile that comes with Parley can only be saved as a new one. */
export type AgentsView =
  | { kind: 'closed' }
  | { kind: 'list' }
  | { kind: 'edit' | 'copy'; profile: ProfileSummary }
  | { kind: 'new'; service: Service }
  | { kind: 'import'; files: readonly ReadFile[] }
  | { kind: 'allow'; profile: ProfileSummary }

interface AgentsDialogProps {
  view: AgentsView
  onView: (view: AgentsView) => void
}

const words = text.profiles

/** The agents: list, form, what a file would bring, and what a held one waits for. Files are dropped anywhere on the window. */
export function AgentsDialog({ view, onView }: AgentsDialogProps) {
  const controller = useController()
  const list = useApp((state) => state.profiles)
  const [said, setSaid] = useState<Said | null>(null)
  const [switchTo, setSwitchTo] = useState<ProfileSummary | null>(null)
  const [asking, setAsking] = useState<{ go: () => void } | null>(null)
  const undo = useUndo(setSaid)
  const dirty = useRef(false)
  const onDirty = useCallback((next: boolean) => {
    dirty.current = next
  }, [])
  if (list === null) return null

  /** Asks first where something that was typed would be lost. */
  const guarded = (go: () => void): void => {
    if (dirty.current) setAsking({ go })
    else go()
  }
  const show = (next: AgentsView): void => {
    setSaid(null)
    onView(next)
  }
  const toList = (message: string, warnings: readonly string[] = []): void => {
    setSaid({ message, warnings })
    onView({ kind: 'list' })
  }
  const onBack = (): void => {
    guarded(() => {
      show({ kind: 'list' })
    })
  }
  const onSaved = (warnings: readonly string[]): void => {
    toList(words.saved, warnings)
  }
  const duplicate = async (id: ProfileId): Promise<void> => {
    try {
      const copy = await controller.call('profiles:duplicate', { id })
      const profile = (await controller.reloadProfiles())?.profiles.find((candidate) => candidate.id === copy.id)
      if (profile !== undefined) show({ kind: 'edit', profile })
    } catch (cause) {
      setSaid({ problem: messageOf(cause) })
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const isUndo = event.code === 'KeyZ' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
    const inText =
      event.target instanceof HTMLElement && event.target.matches('input[type=search], input[type=text], textarea')
    if (!isUndo || inText || undo.last === null) return
    event.preventDefault()
    undo.undo()
  }

  return (
    <>
      <FileDrop
        onFiles={(files) => {
          guarded(() => {
            show({ kind: 'import', files })
          })
        }}
      />
      <Dialog
        open={view.kind !== 'closed'}
        onOpenChange={(open) => {
          guarded(() => {
            if (!open) undo.forget()
            show(open ? { kind: 'list' } : { kind: 'closed' })
          })
        }}
        title={titleOf(view)}
        {...aboutOf(view)}
        closeLabel={text.agents.close}
        size="tall"
        onKeyDown={onKeyDown}
      >
        <div className="relative flex min-h-0 flex-1 flex-col">
          {view.kind === 'list' && (
            <ProfileRows
              list={list}
              said={said}
              onSaid={setSaid}
              onView={show}
              onSwitch={setSwitchTo}
              onDuplicate={(id) => void duplicate(id)}
              onRemove={(profile) => {
                setSaid(null)
                void undo.remove(profile)
              }}
            />
          )}
          {view.kind === 'import' && (
            <ImportView
              key={view.files.map(({ name }) => name).join('/')}
              files={view.files}
              onDone={toList}
              onCancel={() => {
                show({ kind: 'list' })
              }}
            />
          )}
          {view.kind === 'allow' && (
            <AllowView
              profile={view.profile}
              onAllowed={() => {
                toList(words.held.allowed(view.profile.name))
              }}
              onBack={onBack}
              onEdit={() => {
                show({ kind: 'edit', profile: view.profile })
              }}
            />
          )}
          {view.kind === 'new' && (
            <ProfileEditor
              key={`new ${view.service}`}
              source={{ kind: 'new', text: newProfileText(view.service) }}
              onBack={onBack}
              onSaved={onSaved}
              onDirty={onDirty}
            />
          )}
          {(view.kind === 'edit' || view.kind === 'copy') && (
            <ProfileEditor
              key={`${view.kind} ${view.profile.id}`}
              source={{ kind: view.profile.builtIn ? 'copy' : view.kind, profile: view.profile }}
              onBack={onBack}
              onSaved={onSaved}
              onDirty={onDirty}
            />
          )}
          {view.kind === 'list' && <UndoBar undo={undo} />}
        </div>
      </Dialog>
      <Confirm
        open={asking !== null}
        title={words.editor.leaveTitle}
        about={words.editor.leaveAbout}
        confirm={words.editor.leave}
        cancel={words.editor.stay}
        onCancel={() => {
          setAsking(null)
        }}
        onConfirm={() => {
          dirty.current = false
          asking?.go()
          setAsking(null)
        }}
      />
      <SwitchDialog
        profile={switchTo}
        onClose={() => {
          setSwitchTo(null)
        }}
      />
    </>
  )
}

function titleOf(view: AgentsView): string {
  switch (view.kind) {
    case 'edit':
      return view.profile.builtIn
        ? words.editor.copyTitle(view.profile.name)
        : words.editor.editTitle(view.profile.name)
    case 'copy':
      return words.editor.copyTitle(view.profile.name)
    case 'new':
      return words.editor.newTitle
    case 'allow':
      return words.held.title
    case 'import':
      return words.import.dialog
    default:
      return words.title
  }
}

function aboutOf(view: AgentsView): { about?: string } {
  if (view.kind === 'list' || view.kind === 'closed') return { about: words.about }
  if (view.kind === 'allow') return { about: words.held.about(view.profile.name) }
  if (view.kind === 'copy' && view.profile.builtIn) return { about: words.editor.copyAbout }
  return view.kind === 'import' ? {} : { about: words.editor.about }
}
