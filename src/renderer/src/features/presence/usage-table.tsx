import { useEffect, useState } from 'react'
import type { UsageRow } from '../../../../shared/ipc/presence-calls.ts'
import { text } from '../../text/en.ts'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Say, Section } from '../../ui/setting-rows.tsx'

type Read = { kind: 'reading' } | { kind: 'read'; rows: readonly UsageRow[] } | { kind: 'failed'; message: string }

/** Minutes used of each agent. */
export function UsageTable() {
  const controller = useController()
  const [read, setRead] = useState<Read>({ kind: 'reading' })
  useEffect(() => {
    let gone = false
    controller.call('usage:list', undefined).then(
      (rows) => {
        if (!gone) setRead({ kind: 'read', rows })
      },
      (cause: unknown) => {
        if (!gone) setRead({ kind: 'failed', message: messageOf(cause) })
      }
    )
    return () => {
      gone = true
    }
  }, [controller])
  const words = text.presence.usage
  if (read.kind === 'reading') return null
  return (
    <Section title={words.title} about={words.about}>
      {read.kind === 'failed' && <Say warn>{`${words.failed} ${read.message}`}</Say>}
      {read.kind === 'read' && read.rows.length === 0 && <Say>{words.none}</Say>}
      {read.kind === 'read' && read.rows.length > 0 && <Table rows={read.rows} />}
    </Section>
  )
}

function Table({ rows }: { rows: readonly UsageRow[] }) {
  const words = text.presence.usage
  const number = 'py-1 pl-4 text-right whitespace-nowrap tabular-nums max-wide:pl-2.5'
  return (
    <div>
      <table className="w-full table-fixed text-small">
        <thead>
          <tr className="text-ink-soft [&>th]:font-normal">
            <th scope="col" className="py-1 text-left">
              {words.agent}
            </th>
            <th scope="col" className={`${number} w-20`}>
              {words.today}
            </th>
            <th scope="col" className={`${number} w-24`}>
              {words.month}
            </th>
            <th scope="col" className={`${number} w-28 max-wide:hidden`}>
              {words.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.profileId ?? `given ${row.profileName}`}>
              <th scope="row" className="truncate py-1 text-left font-normal">
                {row.profileName}
                {row.profileId === null && <span className="text-ink-soft"> ({words.given})</span>}
              </th>
              <td className={number}>{words.minutes(row.today)}</td>
              <td className={number}>{words.minutes(row.last30Days)}</td>
              <td className={`${number} max-wide:hidden`}>{words.minutes(row.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
