import { Notification } from 'electron'
import { withoutMarkup, type Note } from '../../core/presence/notifications.ts'

/** Shows notes as the system's notifications; a newer one of a kind takes the place of the older. */
export function systemNotifications(onClick: () => void): { works: boolean; show(note: Note): void; close(): void } {
  // Held here: a notification that is collected loses its click.
  const shown = new Map<Note['kind'], Notification>()
  const works = Notification.isSupported()
  return {
    works,
    show({ kind, title, body }) {
      if (!works) return
      shown.get(kind)?.close()
      // The earcons are the sounds, and they can be switched off.
      const plain = process.platform === 'linux' ? withoutMarkup(body) : body
      const notification = new Notification({ title, body: plain, silent: true })
      shown.set(kind, notification)
      notification.on('click', onClick)
      notification.show()
    },
    close() {
      for (const notification of shown.values()) notification.close()
      shown.clear()
    }
  }
}
