import { field, type Field, type Scope } from './field.ts'

/** The fields of `Settings` and its parts, as Deepgram's pages name them (deepgram.md section 4). */

const INPUT_ENCODINGS = [
  'linear16',
  'linear32',
  'flac',
  'alaw',
  'mulaw',
  'amr-nb',
  'amr-wb',
  'opus',
  'ogg-opus',
  'speex',
  'g729'
]
const OUTPUT_ENCODINGS = ['linear16', 'mulaw', 'alaw', 'mp3', 'opus', 'flac', 'aac']
const RATES = [8_000, 16_000, 24_000, 32_000, 44_100, 48_000]

const THINK_PROVIDERS = ['open_ai', 'anthropic', 'google', 'groq', 'aws_bedrock', 'nvidia', 'deepgram']
const SPEAK_PROVIDERS = ['deepgram', 'eleven_labs', 'cartesia', 'open_ai', 'aws_polly']

function providerOf(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { provider } = item
  return typeof provider === 'object' && provider !== null ? (provider as Record<string, unknown>) : {}
}

/** A provider of one of these kinds. */
function typed(...types: string[]): NonNullable<Field['when']> {
  return (item) => types.some((type) => type === providerOf(item)['type'])
}

const isFlux: NonNullable<Field['when']> = ({ version }) => version === 'v2'
const isNova: NonNullable<Field['when']> = ({ version }) => version !== 'v2'
const isFluxVoice: NonNullable<Field['when']> = (item) =>
  typed('deepgram')(item) &&
  (providerOf(item)['version'] === 'v2' || String(providerOf(item)['model']).startsWith('flux-'))

/** Keys of Amazon's services; `kinds`: the providers that take them. */
function credentials(scope: Scope, kinds: readonly string[]): Field[] {
  const when = typed(...kinds)
  const temporary: NonNullable<Field['when']> = (item) => {
    const known = providerOf(item)['credentials']
    return when(item) && typeof known === 'object' && known !== null && (known as { type?: unknown }).type === 'sts'
  }
  const at = 'provider.credentials'
  return [
    field(scope, `${at}.type`, { kind: 'choice', options: ['iam', 'sts'] }, { when }),
    field(scope, `${at}.region`, { kind: 'text', mono: true }, { when }),
    field(scope, `${at}.access_key_id`, { kind: 'text', mono: true }, { when }),
    field(scope, `${at}.secret_access_key`, { kind: 'text', mono: true }, { when }),
    field(scope, `${at}.session_token`, { kind: 'text', mono: true }, { when: temporary })
  ]
}

const settingsFields: readonly Field[] = [
  field('settings', 'agent', { kind: 'own' }),
  field('settings', 'agent.greeting', { kind: 'words' }),
  field('settings', 'agent.language', { kind: 'text', mono: true }, { more: true }),
  field('settings', 'agent.context.messages', { kind: 'json', list: true }, { more: true }),
  field('settings', 'audio.input.encoding', { kind: 'choice', options: INPUT_ENCODINGS }),
  field('settings', 'audio.input.sample_rate', {
    kind: 'number',
    integer: true,
    min: 8_000,
    max: 48_000,
    options: RATES
  }),
  field('settings', 'audio.output.encoding', { kind: 'choice', options: OUTPUT_ENCODINGS }),
  field('settings', 'audio.output.sample_rate', {
    kind: 'number',
    integer: true,
    min: 8_000,
    max: 48_000,
    options: RATES
  }),
  field('settings', 'audio.output.bitrate', { kind: 'number', integer: true, min: 1 }, { more: true }),
  field('settings', 'audio.output.container', { kind: 'choice', options: ['none', 'wav', 'ogg'] }, { more: true }),
  field('settings', 'tags', { kind: 'lines' }),
  field('settings', 'experimental', { kind: 'check', otherwise: false }),
  field('settings', 'flags.history', { kind: 'check', otherwise: true }),
  field('settings', 'mip_opt_out', { kind: 'check', otherwise: false })
]

const listenFields: readonly Field[] = [
  field('listen', 'type', { kind: 'own' }),
  field('listen', 'version', { kind: 'own' }),
  field('listen', 'model', {
    kind: 'text',
    mono: true,
    options: ['flux-general-en', 'flux-general-multi', 'nova-3', 'nova-3-medical', 'nova-2']
  }),
  field('listen', 'language', { kind: 'text', mono: true, options: ['en', 'multi'] }, { when: isNova }),
  field(
    'listen',
    'language_hints',
    { kind: 'lines' },
    { when: (item) => isFlux(item) && item['model'] === 'flux-general-multi' }
  ),
  field('listen', 'keyterms', { kind: 'lines' }),
  field('listen', 'smart_format', { kind: 'check', otherwise: false }, { when: isNova }),
  field('listen', 'eot_threshold', { kind: 'number', min: 0.5, max: 1 }, { when: isFlux }),
  field('listen', 'eager_eot_threshold', { kind: 'number', min: 0.3, max: 0.9 }, { when: isFlux }),
  field('listen', 'eot_timeout_ms', { kind: 'number', integer: true, min: 500, max: 60_000 }, { when: isFlux })
]

