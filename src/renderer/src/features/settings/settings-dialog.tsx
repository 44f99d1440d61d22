import { AppWindow, AudioLines, Database, History, Keyboard, KeyRound, type LucideIcon } from 'lucide-react'
import { Tabs } from 'radix-ui'
import type { ComponentType } from 'react'
import { text } from '../../text/en.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { DataSection } from '../data/data-section.tsx'
import { HistorySection } from '../history/history-section.tsx'
import { KeysSection } from '../keys/keys-section.tsx'
import { PresenceSection } from '../presence/presence-section.tsx'
import { ShortcutsSection } from '../shortcuts/shortcuts-section.tsx'
import { SoundSections } from '../sound/sound-sections.tsx'
import { settingsTabs, type SettingsView } from './settings-view.tsx'
import { useWide } from './use-wide.ts'

const tabs: Record<(typeof settingsTabs)[number], { icon: LucideIcon; Content: ComponentType }> = {
  sound: { icon: AudioLines, Content: SoundSections },
  hotkeys: { icon: Keyboard, Content: ShortcutsSection },
  keys: { icon: KeyRound, Content: KeysSection },
  window: { icon: AppWindow, Content: PresenceSection },
  history: { icon: History, Content: HistorySection },
  data: { icon: Database, Content: DataSection }
}

const triggerStyle =
  'flex items-center rounded-lg text-ink-soft transition-colors duration-100 hover:bg-sunken hover:text-ink ' +
  'data-[state=active]:bg-accent-soft data-[state=active]:font-medium data-[state=active]:text-accent-ink ' +
  'max-wide:h-12 max-wide:min-w-0 max-wide:flex-col max-wide:justify-center max-wide:gap-0.5 max-wide:text-[0.6875rem] max-wide:leading-4 max-wide:-outline-offset-2 ' +
  'wide:h-9 wide:gap-2.5 wide:px-2.5'

/** Everything that is set once and holds at once. Tabs at the side, above the settings in a narrow window. */
export function SettingsDialog({ view }: { view: SettingsView }) {
  const wide = useWide()
  return (
    <Dialog
      open={view.open}
      onOpenChange={(open) => {
        if (!open) view.close()
      }}
      title={text.settings.title}
      closeLabel={text.settings.close}
      size="tall"
    >
      <Tabs.Root
        value={view.tab}
        onValueChange={(value) => {
          const tab = settingsTabs.find((known) => known === value)
          if (tab !== undefined) view.openSettings(tab)
        }}
        orientation={wide ? 'vertical' : 'horizontal'}
        className="flex min-h-0 flex-1 border-t border-line max-wide:flex-col"
      >
        <Tabs.List
          aria-label={text.settings.tabs}
          className="max-wide:grid max-wide:grid-cols-6 max-wide:border-b max-wide:p-1 wide:flex wide:w-40 wide:flex-col wide:gap-0.5 wide:border-r wide:p-2.5 border-line"
        >
          {settingsTabs.map((tab) => {
            const { icon: Icon } = tabs[tab]
            return (
              <Tabs.Trigger key={tab} value={tab} className={triggerStyle}>
                <Icon aria-hidden className="size-4 shrink-0" />
                {text.settings.tab[tab]}
              </Tabs.Trigger>
            )
          })}
        </Tabs.List>
        {settingsTabs.map((tab) => {
          const { Content } = tabs[tab]
          return (
            <Tabs.Content
              key={tab}
              value={tab}
              // The region inside takes the focus: one stop and not two.
              tabIndex={-1}
              className="flex min-h-0 min-w-0 flex-1 flex-col data-[state=inactive]:hidden"
            >
              <Scroll label={text.settings.region(text.settings.tab[tab])} className="min-h-0 flex-1">
                <div className="flex flex-col gap-6 px-5 pt-4 pb-5 max-wide:px-4">
                  <Content />
                </div>
              </Scroll>
            </Tabs.Content>
          )
        })}
      </Tabs.Root>
    </Dialog>
  )
}
