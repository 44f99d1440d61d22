import type { CommandResult } from '../../shared/commands.ts'
import { FakeClock } from './fake-clock.test-support.ts'
import { Progress } from './progress.ts'
import { runScript } from './script.ts'

/** A script that runs on a clock of its own; `log` says when it did what. */
export function bench(
  options: { texts?: string[]; recording?: boolean; result?: CommandResult; modality?: 'audio' | 'text' } = {}
) {
  const clock = new FakeClock()
  const progress = new Progress(clock, options.modality)
  const log: string[] = []
  const at = (what: string) => log.push(`${clock.nowMs()} ${what}`)
  void runScript({
    progress,
    texts: options.texts ?? [],
    ...(options.recording === true ? { speak: () => at('speak') } : {}),
    say: (text) => {
      at(text)
      return Promise.resolve(options.result ?? { outcome: 'applied' })
    },
    onRefused: (text, reason) => at(`refused ${text}: ${reason}`),
    onAnswerLost: (to) => at(`lost ${to === 'recording' ? 'the recording' : to.text}`)
  }).then(() => at('done'))
  return { clock, progress, log }
}
