import { FileDown } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { text } from '../../text/en.ts'
import { type ReadFile, readFiles } from './read-files.ts'

interface FileDropProps {
  onFiles: (files: readonly ReadFile[]) => void
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true
}

/** Files that are dropped anywhere on the window; without it the page would go away to the file. */
export function FileDrop({ onFiles }: FileDropProps) {
  const [over, setOver] = useState(0)
  const take = useEffectEvent(async (dropped: readonly File[]) => {
    const files = await readFiles(dropped)
    if (files.length > 0) onFiles(files)
  })
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
      setOver(event.dataTransfer?.items.length ?? 1)
    }
    const onLeave = (event: DragEvent): void => {
      // Null: the pointer has left the window, and not one element for another.
      if (event.relatedTarget === null) setOver(0)
    }
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(0)
      void take([...(event.dataTransfer?.files ?? [])])
    }
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [])
  if (over === 0) return null
  return (
    <div className="fade pointer-events-none fixed inset-0 z-50 grid place-items-center bg-overlay p-4">
      <p className="flex max-w-sm items-center gap-3 rounded-2xl border-2 border-dashed border-accent bg-surface px-6 py-5 shadow-float">
        <FileDown aria-hidden className="size-6 shrink-0 text-accent" />
        {over > 1 ? text.profiles.import.dropMany : text.profiles.import.drop}
      </p>
    </div>
  )
}
