import { Tabs as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'

interface TabsProps<V extends string> {
  label: string
  value: V
  onChange: (value: V) => void
  tabs: readonly { value: V; label: string; content: ReactNode }[]
}

/** Views of one place, of which one shows; the others keep what was typed in them. */
export function Tabs<V extends string>({ label, value, onChange, tabs }: TabsProps<V>) {
  const choose = (next: string): void => {
    const tab = tabs.find((candidate) => candidate.value === next)
    if (tab !== undefined) onChange(tab.value)
  }
  return (
    <Primitive.Root value={value} onValueChange={choose} className="flex min-h-0 flex-1 flex-col">
      <Primitive.List aria-label={label} className="flex gap-1 border-b border-line px-4">
        {tabs.map((tab) => (
          <Primitive.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px h-9 border-b-2 border-transparent px-2 text-small text-ink-soft transition-colors duration-100 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => (
        <Primitive.Content
          key={tab.value}
          value={tab.value}
          forceMount
          className="min-h-0 flex-1 overflow-auto p-4 -outline-offset-2 data-[state=inactive]:hidden"
        >
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}
