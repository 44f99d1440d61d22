import { Copy, FilePlus, Pencil, Plus, Trash2, TriangleAlert } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { type ChangeEvent, useRef, useState } from 'react'
import type { ProfileList } from '../../../../shared/ipc/contract.ts'
import { PROFILE_TEXT_LIMIT } from '../../../../shared/limits.ts'
import type { ProfileSummary, Service } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { isActive } from '../session/state.ts'
import type { AgentsView } from './agents-dialog.tsx'

type Said = { message: string; warnings: readonly string[] } | null

interface ProfileRowsProps {
  list: ProfileList
  said: Said
  onSaid: (said: Said) => void
  onView: (view: AgentsView) => void
}

export function ProfileRows({ list, said, onSaid, onView }: ProfileRowsProps) {
  const controller = useController()
  const locked = useApp((state) => isActive(state.session))
  const fileRef = useRef<HTMLInputElement>(null)
  const [removing, setRemoving] = useState<ProfileSummary | null>(null)
  const [problem, setProblem] = useState('')

  const addFile = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0]
    event.target.value = ''
    if (file === undefined) return
    setProblem('')
    onSaid(null)
    if (file.size > PROFILE_TEXT_LIMIT) {
      setProblem(text.agents.tooLarge(file.name))
      return
    }
    try {
      const result = await controller.call('profiles:import', { text: await file.text() })
      await controller.reloadProfiles()
      onSaid({ message: text.agents.added(file.name), warnings: result.warnings })
    } catch (cause) {
      setProblem(`${file.name}: ${messageOf(cause)}`)
    }
  }

  return (
    <>
      <Scroll label={text.agents.list} className="flex flex-1 flex-col border-y border-line">
        <RadioGroup.Root
          aria-label={text.agents.list}
          value={list.chosenId}
          disabled={locked}
          onValueChange={(id) => {
            const profile = list.profiles.find((candidate) => candidate.id === id)
            if (profile !== undefined) void controller.chooseProfile(profile.id)
          }}
          className="max-h-[45dvh] px-3 py-2"
        >
          {list.profiles.map((profile) => (
            <Row key={profile.id} profile={profile} onView={onView} onRemove={setRemoving} />
          ))}
        </RadioGroup.Root>
      </Scroll>
      <footer className="flex flex-col gap-3 px-5 py-4">
        <div aria-live="polite" className="flex flex-col gap-2 empty:hidden">
          {said !== null && <p>{said.message}</p>}
          {said !== null && said.warnings.length > 0 && <Warnings warnings={said.warnings} />}
        </div>
        {problem !== '' && (
          <p role="alert" className="text-danger wrap-anywhere">
            {problem}
          </p>
        )}
        {locked && <p className="text-small text-ink-soft">{text.agents.locked}</p>}
        <input
          ref={fileRef}
          type="file"
          accept=".json,application/json"
          className="hidden"
          aria-label={text.agents.addFromFile}
          onChange={(event) => void addFile(event)}
        />
        <div className="flex flex-wrap gap-2">
          <NewAgent onView={onView} />
          <Button icon={FilePlus} onClick={() => fileRef.current?.click()}>
            {text.agents.addFromFile}
          </Button>
        </div>
      </footer>
      <Confirm
        open={removing !== null}
        title={text.agents.removeTitle(removing?.name ?? '')}
        about={text.agents.removeAbout}
        confirm={text.agents.removeConfirm}
        cancel={text.agents.keep}
        onCancel={() => {
          setRemoving(null)
        }}
        onConfirm={() => {
          if (removing !== null) void controller.removeProfile(removing.id)
          setRemoving(null)
        }}
      />
    </>
  )
}

const newServices: readonly Service[] = ['napster', 'deepgram', 'builtin']

/** A new agent begins as the file of its service, in the editor; nothing is kept before it is saved. */
function NewAgent({ onView }: { onView: (view: AgentsView) => void }) {
  return (
    <Menu
      align="start"
      trigger={
        <Button icon={Plus} className="data-[state=open]:bg-sunken">
          {text.agents.newAgent}
        </Button>
      }
    >
      {newServices.map((service) => (
        <MenuItem
          key={service}
          onSelect={() => {
            onView({ kind: 'new', service })
          }}
        >
          <span>
            {text.agents.newFor[service].label}
            <span className="block text-small text-ink-soft">{text.agents.newFor[service].about}</span>
          </span>
        </MenuItem>
      ))}
    </Menu>
  )
}

interface RowProps {
  profile: ProfileSummary
  onView: (view: AgentsView) => void
  onRemove: (profile: ProfileSummary) => void
}

function Row({ profile, onView, onRemove }: RowProps) {
  return (
    <div className="flex items-center gap-1 rounded-lg pr-1 hover:bg-sunken">
      <RadioGroup.Item
        value={profile.id}
        aria-label={text.agents.use(profile.name)}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-lg px-2 py-2.5 text-left"
      >
        <span className="grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface">
          <RadioGroup.Indicator className="size-2 rounded-full border border-accent bg-accent" />
        </span>
        <span className="min-w-0">
          <span className="block font-medium wrap-anywhere">{profile.name}</span>
          <span className="block text-small text-ink-soft wrap-anywhere">
            {text.service[profile.service]}
            {profile.modality === 'text' && ` · ${text.agents.textOnly}`}
            {profile.builtIn && ` · ${text.agents.builtIn}`}
          </span>
        </span>
      </RadioGroup.Item>
      {!profile.builtIn && (
        <IconButton
          label={text.agents.edit(profile.name)}
          icon={Pencil}
          size="small"
          onClick={() => {
            onView({ kind: 'edit', profile })
          }}
        />
      )}
      <IconButton
        label={text.agents.copy(profile.name)}
        icon={Copy}
        size="small"
        onClick={() => {
          onView({ kind: 'copy', profile })
        }}
      />
      {!profile.builtIn && (
        <IconButton
          label={text.agents.remove(profile.name)}
          icon={Trash2}
          size="small"
          onClick={() => {
            onRemove(profile)
          }}
        />
      )}
    </div>
  )
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  return (
    <div className="flex gap-2.5 rounded-lg border border-warn bg-warn-soft p-3 text-small">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="min-w-0">
        <p className="font-semibold">{text.agents.warnings}</p>
        <ul>
          {warnings.map((warning) => (
            <li key={warning} className="wrap-anywhere">
              {warning}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
