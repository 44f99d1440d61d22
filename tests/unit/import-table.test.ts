import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

// The import table of design.md section 3 is kept by lint rules; these files break it on purpose, at least one per row.
const root = fileURLToPath(new URL('../..', import.meta.url))
const fixtures = join(root, 'tests/fixtures/bad-imports')
const scratch = mkdtempSync(join(tmpdir(), 'parley-imports-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

interface Finding {
  filename: string
  code: string
}

function lint(folder: string): Finding[] {
  cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  const run = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32'
  })
  const report = JSON.parse(run.stdout) as { diagnostics: Finding[] }
  return report.diagnostics.filter(({ code }) => code.includes('no-restricted-imports'))
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

const rows = [
  'src/shared/',
  'src/core/',
  'src/agent/',
  'src/main/node/',
  'src/main/web/',
  'src/main/cli/',
  'src/main/electron/',
  'src/main/index.ts',
  'src/preload/',
  'src/renderer/src/imports',
  '.worklet.ts',
  '.worker.ts'
]

const allowed: Record<string, string> = {
  'src/shared/good.ts': "import { z } from 'zod'\nimport { a } from './audio/format.ts'\nexport const b = [z, a]\n",
  'src/core/good.ts': "import { z } from 'zod'\nimport { a } from '../shared/events.ts'\nexport const b = [z, a]\n",
  'src/agent/good.ts':
    "import { readFile } from 'node:fs/promises'\nimport { WebSocket } from 'ws'\nimport { a } from '../shared/events.ts'\nexport const b = [readFile, WebSocket, a]\n",
  'src/main/node/good.ts':
    "import Conf from 'conf'\nimport { a } from '../../core/ports.ts'\nexport const b = [Conf, a]\n",
  'src/main/web/good.ts': "import { a } from '../node/page.ts'\nexport const b = a\n",
  'src/main/cli/good.ts': "import { a } from '../../agent/server.ts'\nexport const b = a\n",
  'src/main/electron/good.ts':
    "import { app } from 'electron'\nimport { a } from '../node/page.ts'\nexport const b = [app, a]\n",
  'src/main/electron/ipc-host.ts': "import { ipcMain } from 'electron'\nexport const b = ipcMain\n",
  'src/preload/good.ts':
    "import { contextBridge } from 'electron'\nimport { a } from '../shared/ipc/names.ts'\nexport const b = [contextBridge, a]\n",
  'src/renderer/src/good.ts':
    "import { createRoot } from 'react-dom/client'\nimport { a } from '../../shared/events.ts'\nexport const b = [createRoot, a]\n",
  'src/renderer/src/audio/good.worklet.ts': "import { a } from '../../../shared/audio/pcm.ts'\nexport const b = a\n",
  'src/renderer/src/audio/good.worker.ts':
    "import speex from 'speex-resampler/app/speex_wasm'\nimport { a } from '../../../shared/ipc/audio-link.ts'\nimport { c } from './hub.ts'\nexport const b = [speex, a, c]\n"
}

/** The packages each folder may import; a new dependency is refused everywhere until it is written here and in the rules. */
const packagesOf: Record<string, readonly string[]> = {
  'src/shared/': ['zod'],
  'src/core/': ['zod'],
  'src/agent/': ['ws', 'zod', 'speex-resampler', 'eventsource-parser'],
  'src/main/node/': ['ws', 'zod', 'conf', 'speex-resampler', 'https-proxy-agent', 'proxy-from-env', 'uiohook-napi'],
  'src/main/cli/': ['ws', 'zod', 'speex-resampler'],
  'src/main/electron/': ['electron', 'electron-store', 'zod'],
  'src/preload/': ['electron'],
  'src/renderer/src/': ['react', 'react-dom', 'radix-ui', 'lucide-react', 'clsx', 'zustand', 'get-nonce', 'zod']
}

describe('import table', () => {
  const bad = filesOf(fixtures)
  const broken = join(scratch, 'broken')
  cpSync(fixtures, broken, { recursive: true })
  const caught = new Set(lint(broken).map(({ filename }) => relative('.', filename)))

  it.each(rows)('has a file that breaks the row of %s', (row) => {
    expect(bad.some((file) => file.includes(row))).toBe(true)
  })

  it.each(bad)('refuses %s', (file) => {
    expect([...caught]).toContain(file)
  })

  it('lets every allowed import pass', () => {
    const good = join(scratch, 'good')
    for (const [file, text] of Object.entries(allowed)) {
      mkdirSync(dirname(join(good, file)), { recursive: true })
      writeFileSync(join(good, file), text)
    }
    expect(lint(good)).toEqual([])
  })

  it('refuses every package of package.json that a folder was not given', () => {
    const strict = join(scratch, 'packages')
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >
    const packages = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@types/'))
    const unrefused = Object.entries(packagesOf).flatMap(([folder, given]) =>
      packages.filter((name) => !given.includes(name)).map((name) => `${folder}${name.replace(/\W/g, '_')}.ts ${name}`)
    )
    for (const line of unrefused) {
      const [file = '', name = ''] = line.split(' ')
      mkdirSync(dirname(join(strict, file)), { recursive: true })
      writeFileSync(join(strict, file), `import it from '${name}'\nexport const bad = it\n`)
    }
    const refused = new Set(lint(strict).map(({ filename }) => relative('.', filename)))
    expect(unrefused.filter((line) => !refused.has(line.split(' ')[0] ?? ''))).toEqual([])
  })
})