const thinkFields: readonly Field[] = [
  field('think', 'prompt', { kind: 'words' }),
  field('think', 'provider.type', { kind: 'choice', options: THINK_PROVIDERS }, { required: true }),
  field('think', 'provider.model', { kind: 'listed', what: 'models' }, { required: true }),
  field('think', 'provider.temperature', { kind: 'number', min: 0, max: 2 }),
  field(
    'think',
    'provider.reasoning_mode',
    { kind: 'choice', options: ['none', 'minimal', 'low', 'medium', 'high'] },
    { when: typed('open_ai', 'groq') }
  ),
  field(
    'think',
    'provider.version',
    { kind: 'text', mono: true, options: ['v1', 'ai-studio-v1beta', 'gemini-enterprise-agent-v1', 'v1beta'] },
    { when: typed('open_ai', 'anthropic', 'google', 'groq'), more: true }
  ),
  field('think', 'endpoint.url', { kind: 'text', mono: true }, { more: true }),
  field('think', 'endpoint.headers', { kind: 'pairs' }, { more: true }),
  field(
    'think',
    'context_length',
    { kind: 'number', integer: true, min: 2, orWord: 'max' },
    { when: ({ endpoint }) => endpoint !== undefined, more: true }
  ),
  ...credentials('think', ['aws_bedrock']),
  field('think', 'functions', { kind: 'own' })
]

const functionFields: readonly Field[] = [
  field('function', 'name', { kind: 'text', mono: true, max: 64 }, { required: true }),
  field('function', 'description', { kind: 'words' }),
  field('function', 'parameters', { kind: 'json' }),
  field('function', 'endpoint.url', { kind: 'text', mono: true }),
  field(
    'function',
    'endpoint.method',
    { kind: 'choice', options: ['get', 'post', 'put', 'patch', 'delete'] },
    { when: ({ endpoint }) => endpoint !== undefined }
  ),
  field('function', 'endpoint.headers', { kind: 'pairs' }, { when: ({ endpoint }) => endpoint !== undefined }),
  field('function', 'defer_until_eot', { kind: 'check', otherwise: false })
]

const speakFields: readonly Field[] = [
  field('speak', 'provider.type', { kind: 'choice', options: SPEAK_PROVIDERS }, { required: true }),
  field(
    'speak',
    'provider.model',
    { kind: 'listed', what: 'voices' },
    { when: typed('deepgram', 'open_ai'), required: true }
  ),
  field(
    'speak',
    'provider.model_id',
    { kind: 'text', mono: true },
    { when: typed('eleven_labs', 'cartesia'), required: true }
  ),
  field(
    'speak',
    'provider.voice',
    { kind: 'text', mono: true },
    { when: typed('open_ai', 'aws_polly'), required: true }
  ),
  field(
    'speak',
    'provider.voice.mode',
    { kind: 'choice', options: ['id'] },
    { when: typed('cartesia'), required: true }
  ),
  field('speak', 'provider.voice.id', { kind: 'text', mono: true }, { when: typed('cartesia'), required: true }),
  field(
    'speak',
    'provider.language',
    { kind: 'text', mono: true },
    { when: typed('eleven_labs', 'cartesia', 'aws_polly') }
  ),
  field('speak', 'provider.language_code', { kind: 'text', mono: true }, { when: () => false }),
  field(
    'speak',
    'provider.engine',
    { kind: 'choice', options: ['generative', 'long-form', 'standard', 'neural'] },
    { when: typed('aws_polly'), required: true }
  ),
  field('speak', 'provider.speed', { kind: 'number', min: 0.5, max: 1.5 }, { when: typed('deepgram', 'cartesia') }),
  field('speak', 'provider.expressivity', { kind: 'number', integer: true, min: -2, max: 2 }, { when: isFluxVoice }),
  field('speak', 'provider.volume', { kind: 'number', min: 0.5, max: 2 }, { when: typed('cartesia') }),
  field(
    'speak',
    'provider.version',
    { kind: 'text', mono: true, options: ['v1', 'v2', '2025-03-17'] },
    { when: typed('deepgram', 'eleven_labs', 'cartesia'), more: true }
  ),
  ...credentials('speak', ['aws_polly']),
  field(
    'speak',
    'endpoint.url',
    { kind: 'text', mono: true },
    { when: typed('eleven_labs', 'cartesia', 'open_ai', 'aws_polly') }
  ),
  field(
    'speak',
    'endpoint.headers',
    { kind: 'pairs' },
    { when: typed('eleven_labs', 'cartesia', 'open_ai', 'aws_polly') }
  )
]

export const deepgramFields: readonly Field[] = [
  ...settingsFields,
  ...listenFields,
  ...thinkFields,
  ...functionFields,
  ...speakFields
]
