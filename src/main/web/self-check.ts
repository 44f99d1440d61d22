import { workerEngine } from '../../agent/speech/engine.ts'
import { probeSpeech } from '../node/self-check/probe-speech.ts'
import { absent, selfCheck, type SelfCheck } from '../node/self-check/self-check.ts'
import { speechWorkerEntry } from '../node/speech-entry.ts'
import { systemClock } from '../node/system-clock.ts'
import { version } from '../node/version.ts'

/** `--self-check` of the web host: its page in a browser, and the speech engine. */
export function webSelfCheck(): SelfCheck {
  const { platform, versions } = process
  const about = { parley: version, host: 'web', platform, versions: { node: versions.node } } as const
  const probes = [
    absent('secret-store', 'The web host uses no key store of the system.'),
    absent('tray', 'The web host has no tray.'),
    { probe: 'speech-process', run: () => probeSpeech(workerEngine(speechWorkerEntry())) }
  ]
  return selfCheck({ about, probes, clock: systemClock })
}
