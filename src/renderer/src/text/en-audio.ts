import type { EchoCheck, MicrophoneFailure, OwnVoice, SystemAudioFailure } from '../audio/api.ts'

type EchoAdvice = Extract<EchoCheck, { kind: 'done' }>['advice']
type EchoCheckFailure = Extract<EchoCheck, { kind: 'failed' }>['reason']

/** Texts of microphone, loudspeaker, system audio and echo. */
export const microphoneText = {
  label: 'Microphone',
  device: 'Device',
  systemDefault: 'System default',
  unnamed: (n: number) => `Microphone ${n}`,
  off: 'off',
  opening: 'opening',
  checking: 'listening for echo',
  noEcho: 'No echo cancellation here: use headphones',
  insteadOf: (chosen: string, used: string) => `${chosen} is not there; using ${used}`,
  level: 'Microphone level',
  levelText: (percent: number) => `${percent} percent`,
  quiet: 'Very quiet: turn the microphone’s level up, or come closer',
  bluetooth: 'Bluetooth: with its microphone open, the headset plays in telephone quality. Use another microphone.',
  failure: {
    'permission-denied': {
      title: 'Parley may not use the microphone',
      body: 'Allow the microphone for Parley in the system or browser settings, then try again. You can type meanwhile.',
      action: 'Try again'
    },
    'no-device': {
      title: 'No microphone found',
      body: 'Plug one in and look again. You can type meanwhile.',
      action: 'Look again'
    },
    'device-busy': {
      title: 'The microphone is in use',
      body: 'Another program holds it. Close that program, or choose another microphone below.',
      action: 'Try again'
    },
    lost: {
      title: 'The microphone was disconnected',
      body: 'Plug it back in, or go on with the microphone that the system offers.',
      action: 'Use the system default'
    },
    failed: { title: 'The microphone could not be opened', body: '', action: 'Try again' }
  } satisfies Record<MicrophoneFailure, { title: string; body: string; action: string }>
}

export const loudspeakerText = {
  label: 'Loudspeaker',
  unnamed: (n: number) => `Loudspeaker ${n}`,
  blocked: 'Click to hear the agent',
  insteadOf: (chosen: string) => `${chosen} is not there; playing on the system default`,
  volume: 'Volume of the agent',
  percent: (percent: number) => `${percent} %`,
  duck: 'Quieter as soon as you speak',
  duckAbout: 'Turns the agent down at your first sound, and up again where you did not mean to interrupt.'
}

