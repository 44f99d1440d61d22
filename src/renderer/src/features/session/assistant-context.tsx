import { createContext, use, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { AudioEngine } from '../../audio/api.ts'
import type { Controller } from './controller.ts'
import type { AppState } from './state.ts'
import type { AppStore } from './store.ts'

interface Assistant {
  store: AppStore
  controller: Controller
  engine: AudioEngine
}

const AssistantContext = createContext<Assistant | null>(null)

export function AssistantProvider({ assistant, children }: { assistant: Assistant; children: ReactNode }) {
  return <AssistantContext value={assistant}>{children}</AssistantContext>
}

function useAssistant(): Assistant {
  const assistant = use(AssistantContext)
  if (assistant === null) throw new Error('AssistantProvider is missing')
  return assistant
}

/** Part of the state; the component renders again when that part changes. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useAssistant().store, select)
}

export function useController(): Controller {
  return useAssistant().controller
}

/** For levels only, which bypass the store. */
export function useEngine(): AudioEngine {
  return useAssistant().engine
}
