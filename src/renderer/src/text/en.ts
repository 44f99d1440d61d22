import type { EndCode } from '../../../shared/events.ts'
import { loudspeakerText, microphoneText, soundText } from './en-audio.ts'
import { composerText } from './en-composer.ts'
import { latencyText, reconnectText, toolText } from './en-conversation.ts'
import { dataText } from './en-data.ts'
import { historyText } from './en-history.ts'
import { keysText } from './en-keys.ts'
import { optionsText } from './en-options.ts'
import { choiceText, napsterText } from './en-napster.ts'
import { profilesText } from './en-profiles.ts'
import { napsterErrors, serviceErrors, serviceWarnings } from './en-problems.ts'
import { presenceText } from './en-presence.ts'
import { settingsText } from './en-settings.ts'
import { shortcutsText } from './en-shortcuts.ts'
import { tuneText } from './en-tune.ts'

/** Every text of the UI. Plain sentences; functions where a text has a parameter. */
export const text = {
  app: { name: 'Parley' },

  selfCheck: {
    runs: 'Parley tries what it needs of this computer. Click anywhere: a browser plays no sound before that.',
    done: 'Done. The verdict stands where Parley was started. This page can be closed.'
  },

  reconnect: reconnectText,
  tools: toolText,
  latency: latencyText,
  history: historyText,
  shortcuts: shortcutsText,
  keys: keysText,
  data: dataText,
  settings: settingsText,
  presence: presenceText,
  tune: tuneText,
  options: optionsText,
  profiles: profilesText,
  choices: choiceText,
  napster: napsterText,
  serviceErrors,
  napsterErrors,
  serviceWarnings,

  people: { you: 'You', parley: 'Parley' },

  service: { builtin: 'On this computer', deepgram: 'Deepgram', napster: 'Napster' },

  /** The same of an agent without audio. */
  textDestination: {
    builtin: 'This agent is part of Parley.\nYour words stay on this computer.',
    deepgram: 'Your words go to Deepgram while the conversation runs.',
    napster: 'Your words go to Napster while the conversation runs.'
  },

  /** The same of an agent that has an address of its own; '' where only a secret tells it. */
  ownDestination: {
    audio: (host: string) =>
      `Your voice and words go to ${host === '' ? 'the address of this agent' : host} while the conversation runs.`,
    text: (host: string) =>
      `Your words go to ${host === '' ? 'the address of this agent' : host} while the conversation runs.`
  },

  /** Where the voice goes, told before it goes there. */
  destination: {
    builtin: 'This agent is part of Parley.\nYour voice stays on this computer.',
    deepgram: 'Your voice and words go to Deepgram while the conversation runs.',
    napster: 'Your voice and words go to Napster while the conversation runs.'
  },

  state: {
    idle: 'Ready when you are',
    connecting: 'Connecting',
    configuring: 'Setting up the agent',
    reconnecting: 'Reconnecting',
    listening: 'Listening',
    waiting: 'Your turn',
    preparing: 'Opening the microphone',
    muted: 'You are muted',
    userSpeaking: 'You are speaking',
    thinking: 'Thinking',
    agentSpeaking: (agent: string) => `${agent} is speaking`,
    answering: (agent: string) => `${agent} is answering`,
    ended: 'Conversation ended',
    failed: 'Not connected'
  },

  hint: {
    pushToTalk: 'Hold Space, or the button below, and speak',
    open: 'Just speak. Start talking at any time to interrupt',
    interruptHalfDuplex: 'Esc stops it. It does not hear you while it speaks',
    interrupt: 'Esc stops it. Or just speak over it',
    interruptPushToTalk: 'Esc stops it. Hold Space to speak over it',
    holding: 'Let go when you have finished',
    muted: 'Unmute to be heard, or type below',
    silent: 'No sound from this microphone: is it muted?',
    typeOnly: 'No microphone. You can type below',
    textOnly: 'Type below',
    buffering: 'You can start speaking already',
    kept: 'What you say now is kept, up to 5 seconds'
  },

  session: {
    connect: 'Start talking',
    connectText: 'Start the conversation',
    textOnly: 'This agent is text only',
    textOnlyAbout: 'No microphone or loudspeaker is used.',
    connectAgain: 'Talk again',
    connectTextAgain: 'Start again',
    cancel: 'Cancel',
    hangUp: 'Hang up',
    stopSpeaking: 'Stop speaking',
    stopSpeakingKey: 'Esc'
  },

  talk: {
    hold: 'Hold to talk',
    holding: 'Let go to send',
    key: 'Space',
    mute: 'Mute microphone',
    unmute: 'Unmute microphone',
    open: 'Microphone is open',
    muted: 'Microphone is muted',
    modeLabel: 'How you talk',
    modePush: 'Push to talk',
    modeOpen: 'Open mic'
  },

  conversation: {
    label: 'Conversation',
    goesOnFrom: (title: string) =>
      title === ''
        ? 'Goes on from the conversation before. The agent knows what was said.'
        : `Goes on from “${title}”. The agent knows what was said.`,
    interrupted: 'cut off here',
    newest: 'Go to the newest line'
  },

  composer: composerText,

  microphone: microphoneText,
  loudspeaker: loudspeakerText,
  sound: soundText,

  end: {
    'hung-up': { title: 'You hung up', advice: '' },
    'service-closed': { title: 'The agent ended the conversation', advice: '' },
    'service-error': { title: 'The agent reported an error', advice: '' },
    unreachable: {
      title: 'The agent cannot be reached',
      advice: 'Check the network, and the address in the agent’s settings.'
    },
    timeout: { title: 'The agent did not answer in time', advice: 'Check the network and try again.' },
    unauthorized: {
      title: 'The key was not accepted',
      advice: 'Start Parley with a valid key for this service, or choose another agent.'
    },
    forbidden: {
      title: 'This key may not use this agent',
      advice: 'Check what the key is allowed to do, or choose another agent.'
    },
    'not-found': { title: 'There is no agent at this address', advice: 'Check the address in the agent’s settings.' },
    'rate-limited': {
      title: 'The service takes no more conversations just now',
      advice: 'Wait a moment, then try again.'
    },
    idle: {
      title: 'The conversation ended in silence',
      advice: 'Talk again when you are ready.'
    },
    'no-credits': {
      title: 'The account has no credits left',
      advice: 'Buy credits at the service and try again, or choose another agent.'
    },
    'settings-refused': { title: 'The service refused the settings', advice: 'Correct them in the agent’s settings.' },
    'invalid-profile': { title: 'This agent’s settings cannot work', advice: 'Correct them in the agent’s settings.' },
    'not-allowed': {
      title: 'This agent waits to be allowed',
      advice: 'Look in the list of agents at what it would do, and allow it.'
    },
    'missing-secret': {
      title: 'A key is missing',
      advice: 'Add it under Settings, Keys, or choose another agent.'
    },
    internal: { title: 'Something went wrong inside Parley', advice: 'The log has the details.' }
  } satisfies Record<EndCode, { title: string; advice: string }>,

  problem: {
    tryAgain: 'Try again',
    editAgent: 'Edit this agent',
    chooseAgent: 'Choose another agent',
    openKeys: 'Open the keys',
    talkAgain: 'Talk again',
    hostLost: 'Parley lost touch with its own process',
    hostLostBody: 'The page stays as it was. Reload it to go on; if that fails, start Parley again.',
    reload: 'Reload',
    hide: 'Hide this message',
    code: (code: string) => `Service code ${code}`,
    callFailed: 'That did not work',
    crashed: 'The window stopped working',
    crashedBody: 'The conversation is kept. Reload to see it again.'
  },

  notice: {
    dismiss: 'Hide this notice',
    whole: 'The whole text',
    held: 'The talk key was held for two minutes, so the microphone was closed. Press it again to go on.',
    service: (words: string) => `The service says: ${words}`,
    repeated: (times: number) => `${times} times`,
    dropped: {
      capture: (seconds: string) => `${seconds} of your speech was lost: this computer is too busy.`,
      'before-live': (seconds: string) => `${seconds} of your speech was dropped: connecting took too long.`,
      playback: (seconds: string) =>
        `${seconds} of the agent’s speech was dropped: it came faster than it can be played.`
    },
    milliseconds: (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
  },

  menu: {
    open: 'Settings',
    theme: 'Appearance',
    themeSystem: 'Like the system',
    themeLight: 'Light',
    themeDark: 'Dark',
    manageAgents: 'Agents…',
    version: (version: string) => `Parley ${version}`
  },

  agents: {
    label: 'Agent',
    all: 'All agents…',
    newName: 'My agent',
    newPrompt: 'You are a friendly assistant. Keep answers short.',
    close: 'Close'
  }
} as const
