import { RadioGroup } from 'radix-ui'

interface SegmentedProps<V extends string> {
  label: string
  value: V
  choices: readonly { value: V; label: string }[]
  onChange: (value: V) => void
}

/** Two or three choices side by side; one tab stop, arrow keys move. */
export function Segmented<V extends string>({ label, value, choices, onChange }: SegmentedProps<V>) {
  const choose = (next: string): void => {
    const choice = choices.find((candidate) => candidate.value === next)
    if (choice !== undefined) onChange(choice.value)
  }
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={choose}
      orientation="horizontal"
      className="inline-flex shrink-0 rounded-lg bg-sunken p-0.5 max-wide:w-full"
    >
      {choices.map((choice) => (
        <RadioGroup.Item
          key={choice.value}
          value={choice.value}
          className="h-8 rounded-md whitespace-nowrap max-wide:flex-1 forced-colors:data-[state=checked]:forced-color-adjust-none forced-colors:data-[state=checked]:bg-accent! forced-colors:data-[state=checked]:text-on-accent! border border-transparent px-3 text-small text-ink-soft transition-colors duration-100 hover:text-ink data-[state=checked]:border-line-strong data-[state=checked]:bg-surface data-[state=checked]:font-medium data-[state=checked]:text-ink"
        >
          {choice.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
