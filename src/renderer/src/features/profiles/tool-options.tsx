import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ProfileTool } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Group, TextBox, TextField } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { type ToolOption, toolOptions, withTool } from './profile-fields.ts'

interface ToolOptionsProps {
  profile: Record<string, unknown>
  onSet: (name: string, value: unknown) => void
}

/** How the agent's functions are answered here: by a fixed text, or by asking the person, which is also what happens unnamed. */
export function ToolOptions({ profile, onSet }: ToolOptionsProps) {
  const [name, setName] = useState('')
  const words = text.options
  const options = toolOptions(profile)
  const none = profile['service'] === 'napster' ? text.napster.noTools : words.noTools
  const set = (tool: string, value: ProfileTool | undefined): void => {
    onSet('tools', withTool(profile['tools'], tool, value))
  }
  const trimmed = name.trim()
  return (
    <Group title={words.tools}>
      <p className="text-small text-ink-soft">{options.length === 0 ? none : words.toolsAbout}</p>
      {options.map((option) => (
        <ToolRow
          key={option.name}
          option={option}
          onChange={(value) => {
            set(option.name, value)
          }}
        />
      ))}
      <div className="flex items-end gap-2">
        <TextField label={words.toolName} value={name} onChange={setName} className="flex-1" />
        <Button
          icon={Plus}
          className="h-9!"
          disabled={trimmed === '' || trimmed === '__proto__' || options.some((option) => option.name === trimmed)}
          onClick={() => {
            set(trimmed, { kind: 'ask' })
            setName('')
          }}
        >
          {words.toolAdd}
        </Button>
      </div>
    </Group>
  )
}

interface ToolRowProps {
  option: ToolOption
  onChange: (tool: ProfileTool | undefined) => void
}

function ToolRow({ option: { name, declared, tool }, onChange }: ToolRowProps) {
  const words = text.options
  return (
    <div className="flex flex-col gap-2 rounded-lg bg-sunken p-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <div className="min-w-0 flex-1 text-small">
          <p className="truncate font-mono">{name}</p>
          {!declared && <p className="text-ink-soft">{words.toolUndeclared}</p>}
        </div>
        <Segmented
          label={words.toolKind(name)}
          value={tool.kind}
          onChange={(kind) => {
            if (kind === 'answer') onChange({ kind, content: '' })
            else onChange(declared ? undefined : { kind })
          }}
          choices={[
            { value: 'ask', label: words.toolKinds.ask },
            { value: 'answer', label: words.toolKinds.answer }
          ]}
        />
        {!declared && (
          <IconButton
            label={words.toolRemove(name)}
            icon={Trash2}
            size="small"
            onClick={() => {
              onChange(undefined)
            }}
          />
        )}
      </div>
      {tool.kind === 'answer' && (
        <TextBox
          label={words.toolContent(name)}
          placeholder={words.toolContent(name)}
          maxLength={100_000}
          spellCheck={false}
          className="font-mono text-small"
          value={tool.content}
          onChange={(content) => {
            onChange({ kind: 'answer', content })
          }}
        />
      )}
    </div>
  )
}
