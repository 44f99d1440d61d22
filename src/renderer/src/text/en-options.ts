/** Texts of the options of an agent: the fields of its file that are not the service's. */
export const optionsText = {
  viewLabel: 'How to edit',
  views: { options: 'Options', json: 'JSON' },
  brokenJson: 'The JSON is not valid, so there are no options to show. Correct it first.',

  name: 'Name',

  connection: 'Connection',
  region: 'Where the service runs',
  regions: {
    na: 'North America (default)',
    eu: 'European Union',
    au: 'Australia',
    in: 'India',
    own: 'Own address'
  },
  auth: 'What proves who you are',
  auths: { key: 'API key', 'short-lived-token': 'Short-lived token' },
  authAbout: {
    key: 'The key itself is sent with every connection.',
    'short-lived-token': 'A token is made from the key for every connection. The key needs Member rights.'
  },

  nudge: 'When you are silent',
  nudgeOn: 'The agent says something after a silence',
  nudgeAfter: 'After how many seconds, 3 to 3600',
  nudgeSay: 'What it says',
  nudgeStart: { afterSeconds: 20, say: 'Are you still there?' },
  nudgeSeconds: 'Write a number from 3 to 3600.',
  nudgeWords: 'Write what the agent says.',

  tools: 'Tools',
  toolsAbout: 'How Parley answers the functions that the agent calls here.',
  noTools: 'The agent has no functions of this kind.',
  toolKind: (name: string) => `How ${name} is answered`,
  toolKinds: { ask: 'Ask me', answer: 'Fixed answer' },
  toolContent: (name: string) => `Answer of ${name}, text or JSON`,
  toolUndeclared: 'not among the functions of its settings',
  toolRemove: (name: string) => `Remove ${name}`,
  toolName: 'Name of another function',
  toolAdd: 'Add'
}
