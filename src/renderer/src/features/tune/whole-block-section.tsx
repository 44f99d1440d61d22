import { useId, useRef, useState } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextBox } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { insertText } from './insert-text.ts'
import { commonSupport, supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'
import { type BlockKind, readBlock } from './whole-block.ts'

/** For what the sections above have no field: a block as the service's documentation has it. Nothing typed is lost. */
export function WholeBlockSection({ saved }: { saved: Readonly<Record<BlockKind, string>> }) {
  const support = useApp((state) => state.support)
  const [block, setBlock] = useState<BlockKind>('think')
  const [drafts, setDrafts] = useState({ listen: '', think: '', speak: '' })
  const [isWrong, setIsWrong] = useState(false)
  const { outcome, sending, send, refuse, clear } = useCommand()
  const boxRef = useRef<HTMLTextAreaElement>(null)
  const aboutId = useId()
  const words = text.tune.wholeBlock
  const draft = drafts[block]
  const none =
    commonSupport(support, ['configure-listen', 'configure-think', 'configure-speak'])?.kind === 'unsupported'
  const forget = (): void => {
    setIsWrong(false)
    clear()
  }

  const submit = async (): Promise<void> => {
    const read = readBlock(block, draft)
    setIsWrong(read.kind === 'wrong')
    if (read.kind === 'command') {
      await send(read.command, words.applied[block])
      return
    }
    refuse(read.problem)
    if (read.at !== undefined) boxRef.current?.setSelectionRange(read.at, read.at)
    boxRef.current?.focus()
    if (read.at === undefined) return
    // Unlike a range that is set, one that is extended is scrolled into view.
    document.getSelection()?.modify('extend', 'forward', 'character')
  }

  const insertSaved = (): void => {
    if (boxRef.current !== null) insertText(boxRef.current, saved[block])
  }

  const head = (
    <>
      <Segmented
        label={words.blockLabel}
        value={block}
        onChange={(next) => {
          setBlock(next)
          forget()
        }}
        choices={[
          { value: 'listen', label: words.blocks.listen },
          { value: 'think', label: words.blocks.think },
          { value: 'speak', label: words.blocks.speak }
        ]}
      />
      <p id={aboutId} className="text-small text-ink-soft">
        {`${words.about[block]} ${words.secrets}`}
      </p>
    </>
  )
  return (
    <TuneSection
      title={words.title}
      support={supportOf(support, `configure-${block}`)}
      outcome={outcome}
      {...(none ? {} : { head })}
    >
      <TextBox
        ref={boxRef}
        label={words.label(words.blocks[block])}
        placeholder={words.placeholder[block]}
        maxLength={COMMAND_TEXT_LIMIT}
        spellCheck={false}
        aria-invalid={isWrong}
        aria-describedby={aboutId}
        value={draft}
        onChange={(value) => {
          setDrafts({ ...drafts, [block]: value })
          forget()
        }}
        className="max-h-[22dvh]! min-h-28! font-mono text-small wide:max-h-[44dvh]!"
      />
      <div className="flex flex-wrap gap-2">
        <Button size="small" tone="primary" disabled={sending || draft.trim() === ''} onClick={() => void submit()}>
          {words.send}
        </Button>
        {saved[block] !== '' && (
          <Button size="small" onClick={insertSaved}>
            {words.fromProfile}
          </Button>
        )}
      </div>
    </TuneSection>
  )
}
