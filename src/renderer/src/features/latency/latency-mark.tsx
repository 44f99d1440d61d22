import { memo } from 'react'
import type { TurnLatency } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { Popover } from '../../ui/popover.tsx'
import { feltMs } from './latency.ts'

/** How long a reply took, after its words; opens where the time went. */
export const LatencyMark = memo(function LatencyMark({ latency }: { latency: TurnLatency }) {
  const felt = feltMs(latency)
  if (felt === null) return null
  const value = text.latency.seconds(felt)
  return (
    <Popover
      label={text.latency.of(value)}
      trigger={
        <button
          type="button"
          aria-label={text.latency.of(value)}
          className="-mx-1 rounded px-1 align-baseline text-small whitespace-nowrap text-ink-soft tabular-nums hover:bg-sunken hover:text-ink"
        >
          {value}
        </button>
      }
    >
      <LatencyParts latency={latency} />
    </Popover>
  )
})

/** Parley's own legs beside what the service told; nothing is made up where one of them is silent. */
export function LatencyParts({ latency }: { latency: TurnLatency }) {
  const { client, service } = latency
  const legs = rowsOf(text.latency.legs, client)
  const parts = rowsOf(text.latency.parts, service)
  return (
    <div className="flex flex-col gap-3 text-small">
      <h2 className="font-semibold">{text.latency.title(latency.turn)}</h2>
      <section>
        <h3 className="font-medium">{text.latency.client}</h3>
        <p className="text-ink-soft">{legs.length === 0 ? text.latency.clientSilent : text.latency.clientAbout}</p>
        <Rows rows={legs} />
      </section>
      <section>
        <h3 className="font-medium">{text.latency.service}</h3>
        {parts.length === 0 && <p className="text-ink-soft">{text.latency.serviceSilent}</p>}
        <Rows rows={parts} />
      </section>
    </div>
  )
}

interface Row {
  name: string
  ms: number
}

function rowsOf<K extends string>(
  names: Record<K, string>,
  values: { readonly [key in K]?: number | undefined }
): Row[] {
  return (Object.keys(names) as K[]).flatMap((key) => {
    const ms = values[key]
    return ms === undefined ? [] : [{ name: names[key], ms }]
  })
}

function Rows({ rows }: { rows: readonly Row[] }) {
  if (rows.length === 0) return null
  return (
    <dl className="mt-1 grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5">
      {rows.map(({ name, ms }) => (
        <div key={name} className="contents">
          <dt>{name}</dt>
          <dd className="text-right tabular-nums">{text.latency.milliseconds(ms)}</dd>
        </div>
      ))}
    </dl>
  )
}
