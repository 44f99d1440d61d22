import type { Support, SupportKey } from '../../../../shared/commands.ts'
import type { SupportTable } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { useApp } from '../session/assistant-context.tsx'
import { groups } from './service-groups.ts'
import { supportNote, supportOf } from './support.ts'
import { SupportBadge } from './tune-section.tsx'
import { useService } from './use-service.ts'

/** Everything that can be asked of an agent, and how this service does it: the support table that the session told, whole. */
export function ServiceView() {
  const table = useApp((state) => state.support)
  const service = useService()
  const words = text.tune.service
  if (Object.keys(table).length === 0) return <p className="text-small text-ink-soft">{words.notYet}</p>
  return (
    <>
      <h3 className="pb-1 font-semibold">{words.title(words.names[service])}</h3>
      <p className="pb-3 text-small text-ink-soft">{words.about}</p>
      {groups.map(({ name, keys }) => (
        <section key={name} aria-label={words.groups[name]} className="border-t border-line py-3">
          <h4 className="pb-2 font-medium">{words.groups[name]}</h4>
          <ul className="flex flex-col gap-2.5">
            {runsOf(table, keys).map(({ names, support }) => (
              <Row key={names[0]} names={names} support={support} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

interface Run {
  names: readonly SupportKey[]
  support: Support | undefined
}

/** Neighbours of which the same sentence is true stand together, so that it is read once. */
function runsOf(table: SupportTable, keys: readonly SupportKey[]): Run[] {
  const runs: Run[] = []
  for (const key of keys) {
    const support = supportOf(table, key)
    const last = runs.at(-1)
    const isSame = supportNote(support) !== '' && JSON.stringify(support) === JSON.stringify(last?.support)
    if (last !== undefined && isSame) runs[runs.length - 1] = { ...last, names: [...last.names, key] }
    else runs.push({ names: [key], support })
  }
  return runs
}

function Row({ names, support }: Run) {
  const note = supportNote(support)
  return (
    <li className="text-small">
      <div className="flex items-start justify-between gap-3">
        <span className="flex min-w-0 flex-col wrap-anywhere">
          {names.map((name) => (
            <span key={name}>{text.tune.service.keys[name]}</span>
          ))}
        </span>
        <SupportBadge support={support} />
      </div>
      {note !== '' && <p className="text-ink-soft wrap-anywhere">{note}</p>}
    </li>
  )
}
