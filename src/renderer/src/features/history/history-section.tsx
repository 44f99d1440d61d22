import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Row, Say, Section } from '../../ui/setting-rows.tsx'

const DAYS = [7, 30, 90, 365] as const

const FOR_EVER = 'for-ever'

/** What is kept of conversations, and how long. */
export function HistorySection() {
  const controller = useController()
  const history = useApp((state) => state.preferences.history)
  const { forEver, days } = text.history.daysChoices
  const lengths = history.days === null || DAYS.some((one) => one === history.days) ? DAYS : [...DAYS, history.days]
  return (
    <Section title={text.history.section}>
      <Switch
        label={text.history.keepSwitch}
        about={text.history.keepAbout}
        checked={history.keep}
        onChange={(keep) => {
          controller.prefer({ history: { ...history, keep } })
        }}
      >
        {!history.keep && (
          <div className="mt-1.5">
            <Say warn>{text.history.offSay}</Say>
          </div>
        )}
      </Switch>
      <Row
        label={text.history.days}
        control={
          <Select
            framed
            label={text.history.days}
            value={history.days === null ? FOR_EVER : String(history.days)}
            choices={[
              { value: FOR_EVER, label: forEver },
              ...lengths.map((length) => ({ value: String(length), label: days(length) }))
            ]}
            onChange={(value) => {
              controller.prefer({ history: { ...history, days: value === FOR_EVER ? null : Number(value) } })
            }}
            className="w-full max-w-56 max-wide:max-w-none"
          />
        }
      >
        <Say>{text.history.daysAbout}</Say>
      </Row>
      <Clear />
    </Section>
  )
}

function Clear() {
  const controller = useController()
  const [asking, setAsking] = useState(false)
  const [said, setSaid] = useState<{ problem: boolean; message: string } | null>(null)
  const clear = async (): Promise<void> => {
    try {
      await controller.call('history:clear', undefined)
      setSaid({ problem: false, message: text.history.cleared })
    } catch (cause) {
      setSaid({ problem: true, message: messageOf(cause) })
    }
  }
  return (
    <Row
      label={text.history.clear}
      control={
        <Button
          size="small"
          tone="danger"
          icon={Trash2}
          onClick={() => {
            setSaid(null)
            setAsking(true)
          }}
        >
          {text.history.clearAction}
        </Button>
      }
    >
      <output className="empty:hidden">{said !== null && <Say warn={said.problem}>{said.message}</Say>}</output>
      <Confirm
        open={asking}
        title={text.history.clearTitle}
        about={text.history.clearAbout}
        confirm={text.history.clearConfirm}
        cancel={text.history.keepAll}
        onCancel={() => {
          setAsking(false)
        }}
        onConfirm={() => {
          setAsking(false)
          void clear()
        }}
      />
    </Row>
  )
}
