import { clsx } from 'clsx'
import { Ban, Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'

const itemStyle =
  'flex items-start gap-2 rounded-lg px-2.5 py-2 outline-none data-[highlighted]:bg-accent-soft ' +
  'data-[highlighted]:outline-1 data-[highlighted]:-outline-offset-1 data-[highlighted]:outline-accent'

export function Menu({ trigger, children, align = 'end', onOpenChange, focusAfter }: MenuProps) {
  return (
    <DropdownMenu.Root {...(onOpenChange === undefined ? {} : { onOpenChange })}>
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
          className="fade z-50 w-72 max-w-[calc(100vw-1rem)] max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto rounded-xl border border-line bg-surface p-1 shadow-float"
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
  onOpenChange?: (open: boolean) => void
  /** Puts the focus somewhere better than the trigger when the menu closes. */
  focusAfter?: () => void
}

interface MenuItemProps {
  onSelect: () => void
  children: ReactNode
  /** The menu stays open, for what it shows then. */
  keepsOpen?: boolean
  disabled?: boolean
}

export function MenuItem({ onSelect, children, keepsOpen = false, disabled = false }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      className={itemStyle}
      disabled={disabled}
      onSelect={(event) => {
        if (keepsOpen) event.preventDefault()
        onSelect()
      }}
    >
      {children}
    </DropdownMenu.Item>
  )
}

interface MenuChoicesProps<V extends string> {
  label?: string
  value: V
  /** `disabled` ones can be reached and read, for their `about` says why. */
  choices: readonly { value: V; label: string; about?: string; disabled?: boolean }[]
  onChange: (value: V) => void
}

/** A group of which exactly one is chosen. */
export function MenuChoices<V extends string>({ label, value, choices, onChange }: MenuChoicesProps<V>) {
  const choose = (next: string): void => {
    const choice = choices.find((candidate) => candidate.value === next)
    if (choice !== undefined && choice.disabled !== true) onChange(choice.value)
  }
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={choose}>
      {label !== undefined && (
        <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-small text-ink-soft">{label}</DropdownMenu.Label>
      )}
      {choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          textValue={choice.label}
          // Not the kit's "disabled", which the keyboard could not reach.
          aria-disabled={choice.disabled === true}
          onSelect={(event) => {
            if (choice.disabled === true) event.preventDefault()
          }}
          className={itemStyle}
        >
          <span className="mt-0.5 size-4 shrink-0">
            {choice.disabled === true && <Ban aria-hidden className="size-4 text-ink-soft" />}
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden className="size-4 text-accent" />
            </DropdownMenu.ItemIndicator>
          </span>
          <span className="min-w-0">
            <span className={clsx(choice.disabled === true && 'text-ink-soft')}>{choice.label}</span>
            {choice.about !== undefined && choice.about !== '' && (
              <span className="block text-small text-ink-soft">{choice.about}</span>
            )}
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
