import { useCallback, useEffect, useState } from 'react'
import type { SecretList, SecretTarget } from '../../../../shared/ipc/secret-calls.ts'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'

export type KeyPlace = SecretList['places'][number]

/** What main says of the keys; never a value. */
export interface Keys {
  state: { kind: 'loading' } | { kind: 'failed'; message: string } | { kind: 'there'; list: SecretList }
  /** Resolves to why it was not kept. The value is handed to main at once and remembered nowhere here. */
  set: (target: SecretTarget, value: string, place: KeyPlace) => Promise<string | undefined>
  /** Resolves to why it was not removed. */
  remove: (target: SecretTarget) => Promise<string | undefined>
}

export function useKeys(): Keys {
  const controller = useController()
  const [state, setState] = useState<Keys['state']>({ kind: 'loading' })

  useEffect(() => {
    let wanted = true
    const load = async (): Promise<void> => {
      const next = await controller.call('secrets:list', undefined).then(
        (list): Keys['state'] => ({ kind: 'there', list }),
        (cause: unknown): Keys['state'] => ({ kind: 'failed', message: messageOf(cause) })
      )
      if (wanted) setState(next)
    }
    void load()
    return () => {
      wanted = false
    }
  }, [controller])

  const change = useCallback(async (asked: Promise<SecretList>): Promise<string | undefined> => {
    try {
      const list = await asked
      setState({ kind: 'there', list })
      return undefined
    } catch (cause) {
      return messageOf(cause)
    }
  }, [])

  return {
    state,
    set: async (target, value, place) => {
      const why = await change(controller.call('secrets:set', { target, value, place }))
      if (why === undefined) controller.keySaved()
      return why
    },
    remove: (target) => change(controller.call('secrets:remove', { target }))
  }
}
