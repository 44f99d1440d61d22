import { type ReactNode, useRef, useState } from 'react'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Group } from '../../ui/field.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { ArrowUpRight, Trash2 } from 'lucide-react'
import { AgentKeptAt, ListenFields, SpeakFields, ThinkFields } from './agent-fields.tsx'
import { ConnectionFields } from './connection-fields.tsx'
import { useDraft } from './draft.tsx'
import { ScopeFields } from './field-view.tsx'
import { HereFields } from './here-fields.tsx'
import { valueAt } from './json-fields.ts'
import { ModalityField } from './modality-field.tsx'
import { NudgeFields } from './nudge-fields.tsx'
import { unknownPaths } from './scopes.ts'
import { ToolOptions } from './tool-options.tsx'

const words = text.profiles.editor

type SectionId = keyof typeof words.section

interface Section {
  id: SectionId
  /** Null: what stands in it says itself what it is. */
  content: ReactNode
}

/** Every field of an agent's file without writing JSON. What it does not know stays in the file, and is listed at the end. */
export function ProfileForm() {
  const { profile } = useDraft()
  const viewportRef = useRef<HTMLDivElement>(null)
  // Once shown it stays, so that a click that empties it takes nothing away from under the pointer.
  const [nudged] = useState(profile['nudge'] !== undefined)
  const sections = profile['service'] === 'napster' ? napsterSections(profile, nudged) : deepgramSections(profile)
  const show = (id: SectionId): void => {
    const section = viewportRef.current?.querySelector<HTMLElement>(`[data-section="${id}"]`)
    section?.scrollIntoView({ block: 'start' })
    section?.focus({ preventScroll: true })
  }
  return (
    <div className="flex min-h-0 flex-1">
      <nav aria-label={words.sections} className="w-36 shrink-0 overflow-auto border-r border-line p-2 max-wide:hidden">
        {sections.map(({ id }) => (
          <button
            key={id}
            type="button"
            className="block w-full truncate rounded-lg px-2.5 py-1.5 text-left text-small text-ink-soft hover:bg-sunken hover:text-ink"
            onClick={() => {
              show(id)
            }}
          >
            {words.section[id]}
          </button>
        ))}
      </nav>
      <Scroll label={text.options.views.options} className="min-h-0 flex-1" viewportRef={viewportRef}>
        <div className="flex flex-col gap-7 px-5 pt-4 pb-6 max-wide:px-4">
          {sections.map(({ id, content }) => (
            <div key={id} data-section={id} tabIndex={-1} className="scroll-mt-3 outline-none">
              {content}
            </div>
          ))}
        </div>
      </Scroll>
    </div>
  )
}

function group(id: SectionId, content: ReactNode): Section {
  return { id, content: <Group title={words.section[id]}>{content}</Group> }
}

function commonSections(profile: Record<string, unknown>): { first: Section[]; last: Section[] } {
  const unknown = unknownPaths(profile)
  return {
    first: [group('general', <ScopeFields scope="profile" base={[]} />)],
    last: [
      { id: 'tools', content: <ToolSection /> },
      group('here', <HereFields />),
      ...(unknown.length === 0 ? [] : [group('unknown', <UnknownFields />)])
    ]
  }
}

const nudge: Section = { id: 'nudge', content: <NudgeFields /> }

function deepgramSections(profile: Record<string, unknown>): Section[] {
  const { first, last } = commonSections(profile)
  const keptElsewhere = typeof valueAt(profile, ['settings', 'agent']) === 'string'
  const agent = (
    <>
      {profile['service'] === 'deepgram' && <AgentKeptAt />}
      {!keptElsewhere && <ScopeFields scope="settings" base={['settings']} only={['agent.']} />}
    </>
  )
  const blocks = [group('think', <ThinkFields />), group('listen', <ListenFields />), group('speak', <SpeakFields />)]
  const tuning = profile['tuning'] === undefined ? [] : [{ id: 'tuning' as const, content: <TuningFields /> }]
  return [
    ...first,
    { id: 'connection', content: <ConnectionFields /> },
    group('agent', agent),
    ...(keptElsewhere ? [] : blocks),
    group('audio', <ScopeFields scope="settings" base={['settings']} only={['audio.']} />),
    group('service', <ScopeFields scope="settings" base={['settings']} but={['audio.', 'agent.']} />),
    ...tuning,
    ...withNudge(last)
  ]
}

function napsterSections(profile: Record<string, unknown>, nudged: boolean): Section[] {
  const { first, last } = commonSections(profile)
  return [
    ...first,
    {
      id: 'connection',
      content: (
        <Group title={text.napster.agent}>
          <ConnectionFields />
          <ScopeFields scope="napster" base={['settings']} only={['agentId']} />
          <ModalityField />
          <ScopeFields scope="napster" base={['settings']} only={['initialSpeech', 'mcp']} />
        </Group>
      )
    },
    group('client', <ScopeFields scope="napster" base={['settings']} only={['external', 'tags']} />),
    { id: 'tuning', content: <TuningFields /> },
    // Napster says no given words; a nudge that is in the file is shown so that it can be taken out.
    ...(nudged ? withNudge(last) : last)
  ]
}

/** The nudge belongs to what happens here. */
function withNudge(sections: readonly Section[]): Section[] {
  return sections.flatMap((section) => (section.id === 'here' ? [nudge, section] : [section]))
}

function ToolSection() {
  const { profile, set } = useDraft()
  return (
    <ToolOptions
      profile={profile}
      onSet={(name, value) => {
        set([name], value)
      }}
    />
  )
}

/** What Parley changes of an agent that Napster keeps, at the start of every conversation. */
function TuningFields() {
  const { profile, set } = useDraft()
  // What was typed is taken out of the fields with what was saved.
  const [removals, setRemovals] = useState(0)
  return (
    <Group title={words.section.tuning}>
      <p className="text-small text-ink-soft">{text.napster.tuningAbout}</p>
      <ScopeFields scope="tuning" base={['tuning']} key={removals} />
      {profile['tuning'] !== undefined && (
        <Button
          size="small"
          icon={Trash2}
          className="self-start"
          onClick={() => {
            setRemovals(removals + 1)
            set(['tuning'], undefined)
          }}
        >
          {text.napster.removeAll}
        </Button>
      )}
    </Group>
  )
}

/** Longest excerpt of a value that nobody knows. */
const EXCERPT = 80

function UnknownFields() {
  const { profile, rawAt, showInJson } = useDraft()
  return (
    <>
      <p className="text-small text-warn">{words.unknownAbout}</p>
      <ul className="flex flex-col gap-1">
        {unknownPaths(profile).map((path) => {
          const raw = (rawAt(path) ?? '').replaceAll(/\s+/g, ' ')
          return (
            <li
              key={path.join('.')}
              className="flex items-center gap-2 rounded-lg bg-sunken py-1 pr-1 pl-2.5 text-small"
            >
              <span className="min-w-0 flex-1 font-mono wrap-anywhere">
                {path.join('.')}{' '}
                <span className="text-ink-soft">{raw.length > EXCERPT ? `${raw.slice(0, EXCERPT)}…` : raw}</span>
              </span>
              <IconButton
                label={words.showFieldInJson(path.join('.'))}
                icon={ArrowUpRight}
                size="small"
                onClick={() => {
                  showInJson(path)
                }}
              />
            </li>
          )
        })}
      </ul>
    </>
  )
}
