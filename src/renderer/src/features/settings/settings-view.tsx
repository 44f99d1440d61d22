import { createContext, use, useCallback, useMemo, useState } from 'react'

/** In the order in which they are shown. */
export const settingsTabs = ['sound', 'hotkeys', 'keys', 'window', 'history', 'data'] as const
export type SettingsTab = (typeof settingsTabs)[number]

/** Opens the settings at a tab; without one, at the one that was open last. */
export type OpenSettings = (tab?: SettingsTab) => void

export const OpenSettingsContext = createContext<OpenSettings | null>(null)

/** `openSettings('keys')` from anywhere on the screen. */
export function useOpenSettings(): OpenSettings {
  const open = use(OpenSettingsContext)
  if (open === null) throw new Error('useOpenSettings outside the screen')
  return open
}

export interface SettingsView {
  open: boolean
  tab: SettingsTab
  openSettings: OpenSettings
  close: () => void
}

/** The one settings dialog: whether it is open, and where. */
export function useSettingsView(): SettingsView {
  const [open, setOpen] = useState(false)
  const [tab, setTab] = useState<SettingsTab>('sound')
  const openSettings = useCallback<OpenSettings>((next) => {
    if (next !== undefined) setTab(next)
    setOpen(true)
  }, [])
  const close = useCallback(() => {
    setOpen(false)
  }, [])
  return useMemo(() => ({ open, tab, openSettings, close }), [open, tab, openSettings, close])
}
