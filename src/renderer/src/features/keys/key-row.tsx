import { CircleCheck } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { KeyCheck, SecretList, SecretRow, SecretTarget } from '../../../../shared/ipc/secret-calls.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Say } from '../../ui/setting-rows.tsx'
import { KeyForm } from './key-form.tsx'
import type { Keys } from './use-keys.ts'

interface KeyRowProps {
  target: SecretTarget
  list: SecretList
  keys: Keys
}

/** Equal for the same secret. */
export function keyOf(target: SecretTarget): string {
  return target.kind === 'named' ? `named ${target.name}` : target.service
}

function nameOf(target: SecretTarget): string {
  return target.kind === 'named' ? text.keys.variable(target.name) : text.keys.service[target.service]
}

type Told = { tone: 'good' | 'plain' | 'warn'; message: string } | null

/** One key or secret: where it is, who uses it, and what can be done with it. Its value is never here. */
export function KeyRow({ target, list, keys }: KeyRowProps) {
  const name = nameOf(target)
  const spoken = target.kind === 'named' ? name : text.keys.keyOf(name)
  const row = list.rows.find((one) => keyOf(one.target) === keyOf(target))
  const users = row?.usedBy ?? list.missing.find((one) => keyOf(one.target) === keyOf(target))?.usedBy ?? []
  const [editing, setEditing] = useState(false)
  const [asking, setAsking] = useState(false)
  const [told, setTold] = useState<Told>(null)
  const fixed = row?.place === 'environment'

  const remove = async (): Promise<void> => {
    setAsking(false)
    const why = await keys.remove(target)
    setTold(why === undefined ? null : { tone: 'warn', message: why })
  }

  return (
    <div className="flex flex-col gap-2">
      <div className="flex min-w-0 flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <div className="font-medium wrap-anywhere">{name}</div>
          <Status row={row} users={users} named={target.kind === 'named'} />
        </div>
        {!editing && (
          <div className="flex flex-wrap gap-2">
            {target.kind === 'service-key' && row !== undefined && (
              <Check service={target.service} name={spoken} onTold={setTold} />
            )}
            {!fixed && (
              <Button
                size="small"
                tone={row === undefined && users.length > 0 ? 'soft' : 'outline'}
                aria-label={row === undefined ? text.keys.addFor(spoken) : text.keys.replaceFor(spoken)}
                onClick={() => {
                  setTold(null)
                  setEditing(true)
                }}
              >
                {row === undefined ? text.keys.add : text.keys.replace}
              </Button>
            )}
            {row !== undefined && !fixed && (
              <Button
                size="small"
                aria-label={text.keys.removeFor(spoken)}
                onClick={() => {
                  setAsking(true)
                }}
              >
                {text.keys.remove}
              </Button>
            )}
          </div>
        )}
      </div>
      <output className="empty:hidden">{told !== null && <Tell told={told} />}</output>
      {editing && (
        <KeyForm
          target={target}
          label={target.kind === 'named' ? text.keys.valueField(name) : text.keys.keyField(name)}
          list={list}
          set={keys.set}
          onCancel={() => {
            setEditing(false)
          }}
          onSaved={() => {
            setEditing(false)
            setTold({
              tone: 'good',
              message: text.keys.saved(target.kind === 'named' ? name : text.keys.keyOfCapital(name))
            })
          }}
        />
      )}
      <Confirm
        open={asking}
        title={text.keys.removeTitle(spoken)}
        about={text.keys.removeAbout(users)}
        confirm={text.keys.remove}
        cancel={text.keys.cancel}
        onCancel={() => {
          setAsking(false)
        }}
        onConfirm={() => {
          void remove()
        }}
      />
    </div>
  )
}

function Status({ row, users, named }: { row: SecretRow | undefined; users: readonly string[]; named: boolean }) {
  if (row === undefined) {
    return (
      <Say warn={named && users.length > 0}>
        {named ? text.keys.noValue : text.keys.none}. {users.length > 0 && text.keys.missingFor(users)}
      </Say>
    )
  }
  return (
    <Say warn={row.problem !== undefined}>
      {row.problem ?? `${text.keys.place[row.place]}.`} {users.length > 0 && text.keys.usedBy(users)}
    </Say>
  )
}

function Tell({ told: { tone, message } }: { told: NonNullable<Told> }): ReactNode {
  if (tone !== 'good') return <Say warn={tone === 'warn'}>{message}</Say>
  return (
    <p className="flex gap-1.5 text-small">
      <CircleCheck aria-hidden className="mt-0.5 size-3.5 shrink-0 text-accent" />
      <span className="min-w-0 wrap-anywhere">{message}</span>
    </p>
  )
}

const TONES = { works: 'good', refused: 'warn', unknown: 'plain' } as const satisfies Record<
  KeyCheck['outcome'],
  string
>

interface CheckProps {
  service: 'deepgram' | 'napster'
  name: string
  onTold: (told: Told) => void
}

/** Asks the service whether it takes the kept key. */
function Check({ service, name, onTold }: CheckProps) {
  const controller = useController()
  const [busy, setBusy] = useState(false)
  const check = async (): Promise<void> => {
    setBusy(true)
    onTold(null)
    try {
      const { outcome, message } = await controller.call('secrets:check', { service })
      onTold({ tone: TONES[outcome], message })
    } catch (cause) {
      onTold({ tone: 'warn', message: messageOf(cause) })
    }
    setBusy(false)
  }
  return (
    <Button
      size="small"
      disabled={busy}
      aria-label={text.keys.checkFor(name)}
      onClick={() => {
        void check()
      }}
    >
      {busy ? text.keys.checking : text.keys.check}
    </Button>
  )
}
