import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'

const itemStyle =
  'flex items-start gap-2 rounded-lg px-2.5 py-2 outline-none data-[highlighted]:bg-accent-soft ' +
  'data-[highlighted]:outline-1 data-[highlighted]:-outline-offset-1 data-[highlighted]:outline-accent'

export function Menu({ trigger, children, align = 'end', focusAfter }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            if (focusAfter === undefined) return
            event.preventDefault()
            focusAfter()
          }}
          className="fade z-50 w-72 max-w-[calc(100vw-1rem)] rounded-xl border border-line bg-surface p-1 shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

interface MenuProps {
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'end'
  /** Puts the focus somewhere better than the trigger when the menu closes. */
  focusAfter?: () => void
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item className={itemStyle} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  )
}

interface MenuChoicesProps<V extends string> {
  label?: string
  value: V
  choices: readonly { value: V; label: string; about?: string }[]
  onChange: (value: V) => void
}

/** A group of which exactly one is chosen. */
export function MenuChoices<V extends string>({ label, value, choices, onChange }: MenuChoicesProps<V>) {
  const choose = (next: string): void => {
    const choice = choices.find((candidate) => candidate.value === next)
    if (choice !== undefined) onChange(choice.value)
  }
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={choose}>
      {label !== undefined && (
        <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-small text-ink-soft">{label}</DropdownMenu.Label>
      )}
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={itemStyle}>
          <span className="mt-0.5 size-4 shrink-0">
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden className="size-4 text-accent" />
            </DropdownMenu.ItemIndicator>
          </span>
          <span className="min-w-0">
            {choice.label}
            {choice.about !== undefined && <span className="block text-small text-ink-soft">{choice.about}</span>}
          </span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />
}

export function MenuNote({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2.5 py-2 text-small text-ink-soft">{children}</DropdownMenu.Label>
}
