import { clsx } from 'clsx'
import {
  type Dispatch,
  type SetStateAction,
  useDeferredValue,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState
} from 'react'
import type { ProfileId, ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { jsonFault } from '../tune/json-fault.ts'
import { checkProfile, type Fault } from './check-profile.ts'
import { type Draft, DraftProvider, pathKey } from './draft.tsx'
import { edited, parsedObject, type Path, placeOf, rawAt, withRaw } from './json-fields.ts'
import { JsonView, type Mark } from './json-view.tsx'
import { ProfileForm } from './profile-form.tsx'
import { renamed } from './profile-text.ts'
import { showField } from './show-field.ts'

const words = text.profiles.editor

export interface EditorSource {
  /** `copy` and `new` are saved as a new profile; the original of a copy stays. */
  source: { kind: 'edit' | 'copy'; profile: ProfileSummary } | { kind: 'new'; text: string }
}

interface ProfileEditorProps extends EditorSource {
  onBack: () => void
  onSaved: (warnings: readonly string[]) => void
  /** Told whether something would be lost. */
  onDirty: (dirty: boolean) => void
}

type View = 'options' | 'json'

/** One agent's file in two views, a form and its text, of which the text is what is saved. Main checks it once more. */
export function ProfileEditor({ source, onBack, onSaved, onDirty }: ProfileEditorProps) {
  const controller = useController()
  const [view, setView] = useState<View>('options')
  // What cannot be shown as a form is opened as it is.
  const loaded = useProfileText(source, () => {
    setView('json')
  })
  const { draft, setDraft } = loaded
  const [problem, setProblem] = useState('')
  const [saving, setSaving] = useState(false)
  const [tried, setTried] = useState(false)
  const [mark, setMark] = useState<Mark | null>(null)
  const formRef = useRef<HTMLDivElement>(null)
  const checked = useChecked(draft)
  const dirty = draft !== null && draft !== loaded.saved
  useEffect(() => {
    onDirty(dirty)
    return () => {
      onDirty(false)
    }
  }, [dirty, onDirty])

  const blocking = checked.faults.filter(({ blocks }) => blocks)
  const showInJson = (path: Path): void => {
    const place = placeOf(draft ?? '', path)
    setView('json')
    if (place !== null) setMark(place)
  }
  const show = (fault: Fault): void => {
    if (view === 'json' || !showField(formRef.current, fault.path)) showInJson(fault.path)
  }

  const save = async (): Promise<void> => {
    if (draft === null) return
    setTried(true)
    setProblem('')
    if (blocking.length > 0 || checked.broken !== null) return
    setSaving(true)
    try {
      onSaved(await controller.saveProfile(draft, source.kind === 'edit' ? source.profile.id : undefined))
    } catch (cause) {
      setProblem(messageOf(cause))
      setSaving(false)
    }
  }

  const first = blocking[0]
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      <div className="flex items-center gap-3 border-b border-line px-5 py-2.5 max-wide:px-4">
        <Segmented
          label={text.options.viewLabel}
          value={view}
          onChange={setView}
          choices={[
            { value: 'options', label: text.options.views.options },
            { value: 'json', label: text.options.views.json }
          ]}
        />
        <span className="min-w-0 flex-1 truncate text-right text-small text-ink-soft">
          {dirty ? words.unsaved : ''}
        </span>
      </div>
      <div ref={formRef} className={clsx('flex min-h-0 flex-1 flex-col', view !== 'options' && 'hidden')}>
        {draft !== null && view === 'options' && (
          <FormOf
            profileId={source.kind === 'edit' ? source.profile.id : undefined}
            draft={draft}
            setDraft={setDraft}
            faults={checked.faults}
            showInJson={showInJson}
          />
        )}
      </div>
      {view === 'json' && (
        <JsonView
          draft={draft}
          onChange={setDraft}
          broken={checked.broken}
          faults={checked.faults}
          mark={mark}
          onMark={setMark}
        />
      )}
      <footer className="flex flex-col gap-2 border-t border-line px-5 py-3 max-wide:px-4">
        <p id="profile-problem" role="alert" className="text-small text-danger wrap-anywhere empty:hidden">
          {problem !== '' && problem}
          {problem === '' && loaded.problem}
          {tried && first !== undefined && words.correct(blocking.length)}
          {tried && checked.broken !== null && words.correctJson}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          {tried && first !== undefined && (
            <Button
              onClick={() => {
                show(first)
              }}
            >
              {words.show}
            </Button>
          )}
          <Button onClick={onBack}>{words.back}</Button>
          <Button tone="primary" disabled={draft === null || saving} onClick={() => void save()}>
            {source.kind === 'edit' ? words.save : words.saveCopy}
          </Button>
        </div>
      </footer>
    </div>
  )
}

interface FormOfProps {
  profileId: ProfileId | undefined
  draft: string
  setDraft: Dispatch<SetStateAction<string | null>>
  faults: readonly Fault[]
  showInJson: (path: Path) => void
}

function FormOf({ profileId, draft, setDraft, faults, showInJson }: FormOfProps) {
  const profile = useMemo(() => parsedObject(draft), [draft])
  if (profile === null) return <p className="p-5 text-ink-soft">{text.options.brokenJson}</p>
  const change = (next: (before: string) => string): void => {
    setDraft((before) => (before === null ? null : next(before)))
  }
  const value: Draft = {
    profile,
    profileId,
    faults: new Map(faults.map((fault) => [pathKey(fault.path), fault])),
    set: (path, next) => {
      change((before) => edited(before, path, next))
    },
    setRaw: (path, raw) => {
      change((before) => withRaw(before, path, raw))
    },
    rawAt: (path) => rawAt(draft, path),
    showInJson
  }
  return (
    <DraftProvider draft={value}>
      <ProfileForm key={String(profile['service'])} />
    </DraftProvider>
  )
}

/** What is wrong with the draft; a moment late while somebody types. */
function useChecked(draft: string | null): { broken: ReturnType<typeof jsonFault>; faults: readonly Fault[] } {
  const late = useDeferredValue(draft)
  return useMemo(() => {
    if (late === null) return { broken: null, faults: [] }
    const profile = parsedObject(late)
    return profile === null ? { broken: brokenAt(late), faults: [] } : { broken: null, faults: checkProfile(profile) }
  }, [late])
}

/** JSON that is no object is as broken as text that is no JSON. */
function brokenAt(draft: string): NonNullable<ReturnType<typeof jsonFault>> {
  return jsonFault(draft) ?? { at: 0, line: 1, column: 1, problem: text.profiles.faults.type['object'] ?? '' }
}

/** The text that is edited, and as it was when it came. */
function useProfileText(source: EditorSource['source'], onBroken: () => void) {
  const controller = useController()
  const broken = useEffectEvent(onBroken)
  const [draft, setDraft] = useState(source.kind === 'new' ? source.text : null)
  const [saved, setSaved] = useState(draft)
  const [problem, setProblem] = useState('')
  const id = source.kind === 'new' ? undefined : source.profile.id
  const copy = source.kind === 'copy'
  useEffect(() => {
    if (id === undefined) return undefined
    let current = true
    const load = async (): Promise<void> => {
      try {
        const file = await controller.call('profiles:read', { id })
        if (!current) return
        const shown = copy ? renamed(file.text, words.copySuffix) : file.text
        if (parsedObject(shown) === null) broken()
        setDraft(shown)
        setSaved(shown)
      } catch (cause) {
        if (current) setProblem(messageOf(cause))
      }
    }
    void load()
    return () => {
      current = false
    }
  }, [controller, id, copy])
  return { draft, setDraft, saved, problem }
}
