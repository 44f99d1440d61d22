import { TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ImportPreview } from '../../../../shared/ipc/profile-calls.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { EnablesList } from './enables-list.tsx'
import type { ReadFile } from './read-files.ts'
import { Warnings } from './warnings.tsx'

const words = text.profiles.import

interface ImportViewProps {
  files: readonly ReadFile[]
  onDone: (message: string, warnings: readonly string[]) => void
  onCancel: () => void
}

type Seen = { kind: 'reading' } | { kind: 'ready'; preview: ImportPreview } | { kind: 'problem'; problem: string }

/** One file after the other: what it would bring and enable, before anything is kept. */
export function ImportView({ files, onDone, onCancel }: ImportViewProps) {
  const controller = useController()
  const [at, setAt] = useState(0)
  const [added, setAdded] = useState<readonly string[]>([])
  const [warnings, setWarnings] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const file = files[at]
  const seen = usePreview(file)
  if (file === undefined) return null

  const next = (names: readonly string[], found: readonly string[]): void => {
    setRefused('')
    setAdded(names)
    setWarnings(found)
    if (at + 1 < files.length) setAt(at + 1)
    else if (names.length > 0) onDone(names.join('\n'), found)
    else onCancel()
  }
  const add = async (preview: ImportPreview, allow: boolean): Promise<void> => {
    if (!('text' in file)) return
    setBusy(true)
    setRefused('')
    try {
      const { id, warnings: found } = await controller.call('profiles:import', { text: file.text })
      if (allow) await controller.call('profiles:allow', { id })
      await controller.reloadProfiles()
      const isHeld = preview.enables.length > 0 && !allow
      const said = isHeld ? text.profiles.addedHeld(preview.name) : text.profiles.added(preview.name)
      next([...added, said], [...warnings, ...found])
    } catch (cause) {
      setRefused(words.failed(file.name, messageOf(cause)))
    } finally {
      setBusy(false)
    }
  }

  const preview = seen.kind === 'ready' ? seen.preview : null
  const enables = preview?.enables ?? []
  const isLast = at + 1 === files.length
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      <Scroll label={words.region} className="min-h-0 flex-1">
        <div className="flex flex-col gap-4 px-5 py-4 max-wide:px-4" aria-busy={seen.kind === 'reading'}>
          {files.length > 1 && <p className="text-small text-ink-soft">{words.place(at + 1, files.length)}</p>}
          {seen.kind === 'reading' && <p className="text-ink-soft">{words.titleReading}</p>}
          {seen.kind === 'problem' && (
            <div className="flex gap-3 rounded-lg border border-danger bg-danger-soft p-3">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
              <div className="min-w-0">
                <p className="font-semibold">{words.titleProblem}</p>
                <p role="alert" className="wrap-anywhere">
                  {words.failed(file.name, seen.problem)}
                </p>
              </div>
            </div>
          )}
          {preview !== null && <Brought preview={preview} fileName={file.name} />}
          <p role="alert" className="text-danger wrap-anywhere empty:hidden">
            {refused}
          </p>
        </div>
      </Scroll>
      <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 max-wide:px-4 max-wide:[&>*]:flex-auto">
        <Button
          onClick={() => {
            next(added, warnings)
          }}
        >
          {seen.kind === 'problem' ? (isLast ? text.profiles.editor.back : words.next) : words.cancel}
        </Button>
        {preview !== null && enables.length > 0 && (
          <Button disabled={busy} onClick={() => void add(preview, true)}>
            {words.addAndAllow}
          </Button>
        )}
        {seen.kind !== 'problem' && (
          <Button
            tone="primary"
            disabled={preview === null || busy}
            onClick={() => {
              if (preview !== null) void add(preview, false)
            }}
          >
            {words.add}
          </Button>
        )}
      </footer>
    </div>
  )
}

function Brought({ preview, fileName }: { preview: ImportPreview; fileName: string }) {
  const { name, service, warnings, enables } = preview
  return (
    <>
      <div>
        <p className="text-title font-semibold wrap-anywhere">{name}</p>
        <p className="text-ink-soft wrap-anywhere">
          {text.service[service]} · {words.about(fileName)}
        </p>
      </div>
      {warnings.length > 0 && <Warnings warnings={warnings} />}
      {enables.length === 0 ? (
        <p>{words.nothing}</p>
      ) : (
        <section aria-labelledby="import-enables" className="flex flex-col gap-2">
          <div>
            <h3 id="import-enables" className="font-medium">
              {words.enables}
            </h3>
            <p className="text-small text-ink-soft">{words.enablesAbout}</p>
          </div>
          <EnablesList enables={enables} />
        </section>
      )}
    </>
  )
}

function usePreview(file: ReadFile | undefined): Seen {
  const controller = useController()
  const [answer, setAnswer] = useState<{ of: ReadFile; seen: Seen } | null>(null)
  useEffect(() => {
    if (file === undefined || !('text' in file)) return undefined
    let current = true
    const ask = async (): Promise<void> => {
      try {
        const preview = await controller.call('profiles:preview', { text: file.text })
        if (current) setAnswer({ of: file, seen: { kind: 'ready', preview } })
      } catch (cause) {
        if (current) setAnswer({ of: file, seen: { kind: 'problem', problem: messageOf(cause) } })
      }
    }
    void ask()
    return () => {
      current = false
    }
  }, [controller, file])
  if (file !== undefined && 'problem' in file) return { kind: 'problem', problem: file.problem }
  return answer !== null && answer.of === file ? answer.seen : { kind: 'reading' }
}
