import { readdirSync, rmSync } from 'node:fs'
import { arch, cpus, homedir, release, totalmem } from 'node:os'
import path from 'node:path'
import type { Assistant } from '../../../core/assistant.ts'
import type { HostHandlers } from '../../../core/host-handlers.ts'
import { GIVEN_ID } from '../../../core/profiles/profile-list.ts'
import { CallError, type AppInfo, type Handlers } from '../../../shared/ipc/contract.ts'
import type { Log } from '../../../shared/runtime.ts'
import type { ConfStore } from '../conf-store.ts'
import type { StoreProblems } from '../data-problems.ts'
import { fileObstacle } from '../file-problem.ts'
import type { History } from '../history/history.ts'
import type { LogLines } from '../json-log.ts'
import type { Secrets } from '../secrets/secrets.ts'
import { folderBytes } from './folder-size.ts'
import type { FolderOpener } from './open-folder.ts'
import { reportText, type ReportParts } from './report.ts'
import { markWindowFolders } from './window-folders.ts'

export interface DataDeps {
  dataDir: string
  info: AppInfo
  store: Pick<ConfStore, 'clear'>
  problems: StoreProblems
  secrets: Pick<Secrets, 'handlers' | 'redact' | 'learnAll' | 'destroy'>
  history: Pick<History, 'deleteEverything'>
  /** Where the host keeps the newest lines of its log. */
  lines?: LogLines | undefined
  open: FolderOpener
  log: Log
  nowIso?: () => string
}

type DataCall = 'data:info' | 'data:open' | 'data:report' | 'data:delete-all'

/** What the data folder needs of the assistant. */
export interface DataAssistant extends Pick<Assistant, 'tell' | 'startAfresh'> {
  handlers: Pick<
    Handlers,
    'session:hang-up' | 'preferences:read' | 'profiles:list' | 'profiles:export' | 'shortcuts:status' | 'presence:info'
  >
}

export interface DataService {
  handlers: Pick<HostHandlers, DataCall>
  /** Tells `assistant`'s pages of every problem from now on; reports and deletes what is its. Returns its own end. */
  follow(assistant: DataAssistant): () => void
}

/** Files of the web host's link to its pages. */
const LINK_FILES = /^web-session\.json(?:\.\d+\.new)?$/

/** The data folder as a whole: where it is, what went wrong with it, a report, and its end. */
export function dataService(deps: DataDeps): DataService {
  const { dataDir, problems, secrets, lines } = deps
  let assistant: DataAssistant | undefined
  lines?.scrub(secrets.redact)

  return {
    handlers: {
      'data:info': async () => ({ dir: dataDir, bytes: await folderBytes(dataDir), problems: problems.list() }),
      'data:open': async () => {
        const problem = await deps.open(dataDir)
        if (problem !== undefined) throw new CallError('refused', problem)
      },
      'data:report': async (asked) => {
        // What is kept and was not used yet must be known to be found in a text.
        await secrets.learnAll()
        const parts = await gather(deps, assistant)
        const text = reportText(parts, { texts: asked?.texts === true, redact: secrets.redact, home: homedir() })
        return { fileName: `parley-report-${parts.madeAt.slice(0, 10)}.md`, text }
      },
      'data:delete-all': async () => {
        const failed = await deleteAll(deps, assistant)
        if (failed.length > 0) {
          throw new CallError(
            'refused',
            `Not everything could be deleted: ${failed.join('; ')}. What is left is in ${dataDir}`
          )
        }
      }
    },
    follow(followed) {
      assistant = followed
      return problems.onAdd((problem) => followed.tell('data:problem', problem))
    }
  }
}

async function gather(deps: DataDeps, assistant: DataAssistant | undefined): Promise<ReportParts> {
  const { dataDir, info, problems, secrets, lines, nowIso = () => new Date().toISOString() } = deps
  return {
    madeAt: nowIso(),
    program: {
      Parley: `${info.version}, ${info.host} host`,
      System: `${info.platform} ${release()} ${arch()}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`,
      Runtime: ['electron', 'chrome', 'node', 'v8']
        .flatMap((name) => (process.versions[name] === undefined ? [] : [`${name} ${process.versions[name]}`]))
        .join(', '),
      Session: ['XDG_SESSION_TYPE', 'XDG_CURRENT_DESKTOP', 'LANG']
        .flatMap((name) => (process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`]))
        .join(', ')
    },
    folder: { dir: dataDir, bytes: await folderBytes(dataDir), problems: problems.list() },
    keys: await secrets.handlers['secrets:list'](undefined),
    preferences: await assistant?.handlers['preferences:read'](undefined),
    agents: assistant === undefined ? [] : await agentsOf(assistant),
    abilities: assistant === undefined ? {} : await abilitiesOf(assistant),
    log: lines?.newest() ?? []
  }
}

/** As they would be exported: without secrets. */
async function agentsOf({ handlers }: DataAssistant): Promise<ReportParts['agents']> {
  const { profiles } = await handlers['profiles:list'](undefined)
  return Promise.all(
    profiles.map(async ({ id, builtIn, held }) => ({
      builtIn: isStarter(id, builtIn),
      held: held === true,
      file: isStarter(id, builtIn)
        ? undefined
        : await orProblem(async () => JSON.parse((await handlers['profiles:export']({ id })).text) as unknown)
    }))
  )
}

async function abilitiesOf({ handlers }: DataAssistant): Promise<ReportParts['abilities']> {
  return {
    hotkeys: await orProblem(async () => handlers['shortcuts:status'](undefined)),
    window: await orProblem(async () => handlers['presence:info'](undefined))
  }
}

/** The one from the command line is listed with the starters, but is the person's own. */
function isStarter(id: string, builtIn: boolean): boolean {
  return builtIn && id !== GIVEN_ID
}

/** A report is never kept from being made by a part of it. */
async function orProblem(part: () => Promise<unknown>): Promise<unknown> {
  try {
    return await part()
  } catch (cause) {
    return { problem: cause instanceof CallError ? cause.message : 'failed' }
  }
}

/** Every step is tried, whatever became of those before it; what failed is told. */
async function deleteAll(deps: DataDeps, assistant: DataAssistant | undefined): Promise<string[]> {
  const { dataDir, store, problems, secrets, history, lines, log } = deps
  const steps: [what: string, run: () => unknown][] = [
    ['the conversation', () => assistant?.handlers['session:hang-up'](undefined)],
    ['the history', () => history.deleteEverything()],
    ['the keys', () => secrets.destroy()],
    ['agents and settings', () => store.clear()],
    ['the link of the window', () => removeLinkFiles(dataDir)],
    ['what the window keeps', () => markWindowFolders(dataDir)],
    ['the list of agents', () => assistant?.startAfresh()]
  ]
  const failed: string[] = []
  for (const [what, run] of steps) {
    try {
      await run()
    } catch (cause) {
      log.warn('something of the data could not be deleted', { what, cause })
      failed.push(`${what} (${cause instanceof CallError ? cause.message : fileObstacle(cause)})`)
    }
  }
  if (failed.length > 0) return failed
  lines?.clear()
  for (const { code, file } of problems.list()) if (file !== undefined) problems.solve(code, file)
  return failed
}

function removeLinkFiles(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (LINK_FILES.test(name)) rmSync(path.join(dataDir, name), { force: true })
  }
}
