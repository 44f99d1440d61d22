/** The tab of the keys. Places are those of `SecretPlace`. */
export const keysText = {
  loading: 'Looking for the keys…',
  services: 'Keys of the services',
  servicesAbout: 'A key is entered once and never shown again.',
  secrets: 'Secrets of agents',
  secretsAbout: 'Values that an agent’s settings name, such as {{secret:OPENAI_KEY}}.',
  noSecrets: 'No agent names a secret.',
  service: { deepgram: 'Deepgram', napster: 'Napster' },
  variable: (name: string) => `{{secret:${name}}}`,
  place: {
    protected: 'Kept encrypted by the key store of the system',
    file: 'Kept in a file that is not encrypted',
    memory: 'Kept until Parley ends',
    environment: 'From the environment in which Parley was started'
  },
  none: 'No key yet',
  noValue: 'No value yet',
  usedBy: (names: readonly string[]) => {
    const shown = names.slice(0, 3)
    const more = names.length - shown.length
    return `Used by ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
  },
  missingFor: (names: readonly string[]) => {
    const shown = names.slice(0, 3)
    const more = names.length - shown.length
    return `Wanted by ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
  },
  add: 'Add…',
  replace: 'Replace…',
  remove: 'Remove',
  check: 'Check',
  checking: 'Checking…',
  addSecret: 'Add a secret…',
  addFor: (name: string) => `Add ${name}`,
  replaceFor: (name: string) => `Replace ${name}`,
  removeFor: (name: string) => `Remove ${name}`,
  checkFor: (name: string) => `Check ${name}`,
  keyField: (name: string) => `Key for ${name}`,
  valueField: (name: string) => `Value of ${name}`,
  newValueField: 'Value',
  nameField: 'Name',
  placeChoice: 'Where to keep it',
  placeLabel: { protected: 'In the key store', file: 'In a file', memory: 'Until Parley ends' },
  fileWarning: 'It is not encrypted there: every program that you run can read it.',
  memoryNote: 'It is forgotten when Parley ends and must be entered again.',
  save: 'Save',
  saving: 'Saving…',
  cancel: 'Cancel',
  empty: 'Paste it first.',
  badName: 'A name has letters, digits and underscores, and no digit at the beginning.',
  saved: (name: string) => `${name} was saved.`,
  removed: (name: string) => `${name} was removed.`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeAbout: (names: readonly string[]) =>
    names.length === 0 ? 'It cannot be shown again.' : `It cannot be shown again. ${keysUsers(names)}`,
  keyOf: (name: string) => `the key for ${name}`,
  keyOfCapital: (name: string) => `The key for ${name}`
} as const

function keysUsers(names: readonly string[]): string {
  return names.length === 1 ? `${names[0] ?? ''} uses it.` : `${names.length} agents use it.`
}
