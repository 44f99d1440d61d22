import { Switch as Primitive } from 'radix-ui'
import { type ReactNode, useId } from 'react'

interface SwitchProps {
  label: string
  about?: string
  checked: boolean
  /** It cannot be changed here; `about` says why. */
  disabled?: boolean
  onChange: (checked: boolean) => void
  /** Shown below, and read with the rest. */
  children?: ReactNode
}

/** Something that is on or off at once. */
export function Switch({ label, about, checked, disabled = false, onChange, children }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-4">
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className={disabled ? 'text-ink-soft' : undefined}>
          {label}
        </label>
        <div id={`${id}-about`} className="text-small text-ink-soft">
          {about !== undefined && <p>{about}</p>}
          {children}
        </div>
      </div>
      <Primitive.Root
        id={id}
        aria-describedby={`${id}-about`}
        checked={checked}
        // Focusable, so that the reason can be read with it.
        aria-disabled={disabled}
        onCheckedChange={(next) => {
          if (!disabled) onChange(next)
        }}
        className="mt-0.5 inline-flex h-6 w-10 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors duration-100 forced-color-adjust-none data-[state=checked]:border-accent data-[state=checked]:bg-accent aria-disabled:opacity-45"
      >
        <Primitive.Thumb className="block size-4.5 rounded-full bg-line-strong transition-transform duration-100 ease-settle data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
      </Primitive.Root>
    </div>
  )
}
