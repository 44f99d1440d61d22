import { useState } from 'react'
import type { ProfileSummary, Service } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { newProfileText } from './new-profile.ts'
import { ProfileEditor } from './profile-editor.tsx'
import { ProfileRows } from './profile-rows.tsx'

/** What the dialog shows; `edit` on a profile that comes with Parley can only be saved as a new one. */
export type AgentsView =
  | { kind: 'closed' }
  | { kind: 'list' }
  | { kind: 'edit' | 'copy'; profile: ProfileSummary }
  | { kind: 'new'; service: Service }

interface AgentsDialogProps {
  view: AgentsView
  onView: (view: AgentsView) => void
}

export function AgentsDialog({ view, onView }: AgentsDialogProps) {
  const list = useApp((state) => state.profiles)
  const [said, setSaid] = useState<{ message: string; warnings: readonly string[] } | null>(null)
  if (list === null) return null

  const editing = view.kind === 'edit' || view.kind === 'copy' || view.kind === 'new'
  const onBack = (): void => {
    onView({ kind: 'list' })
  }
  const onSaved = (warnings: readonly string[]): void => {
    setSaid({ message: text.agents.saved, warnings })
    onView({ kind: 'list' })
  }
  return (
    <Dialog
      open={view.kind !== 'closed'}
      onOpenChange={(open) => {
        if (!open) setSaid(null)
        onView(open ? { kind: 'list' } : { kind: 'closed' })
      }}
      title={titleOf(view)}
      about={editing ? text.agents.editorAbout : text.agents.about}
      closeLabel={text.agents.close}
    >
      {editing ? (
        view.kind === 'new' ? (
          <ProfileEditor
            key={`new ${view.service}`}
            source={{ kind: 'new', text: newProfileText(view.service) }}
            onBack={onBack}
            onSaved={onSaved}
          />
        ) : (
          <ProfileEditor
            key={`${view.kind} ${view.profile.id}`}
            source={{ kind: view.profile.builtIn ? 'copy' : view.kind, profile: view.profile }}
            onBack={onBack}
            onSaved={onSaved}
          />
        )
      ) : (
        <ProfileRows list={list} said={said} onSaid={setSaid} onView={onView} />
      )}
    </Dialog>
  )
}

function titleOf(view: AgentsView): string {
  if (view.kind === 'edit') return text.agents.editTitle(view.profile.name)
  if (view.kind === 'copy') return text.agents.copyTitle(view.profile.name)
  return view.kind === 'new' ? text.agents.newTitle : text.agents.title
}
