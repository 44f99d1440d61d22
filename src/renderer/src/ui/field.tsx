import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

const box =
  'rounded-lg border border-line-strong bg-paper px-2.5 placeholder:text-ink-soft disabled:opacity-60 aria-invalid:border-danger'

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  label: string
  value: string
  onChange: (value: string) => void
}

/** One line of text under its name. */
export function TextField({ label, value, onChange, className, ...rest }: TextFieldProps) {
  return (
    <label className={clsx('flex min-w-0 flex-col gap-1 text-small', className)}>
      <span>{label}</span>
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
        }}
        className={`${box} h-9 w-full min-w-0`}
        {...rest}
      />
    </label>
  )
}

interface TextBoxProps extends Omit<ComponentProps<'textarea'>, 'onChange' | 'value'> {
  label: string
  value: string
  onChange: (value: string) => void
}

/** Several lines, which grow with the text up to a part of the window. */
export function TextBox({ label, value, onChange, className, ...rest }: TextBoxProps) {
  return (
    <textarea
      aria-label={label}
      value={value}
      rows={2}
      onChange={(event) => {
        onChange(event.target.value)
      }}
      className={clsx(box, 'block field-sizing-content max-h-[30dvh] min-h-16 w-full resize-none py-1.5', className)}
      {...rest}
    />
  )
}

interface CheckProps {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
}

export function Check({ label, checked, onChange, disabled = false }: CheckProps) {
  return (
    <label className="flex items-center gap-2 text-small">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => {
          onChange(event.target.checked)
        }}
        className="size-4 shrink-0 accent-accent"
      />
      <span>{label}</span>
    </label>
  )
}

/** Fields that belong together, under a title. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2.5">
      <legend className="mb-2 font-medium">{title}</legend>
      {children}
    </fieldset>
  )
}
