import { ChevronDown } from 'lucide-react'
import { useRef } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { defaultsOf } from './agent-defaults.ts'

/** A prompt out of a profile, or why there is none. */
export type TakenRole = { kind: 'role'; role: string; from: string } | { kind: 'none'; problem: string }

interface RoleMenuProps {
  disabled: boolean
  /** Called when the menu is closed and the focus is where it was. */
  onTake: (taken: TakenRole) => void
}

/** Rule N20: the whole role of another saved profile, or of this one as it is saved. */
export function RoleMenu({ disabled, onTake }: RoleMenuProps) {
  const controller = useController()
  const list = useApp((state) => state.profiles)
  const pickedRef = useRef<ProfileSummary>(undefined)
  const buttonRef = useRef<HTMLButtonElement>(null)
  const words = text.tune.role

  const take = async ({ id, name }: ProfileSummary): Promise<void> => {
    try {
      const file = await controller.call('profiles:read', { id })
      onTake(readRole(file.text, name))
    } catch (cause) {
      onTake({ kind: 'none', problem: messageOf(cause) })
    }
  }

  /** Not before: while the menu is open it keeps the focus, and the box could not be written to. */
  const onClosed = (): void => {
    const picked = pickedRef.current
    pickedRef.current = undefined
    buttonRef.current?.focus()
    if (picked !== undefined) void take(picked)
  }

  return (
    <Menu
      align="start"
      focusAfter={onClosed}
      trigger={
        <Button ref={buttonRef} size="small" disabled={disabled}>
          {words.menu}
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      }
    >
      {(list?.profiles ?? []).map((profile) => (
        <MenuItem
          key={profile.id}
          onSelect={() => {
            pickedRef.current = profile
          }}
        >
          <span className="min-w-0 wrap-anywhere">
            {profile.name}
            <span className="block text-small text-ink-soft">
              {profile.id === list?.chosenId ? words.thisAgent : text.service[profile.service]}
            </span>
          </span>
        </MenuItem>
      ))}
    </Menu>
  )
}

function readRole(profileText: string, from: string): TakenRole {
  const words = text.tune.role
  const role = defaultsOf(profileText).prompt
  if (role.trim() === '') return { kind: 'none', problem: words.none(from) }
  if (role.length > COMMAND_TEXT_LIMIT) return { kind: 'none', problem: words.tooLong(from) }
  return { kind: 'role', role, from }
}
