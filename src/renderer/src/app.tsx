import { clsx } from 'clsx'
import { Tooltip } from 'radix-ui'
import { useCallback, useState } from 'react'
import { Composer } from './features/composer/composer.tsx'
import { Conversation } from './features/conversation/conversation.tsx'
import { HistoryDialog } from './features/history/history-dialog.tsx'
import { MicrophoneBar } from './features/microphone/microphone-bar.tsx'
import { NoticeList } from './features/notices/notice-list.tsx'
import { ProblemCard } from './features/notices/problem-card.tsx'
import { IdleCard } from './features/presence/idle-card.tsx'
import { AgentsDialog, type AgentsView } from './features/profiles/agents-dialog.tsx'
import { ProfileSelect } from './features/profiles/profile-select.tsx'
import { ReconnectCard } from './features/reconnect/reconnect-card.tsx'
import { useApp } from './features/session/assistant-context.tsx'
import { Invitation } from './features/session/invitation.tsx'
import { problemOf } from './features/session/problem.ts'
import { chosenProfile, conversationAgent, isActive, isTextOnly } from './features/session/state.ts'
import { AppMenu } from './features/settings/app-menu.tsx'
import { SettingsDialog } from './features/settings/settings-dialog.tsx'
import { OpenSettingsContext, useSettingsView } from './features/settings/settings-view.tsx'
import { useHistoryKey, useShortcut } from './features/settings/use-shortcut.ts'
import { useTheme } from './features/settings/use-theme.ts'
import { TalkControls } from './features/talk/talk-controls.tsx'
import { TalkModeChoice } from './features/talk/talk-mode.tsx'
import { useEscapeToStop } from './features/talk/use-escape.ts'
import { ToolAnswer } from './features/tools/tool-answer.tsx'
import { TuneButton } from './features/tune/tune-button.tsx'
import { TunePanel } from './features/tune/tune-panel.tsx'
import { usePanel } from './features/tune/use-panel.ts'
import { VoiceStage } from './features/voice/voice-stage.tsx'
import { text } from './text/en.ts'

/** The one screen: who speaks, what was said, and everything a person can do about it. */
export function App() {
  useTheme()
  useEscapeToStop()
  const settings = useSettingsView()
  const { openSettings } = settings
  const openAnySettings = useCallback(() => {
    openSettings()
  }, [openSettings])
  const openSound = useCallback(() => {
    openSettings('sound')
  }, [openSettings])
  useShortcut('Comma', ',', openAnySettings)
  const [history, setHistory] = useState(false)
  const openHistory = useCallback(() => {
    setHistory(true)
  }, [])
  const historyKey = useHistoryKey()
  useShortcut(historyKey.code, historyKey.key, openHistory)
  const [agents, setAgents] = useState<AgentsView>({ kind: 'closed' })
  const loaded = useApp((state) => state.host.kind !== 'starting')
  const active = useApp((state) => isActive(state.session))
  const quiet = useApp((state) => state.captions.length === 0) && !active
  const problem = useApp((state) => problemOf(state) !== null)
  const chosen = useApp(chosenProfile)
  const textOnly = useApp(isTextOnly)
  const spokenTo = useApp(conversationAgent)
  const next = useApp((state) => chosenProfile(state)?.name ?? state.serviceName)
  const { open, panelRef, buttonRef, toggle } = usePanel(!quiet)
  const openAgents = (edit: boolean): void => {
    if (edit && chosen !== undefined) setAgents({ kind: chosen.builtIn ? 'copy' : 'edit', profile: chosen })
    else setAgents({ kind: 'list' })
  }

  if (!loaded) return null
  return (
    <OpenSettingsContext value={openSettings}>
      <Tooltip.Provider delayDuration={400}>
        <div className="flex h-full flex-col">
          <header className="flex items-center gap-1 px-2 pt-2 wide:px-4">
            <h1 className="px-2 font-semibold max-wide:sr-only">{text.app.name}</h1>
            <ProfileSelect
              onAgents={() => {
                openAgents(false)
              }}
            />
            <span className="flex-1" />
            {!quiet && <TuneButton open={open} buttonRef={buttonRef} onToggle={toggle} />}
            <AppMenu
              onAgents={() => {
                openAgents(false)
              }}
              onSettings={openAnySettings}
              onHistory={openHistory}
            />
          </header>
          <div
            className={clsx(
              'mx-auto flex min-h-0 w-full flex-1 flex-col px-3 broad:flex-row broad:gap-6 wide:px-6',
              open ? 'max-w-300' : 'max-w-190'
            )}
          >
            <main
              className={clsx(
                'flex min-h-0 min-w-0 flex-col',
                open ? 'max-broad:flex-none broad:flex-1 max-broad:[&>:first-child]:hidden' : 'flex-1'
              )}
            >
              <div className="flex min-h-0 flex-1 flex-col">
                <VoiceStage agent={active ? spokenTo : next} low={quiet && !problem} />
                {quiet ? (
                  <div className="flex min-h-0 flex-1 flex-col items-center overflow-auto px-1 pt-1">
                    {problem ? <ProblemCard onAgents={openAgents} /> : <Invitation />}
                  </div>
                ) : (
                  <Conversation agent={spokenTo} />
                )}
              </div>
              <div className="flex flex-col gap-2 pt-2 pb-2 wide:gap-2.5 wide:pb-4">
                <NoticeList />
                <ReconnectCard />
                <IdleCard />
                {!quiet && <ProblemCard onAgents={openAgents} />}
                <ToolAnswer />
                <Composer />
                {!quiet && (active || !problem) && <TalkControls />}
                {!textOnly && (
                  <MicrophoneBar onSound={openSound}>
                    <TalkModeChoice />
                  </MicrophoneBar>
                )}
              </div>
            </main>
            {!quiet && (
              <div
                className={clsx(
                  'min-h-0 pt-1 max-broad:order-first max-broad:flex-1 broad:w-[23rem] broad:pb-4',
                  open ? 'flex' : 'hidden'
                )}
              >
                <TunePanel panelRef={panelRef} onClose={toggle} />
              </div>
            )}
          </div>
          <AgentsDialog view={agents} onView={setAgents} />
          <SettingsDialog view={settings} />
          <HistoryDialog open={history} onOpenChange={setHistory} />
        </div>
      </Tooltip.Provider>
    </OpenSettingsContext>
  )
}
