import { Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { fieldText } from '../../text/en-profile-fields.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { pathKey, useDraft } from './draft.tsx'
import { Note, ScopeFields } from './field-view.tsx'
import { ItemList } from './item-list.tsx'
import { type Path, valueAt } from './json-fields.ts'
import { record } from './profile-fields.ts'
import { functionPaths, LISTEN } from './scopes.ts'

const words = text.profiles
const AGENT = ['settings', 'agent']

/** An agent whose settings are in the file, or one that Deepgram keeps under an id. What was in the file comes back with the choice. */
export function AgentKeptAt() {
  const { profile, set, setRaw, rawAt } = useDraft()
  const noteId = useId()
  const agent = valueAt(profile, AGENT)
  const where = typeof agent === 'string' ? 'service' : 'here'
  const [other, setOther] = useState<string | null>(null)
  const choose = (next: 'here' | 'service'): void => {
    if (next === where) return
    const before = rawAt(AGENT)
    setRaw(AGENT, other ?? (next === 'service' ? '""' : '{}'))
    setOther(before)
  }
  return (
    <div data-field="settings.agent" className="flex flex-col items-start gap-1 text-small">
      <Segmented
        label={words.agentAt.label}
        value={where}
        onChange={choose}
        choices={[
          { value: 'here', label: words.agentAt.choices.here },
          { value: 'service', label: words.agentAt.choices.service }
        ]}
      />
      <p className="text-ink-soft">{words.agentAt.about[where]}</p>
      {typeof agent === 'string' && (
        <>
          <TextField
            label={words.agentAt.id}
            value={agent}
            className="w-full [&_input]:font-mono"
            aria-invalid={agent === ''}
            aria-describedby={noteId}
            onChange={(value) => {
              set(AGENT, value)
            }}
          />
          <Note id={noteId} fault={agent === '' ? { message: words.faults.missing, blocks: true } : undefined} />
        </>
      )}
    </div>
  )
}

export function ListenFields() {
  const { profile, set } = useDraft()
  const provider = record(valueAt(profile, LISTEN))
  if (Object.keys(provider).length === 0) {
    return (
      <>
        <p className="text-small text-ink-soft">{words.listen.none}</p>
        <Button
          size="small"
          icon={Plus}
          className="self-start"
          onClick={() => {
            set(LISTEN, { type: 'deepgram', version: 'v2', model: 'flux-general-en' })
          }}
        >
          {words.listen.set}
        </Button>
      </>
    )
  }
  const version = provider['version'] === 'v2' ? 'v2' : 'v1'
  return (
    <>
      <ListenVersion version={version} model={provider['model']} />
      {/* Another version brings another model, which the field shows afresh. */}
      <ScopeFields key={version} scope="listen" base={LISTEN} />
    </>
  )
}

function ListenVersion({ version, model }: { version: 'v1' | 'v2'; model: unknown }) {
  const { faults, set } = useDraft()
  const noteId = useId()
  const choose = (next: 'v1' | 'v2'): void => {
    const isFlux = typeof model === 'string' && model.startsWith('flux-')
    const fitting = next === 'v2' ? 'flux-general-en' : 'nova-3'
    set([...LISTEN, 'version'], next)
    if (isFlux !== (next === 'v2')) set([...LISTEN, 'model'], fitting)
  }
  return (
    <div data-field={[...LISTEN, 'version'].join('.')} className="flex flex-col items-start gap-1 text-small">
      <Segmented
        label={fieldText['listen.version']?.label ?? ''}
        value={version}
        onChange={choose}
        choices={[
          { value: 'v2', label: words.listen.versions.v2 },
          { value: 'v1', label: words.listen.versions.v1 }
        ]}
      />
      <Note
        id={noteId}
        fault={faults.get(pathKey([...LISTEN, 'version']))}
        about={words.listen.versionAbout[version]}
      />
    </div>
  )
}

const freshModel = { provider: { type: 'open_ai', model: 'gpt-4o-mini' } }

export function ThinkFields() {
  const { none, add, addFallback, fallbackAbout, first, fallback, remove } = words.think
  return (
    <ItemList
      path={[...AGENT, 'think']}
      none={none}
      add={add}
      addFallback={addFallback}
      about={fallbackAbout}
      names={{ first, fallback, remove }}
      fresh={freshModel}
    >
      {(base) => (
        <>
          <ScopeFields scope="think" base={base} />
          <FunctionList think={base} />
        </>
      )}
    </ItemList>
  )
}

function FunctionList({ think }: { think: Path }) {
  const { profile, set } = useDraft()
  const [removals, setRemovals] = useState(0)
  const paths = functionPaths(profile, think)
  const { functions, functionsAbout, addFunction, functionName, removeFunction, newFunction } = words.think
  return (
    <div data-field={[...think, 'functions'].join('.')} className="flex flex-col gap-2">
      <p className="text-small font-medium">{functions}</p>
      <p className="text-small text-ink-soft">{functionsAbout}</p>
      {paths.map((base, at) => {
        const known = valueAt(profile, [...base, 'name'])
        const name = functionName(typeof known === 'string' ? known : '', at + 1)
        return (
          <details key={`${removals} ${at}`} open={known === ''} className="rounded-lg border border-line">
            <summary className="rounded-lg px-3 py-2 font-mono text-small wrap-anywhere hover:bg-sunken">
              {name}
            </summary>
            <div className="flex flex-col gap-3 px-3 pt-1 pb-3">
              <ScopeFields scope="function" base={base} />
              <Button
                size="small"
                icon={Trash2}
                className="self-start"
                onClick={() => {
                  setRemovals(removals + 1)
                  set(paths.length === 1 ? [...think, 'functions'] : base, undefined)
                }}
              >
                {removeFunction(name)}
              </Button>
            </div>
          </details>
        )
      })}
      <Button
        size="small"
        icon={Plus}
        className="self-start"
        onClick={() => {
          set([...think, 'functions', paths.length], { name: '', ...newFunction })
        }}
      >
        {addFunction}
      </Button>
    </div>
  )
}

const freshVoice = { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }

export function SpeakFields() {
  const { none, add, addFallback, fallbackAbout, first, fallback, remove } = words.speak
  return (
    <ItemList
      path={[...AGENT, 'speak']}
      none={none}
      add={add}
      addFallback={addFallback}
      about={fallbackAbout}
      names={{ first, fallback, remove }}
      fresh={freshVoice}
    >
      {(base) => <ScopeFields scope="speak" base={base} />}
    </ItemList>
  )
}
