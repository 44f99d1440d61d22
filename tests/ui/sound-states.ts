import { conversation } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'
import type { Script } from './scripted-main.ts'
import { openSound } from './sound-page.ts'

const scrollTo = (parley: ParleyPage, title: string) =>
  parley.page
    .getByRole('region', { name: title, exact: true })
    .evaluate((section) => section.scrollIntoView({ block: 'start', behavior: 'instant' }))

/** What main knows before the page of a state is opened. */
export const soundScripts: Record<string, Script> = {
  'sound-test': { audio: { keepWarm: true } },
  'sound-echo': { talkMode: 'open' },
  'sound-system': { host: 'desktop', audio: { systemAudio: { kind: 'computer' }, systemAudioGainDb: -6 } },
  'sound-system-denied': { host: 'desktop', audio: { systemAudio: { kind: 'computer' } } },
  'sound-notes': {
    talkMode: 'open',
    audio: { halfDuplex: 'on', systemAudio: { kind: 'device', deviceId: 'cable', label: 'Virtual cable' } }
  },
  'sound-warm': { audio: { keepWarm: true } }
}

/** The settings of sound, and what the main screen says of it. */
export const soundStates: Record<string, (parley: ParleyPage) => Promise<void>> = {
  sound: openSound,
  'sound-test': async (parley) => {
    await parley.microphoneIs({
      sound: 'quiet',
      granted: { echoCancellation: false, noiseSuppression: true, autoGainControl: true }
    })
    await openSound(parley)
    await parley.levels(-32, -90)
  },
  'sound-echo-running': async (parley) => {
    await openSound(parley)
    await parley.page.getByRole('button', { name: 'Check for echo' }).click()
    await scrollTo(parley, 'Echo')
  },
  'sound-echo': async (parley) => {
    await openSound(parley)
    await parley.page.getByRole('button', { name: 'Check for echo' }).click()
    await parley.echoFound({ kind: 'done', leakDb: -7, rawLeakDb: -3, delayMs: 86, advice: 'half-duplex' })
    await parley.page.getByText('The agent would hear itself.').waitFor()
    await scrollTo(parley, 'Echo')
  },
  'sound-system': async (parley) => {
    await parley.live('agentSpeaking')
    await parley.engine({
      systemAudio: { kind: 'live', label: 'System audio', ownVoice: 'learning', silent: true },
      echo: { leakDb: -34, halfDuplex: false }
    })
    await openSound(parley)
    await parley.levels(-50, -20, -90)
    await scrollTo(parley, 'System audio')
  },
  'sound-system-denied': async (parley) => {
    await parley.live()
    await parley.engine({ systemAudio: { kind: 'failed', code: 'denied', message: '' } })
    await openSound(parley)
    await scrollTo(parley, 'System audio')
  },
  'sound-notes': async (parley) => {
    await parley.microphoneIs({ sound: 'quiet', bluetooth: true, label: 'Wireless Headset' })
    await parley.live('agentSpeaking')
    await parley.say(...conversation.slice(0, 5))
    await parley.engine({ systemAudio: { kind: 'live', label: 'Virtual cable', ownVoice: 'cancelled', silent: false } })
  },
  'sound-warm': async (parley) => {
    await parley.page.getByText('The microphone is kept ready.').waitFor()
  }
}
