import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { workerEngine } from '../../agent/speech/engine.ts'
import { Assistant } from '../../core/assistant.ts'
import { readPreferences } from '../../core/preferences.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import type { Log } from '../../shared/runtime.ts'
import { builtinAgent } from '../node/builtin-agent.ts'
import { thisMachine } from '../node/browser.ts'
import { defaultDataDir, openDataDir } from '../node/data-dir.ts'
import { dataService } from '../node/data/data.ts'
import { systemOpener } from '../node/data/open-folder.ts'
import { deleteMarkedFolders, windowFolders } from '../node/data/window-folders.ts'
import { openHistory } from '../node/history/history.ts'
import { nodeHttp } from '../node/http.ts'
import type { LogLines } from '../node/json-log.ts'
import { DataFolderError, openData, type DataFolder } from '../node/open-data.ts'
import { webPresence } from '../node/presence/web-presence.ts'
import { ProfileFileError, readProfileFile } from '../node/read-profile.ts'
import { FILE_PROTECTION } from '../node/secrets/protection.ts'
import { openSecrets } from '../node/secrets/secrets.ts'
import type { SelfCheck } from '../node/self-check/self-check.ts'
import { speechWorkerEntry } from '../node/speech-entry.ts'
import { webShortcuts } from '../node/shortcuts/web-shortcuts.ts'
import type { StartOptions } from '../node/start-options.ts'
import { systemClock } from '../node/system-clock.ts'
import { version } from '../node/version.ts'
import { wakeWatch } from '../node/wake-watch.ts'
import { httpTokenGrant } from '../node/token-grant.ts'
import { wsTransport } from '../node/ws-transport.ts'
import { pageWatch } from './page-watch.ts'
import { portProblem } from './port-problem.ts'
import { sessionSecret } from './session-secret.ts'
import { StartError } from './start-error.ts'
import { startWebHost } from './web-host.ts'
import type { WebHost } from './web-host.ts'

/** A running web host with everything behind it. */
export interface RunningHost {
  host: WebHost
  dataDir: string
  /** Ends the pages, the session and the built-in agent, in this order. */
  close(): Promise<void>
}

export interface ComposeOptions {
  start: StartOptions
  /** Folder of the renderer's build. */
  rendererDir: string
  env: NodeJS.ProcessEnv
  /** `lines`: what the report of a problem is made of. */
  log: Log & { lines?: LogLines }
  /** What the page is answered with under `--self-check`. */
  check?: SelfCheck
  /** See {@link pageWatch}. */
  windowGone?: () => void
}

/** Puts the web host together (design.md section 2). Throws {@link StartError} with a sentence. */
export async function composeWebHost({
  start,
  rendererDir,
  env,
  log,
  check,
  windowGone
}: ComposeOptions): Promise<RunningHost> {
  if (!existsSync(path.join(rendererDir, 'index.html'))) {
    throw new StartError(1, `The pages are not built (${rendererDir}). Run: npm run build`)
  }
  const profile = start.profile === undefined ? undefined : readProfile(start.profile, log)
  const dataDir = makeDataDir(start.dataDir ?? defaultDataDir(process.platform, env, homedir()))
  const data = openFolder(dataDir, log)
  const { store, problems } = data
  const folders = windowFolders(dataDir, homedir())
  deleteMarkedFolders(dataDir, folders, log)
  const transcriber = env['PARLEY_TRANSCRIBER']
  const agent = builtinAgent({
    log,
    clock: systemClock,
    engine: () => workerEngine(speechWorkerEntry()),
    ...(transcriber === undefined ? {} : { transcriber })
  })
  const presence = webPresence({ clock: systemClock, log })
  let pages = 0
  const shortcuts = webShortcuts({ env, hasPage: () => pages > 0, clock: systemClock, log })
  const preferences = () => readPreferences(store).history
  const history = openHistory({ dataDir, clock: systemClock, nowMs: Date.now, log, problems, preferences })
  const http = nodeHttp()
  const secrets = openSecrets({ dataDir, env, http, log, problems, protection: FILE_PROTECTION })
  const info = { version, host: 'web', platform: process.platform, connectAtStart: start.connect } as const
  const { lines } = log
  const files = dataService({
    dataDir,
    info,
    store,
    problems,
    secrets,
    history,
    lines,
    log,
    open: systemOpener(thisMachine())
  })
  const assistant = new Assistant({
    transport: wsTransport(),
    clock: systemClock,
    dateMs: Date.now,
    random: Math.random,
    log,
    secrets: secrets.store,
    tokens: httpTokenGrant(),
    http,
    builtinAgent: agent,
    store,
    info,
    host: {
      ...history.handlers,
      ...presence.handlers,
      ...shortcuts.handlers,
      ...secrets.handlers,
      ...files.handlers,
      ...check?.handlers
    },
    onProblem: (problem) => problems.add(problem),
    ...(profile === undefined ? {} : { profile })
  })
  check?.follow(assistant)
  history.follow(assistant)
  secrets.follow(assistant)
  files.follow(assistant)
  await presence.follow(assistant)
  await shortcuts.follow(assistant)
  const onWake = (): void => {
    assistant.resume()
    shortcuts.asleep(false)
  }
  const stopWatch = wakeWatch({ clock: systemClock, dayMs: Date.now, onWake })
  const closeBehind = async (): Promise<void> => {
    stopWatch()
    shortcuts.close()
    presence.close()
    await assistant.close()
    history.close()
    await agent.close()
    deleteMarkedFolders(dataDir, folders, log)
    data.close()
  }
  const onPages = pageWatch({
    clock: systemClock,
    hangUp: () => hangUp(assistant, log),
    ...(windowGone === undefined ? {} : { windowGone })
  })
  try {
    const host = await startWebHost({
      port: start.port,
      rendererDir,
      sessionSecret: sessionSecret(dataDir, log),
      assistant,
      clock: systemClock,
      log,
      onPages: (count) => {
        pages = count
        if (count === 0) shortcuts.pageGone()
        onPages(count)
      }
    })
    const close = async (): Promise<void> => {
      await host.close()
      await closeBehind()
    }
    return { host, dataDir, close }
  } catch (cause) {
    await closeBehind()
    throw await portProblem(cause, start.port)
  }
}

function readProfile(file: string, log: Log): AgentProfile {
  try {
    const { profile, warnings } = readProfileFile(file)
    for (const warning of warnings) log.warn(warning, { file })
    return profile
  } catch (cause) {
    if (cause instanceof ProfileFileError) throw new StartError(2, cause.message)
    throw cause
  }
}

function makeDataDir(dir: string): string {
  try {
    return openDataDir(dir)
  } catch (cause) {
    throw new StartError(
      1,
      `The data folder ${dir} cannot be used: ${messageOf(cause)}. Choose another: --data-dir DIR`
    )
  }
}

function openFolder(dataDir: string, log: Log): DataFolder {
  try {
    return openData({ dataDir, log, clock: systemClock })
  } catch (cause) {
    if (cause instanceof DataFolderError) throw new StartError(1, cause.message)
    throw cause
  }
}

function hangUp(assistant: Assistant, log: Log): void {
  Promise.resolve(assistant.handlers['session:hang-up'](undefined)).catch((cause: unknown) =>
    log.warn('The session of a closed page could not be hung up', { cause })
  )
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
