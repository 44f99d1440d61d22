// oxlint-disable-next-line import/no-unassigned-import -- must run before any schema is made
import './schemas-without-eval.ts'
import { SELF_CHECK_FRAGMENT } from '../../shared/self-check.ts'
import { createAudioEngine } from './audio/audio-engine.ts'
import { createBridge } from './bridge/client.ts'
import { startUi } from './start.tsx'

const bridge = createBridge()
const start = () => {
  const allowSystemAudio = (on: boolean) => bridge.invoke('system-audio:allow', { on })
  startUi(bridge, createAudioEngine(bridge.audioSource(), { allowSystemAudio }))
}

// Main loads the page so for `--self-check`, and only then answers it.
if (location.hash === SELF_CHECK_FRAGMENT) {
  const { checkPage } = await import('./self-check.ts')
  if (!(await checkPage(bridge))) start()
} else start()
