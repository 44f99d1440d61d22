import { useState } from 'react'
import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { ProfileEditor } from './profile-editor.tsx'
import { ProfileRows } from './profile-rows.tsx'

/** What the dialog shows; `edit` on a profile that comes with Parley can only be saved as a new one. */
export type AgentsView = { kind: 'closed' } | { kind: 'list' } | { kind: 'edit' | 'copy'; profile: ProfileSummary }

interface AgentsDialogProps {
  view: AgentsView
  onView: (view: AgentsView) => void
}

export function AgentsDialog({ view, onView }: AgentsDialogProps) {
  const list = useApp((state) => state.profiles)
  const [said, setSaid] = useState<{ message: string; warnings: readonly string[] } | null>(null)
  if (list === null) return null

  const editing = view.kind === 'edit' || view.kind === 'copy'
  const title =
    view.kind === 'edit'
      ? text.agents.editTitle(view.profile.name)
      : view.kind === 'copy'
        ? text.agents.copyTitle(view.profile.name)
        : text.agents.title
  return (
    <Dialog
      open={view.kind !== 'closed'}
      onOpenChange={(open) => {
        if (!open) setSaid(null)
        onView(open ? { kind: 'list' } : { kind: 'closed' })
      }}
      title={title}
      about={editing ? text.agents.editorAbout : text.agents.about}
      closeLabel={text.agents.close}
    >
      {editing ? (
        <ProfileEditor
          key={`${view.kind} ${view.profile.id}`}
          profile={view.profile}
          copy={view.kind === 'copy' || view.profile.builtIn}
          onBack={() => {
            onView({ kind: 'list' })
          }}
          onSaved={(warnings) => {
            setSaid({ message: text.agents.saved, warnings })
            onView({ kind: 'list' })
          }}
        />
      ) : (
        <ProfileRows list={list} said={said} onSaid={setSaid} onView={onView} />
      )}
    </Dialog>
  )
}
