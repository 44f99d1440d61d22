import { Switch as Primitive } from 'radix-ui'
import { type ReactNode, useId } from 'react'

interface SwitchProps {
  label: string
  about?: string
  checked: boolean
  onChange: (checked: boolean) => void
  /** Shown below, and read with the rest. */
  children?: ReactNode
}

/** Something that is on or off at once. */
export function Switch({ label, about, checked, onChange, children }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-4">
      <div className="min-w-0 flex-1">
        <label htmlFor={id}>{label}</label>
        <div id={`${id}-about`} className="text-small text-ink-soft">
          {about !== undefined && <p>{about}</p>}
          {children}
        </div>
      </div>
      <Primitive.Root
        id={id}
        aria-describedby={`${id}-about`}
        checked={checked}
        onCheckedChange={onChange}
        className="mt-0.5 inline-flex h-6 w-10 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors duration-100 forced-color-adjust-none data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Primitive.Thumb className="block size-4.5 rounded-full bg-line-strong transition-transform duration-100 ease-settle data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
      </Primitive.Root>
    </div>
  )
}
