// Reads electron-vite's output and runs nothing: the mistakes that only show on a machine with Electron.
// Usage: node scripts/check-build.mjs [folder with package.json and out/]   exit code 1 and one line per finding
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFunction } from 'node:vm'
import { mainNames } from '../tests/standin/surface.ts'

const PRELOAD_PARAMETERS = 'require process exports module Buffer global setImmediate clearImmediate'.split(' ')
/** One for each kind of window. */
const PRELOADS = ['index.cjs', 'overlay.cjs']
const PRELOAD_MODULES = /^(electron(\/(common|renderer))?|(node:)?(events|timers|url))$/
const IMPORT = /^import\s+(?:\w+\s*,\s*)?(?:\{([^}]*)\}|[\w*\s]+)\s+from\s*["']([^"']+)["']/gm
/** The speech process with its voice thread, and the one that hears keys: found by name at run time, so that no import shows their absence. */
const PROCESSES = ['speech-utility.js', 'speech-worker.js', 'hook-utility.js']
const BAD_PREFERENCE =
  /(sandbox|webSecurity|contextIsolation): (false|!1)|(nodeIntegration\w*|webviewTag|allowRunningInsecureContent): (true|!0)/

function filesIn(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const isScript = (file) => /\.[cm]?js$/.test(file)

function checkPreload(folder, say) {
  const scripts = filesIn(folder).filter(isScript)
  const names = scripts.map((file) => file.slice(folder.length + 1))
  for (const name of PRELOADS.filter((one) => !names.includes(one))) say('preload-files', `${name} is missing`)
  for (const name of names.filter((one) => !PRELOADS.includes(one)))
    say('preload-files', `${name}: no window has it, and a sandboxed preload cannot load a second file`)
  for (const file of scripts) {
    const text = readFileSync(file, 'utf8')
    try {
      compileFunction(text, PRELOAD_PARAMETERS)
    } catch (error) {
      say('preload-not-commonjs', error.message)
    }
    for (const [, name] of text.matchAll(/\brequire\(["'`]([^"'`]+)/g)) {
      if (!PRELOAD_MODULES.test(name)) say('preload-require', `${name} cannot be loaded in a sandbox`)
    }
    if (/\bimport\s*\(/.test(text)) say('preload-import', 'dynamic import')
    if (!/exposeInMainWorld/.test(text)) say('preload-no-bridge', 'nothing is exposed to the page')
    if (/exposeInMainWorld\([^)]*ipcRenderer\s*\)/.test(text))
      say('preload-exposes-ipc', 'ipcRenderer itself is exposed')
  }
}

function checkImports(text, dependencies, say) {
  for (const [, names = '', from] of text.matchAll(IMPORT)) {
    if (/^electron(\/(main|common))?$/.test(from)) {
      const imported = names.split(',').map((name) => name.trim().split(/\s+as\s+/)[0])
      for (const name of imported.filter((n) => n !== '' && n !== 'default' && !mainNames.includes(n))) {
        say('electron-name', `${name} is not in Electron's main process`)
      }
    } else if (!from.startsWith('.') && !isBuiltin(from)) {
      const packed = dependencies.some((name) => from === name || from.startsWith(`${name}/`))
      if (!packed) say('import-not-packed', `${from} is neither built in, nor bundled, nor in dependencies`)
    }
  }
}

/** Only what the desktop entry reaches: the other hosts' bundles lie in the same folder and run in plain Node. */
function reachable(entry) {
  const seen = new Set()
  const visit = (file) => {
    if (seen.has(file) || !existsSync(file)) return
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, from] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g))
      visit(resolve(dirname(file), from))
  }
  visit(entry)
  return [...seen]
}

function checkMain(root, entry, dependencies, say) {
  for (const file of [...reachable(entry), ...PROCESSES.map((name) => join(root, 'out/main', name))]) {
    if (!existsSync(file)) {
      say('path-missing', file.slice(root.length + 1))
      continue
    }
    const text = readFileSync(file, 'utf8')
    checkImports(text, dependencies, say)
    const rest = text.replaceAll('utilityProcess.fork(', '')
    if (/from ["'](node:)?child_process["']/.test(text) && /\bfork\(/.test(rest)) {
      say('fork', 'child_process.fork does not survive the RunAsNode fuse')
    }
    if (/^(?:const [^=]+=\s*)?await\s+app\.whenReady\(/m.test(text)) say('await-whenReady', 'at the top level it hangs')
    const preference = BAD_PREFERENCE.exec(text)
    if (preference !== null) say('web-preferences', preference[0])
    if (/safeStorage\.(isEncryptionAvailable|encryptString|decryptString)\(/.test(text)) {
      say('safe-storage-sync', 'deprecated in Electron 45')
    }
  }
  const text = existsSync(entry) ? readFileSync(entry, 'utf8') : ''
  const joins = text.matchAll(/join\((?:import\.meta\.dirname|here),\s*["']([^"']+)["']/g)
  for (const [, path] of joins) if (!existsSync(resolve(dirname(entry), path))) say('path-missing', path)
  if (/loadURL\(\s*["'`]https?:/.test(text)) say('remote-page', 'the window loads a page from the network')
}

function checkRenderer(folder, say) {
  const files = filesIn(folder)
  if (!files.some((file) => file.endsWith('index.html'))) say('page-missing', 'out/renderer/index.html')
  for (const file of files) {
    const kind = extname(file)
    const text = ['.html', '.js'].includes(kind) ? readFileSync(file, 'utf8') : ''
    const inline = /<script(?![^>]*\bsrc=)[^>]*>\s*\S/.test(text) || /<[^>]+\s(?:on\w+|style)=["']/.test(text)
    if (kind === '.html' && inline) say('inline-in-page', file.slice(folder.length + 1))
    const wrong = /data:video\/mp2t|require\(["']electron["']\)|from ?["'](electron|node:[\w/]+)["']/.exec(text)
    if (kind === '.js' && wrong !== null) say('renderer-script', `${wrong[0]} in ${file.slice(folder.length + 1)}`)
  }
}

/** Findings, each `rule: text`; an empty list is a build without the mistakes this knows. */
export function checkBuild(root) {
  const findings = new Set()
  const say = (rule, text) => findings.add(`${rule}: ${text}`)
  const { main, dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const entry = resolve(root, main)
  if (!existsSync(entry)) say('main-missing', main)
  checkPreload(join(root, 'out/preload'), say)
  checkMain(root, entry, Object.keys(dependencies), say)
  checkRenderer(join(root, 'out/renderer'), say)
  return [...findings]
}

/** One planted mistake per rule, each in a copy of the build: what the check must find in it. */
/** @type {[rule: string, file: string, plant: (text: string) => string][]} */
const PLANTED = [
  ['preload-files', 'out/preload/chunk.cjs', () => `exports.x = 1`],
  ['preload-not-commonjs', 'out/preload/index.cjs', (text) => `import x from 'x'\n${text}`],
  ['preload-require', 'out/preload/index.cjs', (text) => `require('node:path')\n${text}`],
  ['preload-import', 'out/preload/index.cjs', (text) => `${text}\nimport('./other.js')`],
  ['preload-no-bridge', 'out/preload/index.cjs', (text) => text.replaceAll('exposeInMainWorld', 'expose')],
  ['electron-name', 'out/main/index.js', (text) => `import { ipcRenderer } from 'electron'\n${text}`],
  ['import-not-packed', 'out/main/index.js', (text) => `import x from 'not-a-dependency'\n${text}`],
  ['fork', 'out/main/index.js', (text) => `import { fork } from 'node:child_process'\nfork('x')\n${text}`],
  ['await-whenReady', 'out/main/index.js', (text) => `await app.whenReady()\n${text}`],
  ['web-preferences', 'out/main/index.js', (text) => text.replace('sandbox: true', 'sandbox: false')],
  ['path-missing', 'out/main/index.js', (text) => text.replace('preload/index.cjs', 'preload/index.js')],
  ['renderer-script', 'out/renderer/planted.js', () => `import { ipcRenderer } from 'electron'`],
  ['inline-in-page', 'out/renderer/index.html', (text) => text.replace('</head>', '<script>1</script></head>')]
]

/** Rules that a planted mistake did not set off; the list is empty while the check bites. */
export function selfCheck(root) {
  const copy = mkdtempSync(join(tmpdir(), 'parley-check-build-'))
  /** @type {string[]} */
  const toothless = []
  try {
    for (const [rule, file, plant] of PLANTED) {
      cpSync(join(root, 'out'), join(copy, 'out'), { recursive: true })
      cpSync(join(root, 'package.json'), join(copy, 'package.json'))
      const path = join(copy, file)
      const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
      writeFileSync(path, plant(before))
      if (!checkBuild(copy).some((finding) => finding.startsWith(`${rule}:`))) toothless.push(rule)
      rmSync(join(copy, 'out'), { recursive: true })
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  return toothless
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? '.')
  const findings = checkBuild(root)
  for (const finding of findings) console.error(`check-build: ${finding}`)
  const toothless = findings.length > 0 ? [] : selfCheck(root)
  for (const rule of toothless) console.error(`check-build: the rule ${rule} did not find its planted mistake`)
  if (findings.length + toothless.length > 0) process.exitCode = 1
  else console.log(`check-build: no finding, and all ${PLANTED.length} planted mistakes are found`)
}
