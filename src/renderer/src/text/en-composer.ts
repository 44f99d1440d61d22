/** Texts of the box for typing, of what a text is for and of when it is answered. */
export const composerText = {
  label: 'Message to the agent',
  purposeLabel: 'What this text is for',
  answerLabel: 'Whether the agent answers',
  behaviorLabel: 'When the agent says it',
  send: 'Send',
  counter: (used: string, limit: string) => `${used} of ${limit} characters of prompt`,
  overLimit: (over: number) =>
    `${over.toLocaleString('en')} ${over === 1 ? 'character' : 'characters'} too many. The agent keeps only what fits`,
  unconfirmed: (reason: string) => `Sent. ${reason}`,
  held: (count: number) =>
    `${count === 1 ? 'One text waits' : `${count} texts wait`} until the agent has finished speaking.`,
  purpose: {
    message: {
      name: 'Message',
      about: 'Your own words, typed.',
      placeholder: 'Type to the agent'
    },
    context: {
      name: 'Context',
      about: 'What the agent should know, without you having said it.',
      placeholder: 'What it should know'
    },
    speech: {
      name: 'Say this',
      about: 'The agent says it word for word.',
      placeholder: 'Words for it to say'
    },
    'append-prompt': {
      name: 'Add to prompt',
      about: 'Adds an instruction. Nothing already in the prompt is lost.',
      placeholder: 'An instruction'
    }
  },
  /** `short` is the name of the button. */
  timing: {
    now: { name: 'Answer now', short: 'Answer now', about: '' },
    'after-speech': {
      name: 'Answer after speaking',
      short: 'Answer later',
      about: 'Once you have heard what it says now.'
    },
    none: { name: 'No answer', short: 'No answer', about: 'It knows it at once.' },
    'none-after-speech': {
      name: 'No answer, after speaking',
      short: 'No answer, later',
      about: 'It knows it once you have heard what it says now.'
    },
    'if-quiet': { name: 'If quiet', short: 'If quiet', about: 'Not at all when someone is speaking.' },
    queue: { name: 'Next', short: 'Next', about: 'After what it says now.' },
    interrupt: { name: 'At once', short: 'At once', about: 'Instead of what it says now.' }
  },
  applied: {
    message: '',
    context: 'The agent knows it.',
    speech: 'The agent says it.',
    'append-prompt': 'Added to the prompt.'
  }
}
