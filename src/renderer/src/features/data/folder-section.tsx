import { Check, Copy, FolderOpen } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { CallOutput } from '../../../../shared/ipc/contract.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { Say, Section } from '../../ui/setting-rows.tsx'

/** The button says for this long that it did what it does. */
const COPIED_MS = 2_000

type Info = CallOutput<'data:info'>

/** Where everything is, how much it is, and what went wrong with it. */
export function FolderSection() {
  const controller = useController()
  const [info, setInfo] = useState<Info | null>(null)
  const [failed, setFailed] = useState('')

  useEffect(() => {
    let wanted = true
    const load = async (): Promise<void> => {
      try {
        const next = await controller.call('data:info', undefined)
        if (wanted) setInfo(next)
      } catch (cause) {
        if (wanted) setFailed(messageOf(cause))
      }
    }
    void load()
    const stop = controller.on('data:problem', () => void load())
    return () => {
      wanted = false
      stop()
    }
  }, [controller])

  const open = async (): Promise<void> => {
    setFailed('')
    try {
      await controller.call('data:open', undefined)
    } catch (cause) {
      setFailed(messageOf(cause))
    }
  }

  return (
    <Section title={text.data.folder} about={text.data.folderAbout}>
      <div className="flex flex-col gap-2">
        {info === null ? (
          <Say>{text.data.loading}</Say>
        ) : (
          <Place
            info={info}
            onOpen={() => {
              void open()
            }}
          />
        )}
        <output className="empty:hidden">{failed !== '' && <Say warn>{failed}</Say>}</output>
      </div>
      {info !== null && info.problems.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {info.problems.map(({ code, message }) => (
            <li key={`${code} ${message}`}>
              <Say warn>{message}</Say>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Place({ info, onOpen }: { info: Info; onOpen: () => void }) {
  const fieldRef = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<'yes' | 'failed' | null>(null)

  useEffect(() => {
    if (copied !== 'yes') return undefined
    const timer = setTimeout(() => {
      setCopied(null)
    }, COPIED_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [copied])

  const copy = (): void => {
    fieldRef.current?.select()
    // The clipboard's own API asks for `clipboard-sanitized-write`, and the desktop program grants a page the microphone and nothing else.
    // oxlint-disable-next-line typescript/no-deprecated -- as above
    setCopied(document.execCommand('copy') ? 'yes' : 'failed')
  }

  return (
    <>
      <div className="flex min-w-0 gap-2 max-wide:flex-col">
        <input
          ref={fieldRef}
          readOnly
          aria-label={text.data.folderField}
          value={info.dir}
          className="h-8 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2.5 text-small max-wide:flex-none"
          onFocus={(event) => {
            event.target.select()
          }}
        />
        <div className="flex gap-2">
          <Button size="small" icon={copied === 'yes' ? Check : Copy} onClick={copy}>
            {copied === 'yes' ? text.data.copied : text.data.copy}
          </Button>
          <Button size="small" icon={FolderOpen} onClick={onOpen}>
            {text.data.open}
          </Button>
        </div>
      </div>
      <Say>{text.data.takes(text.data.size(info.bytes))}</Say>
      {copied === 'failed' && <Say warn>{text.data.notCopied}</Say>}
    </>
  )
}
