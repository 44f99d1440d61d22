import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Row, Say, Section } from '../../ui/setting-rows.tsx'
import { FolderSection } from './folder-section.tsx'
import { ReportSection } from './report-section.tsx'

/** The data folder as a whole: where it is, a report about it, and its end. */
export function DataSection() {
  return (
    <>
      <FolderSection />
      <ReportSection />
      <DeleteSection />
    </>
  )
}

function DeleteSection() {
  const controller = useController()
  const [asking, setAsking] = useState(false)
  const [state, setState] = useState<{ kind: 'idle' } | { kind: 'busy' } | { kind: 'failed'; why: string }>({
    kind: 'idle'
  })

  const deleteAll = async (): Promise<void> => {
    setAsking(false)
    setState({ kind: 'busy' })
    try {
      await controller.call('data:delete-all', { confirm: 'delete everything' })
      // Nothing of what this page knows is true any more.
      window.location.reload()
    } catch (cause) {
      setState({ kind: 'failed', why: messageOf(cause) })
    }
  }

  return (
    <Section title={text.data.delete} about={text.data.deleteAbout}>
      <Row
        label={text.data.deleteRow}
        control={
          <Button
            size="small"
            tone="danger"
            icon={Trash2}
            disabled={state.kind === 'busy'}
            onClick={() => {
              setAsking(true)
            }}
          >
            {state.kind === 'busy' ? text.data.deleting : text.data.deleteAction}
          </Button>
        }
      >
        <output className="empty:hidden">{state.kind === 'failed' && <Say warn>{state.why}</Say>}</output>
      </Row>
      <Confirm
        open={asking}
        title={text.data.deleteTitle}
        about={text.data.deleteBody}
        confirm={text.data.deleteConfirm}
        cancel={text.data.deleteKeep}
        onCancel={() => {
          setAsking(false)
        }}
        onConfirm={() => {
          void deleteAll()
        }}
      />
    </Section>
  )
}
