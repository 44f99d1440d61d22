import { useEffect, useState } from 'react'
import type { ProfileId } from '../../../../shared/profile.ts'
import { useController } from '../session/assistant-context.tsx'

/** Minutes of the last 30 days by profile; none where the host does not count them. */
export function useMinutes(): ReadonlyMap<ProfileId, number> {
  const controller = useController()
  const [minutes, setMinutes] = useState<ReadonlyMap<ProfileId, number>>(new Map())
  useEffect(() => {
    let current = true
    controller.call('usage:list', undefined).then(
      (rows) => {
        const known = rows.flatMap((row) => (row.profileId === null ? [] : [[row.profileId, row.last30Days] as const]))
        if (current) setMinutes(new Map(known))
      },
      // A host that does not count shows no minutes; nothing else depends on them.
      () => {}
    )
    return () => {
      current = false
    }
  }, [controller])
  return minutes
}
