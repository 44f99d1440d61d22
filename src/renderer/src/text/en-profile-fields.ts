/** `about`: a sentence below the field. */
export interface FieldWords {
  label: string
  about?: string
}

const key = 'Write a key as {{secret:NAME}}, not the key itself.'
const credentials = {
  type: { label: 'Kind of credentials' },
  region: { label: 'Amazon region' },
  access_key_id: { label: 'Access key id', about: key },
  secret_access_key: { label: 'Secret access key', about: key },
  session_token: { label: 'Session token', about: key }
}

/** Words of every field of the table, by scope and path. */
export const fieldText: Readonly<Record<string, FieldWords>> = {
  'profile.schemaVersion': { label: 'Version of the file' },
  'profile.name': { label: 'Name' },
  'profile.service': { label: 'Service' },
  'profile.url': { label: 'Address' },
  'profile.auth': { label: 'What proves who you are' },
  'profile.nudge': { label: 'When you are silent' },
  'profile.hotkey': { label: 'Hotkey' },
  'profile.devices': { label: 'Devices' },
  'profile.tools': { label: 'Tools' },
  'profile.settings': { label: 'Settings' },
  'profile.tuning': { label: 'Changes at the start' },

  'settings.agent': { label: 'Where the agent is kept' },
  'settings.agent.greeting': {
    label: 'Greeting',
    about: 'Said word for word when the conversation begins. Empty: it waits for you.'
  },
  'settings.agent.language': {
    label: 'Language of the agent',
    about: 'Outdated: Deepgram takes the language from listening and the voice.'
  },
  'settings.agent.context.messages': {
    label: 'Earlier messages, as a JSON list',
    about: 'What was said before this conversation, as History messages.'
  },
  'settings.audio.input.encoding': { label: 'Your voice: encoding', about: 'Needs a sample rate too.' },
  'settings.audio.input.sample_rate': {
    label: 'Your voice: sample rate (Hz)',
    about: 'Above 16000 nothing is gained.'
  },
  'settings.audio.output.encoding': { label: 'Agent’s voice: encoding' },
  'settings.audio.output.sample_rate': { label: 'Agent’s voice: sample rate (Hz)' },
  'settings.audio.output.bitrate': { label: 'Agent’s voice: bit rate (bit/s)', about: 'Compressed encodings only.' },
  'settings.audio.output.container': { label: 'Agent’s voice: container', about: 'none is raw sound.' },
  'settings.tags': { label: 'Tags, one a line', about: 'To find this use in Deepgram’s lists.' },
  'settings.experimental': {
    label: 'Experimental features',
    about: 'The service tells when it starts to speak, with its latencies.'
  },
  'settings.flags.history': {
    label: 'Send the history',
    about: 'The service repeats every turn as a History message.'
  },
  'settings.mip_opt_out': { label: 'Keep my data out of model training' },

  'listen.type': { label: 'Kind of provider' },
  'listen.version': { label: 'How turns are found' },
  'listen.model': { label: 'Model' },
  'listen.language': { label: 'Language', about: 'As “en” or “de”; “multi” for several.' },
  'listen.language_hints': { label: 'Languages to expect, one a line' },
  'listen.keyterms': { label: 'Words to listen for, one a line', about: 'Names and terms that are easily misheard.' },
  'listen.smart_format': { label: 'Format numbers and dates' },
  'listen.eot_threshold': {
    label: 'Sure that you have finished',
    about: '0.5 to 1; 0.7 when empty. Higher waits longer.'
  },
  'listen.eager_eot_threshold': {
    label: 'Begins to think early',
    about: '0.3 to 0.9, not above the one before; off when empty.'
  },
  'listen.eot_timeout_ms': { label: 'Silence that ends your turn (ms)', about: '500 to 60000; 5000 when empty.' },

  'think.prompt': { label: 'Prompt', about: 'Who the agent is and how it answers.' },
  'think.provider.type': { label: 'Provider' },
  'think.provider.model': { label: 'Model' },
  'think.provider.temperature': { label: 'Temperature', about: '0 to 2, Anthropic 0 to 1. Higher is more varied.' },
  'think.provider.reasoning_mode': { label: 'Reasoning' },
  'think.provider.version': { label: 'Version of the provider’s interface' },
  'think.endpoint.url': { label: 'Address of your own model' },
  'think.endpoint.headers': { label: 'Headers for that address, one a line, as name: value', about: key },
  'think.context_length': {
    label: 'Context length (characters)',
    about: 'A number or max; with an address of your own only.'
  },
  ...prefixed('think.provider.credentials', credentials),
  'think.functions': { label: 'Functions' },

  'function.name': { label: 'Name' },
  'function.description': { label: 'When to call it' },
  'function.parameters': { label: 'Parameters, as a JSON Schema' },
  'function.endpoint.url': { label: 'Address', about: 'The service calls it. Empty: the function is answered here.' },
  'function.endpoint.method': { label: 'Method' },
  'function.endpoint.headers': { label: 'Headers, one a line, as name: value', about: key },
  'function.defer_until_eot': { label: 'Call it only when the turn has ended' },

  'speak.provider.type': { label: 'Provider' },
  'speak.provider.model': { label: 'Voice' },
  'speak.provider.model_id': { label: 'Model id' },
  'speak.provider.voice': { label: 'Voice' },
  'speak.provider.voice.mode': { label: 'How the voice is named' },
  'speak.provider.voice.id': { label: 'Voice id' },
  'speak.provider.language': { label: 'Language' },
  'speak.provider.language_code': { label: 'Language code', about: 'Outdated: use Language.' },
  'speak.provider.engine': { label: 'Engine' },
  'speak.provider.speed': { label: 'Speed', about: '0.5 to 1.5; 1 when empty.' },
  'speak.provider.expressivity': { label: 'Expressivity', about: '-2 to 2; 0 when empty.' },
  'speak.provider.volume': { label: 'Volume', about: '0.5 to 2.' },
  'speak.provider.version': { label: 'Version of the provider’s interface' },
  ...prefixed('speak.provider.credentials', credentials),
  'speak.endpoint.url': { label: 'Address' },
  'speak.endpoint.headers': { label: 'Headers, one a line, as name: value', about: key },

  'napster.agentId': { label: 'Agent id' },
  'napster.modality': { label: 'How you talk to it' },
  'napster.initialSpeech': {
    label: 'How it opens the conversation',
    about: 'An instruction, not the words themselves: “Greet the caller by name.” Empty: it waits until you speak.'
  },
  'napster.externalClientId': {
    label: 'Your id, for its memory across conversations',
    about: 'Letters, digits, _ and -, at most 32. Empty: it remembers nothing.'
  },
  'napster.externalClientProfile': { label: 'What it should know about you, as a JSON object' },
  'napster.tags': {
    label: 'Tags, one a line, as name: value',
    about: 'To find conversations later in Napster’s lists.'
  },
  'napster.mcp.authorizations': {
    label: 'Tokens for its MCP servers, as a JSON list',
    about: 'Items of mcpServerId and token. Write a token as {{secret:NAME}}.'
  },

  'tuning.instructions': { label: 'Instructions', about: 'They take the place of the agent’s own.' },
  'tuning.temperature': { label: 'Temperature', about: '0 to 1.' },
  'tuning.turnDetection.threshold': { label: 'Sensitivity of turn detection', about: '0 to 1.' },
  'tuning.turnDetection.prefixPaddingMs': { label: 'Sound kept before speech (ms)', about: '0 to 5000.' },
  'tuning.turnDetection.silenceDurationMs': { label: 'Silence that ends a turn (ms)', about: '0 to 60000.' },
  'tuning.context': { label: 'Context', about: 'Told to the agent without an answer.' }
}

function prefixed(path: string, words: Record<string, FieldWords>): Record<string, FieldWords> {
  return Object.fromEntries(Object.entries(words).map(([name, value]) => [`${path}.${name}`, value]))
}
