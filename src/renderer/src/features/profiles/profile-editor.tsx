import { useEffect, useState } from 'react'
import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { parsedObject } from './json-fields.ts'
import { ProfileOptions } from './profile-options.tsx'
import { renamed } from './profile-text.ts'

interface ProfileEditorProps {
  /** `copy` and `new` are saved as a new profile; the original of a copy stays. */
  source: { kind: 'edit' | 'copy'; profile: ProfileSummary } | { kind: 'new'; text: string }
  onBack: () => void
  onSaved: (warnings: readonly string[]) => void
}

/** The profile file's own text. Main checks it on save; what it refuses stays here with the reason. */
export function ProfileEditor({ source, onBack, onSaved }: ProfileEditorProps) {
  const controller = useController()
  const [draft, setDraft] = useState(source.kind === 'new' ? source.text : null)
  const id = source.kind === 'new' ? undefined : source.profile.id
  const copy = source.kind === 'copy'
  const [problem, setProblem] = useState('')
  const [saving, setSaving] = useState(false)
  // What Napster keeps needs no JSON here; a file that cannot be shown as options is opened as it is.
  const [view, setView] = useState<'json' | 'options'>(
    source.kind === 'new' || source.profile.service === 'napster' ? 'options' : 'json'
  )

  useEffect(() => {
    if (id === undefined) return undefined
    let current = true
    const load = async (): Promise<void> => {
      try {
        const file = await controller.call('profiles:read', { id })
        if (!current) return
        if (parsedObject(file.text) === null) setView('json')
        setDraft(copy ? renamed(file.text, text.agents.copySuffix) : file.text)
      } catch (cause) {
        if (current) setProblem(messageOf(cause))
      }
    }
    void load()
    return () => {
      current = false
    }
  }, [controller, id, copy])

  const save = async (): Promise<void> => {
    if (draft === null) return
    setSaving(true)
    setProblem('')
    try {
      onSaved(await controller.saveProfile(draft, source.kind === 'edit' ? source.profile.id : undefined))
    } catch (cause) {
      setProblem(messageOf(cause))
      setSaving(false)
    }
  }

  return (
    <div className="flex min-h-0 flex-col gap-3 px-5 pb-4">
      <div>
        <Segmented
          label={text.options.viewLabel}
          value={view}
          onChange={setView}
          choices={[
            { value: 'json', label: text.options.views.json },
            { value: 'options', label: text.options.views.options }
          ]}
        />
      </div>
      {view === 'options' && draft === null && <div className="h-[48dvh] min-h-40" />}
      {view === 'options' && draft !== null && <ProfileOptions draft={draft} onChange={setDraft} />}
      <textarea
        hidden={view !== 'json'}
        aria-label={text.agents.editor}
        aria-invalid={problem !== ''}
        aria-describedby="profile-problem"
        spellCheck={false}
        disabled={draft === null}
        value={draft ?? ''}
        onChange={(event) => {
          setDraft(event.target.value)
        }}
        className="h-[48dvh] min-h-40 w-full resize-none rounded-lg border border-line-strong bg-paper p-3 font-mono text-small aria-invalid:border-danger"
      />
      <p id="profile-problem" role="alert" className="text-danger wrap-anywhere empty:hidden">
        {problem}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{text.agents.back}</Button>
        <Button tone="primary" disabled={draft === null || saving} onClick={() => void save()}>
          {source.kind === 'edit' ? text.agents.save : text.agents.saveCopy}
        </Button>
      </div>
    </div>
  )
}
