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

  outcome: {
    sending: 'Sent, waiting for the service',
    applied: 'Applied.',
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
    keeps: 'An empty field stays as it is.'
  },

  voice: {
    title: 'Voice',
    model: 'Voice model',
    speed: 'Speed, 0.5 to 1.5',
    expressivity: 'Expressivity, −2 to 2',
    send: 'Change voice'
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
    fromProfile: 'Insert the saved keyterms',
    changed: (count: number) => (count === 1 ? 'One keyterm is set.' : `${count} keyterms are set.`),
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

  number: {
    notNumber: (label: string) => `${label}: write a number.`,
    outside: (label: string, min: number, max: number) => `${label}: write a number from ${min} to ${max}.`
  }
}
