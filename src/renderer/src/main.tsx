import './schemas-without-eval.ts'
import { createAudioEngine } from './audio/audio-engine.ts'
import { createBridge } from './bridge/client.ts'
import { startUi } from './start.tsx'

const bridge = createBridge()
startUi(bridge, createAudioEngine(bridge.audioSource()))
