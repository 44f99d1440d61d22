/** The settings dialog itself; each tab has its texts in a file of its own. */
export const settingsText = {
  menu: 'Settings…',
  title: 'Settings',
  close: 'Close',
  tabs: 'Groups of settings',
  tab: { sound: 'Sound', hotkeys: 'Hotkeys', keys: 'Keys', window: 'Window', history: 'History', data: 'Data' },
  region: (tab: string) => `Settings: ${tab}`
} as const
