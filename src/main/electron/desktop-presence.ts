import { homedir } from 'node:os'
import { app, powerMonitor, screen, type BrowserWindow } from 'electron'
import { HIDDEN_NOTE } from '../../core/presence/notifications.ts'
import type { FileStore } from '../../core/ports.ts'
import { readPreferences } from '../../core/preferences.ts'
import type { PresenceInfo, PresencePreferences } from '../../shared/ipc/presence-calls.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { createPresence, type Presence, type PresenceAssistant } from '../node/presence/presence.ts'
import { loginItem } from './login-item.ts'
import { systemNotifications } from './notifications.ts'
import { OverlayWindow } from './overlay-window.ts'
import { openTray } from './tray.ts'
import { focusWindow, paperOf } from './windows.ts'
import { keepWindow } from './window-state.ts'

/** `appId` of electron-builder.yml. */
const APP_ID = 'dev.parley.Parley'
/** Under which it is kept that a person was told what closing does. */
const TOLD_KEY = 'told-hidden'

interface DesktopPresenceOptions {
  store: FileStore
  clock: Clock
  log: Log
  /** Of the overlay. */
  preload: string
  /** Whether a tray can be seen here. */
  tray: { works: boolean; why: string }
  env: NodeJS.ProcessEnv
}

/** Tray, overlay, notifications, start at login, and what closing the window does. Needs a ready app. */
export interface DesktopPresence {
  presence: Presence
  overlay: OverlayWindow
  /** From now on the tray is there, and `window` hides instead of closing where that is wanted and it can be shown again. */
  attach(window: BrowserWindow, assistant: PresenceAssistant): Promise<void>
  close(): void
}

function overlayWhy(env: NodeJS.ProcessEnv): string {
  return env['XDG_SESSION_TYPE'] === 'wayland'
    ? 'A small window above the others. Wayland lets a program neither place it nor always keep it on top.'
    : 'A small window above the others, which never takes the keyboard.'
}

export function desktopPresence(options: DesktopPresenceOptions): DesktopPresence {
  const { store, clock, log, tray: trayThere, env } = options
  const { platform, execPath } = process
  let window: BrowserWindow | undefined
  let quitting = false
  let before: PresencePreferences | undefined
  const preferences = () => readPreferences(store)
  const notifications = systemNotifications(() => focusWindow(window))
  const login = loginItem({ app, platform, env, home: homedir(), execPath })
  const info: PresenceInfo = {
    tray: trayThere,
    overlay: { works: true, why: overlayWhy(env) },
    startAtLogin: { works: login.works, why: login.why },
    notifications: notifications.works
      ? { works: true, why: 'The system shows them; only while no window of Parley has the focus.' }
      : { works: false, why: 'This system shows no notifications.' }
  }
  const overlay = new OverlayWindow({
    preload: options.preload,
    background: () => paperOf(preferences().theme),
    store,
    screen,
    clock,
    log,
    onGone: () => presence.overlayHidden()
  })
  const presence = createPresence({
    clock,
    log,
    info: () => info,
    show: () => focusWindow(window),
    sendOverlay: (state) => overlay.send(state),
    notify: (note) => notifications.show(note),
    focused: () => window?.isFocused() ?? false
  })
  const tray = trayThere.works
    ? openTray({
        platform,
        state: () => presence.trayState(),
        perform: (action) => (action.kind === 'quit' ? app.quit() : presence.perform(action))
      })
    : undefined

  const follow = (now: PresencePreferences): void => {
    overlay.setOn(now.overlay)
    // What is off already at the start is left as the system has it.
    if (login.works && (now.startAtLogin || before?.startAtLogin === true)) setLogin(now.startAtLogin)
    before = now
  }
  const setLogin = (on: boolean): void => {
    try {
      login.set(on)
    } catch (cause) {
      log.error('starting at login could not be set', { cause })
    }
  }
  const hide = (): void => {
    window?.hide()
    if (store.read(TOLD_KEY) === true || !preferences().presence.notifications) return
    store.write(TOLD_KEY, true)
    notifications.show(HIDDEN_NOTE)
  }

  // Windows shows no notification of a program without it; the installer gives its shortcut the same.
  if (platform === 'win32') app.setAppUserModelId(APP_ID)
  app.on('before-quit', () => {
    quitting = true
  })
  // The dock's icon, on macOS.
  app.on('activate', () => focusWindow(window))
  powerMonitor.on('lock-screen', () => presence.screenLocked(true))
  powerMonitor.on('unlock-screen', () => presence.screenLocked(false))
  powerMonitor.on('suspend', () => presence.asleep(true))
  powerMonitor.on('resume', () => presence.asleep(false))

  return {
    presence,
    overlay,
    async attach(main, assistant) {
      window = main
      keepWindow(main, store, clock)
      main.on('close', (event) => {
        if (quitting || tray === undefined || !preferences().presence.closeHides) return
        event.preventDefault()
        hide()
      })
      // The overlay is a window too, and does not keep Parley alive.
      main.on('closed', () => app.quit())
      presence.onTray(() => tray?.follow())
      presence.onPreferences(({ presence: now }) => follow(now))
      await presence.follow(assistant)
    },
    close() {
      presence.close()
      tray?.close()
      overlay.close()
      notifications.close()
    }
  }
}
