import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_PREFERENCES } from '../../../shared/defaults.ts'
import { CallError } from '../../../shared/ipc/contract.ts'
import { ProfileId } from '../../../shared/profile.ts'
import { storeProblems } from '../data-problems.ts'
import { jsonLog } from '../json-log.ts'
import { FILE_PROTECTION } from '../secrets/protection.ts'
import { openSecrets } from '../secrets/secrets.ts'
import { dataService, type DataAssistant, type DataDeps } from './data.ts'
import { folderBytes } from './folder-size.ts'
import { systemOpener } from './open-folder.ts'
import { deleteMarkedFolders, markWindowFolders } from './window-folders.ts'

const OWN = ProfileId.parse('own')
const CANARY = 'canary-0123456789-abcdef'

let dir: string
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'parley-data-'))))
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

const refused = (): never => {
  throw new CallError('refused', 'Not here.')
}

function rig(change: Partial<DataDeps> = {}) {
  const written: string[] = []
  const done: string[] = []
  const told: unknown[] = []
  const log = jsonLog({ write: (line) => void written.push(line) })
  const problems = storeProblems()
  const secrets = openSecrets({
    dataDir: dir,
    env: {},
    http: { request: () => Promise.reject(new Error('not asked')) },
    log,
    problems,
    protection: FILE_PROTECTION
  })
  const service = dataService({
    dataDir: dir,
    info: { version: '0.1.0', host: 'web', platform: 'linux', connectAtStart: false },
    store: { clear: () => void done.push('store') },
    problems,
    secrets,
    history: { deleteEverything: () => void done.push('history') },
    lines: log.lines,
    open: () => Promise.resolve(undefined),
    log,
    nowIso: () => '2026-01-02T03:04:05.006Z',
    ...change
  })
  const handlers: DataAssistant['handlers'] = {
    'session:hang-up': () => void done.push('hang-up'),
    'preferences:read': () => ({ ...DEFAULT_PREFERENCES, theme: 'dark' }),
    'profiles:list': () => ({
      profiles: [{ id: OWN, name: 'Own', service: 'deepgram', modality: 'audio', builtIn: false }],
      chosenId: OWN
    }),
    'profiles:export': () => ({ fileName: 'own.json', text: '{"model":"nova-3"}', removed: [] }),
    'shortcuts:status': refused,
    'presence:info': refused
  }
  const end = service.follow({
    handlers,
    tell: (name, payload) => void told.push([name, payload]),
    startAfresh: () => void done.push('afresh')
  })
  return { ...service, written, done, told, problems, secrets, log, end }
}

const keep = ({ secrets }: ReturnType<typeof rig>) =>
  secrets.handlers['secrets:set']({
    target: { kind: 'service-key', service: 'deepgram' },
    value: CANARY,
    place: 'file'
  })

describe('the data folder', () => {
  it('is told with its size and what went wrong, also as it happens', async () => {
    writeFileSync(path.join(dir, 'a'), 'x'.repeat(10))
    mkdirSync(path.join(dir, 'b'))
    writeFileSync(path.join(dir, 'b/c'), 'x'.repeat(7))
    symlinkSync('/etc', path.join(dir, 'b/link'))
    const one = rig()
    const problem = { code: 'restored', message: 'It was missing.', file: path.join(dir, 'a') } as const
    one.problems.add(problem)
    expect(one.told).toEqual([['data:problem', problem]])
    const info = await one.handlers['data:info']?.(undefined)
    expect(info).toMatchObject({ dir, problems: [problem] })
    expect(info?.bytes).toBeGreaterThanOrEqual(17)
    expect(info?.bytes).toBeLessThan(1000)
    expect(await folderBytes(path.join(dir, 'nowhere'))).toBe(0)
    one.end()
    one.problems.add({ ...problem, code: 'newer' })
    expect(one.told).toHaveLength(1)
  })

  it('is opened by the system, or it is told why not', async () => {
    await rig().handlers['data:open']?.(undefined)
    const failing = rig({ open: () => Promise.resolve('No file manager.') })
    await expect(failing.handlers['data:open']?.(undefined)).rejects.toMatchObject({
      code: 'refused',
      message: 'No file manager.'
    })
  })

  it('without a display, or without the program for it, is not opened', async () => {
    const machine = { platform: 'linux', env: {}, uid: 1000, exists: () => false } as const
    expect(await systemOpener(machine)(dir)).toContain('no display')
    const before = process.env['PATH']
    process.env['PATH'] = dir
    try {
      expect(await systemOpener({ ...machine, env: { DISPLAY: ':1' } })(dir)).toContain('xdg-open')
    } finally {
      process.env['PATH'] = before
    }
  })
})

