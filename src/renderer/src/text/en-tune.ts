/** Texts of the tune panel. */
export const tuneText = {
  open: 'Tune the agent',
  title: 'Tune',
  close: 'Close the panel',
  tabsLabel: 'What the panel shows',
  tabs: { tune: 'Tune', turns: 'Turns' },
  about: 'Changes hold for this conversation. The saved agent stays as it is.',
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
    changed: (parts: readonly string[]) => `Applied: ${parts.join(', ')}.`,
    unconfirmed: (reason: string) => `Sent, not confirmed. ${reason}`
  },

  prompt: {
    title: 'Prompt',
    modeLabel: 'What happens to the prompt',
    append: 'Add to it',
    replace: 'Replace it',
    label: 'Prompt text',
    placeholder: { append: 'An instruction to add', replace: 'The whole prompt from now on' },
    send: { append: 'Add to prompt', replace: 'Replace prompt' },
    fromProfile: 'Insert the saved prompt',
    added: 'Added to the prompt.',
    replaced: 'The prompt is this text now.'
  },

  model: {
    title: 'Model',
    provider: 'Provider',
    model: 'Model',
    temperature: 'Temperature, 0 to 2',
    send: 'Change model',
    keeps: 'An empty field stays as it is.',
    temperaturePart: (value: number) => `temperature ${value}`
  },

  voice: {
    title: 'Voice',
    model: 'Voice model',
    speed: 'Speed, 0.5 to 1.5',
    expressivity: 'Expressivity, −2 to 2',
    send: 'Change voice',
    keeps: 'An empty field stays as it is.',
    parts: { speed: (value: number) => `speed ${value}`, expressivity: (value: number) => `expressivity ${value}` }
  },

  turns: {
    title: 'Turn detection',
    fields: {
      eotThreshold: { name: 'eot_threshold', about: 'How sure the service is that you have finished. 0.5 to 1' },
      eagerEotThreshold: { name: 'eager_eot_threshold', about: 'How sure before it prepares an answer. 0.3 to 0.9' },
      eotTimeoutMs: { name: 'eot_timeout_ms', about: 'The longest pause inside a turn. 500 to 60000 ms' },
      silenceDurationMs: { name: 'silence_duration_ms', about: 'Silence that ends a turn, in ms' },
      threshold: { name: 'threshold', about: 'How loud speech must be' },
      prefixPaddingMs: { name: 'prefix_padding_ms', about: 'Sound kept from before speech, in ms' }
    },
    send: 'Change turn detection',
    endTitle: 'End my turn',
    end: 'End my turn now'
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
    about: 'Told to the agent, not said by you.',
    label: 'What the agent should know',
    whenLabel: 'When it is told',
    when: { now: 'Now', 'after-speech': 'After its speech' },
    respond: 'The agent answers to it',
    send: 'Tell the agent'
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
    notNumber: (label: string) => `${label}: write a number.`,
    outside: (label: string, min: number, max: number) => `${label}: write a number from ${min} to ${max}.`
  }
}
