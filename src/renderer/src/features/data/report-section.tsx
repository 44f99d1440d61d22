import { Download } from 'lucide-react'
import { useState } from 'react'
import type { CallOutput } from '../../../../shared/ipc/contract.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { Switch } from '../../ui/switch.tsx'
import { download } from '../history/download.ts'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Row, Say, Section } from '../../ui/setting-rows.tsx'

type Report = CallOutput<'data:report'>

/** Makes a text for a bug report, shows it, and saves it where the person says. Nothing is sent. */
export function ReportSection() {
  const controller = useController()
  const [texts, setTexts] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState('')
  const [report, setReport] = useState<Report | null>(null)

  const make = async (): Promise<void> => {
    setBusy(true)
    setFailed('')
    try {
      setReport(await controller.call('data:report', { texts }))
    } catch (cause) {
      setFailed(messageOf(cause))
    }
    setBusy(false)
  }

  return (
    <Section title={text.data.report} about={text.data.reportAbout}>
      <Switch label={text.data.reportTexts} about={text.data.reportTextsAbout} checked={texts} onChange={setTexts} />
      <Row
        label={text.data.reportRead}
        control={
          <Button
            size="small"
            disabled={busy}
            onClick={() => {
              void make()
            }}
          >
            {text.data.reportPreview}
          </Button>
        }
      >
        <output className="empty:hidden">{failed !== '' && <Say warn>{failed}</Say>}</output>
      </Row>
      {report !== null && (
        <Preview
          report={report}
          onClose={() => {
            setReport(null)
          }}
        />
      )}
    </Section>
  )
}

function Preview({ report, onClose }: { report: Report; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.data.reportTitle}
      about={text.data.reportRead}
      closeLabel={text.data.close}
      size="tall"
    >
      <Scroll label={text.data.reportField} className="min-h-0 flex-1 border-y border-line bg-paper">
        <pre className="px-5 py-3 font-mono text-small break-words whitespace-pre-wrap select-text">{report.text}</pre>
      </Scroll>
      <div className="flex justify-end gap-2 px-5 py-3">
        <Button onClick={onClose}>{text.data.close}</Button>
        <Button
          tone="primary"
          icon={Download}
          onClick={() => {
            download(report.fileName, report.text)
          }}
        >
          {text.data.reportSave}
        </Button>
      </div>
    </Dialog>
  )
}
