// Modules with no renderer side: they check order and arguments and write down what they were told.
import { EventEmitter } from 'node:events'
import { needReady, record, state } from './state.ts'
import { modelled, type Like } from './surface.ts'

/** Chromium's page follows the system or the test driver; this is what main would be told. */
export const nativeTheme = modelled(
  'NativeTheme',
  Object.defineProperties(new EventEmitter(), {
    shouldUseDarkColors: {
      get() {
        needReady('estand: nativeTheme before app is ready')
        return state.darkColors
      }
    }
  }),
  ['shouldUseDarkColors']
)

/** Nothing here sleeps: the test emits what the system would. */
export const powerMonitor = modelled('PowerMonitor', new EventEmitter())

export const shell = modelled('Shell', {
  /** Answers '' as Electron does where it worked. */
  openPath: (path: string) => Promise.resolve(record('shell.openPath', [path], ''))
} satisfies Like<Electron.Shell>)

export const dialog = modelled('Dialog', {
  async showMessageBox(...args: unknown[]) {
    needReady('dialog module can only be used after app is ready')
    const answer = { response: state.messageBoxResponse, checkboxChecked: false }
    return record('dialog.showMessageBox', args, answer)
  },
  showErrorBox(title: string, content: string) {
    record('dialog.showErrorBox', [title, content], undefined)
  }
} satisfies Like<Electron.Dialog>)
