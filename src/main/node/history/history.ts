import type { Assistant } from '../../../core/assistant.ts'
import { earlierFrom } from '../../../core/history/context.ts'
import { exportConversation } from '../../../core/history/export.ts'
import type { HostHandlers } from '../../../core/host-handlers.ts'
import { GIVEN_ID } from '../../../core/profiles/profile-list.ts'
import { CallError } from '../../../shared/ipc/contract.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type {
  ConversationId,
  ConversationItem,
  HistoryPreferences,
  KeptConversation
} from '../../../shared/ipc/history-calls.ts'
import type { Clock } from '../../../shared/runtime.ts'
import { HistoryFile, type HistoryFileDeps } from './history-file.ts'
import { Keeper } from './keeper.ts'
import { Retention } from './retention.ts'
import { Scrubber } from './scrubber.ts'
import { addUsage, dayOf, listUsage, UsageMeter } from './usage.ts'

export interface HistoryDeps extends HistoryFileDeps {
  clock: Clock
  preferences: () => HistoryPreferences
}

type Handled =
  | 'history:list'
  | 'history:read'
  | 'history:remove'
  | 'history:clear'
  | 'history:export'
  | 'history:continue'
  | 'usage:list'

/** What the history needs of the assistant. */
export type HistoryAssistant = Pick<Assistant, 'onEvent' | 'tell' | 'used' | 'carriesOn' | 'begin'>

/** The history of a host. */
export interface History {
  handlers: Pick<HostHandlers, Handled>
  /** Keeps the conversations of `assistant` from now on. */
  follow(assistant: HistoryAssistant): void
  /** Deletes all that was ever kept, the minutes of each agent and the file too. What runs is not kept any more. */
  deleteEverything(): void
  /** Writes what waits and closes the file; idempotent. After {@link Assistant.close}. */
  close(): void
}

/** Items of earlier conversations that one which goes on is given; what is too long for a service is cut by the session. */
const MOST_EARLIER = 400

/** Opens the history in the data folder, and closes the conversations that broke off. */
export function openHistory(deps: HistoryDeps): History {
  const { clock, nowMs, preferences } = deps
  const file = new HistoryFile(deps)
  let assistant: HistoryAssistant | undefined
  const changed = (): void => assistant?.tell('history:changed', undefined)
  const keep = (): boolean => preferences().keep
  const keeper = new Keeper({
    clock,
    nowMs,
    file,
    keep,
    used: () => assistant?.used,
    carriesOn: () => assistant?.carriesOn ?? false,
    onChanged: changed
  })
  const meter = new UsageMeter(clock, (agent, ms) => {
    file.try((_, database) => addUsage(database, agent, dayOf(nowMs()), ms))
  })
  file.try((store) => store.closeBroken())
  const days = (): number | null => preferences().days
  const scrubber = new Scrubber(clock, file)
  const onRemoved = (): void => {
    scrubber.scrub()
    changed()
  }
  const retention = new Retention({ clock, nowMs, file, days, busy: () => keeper.running, onRemoved })
  const deleteAll = (usage: 'keep' | 'delete'): void => {
    try {
      file.deleteAll({ usage })
    } finally {
      keeper.forget()
      changed()
    }
  }

  const read = (id: ConversationId): KeptConversation => {
    keeper.flush()
    const conversation = file.use((store) => store.read(id))
    if (conversation === undefined)
      throw new CallError('not-found', 'This conversation is not in the history any more.')
    return conversation
  }

  const heard = (event: SessionEvent): void => {
    keeper.event(event)
    if (event.kind === 'state') meter.state(event.state, agentOf(assistant))
  }

  return {
    handlers: {
      'history:list': ({ query, before, limit }) => {
        keeper.flush()
        return file.use((store) => store.list({ query, before, limit }))
      },
      'history:read': ({ id }) => read(id),
      'history:remove': ({ id }) => {
        keeper.flush()
        keeper.forget(id)
        if (file.use((store) => store.remove(id))) onRemoved()
      },
      'history:clear': () => {
        deleteAll('keep')
      },
      'history:export': ({ id, format }) => exportConversation(read(id), format),
      'history:continue': ({ id }) => {
        const items = earlier(read, id)
        if (assistant === undefined) throw new CallError('refused', 'Parley is not ready yet.')
        const { begin } = assistant
        keeper.continuing(id, () => begin.call(assistant, earlierFrom(items)))
      },
      'usage:list': () => {
        meter.write()
        return file.use((_, database) => listUsage(database, nowMs()))
      }
    },
    follow(followed) {
      assistant = followed
      followed.onEvent((name, payload) => {
        if (name === 'session:event') heard(payload as SessionEvent)
      })
    },
    deleteEverything: () => deleteAll('delete'),
    close() {
      retention.close()
      scrubber.close()
      keeper.flush()
      meter.close()
      file.close()
    }
  }
}

function agentOf(assistant: HistoryAssistant | undefined): { id: string | null; name: string } | undefined {
  const used = assistant?.used
  return used === undefined ? undefined : { id: used.id === GIVEN_ID ? null : used.id, name: used.profile.name }
}

/** A conversation with those that it went on from, oldest first. */
function earlier(read: (id: ConversationId) => KeptConversation, id: ConversationId): ConversationItem[] {
  let { summary, items } = read(id)
  const seen = new Set([id])
  while (summary.continues !== undefined && !seen.has(summary.continues) && items.length < MOST_EARLIER) {
    seen.add(summary.continues)
    const before = read(summary.continues)
    items = [...before.items, ...items]
    summary = before.summary
  }
  return items
}
