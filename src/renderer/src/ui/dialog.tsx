import { X } from 'lucide-react'
import { AlertDialog, Dialog as Primitive } from 'radix-ui'
import { type KeyboardEventHandler, type ReactNode, useRef } from 'react'
import { Button, IconButton } from './button.tsx'

const overlayStyle = 'fade fixed inset-0 z-40 bg-overlay'
const panelStyle =
  'enter fixed top-1/2 left-1/2 z-40 -translate-x-1/2 -translate-y-1/2 rounded-2xl border border-line bg-surface shadow-float ' +
  'flex flex-col outline-none max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)]'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  about?: string
  closeLabel: string
  /** `wide`: two columns where there is room, of the same height whatever is in them; `tall`: the same, narrower. */
  size?: 'normal' | 'wide' | 'tall'
  /** Keys of the whole dialog, wherever in it the focus is. */
  onKeyDown?: KeyboardEventHandler
  children: ReactNode
}

const dialogSizes = {
  normal: 'max-w-xl',
  wide: 'max-w-5xl h-[min(46rem,calc(100dvh-2rem))]',
  tall: 'max-w-3xl h-[min(42rem,calc(100dvh-2rem))]'
}

/** What had the focus, or what opened the menu that had it. */
function opener(): HTMLElement | null {
  const active = document.activeElement
  const menu = active?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  const element = menu === undefined || menu === null ? active : document.getElementById(menu)
  return element instanceof HTMLElement ? element : null
}

export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, about, closeLabel, size = 'normal', onKeyDown, children } = props
  const openerRef = useRef<HTMLElement | null>(null)
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={overlayStyle} />
        <Primitive.Content
          className={`${panelStyle} ${dialogSizes[size]}`}
          onKeyDown={onKeyDown}
          onOpenAutoFocus={(event) => {
            // The dialog itself, so that a screen reader says its name first and no tooltip opens.
            event.preventDefault()
            openerRef.current = opener()
            if (event.target instanceof HTMLElement) event.target.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            openerRef.current?.focus()
          }}
          onEscapeKeyDown={(event) => {
            // A search is emptied first.
            const { target } = event
            if (target instanceof HTMLInputElement && target.type === 'search' && target.value !== '') {
              event.preventDefault()
            }
          }}
          {...(about === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="truncate text-title font-semibold">{title}</Primitive.Title>
              {about !== undefined && (
                <Primitive.Description className="text-small text-ink-soft">{about}</Primitive.Description>
              )}
            </div>
            <Primitive.Close asChild>
              <IconButton label={closeLabel} icon={X} size="small" />
            </Primitive.Close>
          </header>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

interface ConfirmProps {
  open: boolean
  title: string
  about: string
  confirm: string
  cancel: string
  onConfirm: () => void
  onCancel: () => void
}

/** Asks before something is lost; Escape and the first focus mean "no". */
export function Confirm({ open, title, about, confirm, cancel, onConfirm, onCancel }: ConfirmProps) {
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onCancel()
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlayStyle} />
        <AlertDialog.Content className={`${panelStyle} max-w-md gap-1 p-5`}>
          <AlertDialog.Title className="text-title font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-ink-soft">{about}</AlertDialog.Description>
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{cancel}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button tone="danger" onClick={onConfirm}>
                {confirm}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
