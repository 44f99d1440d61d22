import { SlidersHorizontal } from 'lucide-react'
import type { RefObject } from 'react'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { useShortcutName } from '../settings/use-shortcut.ts'

interface TuneButtonProps {
  open: boolean
  buttonRef: RefObject<HTMLButtonElement | null>
  onToggle: () => void
}

export function TuneButton({ open, buttonRef, onToggle }: TuneButtonProps) {
  const shortcut = useShortcutName('B')
  return (
    <IconButton
      ref={buttonRef}
      label={`${text.tune.open} (${shortcut})`}
      icon={SlidersHorizontal}
      tone={open ? 'soft' : 'quiet'}
      aria-expanded={open}
      onClick={onToggle}
    />
  )
}
