/** Hotkeys: what a person reads about them. */
export const shortcutsText = {
  title: 'Hotkeys',
  about: 'Keys that work in any application, while Parley runs.',
  enable: 'Use hotkeys',
  enableAbout:
    'While this is on, a small process of Parley sees every key that is pressed on this computer. It passes on only when one of the keys below goes down or comes up, keeps nothing, and ends with Parley.',
  enableAboutSystem:
    'The system tells Parley when one of the keys below is pressed. No process of Parley sees the keyboard.',
  hear: 'How keys are heard',
  hearChoices: { hook: 'Down and up', system: 'By the system' },
  nothing: 'Nothing hears your keys now.',
  instead: 'Parley uses the system’s shortcuts instead: a press starts talking, the next one stops.',
  keys: 'Keys',
  action: { talk: 'Talk', mute: 'Mute the microphone', stop: 'Stop the agent', show: 'Show Parley' },
  talkMode: 'The talk key',
  talkModeChoices: { hold: 'Hold', toggle: 'Press', automatic: 'Both' },
  talkModeAbout: {
    hold: 'You talk while you hold it.',
    toggle: 'Press it to talk, and again to stop.',
    automatic: 'Hold it to talk, or tap it to keep talking until you press it again.'
  },
  talkModeSystem: 'Heard by the system, a press starts and the next one stops.',
  talkLimit: 'After two minutes without a new press the microphone closes.',
  openMode: 'Your microphone is always open in a conversation, so the talk key only begins one.',
  profiles: 'Agents',
  profilesAbout:
    'Each begins a conversation with its agent and works as the talk key. Set in the agent’s own settings.',
  mutedHint: 'You are muted. Unmute to be heard.',
  record: {
    none: 'None',
    press: 'Press the keys…',
    change: (name: string, keys: string) => `${name}: ${keys}. Change`,
    set: (name: string) => `${name}: none. Set`,
    recording: (name: string) => `${name}: press the keys. Escape cancels`,
    clear: (name: string) => `${name}: remove the key`,
    takenBy: (keys: string, name: string) => `${keys} is already taken by “${name}”.`
  },
  test: {
    title: 'Press it now',
    about: 'See what Parley hears. Nothing happens by it.',
    start: 'Try the keys',
    stop: 'Done',
    waiting: 'Press one of your keys, in any window…',
    down: (name: string) => `${name} is down`,
    downFor: (name: string, seconds: string) => `${name} has been down for ${seconds} s`,
    up: (name: string, seconds: string) => `${name} came up after ${seconds} s`,
    pressed: (name: string) => `${name} was pressed. The system does not tell when it comes up.`
  },
  failed: 'This could not be read'
} as const
