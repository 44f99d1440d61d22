import { text } from '../../text/en.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'

export function TalkModeChoice() {
  const controller = useController()
  const mode = useApp((state) => state.preferences.talkMode)
  return (
    <Segmented
      label={text.talk.modeLabel}
      value={mode}
      onChange={(talkMode) => {
        controller.prefer({ talkMode })
      }}
      choices={[
        { value: 'push-to-talk', label: text.talk.modePush },
        { value: 'open', label: text.talk.modeOpen }
      ]}
    />
  )
}
