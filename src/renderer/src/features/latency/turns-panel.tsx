import type { TurnLatency } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { useApp } from '../session/assistant-context.tsx'
import { summaryOf } from './latency.ts'

/** Rows shown; the percentiles are over all turns that are kept. */
const SHOWN = 20

/** The last turns, newest first, and how late the answers were heard. */
export function TurnsPanel() {
  const latencies = useApp((state) => state.latencies)
  const summary = summaryOf(latencies)
  if (latencies.length === 0) return <p className="text-ink-soft">{text.latency.none}</p>
  return (
    <div className="flex flex-col gap-4">
      {summary !== null && (
        <section>
          <h3 className="font-medium">{`${text.latency.summary}, ${text.latency.ofTurns(summary.count)}`}</h3>
          <dl className="mt-1 grid grid-cols-2 gap-2">
            <Figure name={text.latency.percentile.p50} ms={summary.p50} />
            <Figure name={text.latency.percentile.p95} ms={summary.p95} />
          </dl>
        </section>
      )}
      <table className="w-full text-small tabular-nums">
        <caption className="pb-1 text-left font-medium">{text.latency.table}</caption>
        <thead className="text-ink-soft">
          <tr className="border-b border-line">
            <th scope="col" className="py-1 text-left font-normal">
              {text.latency.columns.turn}
            </th>
            <th scope="col" className="py-1 text-right font-normal">
              {text.latency.columns.heard}
            </th>
            <th scope="col" className="py-1 text-right font-normal">
              {text.latency.columns.firstByte}
            </th>
            <th scope="col" className="py-1 text-right font-normal">
              {text.latency.columns.service}
            </th>
          </tr>
        </thead>
        <tbody>
          {latencies
            .slice(-SHOWN)
            .toReversed()
            .map((latency) => (
              <TurnRow key={latency.turn} latency={latency} />
            ))}
        </tbody>
      </table>
    </div>
  )
}

function TurnRow({ latency: { turn, client, service } }: { latency: TurnLatency }) {
  return (
    <tr className="border-b border-line last:border-0">
      <th scope="row" className="py-1 text-left font-normal">
        {turn}
      </th>
      <TimeCell ms={client.firstSampleMs} />
      <TimeCell ms={client.firstByteMs} />
      <TimeCell ms={service.totalMs} />
    </tr>
  )
}

function TimeCell({ ms }: { ms: number | undefined }) {
  return (
    <td className="py-1 text-right">
      {ms === undefined ? (
        <>
          <span aria-hidden>–</span>
          <span className="sr-only">{text.latency.unknown}</span>
        </>
      ) : (
        text.latency.milliseconds(ms)
      )}
    </td>
  )
}

function Figure({ name, ms }: { name: string; ms: number }) {
  return (
    <div className="flex flex-col-reverse justify-end rounded-lg bg-sunken px-3 py-2">
      <dt className="text-small text-ink-soft">{name}</dt>
      <dd className="text-title font-semibold tabular-nums">{text.latency.milliseconds(ms)}</dd>
    </div>
  )
}
