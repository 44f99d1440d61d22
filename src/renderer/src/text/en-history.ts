/** Texts of the history. */
export const historyText = {
  menu: 'History…',
  title: 'History',
  close: 'Close the history',
  search: 'Search all conversations',
  list: 'Conversations',
  untitled: 'Without words',
  running: 'now',
  loading: 'Looking…',
  more: 'Show older ones',
  empty: { title: 'Nothing here yet', body: 'What you and an agent say is kept on this computer, and found here.' },
  off: {
    title: 'History is off',
    body: 'Conversations are not kept.',
    action: 'Keep them from now on'
  },
  noMatch: (query: string) => `Nothing was found for “${query}”`,
  noMatchHint: 'All words must be in the conversation. The last one may be its beginning only.',
  failed: 'The history cannot be shown',
  again: 'Try again',
  choose: 'Choose a conversation to read it',
  found: (count: number, more: boolean) =>
    `${count}${more ? ' or more' : ''} ${count === 1 && !more ? 'conversation' : 'conversations'}`,
  today: 'Today',
  yesterday: 'Yesterday',
  lines: (count: number) => `${count} ${count === 1 ? 'line' : 'lines'}`,

  back: 'All conversations',
  transcript: (title: string) => `What was said: ${title}`,
  continue: 'Continue',
  continueWith: (agent: string) => `Continue with ${agent}`,
  continues: 'Goes on from an earlier conversation',
  export: 'Export',
  markdown: 'Markdown, to read',
  json: 'JSON, for a program',
  times: 'Show how long replies took',
  hideTimes: 'Hide how long replies took',
  ended: (reason: string) => `Ended: ${reason}`,
  broke: 'Broke off: Parley was closed in the middle of it.',
  runs: 'This conversation runs now.',
  unfinished: 'not finished',
  cutHere: (percent: number) =>
    percent === 0 ? 'cut off, none of it heard (estimate)' : `cut off here, about ${percent} % heard (estimate)`,

  remove: 'Delete this conversation',
  removeTitle: 'Delete this conversation?',
  removeAbout: (title: string) =>
    `“${title}” is deleted from this computer, also from the search. This cannot be undone.`,
  removeRunning: 'The rest of it, which still runs, is not kept either.',
  removeConfirm: 'Delete',
  keep: 'Keep it',
  keepAll: 'Keep them',

  switchTitle: 'End the conversation that runs?',
  switchAbout: 'A new one begins, which knows what was said in this one.',
  switchConfirm: 'End it and continue',
  switchCancel: 'Stay',

  section: 'History',
  keepSwitch: 'Keep conversations',
  keepAbout:
    'In one file on this computer: what was said, tool calls and times. No sound, no key. The minutes per agent are counted either way.',
  offSay: 'Nothing that is said from now on is kept. What was kept before stays until you delete it.',
  days: 'Keep them for',
  daysChoices: { forEver: 'as long as I like', days: (days: number) => (days === 365 ? 'one year' : `${days} days`) },
  daysAbout: 'Older conversations are deleted when Parley starts, and once an hour.',
  clear: 'Delete all conversations',
  clearAction: 'Delete all…',
  clearTitle: 'Delete all conversations?',
  clearAbout: 'All of them are deleted from this computer. The minutes per agent stay. This cannot be undone.',
  clearConfirm: 'Delete all',
  cleared: 'All conversations were deleted.'
}
