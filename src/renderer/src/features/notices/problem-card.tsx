import { clsx } from 'clsx'
import { CircleAlert, X } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { type ProblemAction, problemOf } from '../session/problem.ts'
import { useOpenSettings } from '../settings/settings-view.tsx'
import { text } from '../../text/en.ts'

/** What went wrong, in a sentence, and the button that does the next step. */
export function ProblemCard({ onAgents }: { onAgents: (edit: boolean) => void }) {
  const controller = useController()
  const openSettings = useOpenSettings()
  const state = useApp((all) => all)
  const problem = problemOf(state)
  if (problem === null) return null
  const calm = problem.tone === 'warning'

  const act = (action: ProblemAction): void => {
    switch (action) {
      case 'connect':
        controller.connect()
        return
      case 'edit-agent':
        onAgents(true)
        return
      case 'choose-agent':
        onAgents(false)
        return
      case 'open-keys':
        openSettings('keys')
        return
      case 'open-microphone':
        controller.sound.open()
        return
      case 'default-microphone':
        controller.sound.chooseMicrophone(null)
        return
      case 'reload':
        window.location.reload()
    }
  }

  return (
    <section
      role="alert"
      className={clsx(
        'enter flex gap-3 rounded-xl border p-3.5',
        calm ? 'border-warn bg-warn-soft' : 'border-danger bg-danger-soft'
      )}
    >
      <CircleAlert aria-hidden className={clsx('mt-0.5 size-5 shrink-0', calm ? 'text-warn' : 'text-danger')} />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{problem.title}</h2>
        {problem.detail !== '' && (
          <LongText className="max-h-32" label={text.notice.whole}>
            {problem.detail}
          </LongText>
        )}
        {problem.advice !== '' && <p>{problem.advice}</p>}
        <div className="mt-2.5 flex flex-wrap gap-2">
          {problem.actions.map(({ action, label }, at) => (
            <Button
              key={action}
              size="small"
              tone={at === 0 ? 'primary' : 'outline'}
              onClick={() => {
                act(action)
              }}
            >
              {label}
            </Button>
          ))}
        </div>
      </div>
      {problem.canHide && (
        <IconButton
          label={text.problem.hide}
          icon={X}
          size="small"
          onClick={() => {
            controller.hideProblem(problem.key)
          }}
        />
      )}
    </section>
  )
}
