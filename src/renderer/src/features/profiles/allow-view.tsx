import { useState } from 'react'
import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { EnablesList } from './enables-list.tsx'
import { useEnables } from './use-enables.ts'

const words = text.profiles.held

interface AllowViewProps {
  profile: ProfileSummary
  onAllowed: () => void
  onBack: () => void
  onEdit: () => void
}

/** What a held profile would do, to be allowed as a whole or taken out in the editor. */
export function AllowView({ profile, onAllowed, onBack, onEdit }: AllowViewProps) {
  const controller = useController()
  const heldFor = useEnables(profile.id)
  const [problem, setProblem] = useState('')
  const allow = async (): Promise<void> => {
    setProblem('')
    try {
      controller.showProfiles(await controller.call('profiles:allow', { id: profile.id }))
      onAllowed()
    } catch (cause) {
      setProblem(messageOf(cause))
    }
  }
  const shown = heldFor.kind === 'problem' ? heldFor.problem : problem
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      <Scroll label={text.profiles.import.enables} className="min-h-0 flex-1">
        <div className="flex flex-col gap-3 px-5 py-4 max-wide:px-4">
          {heldFor.kind === 'known' && <EnablesList enables={heldFor.enables} />}
          <p role="alert" className="text-danger wrap-anywhere empty:hidden">
            {shown}
          </p>
        </div>
      </Scroll>
      <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 max-wide:px-4">
        <Button onClick={onBack}>{text.profiles.editor.back}</Button>
        <Button onClick={onEdit}>{text.profiles.actions.edit}</Button>
        <Button tone="primary" disabled={heldFor.kind !== 'known'} onClick={() => void allow()}>
          {words.allow}
        </Button>
      </footer>
    </div>
  )
}
