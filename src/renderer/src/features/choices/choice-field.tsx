import { List } from 'lucide-react'
import { type ComponentProps, useId, useRef, useState } from 'react'
import type { CallInput, ServiceChoices } from '../../../../shared/ipc/contract.ts'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Menu, MenuItem, MenuNote } from '../../ui/menu.tsx'
import { useController } from '../session/assistant-context.tsx'

interface ChoiceFieldProps extends Omit<ComponentProps<typeof TextField>, 'label' | 'value' | 'onChange'> {
  label: string
  value: string
  onChange: (value: string) => void
  /** What is listed, and where. */
  of: CallInput<'service:choices'>
  /** Called after `onChange` when the text was chosen from the list. */
  onPick?: (choice: ServiceChoices['choices'][number]) => void
  /** A sentence below the field, beside what the list says. */
  problem?: string
}

const nothing = (): void => {}

/** A text that a service has a list for. The list is asked for when it is opened; any text can be written whatever it says. */
export function ChoiceField({ label, value, onChange, of, onPick, problem = '', ...rest }: ChoiceFieldProps) {
  const noteId = useId()
  const fieldRef = useRef<HTMLInputElement>(null)
  const { list, load } = useChoices(of)
  const [open, setOpen] = useState(false)
  const said = list?.problem === undefined ? '' : text.choices.problem(list.problem)
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-end gap-1">
        <TextField
          ref={fieldRef}
          label={label}
          value={value}
          onChange={onChange}
          aria-invalid={problem !== ''}
          aria-describedby={noteId}
          className="flex-1"
          {...rest}
        />
        <Menu
          onOpenChange={(now) => {
            setOpen(now)
            if (now) load()
          }}
          focusAfter={() => fieldRef.current?.focus()}
          trigger={
            <IconButton
              label={text.choices.pick(label)}
              icon={List}
              tone="outline"
              className="size-9!"
              disabled={rest.disabled}
            />
          }
        >
          {list === null && (
            <MenuItem disabled onSelect={nothing}>
              {text.choices.loading}
            </MenuItem>
          )}
          {list?.problem !== undefined && <MenuNote>{said}</MenuNote>}
          {list?.problem === undefined && list?.choices.length === 0 && <MenuNote>{text.choices.none}</MenuNote>}
          {list?.choices.length === 0 && (
            <MenuItem keepsOpen onSelect={load}>
              {text.choices.again}
            </MenuItem>
          )}
          {list?.choices.map((choice) => (
            <MenuItem
              key={choice.id}
              onSelect={() => {
                onChange(choice.id)
                onPick?.(choice)
              }}
            >
              <span className="min-w-0 wrap-anywhere">
                {choice.label}
                <span className="block text-small text-ink-soft">{choice.about ?? choice.id}</span>
              </span>
            </MenuItem>
          ))}
        </Menu>
      </div>
      <div id={noteId} aria-live="polite" className="flex flex-col text-small empty:hidden">
        {problem !== '' && <p className="text-danger wrap-anywhere">{problem}</p>}
        {said !== '' && !open && <p className="text-ink-soft wrap-anywhere">{said}</p>}
      </div>
    </div>
  )
}

/** The list, null until it has come; `load` asks for it again. Only the newest answer counts. */
function useChoices(of: CallInput<'service:choices'>): { list: ServiceChoices | null; load: () => void } {
  const controller = useController()
  const newest = useRef(0)
  const [list, setList] = useState<ServiceChoices | null>(null)
  const ask = async (): Promise<void> => {
    newest.current += 1
    const asked = newest.current
    setList(null)
    const answer = await controller.choices(of)
    if (asked === newest.current) setList(answer)
  }
  return { list, load: () => void ask() }
}
