import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import type { AudioEngine } from './audio/api.ts'
import { followNetwork } from './features/reconnect/network.ts'
import { followPresence } from './features/presence/follow-presence.ts'
import { AssistantProvider } from './features/session/assistant-context.tsx'
import { Controller } from './features/session/controller.ts'
import type { Bridge } from './features/session/ports.ts'
import { createAppStore } from './features/session/store.ts'
import { followGlobalKeys } from './features/talk/global-key-source.ts'
import { CrashScreen } from './ui/crash-screen.tsx'
import { applyStyleNonce } from './ui/nonce.ts'

/** Puts the UI on the page with the bridge and the audio engine that the host gave it. */
export function startUi(bridge: Bridge, engine: AudioEngine): void {
  applyStyleNonce()
  const root = document.getElementById('root')
  if (root === null) throw new Error('index.html has no #root')
  const store = createAppStore()
  const controller = new Controller(bridge, engine, store)
  createRoot(root).render(
    <StrictMode>
      <AssistantProvider assistant={{ store, controller, engine }}>
        <CrashScreen>
          <App />
        </CrashScreen>
      </AssistantProvider>
    </StrictMode>
  )
  followNetwork(store, controller)
  followGlobalKeys({ store, controller })
  followPresence({ store, controller, engine })
  void controller.start()
}
