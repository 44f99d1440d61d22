/** What Parley does while nobody looks at its window. */
export const presenceText = {
  window: {
    title: 'Window and tray',
    closeHides: 'Closing the window hides it',
    closeHidesAbout: 'Parley goes on in the tray. Quit it from the tray’s menu.',
    closeQuits: 'Closing the window quits Parley.',
    startAtLogin: 'Start when you log in',
    startAtLoginAbout: 'In the tray, without a window.',
    startAtLoginNoTray: 'With its window: this desktop has no tray.'
  },
  overlay: {
    title: 'Overlay',
    label: 'Show the overlay',
    about: 'State, level and the last line, above other windows.',
    open: 'Open the overlay',
    openAbout: 'State, level and the last line, in a small window of the browser.',
    blocked: 'The browser opened no window. Allow this page to open windows, and try again.'
  },
  told: {
    title: 'Sounds and notifications',
    notifications: 'Notifications',
    notificationsAbout: 'When a conversation ends by itself or a tool needs you, while you look elsewhere.',
    earcons: 'Short sounds',
    earconsAbout: 'When the microphone opens and closes, and when a conversation ends by itself.'
  },
  idle: {
    title: 'Silence',
    label: 'Hang up when nothing is said',
    about: 'You are warned a minute before. Never while somebody speaks, or a tool works or waits for you.',
    never: 'Never',
    minutes: (minutes: number) => (minutes === 1 ? 'After 1 minute' : `After ${minutes} minutes`)
  },
  usage: {
    title: 'Minutes used',
    about: 'How long a connection to each agent was live.',
    agent: 'Agent',
    today: 'Today',
    month: '30 days',
    total: 'In all',
    none: 'No conversation yet.',
    given: 'from the command line',
    failed: 'The minutes could not be read.',
    minutes: (minutes: number) =>
      minutes < 60 ? `${minutes < 10 ? Math.round(minutes * 10) / 10 : Math.round(minutes)} min` : hours(minutes)
  },
  loading: 'Parley is being asked what works here.',
  card: {
    title: 'Are you still there?',
    body: 'Nothing was said for a while.',
    endsIn: (seconds: number) => `The conversation ends in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    stay: 'I am still here'
  }
} as const

function hours(minutes: number): string {
  const whole = Math.round(minutes)
  return `${Math.floor(whole / 60)} h ${whole % 60} min`
}
