import { ipcMain } from 'electron'
import ElectronStore from 'electron-store'
import type { ConfStoreOptions } from '../node/conf-store.ts'

/** electron-store answers this channel to any frame, unvalidated. We never use it. */
const UNVALIDATED_CHANNEL = 'electron-store-get-data'

/** Opens the settings file of the other hosts through electron-store. Needs a ready app. */
export const createElectronStore: NonNullable<ConfStoreOptions['create']> = ({ configName, ...options }) => {
  const store = new ElectronStore<Record<string, unknown>>({ ...options, name: configName })
  ipcMain.removeAllListeners(UNVALIDATED_CHANNEL)
  return store
}
