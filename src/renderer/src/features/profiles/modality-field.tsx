import { text } from '../../text/en.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { useDraft } from './draft.tsx'
import { valueAt } from './json-fields.ts'

const PATH = ['settings', 'modality']

/** Whether an agent of Napster is spoken to; absent is voice. */
export function ModalityField() {
  const { profile, set } = useDraft()
  const words = text.napster
  const modality = valueAt(profile, PATH) === 'text' ? 'text' : 'audio'
  return (
    <div data-field="settings.modality" className="flex flex-col items-start gap-1 text-small">
      <p>{words.modality}</p>
      <Segmented
        label={words.modality}
        value={modality}
        onChange={(next) => {
          set(PATH, next === 'audio' ? undefined : next)
        }}
        choices={[
          { value: 'audio', label: words.modalities.audio },
          { value: 'text', label: words.modalities.text }
        ]}
      />
      <p className="text-ink-soft">{words.modalityAbout[modality]}</p>
    </div>
  )
}
