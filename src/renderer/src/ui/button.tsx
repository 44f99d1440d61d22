import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import { Tooltip } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'

type Tone = 'primary' | 'soft' | 'outline' | 'quiet' | 'danger'

const tones: Record<Tone, string> = {
  primary: 'bg-accent text-on-accent border-accent hover:bg-accent-hover hover:border-accent-hover',
  soft: 'bg-accent-soft text-accent-ink border-accent hover:border-accent-hover',
  outline: 'bg-surface text-ink border-line-strong hover:bg-sunken',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-surface text-danger border-danger hover:bg-danger-soft'
}

const sizes = { small: 'h-8 px-3 text-small', normal: 'h-10 px-4', large: 'h-13 px-5' }

const base =
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap select-none ' +
  'transition-colors duration-100 disabled:opacity-45 disabled:pointer-events-none aria-disabled:opacity-45'

interface ButtonProps extends ComponentProps<'button'> {
  tone?: Tone
  size?: keyof typeof sizes
  icon?: LucideIcon
}

export function Button({ tone = 'outline', size = 'normal', icon: Icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={clsx(base, tones[tone], sizes[size], className)} {...rest}>
      {Icon !== undefined && <Icon aria-hidden className="size-4 shrink-0" />}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  label: string
  icon: LucideIcon
  tone?: Tone
  size?: 'small' | 'normal' | 'large'
}

const squares = { small: 'size-8', normal: 'size-10', large: 'size-13' }

/** A button whose name is its tooltip. */
export function IconButton({
  label,
  icon: Icon,
  tone = 'quiet',
  size = 'normal',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tip label={label}>
      <button type="button" aria-label={label} className={clsx(base, tones[tone], squares[size], className)} {...rest}>
        <Icon aria-hidden className={size === 'small' ? 'size-4' : 'size-5'} />
      </button>
    </Tip>
  )
}

/** Shows `label` on hover and focus. */
export function Tip({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="fade z-50 rounded-md border border-transparent bg-ink px-2 py-1 text-small text-paper"
        >
          {label}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
