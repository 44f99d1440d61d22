// oxlint-disable-next-line import/no-unassigned-import -- must run before any schema is made
import './schemas-without-eval.ts'
import { createAudioEngine } from './audio/audio-engine.ts'
import { createBridge } from './bridge/client.ts'
import { startUi } from './start.tsx'

const bridge = createBridge()
startUi(bridge, createAudioEngine(bridge.audioSource()))
