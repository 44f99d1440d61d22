import { assertNever } from '../../../../shared/assert-never.ts'
import type { SupportKey } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'

/** What belongs together in the view of a service, in its order. */
export type GroupName = keyof typeof text.tune.service.groups

/** Every key of the support table, by group, both in the order of the texts; a key without a text or a group does not compile. */
export const groups: readonly { name: GroupName; keys: readonly SupportKey[] }[] = groupsOf()

function groupsOf(): { name: GroupName; keys: SupportKey[] }[] {
  const { keys, groups: names } = text.tune.service
  const all = Object.keys(keys) as SupportKey[]
  return (Object.keys(names) as GroupName[]).map((name) => ({ name, keys: all.filter((key) => groupOf(key) === name) }))
}

function groupOf(key: SupportKey): GroupName {
  switch (key) {
    case 'user-text':
    case 'user-text/after-speech':
    case 'user-text/no-response':
      return 'words'
    case 'context':
    case 'context/after-speech':
    case 'context/respond':
      return 'context'
    case 'agent-speech':
    case 'agent-speech/queue':
    case 'agent-speech/interrupt':
    case 'announce':
    case 'stop-speaking':
      return 'speech'
    case 'append-prompt':
    case 'replace-prompt':
    case 'set-model':
    case 'set-model/temperature':
    case 'set-voice':
    case 'revert-changes':
      return 'agent'
    case 'end-turn':
    case 'set-turn-detection':
    case 'set-turn-detection/eotThreshold':
    case 'set-turn-detection/eagerEotThreshold':
    case 'set-turn-detection/eotTimeoutMs':
    case 'set-turn-detection/silenceDurationMs':
    case 'set-turn-detection/threshold':
    case 'set-turn-detection/prefixPaddingMs':
      return 'turns'
    case 'configure-listen':
    case 'configure-listen/keyterms':
    case 'configure-think':
    case 'configure-speak':
      return 'blocks'
    case 'tool-result':
      return 'tools'
    default:
      return assertNever(key)
  }
}
