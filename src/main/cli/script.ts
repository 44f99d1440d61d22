import type { CommandResult } from '../../shared/commands.ts'
import type { Progress } from './progress.ts'

/** With no word from the agent this long after the session is live, no greeting is waited for. */
const NO_GREETING_MS = 3000

/** An agent that sends text but no audio this long has nothing to be played. */
const NO_AUDIO_MS = 10_000

/** A new connection is not told to answer what was asked on the old one; this long it may. */
const LOST_ANSWER_MS = 3000

/** The end of speech at the very end of a recording is noticed later than the last sample is sent. */
const SETTLE_MS = 1000

/** An agent whose tools are over and that has not taken the turn for so long has nothing to add to its reply. */
const NOTHING_ADDED_MS = 1000

export interface ScriptParts {
  progress: Progress
  /** Starts to speak the recording, followed by silence; absent without one. */
  speak?: () => void
  texts: readonly string[]
  say: (text: string) => Promise<CommandResult>
  /** A text the service did not take. */
  onRefused: (text: string, reason: string) => void
  /** The answer to the recording or to a text was lost with the connection, and nothing of it was heard. It is not asked for again: the agent may have acted on it. */
  onAnswerLost: (to: 'recording' | { text: string }) => void
}

/**
 * What a scripted user does in a conversation: the recording first if there is one, from the moment the session is live;
 * else the first text after the greeting. Each further text follows when the reply before it has been played to its end.
 */
export async function runScript(parts: ScriptParts): Promise<void> {
  const { progress } = parts
  await progress.until((view) => view.live)
  if (parts.speak === undefined) await greeting(progress)
  else await recording(parts, parts.speak)
  for (const text of parts.texts) await typed(parts, text)
}

async function greeting(progress: Progress): Promise<void> {
  if (await progress.until((view) => view.agentHeard, NO_GREETING_MS)) {
    await replyOver(progress, (view) => view.replyPlayed || view.interrupted)
  }
}

async function recording({ progress, onAnswerLost }: ScriptParts, speak: () => void): Promise<void> {
  speak()
  await progress.until((view) => view.recordingSpoken)
  await progress.until(() => false, SETTLE_MS)
  const answered = progress.until((view) => view.answered).then(() => toolsAnswered(progress))
  if (await isLost(answered, adrift(progress))) onAnswerLost('recording')
}

/** What was spoken on a connection that was lost is not spoken again: on the new one it is only waited for briefly. */
async function adrift(progress: Progress): Promise<void> {
  do await progress.until((view) => view.adrift)
  while (await progress.until((view) => !view.adrift, LOST_ANSWER_MS))
}

/** True when the answer is lost before it is over. */
function isLost(over: Promise<unknown>, lost: Promise<void>): Promise<boolean> {
  return Promise.race([over.then(() => false), lost.then(() => true)])
}

async function typed({ progress, say, onRefused, onAnswerLost }: ScriptParts, text: string): Promise<void> {
  progress.begin()
  const result = await say(text)
  if (result.outcome === 'refused' || result.outcome === 'failed') onRefused(text, result.reason)
  else {
    const over = replyOver(progress, (view) => view.replyPlayed)
    if (await isLost(over, answerLost(progress))) onAnswerLost({ text })
  }
}

/** Never resolves while the connection holds, nor when something of the answer was heard: what was received is played on. */
async function answerLost(progress: Progress): Promise<void> {
  const before = progress.reconnections
  await progress.until((view) => view.reconnections > before)
  if (await progress.until((view) => view.agentAudio, LOST_ANSWER_MS)) await new Promise<never>(() => undefined)
}

async function replyOver(progress: Progress, over: Parameters<Progress['until']>[0]): Promise<void> {
  await progress.until((view) => view.agentHeard || over(view))
  if (await progress.until((view) => view.agentAudio || over(view), NO_AUDIO_MS)) await progress.until(over)
  await toolsAnswered(progress)
}

/** A reply may be only what the agent says while a tool still runs: its result is waited for, and what the agent says to that. */
async function toolsAnswered(progress: Progress): Promise<void> {
  if (!progress.toolCalled) return
  do await progress.until((view) => !view.working)
  while (await progress.until((view) => view.working, NOTHING_ADDED_MS))
}