export const soundText = {
  open: 'Sound',

  destination: 'The agent will also hear what this computer plays.',

  try: {
    start: 'Test the microphone',
    stop: 'Stop the test',
    about: 'See whether it hears you. Nothing is sent or kept.',
    opening: 'The microphone is being opened.',
    silent: 'No sound at all: is it muted?',
    failed: 'The microphone could not be opened.'
  },

  processing: {
    echoCancellation: {
      label: 'Echo cancellation',
      about: 'Takes the agent’s voice out of the microphone. Needed with loudspeakers.'
    },
    noiseSuppression: { label: 'Noise suppression', about: 'Takes out fans, keyboards and the street.' },
    autoGainControl: { label: 'Automatic level', about: 'Raises a quiet voice, lowers a loud one.' }
  },
  notGranted: 'Asked for, not granted by this microphone.',
  stillOn: 'Switched off here, but this microphone keeps it on.',

  keepWarm: {
    label: 'Keep the microphone ready',
    about:
      'It stays open between conversations, so that your first word is never cut off. The light of your system stays on with it. Nothing is sent between conversations.',
    textOnly: 'Not now: the chosen agent is text only, and the microphone stays closed.'
  },

  system: {
    title: 'System audio',
    about: 'What this computer plays, as a second input: the agent hears a call or a video with you.',
    label: 'Source',
    off: 'Nothing',
    computer: 'What this computer plays',
    unnamed: (n: number) => `Input ${n}`,
    web: 'A browser window cannot take what the computer plays; Parley as a desktop app can. Here you can choose an input device that carries it: a monitor source or a virtual cable.',
    gain: 'Gain of system audio',
    gainLabel: 'Gain',
    decibel: (db: number) => `${db > 0 ? '+' : db < 0 ? '−' : ''}${Math.abs(db)} dB`,
    meter: 'System audio level',
    meterLabel: 'Level',
    others: 'Everybody in a call is heard by the agent’s service too: ask them first.',
    whenOpen: 'It opens when a conversation starts.',
    twice: 'This is your microphone: you would be heard twice. Choose another source.',
    opening: 'It is being opened.',
    ownVoiceLabel: 'The agent’s own voice',
    ownVoice: {
      excluded: 'None of it is in system audio.',
      learning: 'Parley is learning to take it out. Until then system audio is turned down while the agent speaks.',
      cancelled: 'Parley takes it out.',
      gated: 'It cannot be taken out here, so system audio is turned down while the agent speaks.'
    } satisfies Record<OwnVoice, string>,
    silent: 'Nothing but silence comes. Perhaps nothing is playing.',
    silentMac:
      'Nothing but silence comes. Either nothing is playing, or Parley has no permission: look in System Settings, Privacy & Security, Screen & System Audio Recording.',
    retry: 'Try again',
    failure: {
      denied: {
        title: 'Parley may not take system audio',
        body: 'Allow it in the privacy settings of your system, or in the window that asked, then try again.'
      },
      'needs-click': {
        title: 'System audio needs a click to start',
        body: 'A talk key or an automatic start does not count as one. Press the button here.'
      },
      'no-track': {
        title: 'The system gave no sound',
        body: 'It let Parley capture, but without sound. Choose a monitor source or a virtual cable instead.'
      },
      'no-device': { title: 'The input device is not there', body: 'Plug it in, or choose another one.' },
      lost: { title: 'System audio was lost', body: 'Its source has gone. Try again, or choose another one.' },
      unsupported: {
        title: 'System audio cannot be taken here',
        body: 'Choose an input device that carries it instead: a monitor source or a virtual cable.'
      },
      failed: { title: 'System audio could not be opened', body: '' }
    } satisfies Record<SystemAudioFailure, { title: string; body: string }>
  },

  echo: {
    title: 'Echo',
    about: 'With loudspeakers the agent can hear itself. Parley measures how much comes back.',
    check: 'Check for echo',
    again: 'Check again',
    checkAbout: 'Plays a sound and listens, three to seven seconds. Stay silent meanwhile.',
    running: 'Listening for echo. Please stay silent.',
    inConversation: 'Hang up first: the check plays a sound.',
    due: 'You chose another loudspeaker. Check again how much of it comes back.',
    dueLater: 'You chose another loudspeaker. Check again after this conversation.',
    leak: 'Comes back',
    rawLeak: 'Before cancellation',
    delay: 'Delay',
    nothing: 'nothing',
    decibel: (db: number) => `${db < 0 ? '−' : ''}${Math.abs(Math.round(db))} dB`,
    milliseconds: (ms: number) => `${Math.round(ms)} ms`,
    advice: {
      fine: 'Good: hardly anything comes back. You can interrupt by speaking.',
      headphones: 'Some of the agent’s voice comes back. Headphones are the best cure.',
      'push-to-talk': 'Much of the agent’s voice comes back. Hold a key to talk, so that it is not heard in between.',
      'half-duplex': 'The agent would hear itself. Use headphones; else Parley should not listen while it speaks.'
    } satisfies Record<EchoAdvice, string>,
    apply: { 'push-to-talk': 'Use push to talk', 'half-duplex': 'Don’t listen while it speaks' },
    applied: {
      'push-to-talk': 'You use push to talk.',
      'half-duplex': 'An open microphone is silent while it speaks.'
    },
    failure: {
      busy: 'Something else used the sound meanwhile. Try again when the agent is silent.',
      'no-microphone': 'There is no microphone to listen with.',
      'no-loudspeaker': 'Nothing could be played.',
      'too-loud-around': 'It is too loud around you to tell. Try again in a quieter moment.'
    } satisfies Record<EchoCheckFailure, string>,
    live: 'Echo now',
    liveUnknown: 'Measured while the agent speaks',
    halfDuplex: 'While the agent speaks',
    halfDuplexChoices: { auto: 'Automatic', off: 'Listen', on: 'Don’t listen' },
    halfDuplexAbout: {
      auto: 'Parley listens, unless too much of the agent’s voice comes back.',
      off: 'You can interrupt by speaking. With bad echo the agent interrupts itself.',
      on: 'You cannot interrupt by speaking. Esc still stops the agent.'
    },
    halfDuplexPush: 'This is for an open microphone. You use push to talk: while you hold the key you are always heard.'
  },

  note: {
    hide: 'Hide this advice',
    more: (count: number) => `${count} more`,
    settings: 'What to do',
    start: 'Start it',
    halfDuplex: 'You are not heard while the agent speaks',
    change: 'Change',
    systemLive: 'The agent also hears what this computer plays',
    systemLiveFrom: (label: string) => `The agent also hears ${label}`,
    systemLivePush: (sentence: string) => `${sentence}, while you hold the key`,
    turnOff: 'Turn off',
    warm: 'The microphone is kept ready. Nothing is sent.',
    warmFailed: (reason: string) => `The microphone cannot be kept ready. ${reason}`
  }
}
