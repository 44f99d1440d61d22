// Modules with no renderer side: they check order and arguments and write down what they were told.
import { needReady, record, state } from './state.ts'
import { modelled, unmodelled, type Like } from './surface.ts'

export const Menu = {
  setApplicationMenu(menu: Electron.Menu | null) {
    record('Menu.setApplicationMenu', [menu === null ? null : 'menu'], undefined)
  },
  buildFromTemplate: () => unmodelled('Menu.buildFromTemplate')
}

export const shell = modelled('Shell', {} satisfies Like<Electron.Shell>)

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
