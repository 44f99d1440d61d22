/** The tab of the data folder. */
export const dataText = {
  loading: 'Looking at the data folder…',
  folder: 'Data folder',
  folderAbout: 'Agents, settings, history and kept keys are in this folder of your computer.',
  folderField: 'Path of the data folder',
  size: (bytes: number) => {
    if (bytes < 1000) return `${bytes} bytes`
    const units = ['kB', 'MB', 'GB', 'TB']
    const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
    const amount = bytes / 1000 ** step
    return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[step - 1] ?? ''}`
  },
  takes: (size: string) => `It takes ${size}.`,
  open: 'Open',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'It could not be copied. Select it and copy it yourself.',
  report: 'Report a problem',
  reportAbout:
    'Versions, settings, what works here and the newest lines of the log, as one text. Keys, and words of conversations, are never in it. Nothing is sent.',
  reportTexts: 'With the texts of my agents',
  reportTextsAbout: 'Prompts, greetings and names of your agents. Otherwise only their length is told.',
  reportPreview: 'Make a report…',
  reportTitle: 'Report a problem',
  reportRead: 'Read it before you give it to anybody.',
  reportField: 'Text of the report',
  reportSave: 'Save as a file',
  close: 'Close',
  delete: 'Delete all my data',
  deleteAbout: 'Agents, settings, keys, conversations and logs. Parley begins again as it came.',
  deleteRow: 'This cannot be undone.',
  deleteAction: 'Delete all…',
  deleteTitle: 'Delete all your data?',
  deleteBody:
    'The conversation ends. All your agents, settings, keys and conversations are deleted from this computer. What you exported elsewhere stays. This cannot be undone.',
  deleteConfirm: 'Delete everything',
  deleteKeep: 'Keep my data',
  deleting: 'Deleting…'
} as const
