import { UNCONFIRMED_TAKEN_MS } from './agent-changes.ts'
import { changesAgent } from './desk-entry.ts'
import type { Candidate } from './in-flight.ts'

/**
 * The step of `sent` (oldest first) that an objection with these `fields` names: the one with most of them. Of several one that is waited
 * for, the oldest; else the newest, whose value is the one that holds. A typed text is meant only where nothing is named that it has not.
 */
export function named(sent: readonly Candidate[], fields: readonly string[]): Candidate | undefined {
  const hits = ({ step }: Candidate): number => fields.filter((field) => step.fields?.includes(field)).length
  const mayBe = sent.filter((one) => hits(one) > 0 && (one.step.ack === 'no-objection' || textIsMeant(one, fields)))
  const most = Math.max(0, ...mayBe.map(hits))
  const best = mayBe.filter((one) => hits(one) === most)
  return best.find(({ over }) => !over) ?? best.at(-1)
}

/** The change of the agent that was sent last, if no objection came in its time but that was moments ago. */
export function justOver(sent: readonly Candidate[], nowMs: number): Candidate | undefined {
  return sent.findLast(
    ({ over, entry, sentMs }) =>
      over && entry !== undefined && changesAgent(entry.command) && nowMs - sentMs < UNCONFIRMED_TAKEN_MS
  )
}

/** True if `sent` is a typed text whose echo has not come, and all of `fields` are its own. */
export function textIsMeant({ step, over }: Pick<Candidate, 'step' | 'over'>, fields: readonly string[]): boolean {
  return !over && step.ack === 'user-echo' && fields.every((field) => step.fields?.includes(field))
}
