import { TriangleAlert } from 'lucide-react'
import { text } from '../../text/en.ts'

export function Warnings({ warnings }: { warnings: readonly string[] }) {
  return (
    <div className="flex gap-2.5 rounded-lg border border-warn bg-warn-soft p-3 text-small">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="min-w-0">
        <p className="font-semibold">{text.profiles.warnings}</p>
        <ul>
          {warnings.map((warning) => (
            <li key={warning} className="wrap-anywhere">
              {warning}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
