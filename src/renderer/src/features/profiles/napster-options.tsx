import { useId, useState } from 'react'
import { NAPSTER_BASE_URL } from '../../../../shared/protocol/napster.ts'
import { text } from '../../text/en.ts'
import { Group, TextBox, TextField } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { ChoiceField } from '../choices/choice-field.tsx'
import { CLIENT_ID, clientProfileOf, shownJson, shownTags, tagsOf } from './napster-fields.ts'
import { record } from './profile-fields.ts'

interface NapsterOptionsProps {
  profile: Record<string, unknown>
  onSet: (name: string, value: unknown) => void
  /** Sets one field of the profile's `settings`. */
  onSetting: (name: string, value: unknown) => void
}

/** A string as it is; '' for anything else. */
function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The fields of an agent that is kept at Napster. */
export function NapsterOptions({ profile, onSet, onSetting }: NapsterOptionsProps) {
  const settings = record(profile['settings'])
  return (
    <>
      <AgentOptions profile={profile} settings={settings} onSet={onSet} onSetting={onSetting} />
      <ClientOptions settings={settings} onSetting={onSetting} />
    </>
  )
}

interface PartProps {
  settings: Record<string, unknown>
  onSetting: (name: string, value: unknown) => void
}

function AgentOptions({ profile, settings, onSet, onSetting }: NapsterOptionsProps & PartProps) {
  const aboutId = useId()
  const words = text.napster
  const agentId = stringOf(settings['agentId'])
  const url = stringOf(profile['url'])
  const modality = settings['modality'] === 'text' ? 'text' : 'audio'
  return (
    <Group title={words.agent}>
      <TextField
        label={words.url}
        value={url}
        maxLength={2_000}
        placeholder={NAPSTER_BASE_URL}
        inputMode="url"
        onChange={(value) => {
          onSet('url', value === '' ? undefined : value)
        }}
      />
      <ChoiceField
        label={words.agentId}
        value={agentId}
        maxLength={200}
        of={{ service: 'napster', what: 'agents', ...(url === '' ? {} : { url }) }}
        problem={agentId === '' ? words.agentIdMissing : ''}
        onChange={(value) => {
          onSetting('agentId', value)
        }}
      />
      <div className="flex flex-col items-start gap-1 text-small">
        <p>{words.modality}</p>
        <Segmented
          label={words.modality}
          value={modality}
          onChange={(next) => {
            onSetting('modality', next === 'audio' ? undefined : next)
          }}
          choices={[
            { value: 'audio', label: words.modalities.audio },
            { value: 'text', label: words.modalities.text }
          ]}
        />
        <p className="text-ink-soft">{words.modalityAbout[modality]}</p>
      </div>
      <div className="flex flex-col gap-1 text-small">
        <p>{words.initialSpeech}</p>
        <TextBox
          label={words.initialSpeech}
          aria-describedby={aboutId}
          value={stringOf(settings['initialSpeech'])}
          onChange={(value) => {
            onSetting('initialSpeech', value === '' ? undefined : value)
          }}
        />
        <p id={aboutId} className="text-ink-soft">
          {words.initialSpeechAbout}
        </p>
      </div>
    </Group>
  )
}

function ClientOptions({ settings, onSetting }: PartProps) {
  const id = useId()
  const words = text.napster
  const clientId = stringOf(settings['externalClientId'])
  const clientIdWrong = clientId !== '' && !CLIENT_ID.test(clientId)
  const [profile, setProfile] = useState(shownJson(settings['externalClientProfile']))
  const [tags, setTags] = useState(shownTags(settings['tags']))
  const profileWrong = !clientProfileOf(profile).valid
  const { wrong } = tagsOf(tags)
  return (
    <Group title={words.client}>
      <div className="flex flex-col gap-1 text-small">
        <TextField
          label={words.clientId}
          value={clientId}
          aria-invalid={clientIdWrong}
          aria-describedby={`${id}-client`}
          onChange={(value) => {
            onSetting('externalClientId', value === '' ? undefined : value)
          }}
        />
        <Below id={`${id}-client`} wrong={clientIdWrong ? words.clientIdWrong : ''} about={words.clientIdPattern} />
      </div>
      <div className="flex flex-col gap-1 text-small">
        <p>{words.clientProfile}</p>
        <TextBox
          label={words.clientProfile}
          value={profile}
          spellCheck={false}
          aria-invalid={profileWrong}
          aria-describedby={`${id}-profile`}
          className="font-mono text-small"
          onChange={(value) => {
            setProfile(value)
            onSetting('externalClientProfile', clientProfileOf(value).value)
          }}
        />
        <Below id={`${id}-profile`} wrong={profileWrong ? words.clientProfileWrong : ''} />
      </div>
      <div className="flex flex-col gap-1 text-small">
        <p>{words.tags}</p>
        <TextBox
          label={words.tags}
          value={tags}
          spellCheck={false}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-tags`}
          onChange={(value) => {
            setTags(value)
            onSetting('tags', tagsOf(value).value)
          }}
        />
        <Below id={`${id}-tags`} wrong={wrong === undefined ? '' : words.tagsWrong(wrong)} about={words.tagsAbout} />
      </div>
    </Group>
  )
}

/** What is wrong with a field, else what it is about. */
function Below({ id, wrong, about = '' }: { id: string; wrong: string; about?: string }) {
  return (
    <p
      id={id}
      aria-live="polite"
      className={`wrap-anywhere empty:hidden ${wrong === '' ? 'text-ink-soft' : 'text-danger'}`}
    >
      {wrong || about}
    </p>
  )
}
