import { X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { TurnsPanel } from '../latency/turns-panel.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { isTextOnly } from '../session/state.ts'
import { AnnounceSection } from './announce-section.tsx'
import { ChangesBar } from './changes-bar.tsx'
import { ContextSection } from './context-section.tsx'
import { KeytermsSection } from './keyterms-section.tsx'
import { ModelSection } from './model-section.tsx'
import { PromptSection } from './prompt-section.tsx'
import { QuickActions } from './quick-actions.tsx'
import { SaySection } from './say-section.tsx'
import { ServiceView } from './service-view.tsx'
import { TurnSection } from './turn-section.tsx'
import { useAgentDefaults } from './use-agent-defaults.ts'
import { VoiceSection } from './voice-section.tsx'
import { WholeBlockSection } from './whole-block-section.tsx'

interface TunePanelProps {
  panelRef: RefObject<HTMLElement | null>
  onClose: () => void
}

/**
 * Everything an agent builder does to a running agent, beside the conversation. Not a dialog: talking, typing and Escape
 * go on. Escape closes it from inside, but a speaking agent is stopped first.
 */
export function TunePanel({ panelRef, onClose }: TunePanelProps) {
  const [tab, setTab] = useState<'tune' | 'turns' | 'service'>('tune')
  const speaking = useApp((state) => state.session.phase === 'live' && state.session.activity === 'agentSpeaking')

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing || speaking) return
    event.preventDefault()
    onClose()
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape from any control inside
    <aside
      ref={panelRef}
      aria-label={text.tune.title}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="enter flex min-h-0 min-w-0 flex-1 flex-col rounded-xl border border-line bg-surface outline-none"
    >
      <header className="flex items-center gap-2 py-1.5 pr-1.5 pl-4">
        <h2 className="flex-1 font-semibold">{text.tune.open}</h2>
        <IconButton label={text.tune.close} icon={X} size="small" onClick={onClose} />
      </header>
      <Tabs
        label={text.tune.tabsLabel}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'tune', label: text.tune.tabs.tune, content: <TuneSections /> },
          { value: 'turns', label: text.tune.tabs.turns, content: <TurnsPanel /> },
          { value: 'service', label: text.tune.tabs.service, content: tab === 'service' && <ServiceView /> }
        ]}
      />
      <ChangesBar />
    </aside>
  )
}

function TuneSections() {
  const phase = useApp((state) => state.session.phase)
  const textOnly = useApp(isTextOnly)
  const { saved, problem } = useAgentDefaults()
  const about =
    phase === 'live' ? text.tune.about : phase === 'reconnecting' ? text.tune.reconnecting : text.tune.notLive
  return (
    <>
      <p className="pb-3 text-small text-ink-soft">{about}</p>
      {problem !== '' && (
        <p role="alert" className="pb-3 text-small text-danger wrap-anywhere">
          {problem}
        </p>
      )}
      {!textOnly && <QuickActions />}
      <PromptSection />
      <ModelSection saved={saved} />
      <VoiceSection saved={saved} />
      {!textOnly && <TurnSection saved={saved} />}
      <KeytermsSection savedKeyterms={saved.keyterms} />
      <SaySection />
      <AnnounceSection />
      <ContextSection />
      <WholeBlockSection saved={saved.blocks} />
    </>
  )
}