describe('the report', () => {
  it('knows every kept value, also one that was not used yet, and survives a part that fails', async () => {
    await keep(rig())
    const one = rig()
    one.log.warn(`echo ${CANARY}`)
    const report = await one.handlers['data:report']?.({ texts: false })
    expect(report?.fileName).toBe('parley-report-2026-01-02.md')
    expect(report?.text).toContain('Deepgram: file')
    expect(report?.text).toContain('"model": "nova-3"')
    expect(report?.text).toContain('hotkeys')
    expect(report?.text).toContain('echo [Deepgram key]')
    expect(report?.text).not.toContain(CANARY)
  })

  it('is not the first place where a secret is missed: no line of the log holds a value that was entered', async () => {
    const one = rig()
    await keep(one)
    one.log.error('failed', { cause: new Error(`401 for ${CANARY}`), nested: { deep: [CANARY] } })
    expect(one.written.join('')).toContain('401 for [Deepgram key]')
    expect(one.written.join('')).not.toContain(CANARY)
  })
})

describe('deleting all', () => {
  it('ends the conversation first, deletes everything that is Parley’s and nothing else, and begins afresh', async () => {
    const one = rig()
    await keep(one)
    writeFileSync(path.join(dir, 'web-session.json'), '{}')
    writeFileSync(path.join(dir, 'holiday.jpg'), 'x')
    one.log.warn('something')
    one.problems.add({ code: 'restored', message: 'It was.', file: 'parley.json' })
    await one.handlers['data:delete-all']?.({ confirm: 'delete everything' })
    expect(one.done).toEqual(['hang-up', 'history', 'store', 'afresh'])
    expect(readdirSync(dir).toSorted()).toEqual(['delete-window-data', 'holiday.jpg'])
    expect(one.log.lines.newest()).toEqual([])
    expect(one.problems.list()).toEqual([])
  })

  it('goes on after a step that fails, and tells what is left', async () => {
    const one = rig({
      store: {
        clear: () => {
          throw Object.assign(new Error('EROFS'), { code: 'EROFS' })
        }
      },
      history: { deleteEverything: refused }
    })
    await keep(one)
    await expect(one.handlers['data:delete-all']?.({ confirm: 'delete everything' })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(
        /the history \(Not here\.\).*agents and settings \(the disk is read-only\)/
      ) as string
    })
    expect(one.done).toContain('afresh')
    expect(existsSync(path.join(dir, 'secrets.json'))).toBe(false)
  })

  it('of what the window keeps waits until no window is open, and leaves what a running one needs', () => {
    const folder = path.join(dir, 'electron')
    mkdirSync(path.join(folder, 'Cache'), { recursive: true })
    for (const name of ['SingletonLock', 'Local State', 'Cookies', 'Cache/1'])
      writeFileSync(path.join(folder, name), '')
    const log = jsonLog({ write: () => undefined })
    deleteMarkedFolders(dir, [folder], log)
    expect(readdirSync(folder)).toContain('Cookies')
    markWindowFolders(dir)
    deleteMarkedFolders(dir, [folder, path.join(dir, 'nowhere')], log)
    expect(readdirSync(folder).toSorted()).toEqual(['Local State', 'SingletonLock'])
    expect(readdirSync(dir)).toEqual(['electron'])
  })
})
