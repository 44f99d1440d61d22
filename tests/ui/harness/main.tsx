// oxlint-disable-next-line import/no-unassigned-import -- must run before any schema is made, as in main.tsx
import '../../../src/renderer/src/schemas-without-eval.ts'
import { createBridge } from '../../../src/renderer/src/bridge/client.ts'
import { startUi } from '../../../src/renderer/src/start.tsx'
import { ScriptedEngine } from './scripted-engine.ts'

declare global {
  interface Window {
    engine: ScriptedEngine
  }
}

window.engine = new ScriptedEngine()
startUi(createBridge(), window.engine)
