import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const sources = globSync('src/**/*.{ts,tsx,html}', { cwd: root, exclude: (name) => /\.test(-support)?\./.test(name) })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.test(-support)?\./.test(file))

/** Source files in which `pattern` occurs outside of comments. */
function filesWith(pattern: RegExp): string[] {
  return sources.filter((file) => pattern.test(withoutComments(read(file)))).toSorted()
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}

describe('what the sources may use', () => {
  it('finds them', () => {
    expect(sources.length).toBeGreaterThan(300)
    expect(filesWith(/createMainWindow\(/)).toContain('src/main/electron/windows.ts')
  })

  it('main listens to pages in one place', () => {
    // store.ts only takes a listener of electron-store away.
    expect(filesWith(/\bipcMain\b/)).toEqual(['src/main/electron/ipc-host.ts', 'src/main/electron/store.ts'])
    expect(filesWith(/\bipcRenderer\b/)).toEqual(['src/preload/index.ts', 'src/preload/overlay.ts'])
    expect(withoutComments(read('src/main/electron/store.ts'))).not.toMatch(/ipcMain\.(on|once|handle)\b/)
  })

  it('what is printed is printed where keys are taken out of it, or where there are none', () => {
    expect(filesWith(/\bconsole\.(?:log|info|debug|warn|error|trace|dir|table)\b/)).toEqual([])
    expect(filesWith(/\bstd(?:out|err)\s*\.write\(/)).toEqual([
      'src/main/cli/index.ts',
      'src/main/electron/shutdown.ts',
      'src/main/index.ts',
      'src/main/web/index.ts'
    ])
    // Both keep an error from being printed by Node, with everything in it.
    expect(filesWith(/'uncaughtException'/)).toEqual(['src/main/cli/index.ts', 'src/main/node/crash.ts'])
    for (const host of ['src/main/index.ts', 'src/main/web/index.ts']) {
      expect(withoutComments(read(host))).toContain('endOnFault(log, ')
      expect(withoutComments(read(host))).toContain('takeEnvironment(process.env)')
    }
  })

  it('nothing is opened outside of Parley but its own folder', () => {
    expect(filesWith(/\bopenExternal\b/)).toEqual([])
    expect(filesWith(/\bopenPath\b/)).toEqual(['src/main/index.ts'])
  })

  it('no page is given what our pages do not need', () => {
    expect(filesWith(/webPreferences/)).toEqual(['src/main/electron/overlay-window.ts', 'src/main/electron/windows.ts'])
    for (const file of filesWith(/webPreferences/)) {
      const text = withoutComments(read(file))
      const windows = text.match(/webPreferences: \{[^}]*\}/g) ?? []
      expect(windows).toHaveLength(1)
      for (const word of ['sandbox: true', 'contextIsolation: true', 'nodeIntegration: false', 'webviewTag: false']) {
        expect(windows[0]).toContain(word)
      }
      expect(windows[0]).not.toMatch(/webSecurity|allowRunning|experimental|BlinkFeatures|InWorker|InSubFrames/)
    }
    expect(filesWith(/<webview|\bBrowserView\b|\bWebContentsView\b/)).toEqual([])
  })

  it('every page is kept where it is', () => {
    const text = withoutComments(read('src/main/electron/windows.ts'))
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      expect(text).toContain(`contents.on('${event}', stop)`)
    }
    expect(text).toContain("setWindowOpenHandler(() => ({ action: 'deny' }))")
    expect(text).toContain("app.on('web-contents-created'")
    expect(withoutComments(read('src/main/index.ts'))).toMatch(/confinePages\(log\)[\s\S]*await app\.whenReady\(\)/)
  })

  it('the sandbox is asked for before the app is ready', () => {
    expect(withoutComments(read('src/main/index.ts'))).toMatch(/^app\.enableSandbox\(\)$/m)
  })

  it('no text becomes a page or a program', () => {
    expect(
      filesWith(/dangerouslySetInnerHTML|\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|srcdoc/i)
    ).toEqual([])
    expect(filesWith(/\beval\(|new Function\(|javascript:|createContextualFragment|DOMParser/)).toEqual([])
    expect(filesWith(/shell: true|\bexecSync\(/)).toEqual([])
  })
})

describe('docs/security.md', () => {
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| (no\.|rule|-)/.test(line) && !line.startsWith('| --'))
    .map((line) => line.split('|').slice(1, -1))

  it('has the 20 points and the rules of calls and of the web host', () => {
    const numbers = rows.map(([first]) => Number(first)).filter((number) => !Number.isNaN(number))
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(rows.length).toBeGreaterThan(30)
  })

  it.each(rows.map((cells) => [cells[0]?.trim() ?? '', cells] as const))(
    '%s: its code and its test are there',
    (_first, cells) => {
      const [code = '', test = ''] = cells.slice(-2)
      const files = [...code.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file)
      expect(files.length).toBeGreaterThan(0)
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
      const [, file = '', name = ''] = /^ `([^`]+)` "([^"]+)"\s*$/.exec(test) ?? []
      expect(file).not.toBe('')
      expect(read(file)).toContain(name)
    }
  )
})
