// `electron` as a built-in module of the main process: what is modelled, and a loud stub for every other name.
import { registerHooks } from 'node:module'
import { app } from './app.ts'
import { globalShortcut } from './global-shortcut.ts'
import { ipcMain } from './ipc-main.ts'
import { MessageChannelMain } from './ports.ts'
import { dialog, nativeTheme, powerMonitor, shell } from './recorders.ts'
import { safeStorage } from './safe-storage.ts'
import { protocol, session } from './session.ts'
import { state } from './state.ts'
import { mainNames, unmodelled } from './surface.ts'
import { Menu, nativeImage, screen, StandinNotification, StandinTray } from './system-shell.ts'
import { utilityProcess } from './utility.ts'
import { StandinWindow, webContents } from './windows.ts'

const has: Record<string, unknown> = {
  app,
  BrowserWindow: StandinWindow,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeImage,
  nativeTheme,
  Notification: StandinNotification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray: StandinTray,
  utilityProcess,
  webContents
}

/** Any use of it names the missing module; `then` must be absent for `await import('electron')`. */
function missing(name: string): unknown {
  const loud = () => unmodelled(`electron.${name}`)
  return new Proxy(loud, {
    get: (_target, key) => (typeof key === 'symbol' || key === 'then' ? undefined : loud()),
    construct: loud
  })
}

export function installElectronModule(): void {
  for (const name of mainNames) {
    Object.defineProperty(state.electron, name, { enumerable: true, value: has[name] ?? missing(name) })
  }
  const exports = mainNames.map((name) => `export const ${name} = electron.${name};`).join('\n')
  const esm = `const { electron } = globalThis.estand;\nexport default electron;\n${exports}`
  registerHooks({
    resolve(specifier, context, next) {
      if (/^electron(\/(main|common))?$/.test(specifier)) {
        return { url: 'estand:electron', format: 'module', shortCircuit: true }
      }
      if (specifier === 'electron/renderer') throw new Error(`Cannot find module '${specifier}'`)
      return next(specifier, context)
    },
    load(url, context, next) {
      if (url !== 'estand:electron') return next(url, context)
      return context.conditions.includes('require')
        ? { format: 'commonjs', shortCircuit: true, source: 'module.exports = globalThis.estand.electron' }
        : { format: 'module', shortCircuit: true, source: esm }
    }
  })
}
