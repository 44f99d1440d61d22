// oxlint-disable-next-line import/no-unassigned-import -- must run before any schema is made
import './schemas-without-eval.ts'
import { createAudioEngine } from './audio/audio-engine.ts'
import { createBridge } from './bridge/client.ts'
import { startUi } from './start.tsx'

const bridge = createBridge()
const allowSystemAudio = (on: boolean) => bridge.invoke('system-audio:allow', { on })
startUi(bridge, createAudioEngine(bridge.audioSource(), { allowSystemAudio }))
