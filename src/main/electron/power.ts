import type { PowerMonitor } from 'electron'
import type { Assistant } from '../../core/assistant.ts'
import type { Log } from '../../shared/runtime.ts'

/** Tells `assistant` that this machine goes to sleep and wakes up. Needs a ready app. */
export function followPower(
  monitor: Pick<PowerMonitor, 'on'>,
  assistant: Pick<Assistant, 'suspend' | 'resume'>,
  log: Log
): void {
  monitor.on('suspend', () => {
    log.info('the machine goes to sleep')
    assistant.suspend()
  })
  monitor.on('resume', () => {
    log.info('the machine is awake')
    assistant.resume()
  })
}
