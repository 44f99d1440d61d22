import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Action, type AppState, initialState, reduce } from './state.ts'

/** The state and the only way to change it. */
export interface AppStore extends Pick<StoreApi<AppState>, 'getState' | 'getInitialState' | 'subscribe' | 'setState'> {
  dispatch(action: Action): void
}

export function createAppStore(): AppStore {
  const store = createStore<AppState>(() => initialState)
  return {
    ...store,
    dispatch: (action) => {
      store.setState((state) => reduce(state, action), true)
    }
  }
}
