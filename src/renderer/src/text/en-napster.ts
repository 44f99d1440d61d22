/** Texts of lists that a service keeps. */
export const choiceText = {
  pick: (what: string) => `Choose from a list: ${what}`,
  loading: 'Asking for the list',
  none: 'The list is empty. You can write it yourself.',
  again: 'Ask again',
  problem: (sentence: string) => `No list: ${sentence} You can write it yourself.`
}

/** Texts of the options of an agent that is kept at Napster. */
export const napsterText = {
  agent: 'The agent at Napster',
  agentId: 'Agent id',
  agentIdMissing: 'Write the id of an agent, or choose one from the list.',
  url: 'Address, when it is not Napster’s own',
  modality: 'How you talk to it',
  modalities: { audio: 'Voice', text: 'Text only' },
  modalityAbout: {
    audio: 'You speak and hear; typing works too.',
    text: 'You type and read. No microphone or loudspeaker is used.'
  },
  initialSpeech: 'How it opens the conversation',
  initialSpeechAbout:
    'An instruction, not the words themselves: “Greet the caller by name.” Empty: it waits until you speak.',

  client: 'Who it talks to',
  clientId: 'Your id, for its memory across conversations',
  clientIdPattern: 'Letters, digits, _ and -, at most 32. Empty: it remembers nothing.',
  clientIdWrong: 'Only letters, digits, _ and -, at most 32 of them.',
  clientProfile: 'What it should know about you, as a JSON object',
  clientProfileWrong: 'This is not a JSON object yet.',
  tags: 'Tags, one a line, as name: value',
  tagsAbout: 'To find conversations later in Napster’s lists.',
  tagsWrong: (line: string) => `“${line}” is not name: value.`,

  tuning: 'Saved changes',
  tuningAbout: 'Parley makes them at the start of every conversation. They come from the tune panel.',
  noTuning: 'None. Change the agent in the tune panel while you talk, and save it there.',
  parts: {
    instructions: 'Instructions',
    temperature: 'Temperature',
    threshold: 'Sensitivity of turn detection',
    prefixPaddingMs: 'Sound kept before speech (ms)',
    silenceDurationMs: 'Silence that ends a turn (ms)',
    context: (n: number) => `Context ${n}`,
    other: (name: string) => `Unknown: ${name}`
  },
  remove: (part: string) => `Remove ${part} from the saved changes`,
  removeAll: 'Remove all saved changes',

  noTools: 'Napster keeps the functions of this agent. A call of one is shown to you, and you answer it.',
  nudgeUnused: 'Napster cannot say words as they stand, so this is not used.'
}
