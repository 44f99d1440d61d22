import type { Service } from '../../../shared/profile.ts'
import type { Enabled } from '../../../shared/ipc/profile-calls.ts'

const span = (min?: number, max?: number): string =>
  min === undefined ? '' : max === undefined ? `, ${min} or more` : ` from ${min} to ${max}`

/** The screen of the agents: its list, its form, what an import brings, and switching in a conversation. */
export const profilesText = {
  title: 'Agents',
  about: 'An agent is a file: which service, and its settings. Keys are never part of it.',
  list: 'Your agents',
  find: 'Find an agent',
  noneFound: (query: string) => `No agent is called “${query}”.`,
  use: (name: string) => `Use ${name}`,
  edit: (name: string) => `Edit ${name}`,
  duplicate: (name: string) => `Duplicate ${name}`,
  more: (name: string) => `More for ${name}`,
  actions: {
    edit: 'Edit',
    duplicate: 'Duplicate',
    export: 'Export as a file',
    up: 'Move up',
    down: 'Move down',
    remove: 'Delete'
  },
  keys: { up: 'Alt ↑', down: 'Alt ↓', remove: 'Del' },
  handle: 'Drag to move',
  moved: (name: string, place: number, of: number) => `${name} is now ${place} of ${of}.`,
  builtIn: 'Comes with Parley',
  textOnly: 'Text only',
  minutes: (minutes: number) => (minutes < 1 ? 'under a minute in 30 days' : `${Math.round(minutes)} min in 30 days`),
  ownHost: (host: string) => (host === '' ? 'own address' : host),
  empty: 'None of your own yet. Make one, duplicate one of these, or drop a file on the window.',

  newAgent: 'New agent',
  addFromFile: 'Add from file',
  added: (name: string) => `${name} was added.`,
  addedHeld: (name: string) => `${name} was added. It is held until you allow what it would do.`,
  saved: 'Saved.',
  exported: (fileName: string) => `${fileName} was saved to your downloads.`,
  exportRemoved: (n: number) =>
    `${n === 1 ? 'One value that looked' : `${n} values that looked`} like a key ${n === 1 ? 'was' : 'were'} left out:`,
  deleted: (name: string) => `${name} was deleted.`,
  undo: 'Undo',
  undoKey: 'Ctrl Z',
  undoKeyMac: '⌘Z',
  undone: (name: string) => `${name} is back.`,
  warnings: 'Look at this before you use it',

  held: {
    badge: 'Held',
    waits: (things: string) => `Held. Waits for you to allow: ${things}.`,
    loading: 'Held. Waits for you to allow what it would do.',
    review: 'Review',
    reviewOf: (name: string) => `Review ${name}`,
    title: 'May this agent do this?',
    about: (name: string) =>
      `${name} came from a file. Until you allow it, no conversation begins with it and its hotkey does nothing.`,
    allow: 'Allow',
    allowed: (name: string) => `${name} may do what it asks for.`
  },
  enables: {
    'connects-to': { short: (value: string) => `a connection to ${value}`, label: 'Connects to' },
    'service-calls': { short: (value: string) => `calls to ${value}`, label: 'Lets the service call' },
    'uses-secret': { short: (value: string) => `the secret ${value}`, label: 'Uses a secret' },
    'answers-tool': { short: () => 'answers to tools without asking', label: 'Answers a tool without asking you' },
    hotkey: { short: (value: string) => `the hotkey ${value}`, label: 'Takes a hotkey' },
    'opens-microphone': {
      short: () => 'an open microphone',
      label: 'Opens the microphone without a key, as long as a conversation runs'
    },
    'chooses-device': { short: (value: string) => `the device ${value}`, label: 'Chooses a device for you' }
  } satisfies Record<Enabled['kind'], { short: (value: string) => string; label: string }>,
  moreThings: (n: number) => `${n} more`,

  import: {
    dialog: 'Add an agent from a file',
    region: 'What the file would bring',
    titleProblem: 'This file cannot be added',
    titleReading: 'Reading the file',
    place: (n: number, of: number) => `File ${n} of ${of}`,
    about: (fileName: string) => `From ${fileName}. Nothing is kept yet.`,
    enables: 'What it would do',
    enablesAbout: 'None of this happens before you allow it.',
    nothing: 'It asks for nothing beyond a conversation with its service.',
    add: 'Import',
    addAndAllow: 'Import and allow',
    cancel: 'Do not add it',
    next: 'Next file',
    drop: 'Drop to look at the agent in this file',
    dropMany: 'Drop to look at the agents in these files',
    tooLarge: (name: string) => `${name} is too large for a profile file: more than a million characters.`,
    unreadable: (name: string) => `${name} cannot be read. Choose the file again.`,
    failed: (name: string, problem: string) => `${name}: ${problem}`
  },

  editor: {
    newTitle: 'A new agent',
    editTitle: (name: string) => `Edit ${name}`,
    copyTitle: (name: string) => `A copy of ${name}`,
    copySuffix: (name: string) => `${name} (copy)`,
    about: 'No key belongs in here: those of services are under Settings, Keys. Write any other as {{secret:NAME}}.',
    copyAbout: 'What comes with Parley stays as it is, so you edit a copy.',
    sections: 'Parts of the form',
    section: {
      general: 'General',
      here: 'On this computer',
      connection: 'Connection',
      agent: 'The agent',
      listen: 'Listening',
      think: 'Thinking',
      speak: 'Speaking',
      audio: 'Sound',
      service: 'Service options',
      client: 'Who it talks to',
      tuning: 'Changes at the start',
      tools: 'Tools',
      nudge: 'Silence',
      unknown: 'Other fields'
    },
    more: 'More',
    unset: 'Not set',
    otherValue: (value: string) => `${value} (from the file)`,
    clear: (label: string) => `Clear ${label}`,
    back: 'Back to all agents',
    save: 'Save',
    saveCopy: 'Save as new agent',
    unsaved: 'Unsaved changes',
    leaveTitle: 'Leave without saving?',
    leaveAbout: 'What you changed of this agent is lost.',
    leave: 'Leave',
    stay: 'Go on editing',
    correct: (n: number) =>
      n === 1 ? 'One field has to be corrected first.' : `${n} fields have to be corrected first.`,
    correctJson: 'The JSON has to be corrected first.',
    show: 'Show it',
    line: (line: number) => `Line ${line}`,
    goToLine: (line: number) => `Go to line ${line}`,
    json: 'Settings of this agent, as JSON',
    jsonFaults: 'What is wrong',
    unknownAbout:
      'Parley does not know these fields. They stay in the file as they are, and those below settings are sent to the service.',
    showInJson: 'Show in JSON',
    showFieldInJson: (path: string) => `Show ${path} in JSON`
  },

  listen: {
    versions: { v1: 'Nova (v1)', v2: 'Flux (v2)' },
    versionAbout: {
      v1: 'Silence ends your turn. Many languages.',
      v2: 'A model that knows when you have finished.'
    },
    none: 'Not set: the service listens with its default.',
    set: 'Set how it listens'
  },
  think: {
    none: 'Not set: the service has no model to answer with.',
    add: 'Add a model',
    fallback: (n: number) => `Fallback ${n}`,
    first: 'Model',
    addFallback: 'Add a fallback',
    remove: (n: number) => `Remove fallback ${n}`,
    fallbackAbout: 'When a model fails, the next one answers. Every turn begins with the first.',
    functions: 'Functions',
    functionsAbout: 'What the agent can do. Without an address Parley answers it: see Tools.',
    addFunction: 'Add a function',
    functionName: (name: string, n: number) => (name === '' ? `Function ${n}` : name),
    removeFunction: (name: string) => `Remove the function ${name}`,
    newFunction: { description: 'Say when the agent should call this.', parameters: { type: 'object', properties: {} } }
  },
  speak: {
    none: 'Not set: the service speaks with its default voice.',
    add: 'Choose a voice',
    first: 'Voice',
    addFallback: 'Add a fallback',
    fallback: (n: number) => `Fallback ${n}`,
    remove: (n: number) => `Remove fallback ${n}`,
    fallbackAbout: 'When a voice fails, the next one speaks.'
  },
  providers: {
    open_ai: 'OpenAI',
    anthropic: 'Anthropic',
    google: 'Google',
    groq: 'Groq',
    aws_bedrock: 'Amazon Bedrock',
    nvidia: 'NVIDIA',
    deepgram: 'Deepgram',
    eleven_labs: 'ElevenLabs',
    cartesia: 'Cartesia',
    aws_polly: 'Amazon Polly'
  } as Readonly<Record<string, string>>,
  agentAt: {
    label: 'Where the agent is kept',
    choices: { here: 'In this file', service: 'At Deepgram' },
    about: {
      here: 'Its settings are below.',
      service: 'Deepgram keeps it under an id; nothing of it can be set here.'
    },
    id: 'Id of the agent at Deepgram'
  },
  ownUrl: 'Address',
  ownUrlAbout: 'A server of your own or of somebody else. Your key is sent there.',
  builtinUrlAbout: 'Empty: the agent inside Parley. An address: a server that speaks Deepgram’s protocol.',
  textAdd: 'Add',
  textLabel: (label: string, n: number) => `${label} ${n}`,
  textRemove: (label: string, n: number) => `Remove ${label} ${n}`,

  here: {
    hotkey: 'Hotkey',
    hotkeyAbout: 'Chooses this agent and talks to it, from any application, while hotkeys are on.',
    devices: 'Devices',
    devicesAbout: 'While you talk to this agent. Afterwards your own are back.',
    microphone: 'Microphone',
    loudspeaker: 'Loudspeaker',
    talkMode: 'How you talk',
    asAlways: 'As always'
  },

  change: {
    title: (name: string) => `Switch to ${name} now?`,
    about: (name: string) => `The conversation with ${name} ends and a new one begins.`,
    carry: 'Take along what was said so far',
    carryAbout: 'The new agent then knows this conversation.',
    now: 'Switch now',
    stay: 'Stay'
  },

  faults: {
    name: 'Write a name of 1 to 200 characters.',
    service: 'Write builtin, deepgram or napster.',
    schemaVersion: 'Write "schemaVersion": 1.',
    hotkey: 'Press a key with Ctrl, Alt, Shift or Meta, written as Ctrl+Alt+KeyK.',
    tuningElsewhere: 'Only agents of Napster have this. Remove it, and change the settings of the agent instead.',
    type: {
      string: 'Write a text.',
      number: 'Write a number.',
      int: 'Write a whole number.',
      boolean: 'Write true or false.',
      array: 'Write a list in [ ].',
      object: 'Write an object in { }.',
      record: 'Write an object in { }.'
    } as Readonly<Record<string, string>>,
    wrong: 'This is not valid. Correct it.',
    empty: 'Write something, or clear it.',
    missing: 'The service needs this.',
    unused: 'The service does not take this with what is set beside it. Clear it if the service refuses it.',
    least: (min: number) => `Write a number of at least ${min}.`,
    most: (max: number) => `Write a number of at most ${max}.`,
    longest: (max: number) => `Write at most ${max} characters.`,
    number: (min?: number, max?: number, whole = false) =>
      `Write a ${whole ? 'whole number' : 'number'}${span(min, max)}.`,
    numberOr: (word: string) => `Write a whole number, or ${word}.`,
    oneOf: (options: readonly string[]) => `Write one of: ${options.join(', ')}.`,
    unusual: (options: readonly string[]) => `The service knows ${options.join(', ')}. Other values may be refused.`,
    lines: 'Write a list of texts.',
    pairs: 'Write one a line, as name: value.',
    jsonObject: 'This is not a JSON object yet.',
    jsonList: 'This is not a JSON list yet.',
    unknownHere: (names: readonly string[]) => `Remove ${names.join(', ')}: nothing reads it here.`,
    needsAddress: 'This provider needs an address.',
    fluxModel: 'Flux models need Flux (v2), and other models Nova (v1).',
    eager: 'Write a number that is not above “Sure that you have finished” (0.7 when that is empty).'
  },

  newFor: {
    builtin: { label: 'On this computer', about: 'The agent inside Parley.' },
    deepgram: { label: 'Deepgram', about: 'A voice agent whose settings are kept here.' },
    napster: { label: 'Napster', about: 'An Omniagent that is kept at Napster.' }
  } satisfies Record<Service, { label: string; about: string }>
}
