import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { SecretList, SecretTarget } from '../../../../shared/ipc/secret-calls.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Say, Section } from '../../ui/setting-rows.tsx'
import { KeyForm } from './key-form.tsx'
import { keyOf, KeyRow } from './key-row.tsx'
import { useKeys, type Keys } from './use-keys.ts'

const SERVICES = ['deepgram', 'napster'] as const

/** The keys of the services and the secrets that agents name: entered, checked, removed, never shown. */
export function KeysSection() {
  const keys = useKeys()
  const { state } = keys
  if (state.kind === 'loading') return <Say>{text.keys.loading}</Say>
  if (state.kind === 'failed') return <Say warn>{state.message}</Say>
  const { list } = state
  return (
    <>
      <Section title={text.keys.services} about={`${text.keys.servicesAbout} ${list.why}`}>
        {SERVICES.map((service) => (
          <KeyRow key={service} target={{ kind: 'service-key', service }} list={list} keys={keys} />
        ))}
      </Section>
      <Section title={text.keys.secrets} about={text.keys.secretsAbout}>
        {namedTargets(list).map((target) => (
          <KeyRow key={keyOf(target)} target={target} list={list} keys={keys} />
        ))}
        <AddSecret list={list} keys={keys} />
      </Section>
    </>
  )
}

function namedTargets(list: SecretList): SecretTarget[] {
  return [...list.rows, ...list.missing]
    .map(({ target }) => target)
    .filter(({ kind }) => kind === 'named')
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function AddSecret({ list, keys }: { list: SecretList; keys: Keys }) {
  const [editing, setEditing] = useState(false)
  const close = (): void => {
    setEditing(false)
  }
  if (editing) {
    return (
      <div>
        <KeyForm
          target={undefined}
          label={text.keys.newValueField}
          list={list}
          set={keys.set}
          onCancel={close}
          onSaved={close}
        />
      </div>
    )
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      {namedTargets(list).length === 0 ? <Say>{text.keys.noSecrets}</Say> : <span />}
      <Button
        size="small"
        icon={Plus}
        onClick={() => {
          setEditing(true)
        }}
      >
        {text.keys.addSecret}
      </Button>
    </div>
  )
}
