import { clsx } from 'clsx'
import { Info, TriangleAlert, X } from 'lucide-react'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'

/** Rows that stay until they are hidden; the newest three at a time, and a long one scrolls, so that they never push the controls away. */
export function NoticeList() {
  const controller = useController()
  const notices = useApp((state) => state.notices)
  return (
    <div aria-live="polite">
      <ul className="flex flex-col gap-1.5 empty:hidden">
        {notices.slice(-3).map((notice) => {
          const Icon = notice.level === 'info' ? Info : TriangleAlert
          return (
            <li
              key={notice.id}
              className={clsx(
                'enter flex items-start gap-2.5 rounded-lg border py-1 pr-1 pl-3 text-small',
                notice.level === 'info' && 'border-line bg-surface',
                notice.level === 'warning' && 'border-warn bg-warn-soft',
                notice.level === 'error' && 'border-danger bg-danger-soft'
              )}
            >
              <Icon
                aria-hidden
                className={clsx(
                  'mt-2 size-4 shrink-0',
                  notice.level === 'info' && 'text-ink-soft',
                  notice.level === 'warning' && 'text-warn',
                  notice.level === 'error' && 'text-danger'
                )}
              />
              <LongText className="max-h-28 min-w-0 flex-1 py-1.5" label={text.notice.whole}>
                {notice.times > 1 ? `${notice.message} (${text.notice.repeated(notice.times)})` : notice.message}
              </LongText>
              <IconButton
                label={text.notice.dismiss}
                icon={X}
                size="small"
                onClick={() => {
                  controller.dismissNotice(notice.id)
                }}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
