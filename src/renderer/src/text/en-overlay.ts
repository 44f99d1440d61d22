/** The overlay's own few words: its page loads no others. */
export const overlayText = {
  show: 'Show Parley',
  ready: 'Ready',
  connecting: (agent: string) => `Connecting to ${agent}`,
  reconnecting: 'Connecting again',
  ended: 'Conversation ended',
  failed: 'Not connected',
  listening: 'Listening',
  yourTurn: (agent: string) => `With ${agent}`,
  muted: 'You are muted',
  locked: 'Locked: microphone closed',
  asleep: 'Asleep: microphone closed',
  youSpeak: 'You are speaking',
  thinking: (agent: string) => `${agent} is thinking`,
  speaking: (agent: string) => `${agent} is speaking`,
  lost: 'Parley does not answer'
} as const
