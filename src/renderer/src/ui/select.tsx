import { clsx } from 'clsx'
import { Check, ChevronDown, type LucideIcon } from 'lucide-react'
import { Select as Primitive } from 'radix-ui'
import { styleNonce } from './nonce.ts'

export interface Choice {
  value: string
  label: string
  /** A second, softer line. */
  about?: string
}

interface SelectProps {
  label: string
  value: string
  choices: readonly Choice[]
  onChange: (value: string) => void
  /** Called when the list opens, to bring `choices` up to date. */
  onOpen?: () => void
  icon?: LucideIcon
  disabled?: boolean
  title?: string | undefined
  /** Shown instead of the chosen label. */
  shown?: string
  /** Shown softly after the chosen label. */
  suffix?: string
  /** Looks like a field of a form. */
  framed?: boolean
  className?: string
  /** Below the values: does something instead of choosing one. */
  last?: { label: string; onSelect: () => void }
}

/** No value: values come from files and lists of services, and none of those begins so. */
const LAST = '\u0000last'

const triggerStyle =
  'inline-flex h-9 min-w-0 items-center gap-2 rounded-lg border px-2.5 text-left ' +
  'hover:bg-sunken disabled:hover:bg-transparent data-[state=open]:bg-sunken transition-colors duration-100'

const itemStyle =
  'flex items-start gap-2 rounded-lg px-2.5 py-2 outline-none data-[highlighted]:bg-accent-soft ' +
  'data-[highlighted]:outline-1 data-[highlighted]:-outline-offset-1 data-[highlighted]:outline-accent'

/** One value out of a list, with a visible chosen value. */
export function Select(props: SelectProps) {
  const {
    label,
    value,
    choices,
    onChange,
    onOpen,
    icon: Icon,
    disabled = false,
    title,
    shown,
    suffix,
    framed = false,
    className,
    last
  } = props
  const chosen = choices.find((choice) => choice.value === value)
  return (
    <Primitive.Root
      value={value}
      onValueChange={(next) => {
        if (next === LAST) last?.onSelect()
        else onChange(next)
      }}
      disabled={disabled}
      onOpenChange={(open) => {
        if (open) onOpen?.()
      }}
    >
      <Primitive.Trigger
        aria-label={label}
        title={title}
        className={clsx(triggerStyle, framed ? 'border-line-strong bg-surface' : 'border-transparent', className)}
      >
        {Icon !== undefined && <Icon aria-hidden className="size-4 shrink-0 text-ink-soft" />}
        <span className={clsx('min-w-0 truncate', framed && 'flex-1')}>
          <Primitive.Value>{shown ?? chosen?.label ?? ''}</Primitive.Value>
        </span>
        {suffix !== undefined && suffix !== '' && (
          <span className="shrink-0 text-small text-ink-soft max-wide:sr-only">{suffix}</span>
        )}
        {!disabled && (
          <Primitive.Icon>
            <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-soft" />
          </Primitive.Icon>
        )}
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={6}
          collisionPadding={8}
          className="fade z-50 max-h-(--radix-select-content-available-height) max-w-[calc(100vw-1rem)] min-w-(--radix-select-trigger-width) overflow-hidden rounded-xl border border-line bg-surface p-1 shadow-float"
        >
          <Primitive.Viewport nonce={styleNonce}>
            {choices.map((choice) => (
              <Primitive.Item key={choice.value} value={choice.value} className={itemStyle}>
                <span className="mt-1 size-4 shrink-0">
                  <Primitive.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent" />
                  </Primitive.ItemIndicator>
                </span>
                <span className="min-w-0">
                  <Primitive.ItemText>{choice.label}</Primitive.ItemText>
                  {choice.about !== undefined && <span className="block text-small text-ink-soft">{choice.about}</span>}
                </span>
              </Primitive.Item>
            ))}
            {last !== undefined && (
              <>
                <Primitive.Separator className="mx-1 my-1 h-px bg-line" />
                <Primitive.Item value={LAST} className={clsx(itemStyle, 'pl-8.5')}>
                  <Primitive.ItemText>{last.label}</Primitive.ItemText>
                </Primitive.Item>
              </>
            )}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
