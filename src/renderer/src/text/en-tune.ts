import type { SupportKey } from '../../../shared/commands.ts'

/** Both ends are allowed. */
interface Range {
  min: number
  max: number
  whole?: boolean
}

/** Texts of the tune panel. */
export const tuneText = {
  open: 'Tune the agent',
  title: 'Tune',
  close: 'Close the panel',
  tabsLabel: 'What the panel shows',
  tabs: { tune: 'Tune', turns: 'Turns', service: 'This service' },
  about: 'Changes hold for this conversation. The saved agent stays as it is until you save them.',
  notLive: 'Start a conversation to use these.',
  reconnecting: 'These wait until the connection is back.',
  support: { native: 'native', emulated: 'emulated', unsupported: 'unsupported' },
  supportLabel: (kind: string) => `How the service does this: ${kind}`,

  /** What the agent's file says; what holds now may be another thing. */
  saved: (value: string) => (value === '' ? '' : `saved: ${value}`),
  savedSentence: (value: string) => (value === '' ? '' : `Saved: ${value}. `),

  outcome: {
    sending: 'Sent, waiting for the service',
    applied: 'Applied.',
    unconfirmed: (reason: string) => `Sent, not confirmed. ${reason}`
  },

  /** What became of one field; `reason` may be said elsewhere. */
  field: {
    applied: (value: string) => `Applied: ${value}.`,
    unconfirmed: (value: string, reason: string) => `Sent, not confirmed: ${value}. ${reason}`.trim(),
    unchanged: 'Not changed, because it was sent with a value that was refused.'
  },

  missing: 'What this service does not have here',

  changes: {
    some: (changes: readonly string[]) => `Changed: ${changes.join(', ')}.`,
    none: 'The agent is as it is saved.',
    save: 'Save to this agent',
    saveNew: 'Save as a new agent',
    saving: 'Saving',
    saved: 'Saved to this agent.',
    savedNew: (name: string | undefined) =>
      name === undefined ? 'Saved as a new agent.' : `Saved as a new agent: ${name}.`,
    revert: 'Revert',
    revertAbout: 'Parley opens a new connection with the agent as it is saved, and takes the conversation along.',
    revertNow: 'Revert now',
    keep: 'Keep the changes',
    reverting: 'Reverting: a new connection is being opened',
    reverted: 'Reverted. The agent is as it is saved.',
    hide: 'Hide this bar'
  },

  prompt: {
    title: 'Prompt',
    modeLabel: 'What happens to the prompt',
    append: 'Add to it',
    replace: 'Replace it',
    about: {
      append: 'Nothing already in the prompt is lost.',
      replace: 'Your text takes the place of the whole prompt.'
    },
    label: { append: 'Text to add to the prompt', replace: 'The whole prompt from now on' },
    send: { append: 'Add to prompt', replace: 'Replace prompt' },
    added: 'Added to the prompt.',
    replaced: 'The prompt is this text now.'
  },

  role: {
    menu: 'Take a role from',
    thisAgent: 'This agent, as it is saved',
    taken: (name: string) => `This is the prompt of ${name}. It is not sent yet.`,
    none: (name: string) => `There is no prompt in the settings of ${name}.`,
    tooLong: (name: string) => `The prompt of ${name} is too long to be sent.`
  },

  model: {
    title: 'Model and temperature',
    provider: 'Provider',
    model: 'Model',
    both: 'Model and provider',
    temperature: 'Temperature',
    send: 'Change model',
    sendTemperature: 'Change temperature'
  },

  voice: {
    title: 'Voice',
    model: 'Voice model',
    speed: 'Speed',
    expressivity: 'Expressivity',
    send: 'Change voice'
  },

  noisy: {
    title: 'Noisy room',
    about: 'A pause of up to one second does not end your turn, where the service has no better sign of its end.',
    applied: 'Applied: your turn ends after 1000 ms of silence.'
  },

  turns: {
    title: 'Turn detection',
    fields: {
      eotThreshold: { name: 'eot_threshold', about: 'How sure the service is that you have finished.', unit: '' },
      eagerEotThreshold: { name: 'eager_eot_threshold', about: 'How sure before it prepares an answer.', unit: '' },
      eotTimeoutMs: { name: 'eot_timeout_ms', about: 'The longest pause inside a turn.', unit: 'ms' },
      silenceDurationMs: { name: 'silence_duration_ms', about: 'Silence that ends a turn.', unit: 'ms' },
      threshold: { name: 'threshold', about: 'How loud and clear speech must be.', unit: '' },
      prefixPaddingMs: { name: 'prefix_padding_ms', about: 'Sound kept from before speech.', unit: 'ms' }
    },
    /** Of `silence_duration_ms` where it is sent as a time-out. */
    silenceAtMost: 'Your turn may end earlier, when the service is sure.',
    send: 'Change turn detection',
    end: 'End my turn now',
    ended: 'Your turn is over.'
  },

  keyterms: {
    title: 'Keyterms',
    about: 'Names and words that the service should hear right. This list takes the place of the one before.',
    label: 'Keyterms, one in each line',
    placeholder: 'One in each line',
    send: 'Change keyterms',
    remove: 'Remove all keyterms',
    fromProfile: 'Insert the saved keyterms',
    changed: (count: number) =>
      count === 0 ? 'No keyterms any more.' : count === 1 ? 'One keyterm is set.' : `${count} keyterms are set.`,
    tooMany: (count: number, limit: number) => `These are ${count} keyterms; at most ${limit} fit.`
  },

  say: {
    title: 'Say word for word',
    label: 'Words for the agent to say',
    behaviorLabel: 'When it is said',
    behavior: { 'if-quiet': 'If quiet', queue: 'Next', interrupt: 'At once' },
    about: {
      'if-quiet': 'Refused while you or the agent are speaking.',
      queue: 'After what the agent says now.',
      interrupt: 'Instead of what the agent says now.'
    },
    send: 'Say it'
  },

  announce: {
    title: 'Announcements',
    about: 'Said one after the other, none lost. They wait while you speak.',
    label: 'Next announcement',
    send: 'Add',
    list: 'Announcements of this conversation',
    waiting: 'waits',
    said: 'said',
    unconfirmed: 'not confirmed',
    failed: 'not said'
  },

  context: {
    title: 'Context',
    about: 'Told to the agent, not said by you. It is never shown in the conversation.',
    label: 'What the agent should know',
    whenLabel: 'When it is told',
    when: { now: 'Now', 'after-speech': 'After its speech' },
    respond: 'The agent answers to it',
    send: 'Tell the agent',
    told: { now: 'The agent was told.', 'after-speech': 'The agent was told, after its speech.' }
  },

  wholeBlock: {
    title: 'Whole block (JSON)',
    blockLabel: 'Which block',
    blocks: { listen: 'Listen', think: 'Think', speak: 'Speak' },
    about: {
      listen: 'As in the service’s documentation. What you leave out stays as it is.',
      think:
        'As in the service’s documentation, one block or a list. It replaces the one before; what was added to the prompt stays.',
      speak: 'As in the service’s documentation, one block or a list. It replaces the one before.'
    },
    secrets: 'Write secrets as {{secret:NAME}}.',
    label: (block: string) => `${block} block, as JSON`,
    placeholder: {
      listen: '{ "provider": { "eot_threshold": 0.8 } }',
      think: '{ "provider": { "type": "…", "model": "…" }, "prompt": "…" }',
      speak: '{ "provider": { "type": "…", "model": "…" } }'
    },
    send: 'Send the block',
    fromProfile: 'Insert the saved block',
    applied: {
      listen: 'The listen block is changed.',
      think: 'The think block is this now.',
      speak: 'The speak block is this now.'
    },
    inner: (block: string) => `Write only what stands behind "${block}".`,
    listenShape: 'A listen block is { "provider": { … } } and nothing else.',
    shape: (block: string) => `A ${block} block is an object, { … }, or a list of them.`
  },

  json: {
    at: (line: number, column: number, problem: string) => `Line ${line}, column ${column}: ${problem}`,
    wanted: (what: string) => `${what} must stand here.`,
    ends: (what: string) => `The text ends here, but ${what} must follow.`,
    expected: {
      value: () => 'a value',
      'value-or-close': () => 'a value or "]"',
      name: () => 'a name in double quotes',
      'name-or-close': () => 'a name in double quotes or "}"',
      colon: () => '":"',
      'comma-or-close': (closer: string) => `"," or "${closer}"`,
      nothing: () => 'nothing more'
    },
    openString: 'the text in quotes that begins here has no end in its line.',
    escape: 'after \\ may stand ", \\, /, b, f, n, r, t, or u and four digits.',
    secret: 'a secret stands in double quotes: "{{secret:NAME}}".',
    quotes: 'JSON has straight double quotes.',
    comment: 'JSON has no comments.',
    comma: 'there is a comma too many before this.',
    word: (word: string) => `${word} must stand in double quotes.`
  },

  number: {
    /** What may be written, said before. */
    range: ({ min, max }: Range, unit = '') => `${min} to ${max}${unit === '' ? '' : ` ${unit}`}.`,
    wrong: ({ min, max, whole }: Range) =>
      `Write a ${whole === true ? 'whole number' : 'number'} from ${min} to ${max}.`
  },

  service: {
    title: (name: string) => `What ${name} can do`,
    names: { builtin: 'the agent inside Parley', deepgram: 'Deepgram', napster: 'Napster' },
    about:
      'Native: the service has a message for it. Emulated: Parley does it by other means. Unsupported: it cannot be done.',
    notYet: 'The service tells what it can do when a conversation runs.',
    groups: {
      words: 'Your words',
      context: 'Context',
      speech: 'The agent’s speech',
      agent: 'The agent itself',
      turns: 'Turns',
      blocks: 'Settings as the service writes them',
      tools: 'Tools'
    },
    keys: {
      'user-text': 'Type to the agent',
      'user-text/after-speech': 'Type, told after the agent has finished',
      'user-text/no-response': 'Type, without an answer',
      context: 'Tell it something',
      'context/after-speech': 'Tell it after it has finished',
      'context/respond': 'Tell it, and it answers',
      'agent-speech': 'Say this word for word, if quiet',
      'agent-speech/queue': 'Say this next',
      'agent-speech/interrupt': 'Say this at once',
      announce: 'Announcements, none lost',
      'stop-speaking': 'Stop it',
      'append-prompt': 'Add to the prompt',
      'replace-prompt': 'Replace the prompt',
      'set-model': 'Another model',
      'set-model/temperature': 'Temperature',
      'set-voice': 'Another voice',
      'revert-changes': 'Revert all changes',
      'end-turn': 'End my turn now',
      'set-turn-detection': 'Turn detection',
      'set-turn-detection/eotThreshold': 'eot_threshold',
      'set-turn-detection/eagerEotThreshold': 'eager_eot_threshold',
      'set-turn-detection/eotTimeoutMs': 'eot_timeout_ms',
      'set-turn-detection/silenceDurationMs': 'silence_duration_ms',
      'set-turn-detection/threshold': 'threshold',
      'set-turn-detection/prefixPaddingMs': 'prefix_padding_ms',
      'configure-listen': 'A patch of the listening',
      'configure-listen/keyterms': 'Keyterms',
      'configure-think': 'The whole thinking block',
      'configure-speak': 'The whole speaking block',
      'tool-result': 'Answer a tool call'
    } satisfies Record<SupportKey, string>
  }
}
