import { Ellipsis } from 'lucide-react'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoices, MenuItem, MenuNote, MenuSeparator } from '../../ui/menu.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { useHistoryKey, useShortcutName } from './use-shortcut.ts'

interface AppMenuProps {
  onAgents: () => void
  onSettings: () => void
  onHistory: () => void
}

export function AppMenu({ onAgents, onSettings, onHistory }: AppMenuProps) {
  const controller = useController()
  const shortcut = useShortcutName(',')
  const historyShortcut = useShortcutName(useHistoryKey().name)
  const theme = useApp((state) => state.preferences.theme)
  const version = useApp((state) => (state.host.kind === 'up' ? state.host.info.version : ''))
  return (
    <Menu trigger={<IconButton label={text.menu.open} icon={Ellipsis} />}>
      <MenuItem onSelect={onAgents}>{text.menu.manageAgents}</MenuItem>
      <MenuItem onSelect={onHistory}>
        <span className="flex-1">{text.history.menu}</span>
        <span aria-hidden className="text-small text-ink-soft">
          {historyShortcut}
        </span>
      </MenuItem>
      <MenuItem onSelect={onSettings}>
        <span className="flex-1">{text.settings.menu}</span>
        <span aria-hidden className="text-small text-ink-soft">
          {shortcut}
        </span>
      </MenuItem>
      <MenuSeparator />
      <MenuChoices
        label={text.menu.theme}
        value={theme}
        onChange={(next) => {
          controller.prefer({ theme: next })
        }}
        choices={[
          { value: 'system', label: text.menu.themeSystem },
          { value: 'light', label: text.menu.themeLight },
          { value: 'dark', label: text.menu.themeDark }
        ]}
      />
      {version !== '' && (
        <>
          <MenuSeparator />
          <MenuNote>{text.menu.version(version)}</MenuNote>
        </>
      )}
    </Menu>
  )
}
