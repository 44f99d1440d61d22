import { homedir } from 'node:os'
import path from 'node:path'
import {
  app,
  MessageChannelMain,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  type BrowserWindow
} from 'electron'
import { Assistant } from '../core/assistant.ts'
import { readPreferences } from '../core/preferences.ts'
import { SELF_CHECK_FRAGMENT } from '../shared/self-check.ts'
import { APP_PRIVILEGES, APP_SCHEME, appResponder } from './electron/app-protocol.ts'
import { audioPorts } from './electron/audio-port.ts'
import { startedAtLogin } from './electron/login-item.ts'
import { desktopPresence } from './electron/desktop-presence.ts'
import { desktopShortcuts, utilityHook } from './electron/global-shortcut.ts'
import { hostIpc } from './electron/ipc-host.ts'
import { followPower } from './electron/power.ts'
import { systemProxy } from './electron/proxy.ts'
import { guardPermissions } from './electron/permissions.ts'
import { desktopProbes, desktopSelfCheck, finishSelfCheck } from './electron/self-check.ts'
import { isOwnFrame, isTrustedSender } from './electron/sender.ts'
import { closeBeforeQuit, failStart, quitAfterFault } from './electron/shutdown.ts'
import { utilityEngine } from './electron/speech-host.ts'
import { systemProtection } from './electron/safe-storage.ts'
import { readDesktopStart, secondStartNote, type DesktopStart } from './electron/start.ts'
import { createElectronStore } from './electron/store.ts'
import { enableSystemAudio, systemAudio } from './electron/system-audio.ts'
import { confinePages, createMainWindow, focusWindow, pageEvents, showMainWindow } from './electron/windows.ts'
import { keptWindow } from './electron/window-state.ts'
import { builtinAgent } from './node/builtin-agent.ts'
import { endOnFault, environmentScrub } from './node/crash.ts'
import { dataService } from './node/data/data.ts'
import { deleteMarkedFolders, windowFolders } from './node/data/window-folders.ts'
import { takeEnvironment } from './node/env-secrets.ts'
import { openHistory } from './node/history/history.ts'
import { nodeHttp } from './node/http.ts'
import { jsonLog, logLevel } from './node/json-log.ts'
import { openData } from './node/open-data.ts'
import { trayAbility } from './node/presence/tray-host.ts'
import { openSecrets } from './node/secrets/secrets.ts'
import { themeOf } from './node/static-files.ts'
import { systemClock as clock } from './node/system-clock.ts'
import { version } from './node/version.ts'
import { httpTokenGrant } from './node/token-grant.ts'
import { wsTransport } from './node/ws-transport.ts'

// The desktop host: composition only. Nothing here may wait for `ready` at the top level of the module: it would never come.
const env = takeEnvironment(process.env)
const log = jsonLog({ level: logLevel(env), scrub: environmentScrub(env) })
const here = import.meta.dirname
const openFolder = async (dir: string) => (await shell.openPath(dir)) || undefined

async function run(start: Extract<DesktopStart, { kind: 'run' }>): Promise<void> {
  let window: BrowserWindow | undefined
  app.on('second-instance', () => focusWindow(window))
  app.on('window-all-closed', () => app.quit())
  confinePages(log)
  deleteMarkedFolders(start.dataDir, windowFolders(start.dataDir, homedir()), log)
  const trayThere = trayAbility(process.platform, process.env)
  await app.whenReady()

  const engine = () => utilityEngine(path.join(here, 'speech-utility.js'))
  const transcriber = process.env['PARLEY_TRANSCRIBER']
  const proxyFor = systemProxy(session.defaultSession, log)
  const agent = builtinAgent({ log, clock, engine, proxyFor, ...(transcriber === undefined ? {} : { transcriber }) })
  const heard = systemAudio({
    session: session.defaultSession,
    isOwnFrame: (frame) => isOwnFrame(frame, window?.webContents),
    platform: process.platform
  })
  const data = openData({ dataDir: start.dataDir, log, clock, create: createElectronStore })
  const { store, problems } = data
  const atHand = desktopPresence({
    store,
    clock,
    log,
    preload: path.join(here, '../preload/overlay.cjs'),
    tray: await trayThere,
    env: process.env
  })
  const { overlay } = atHand
  const shortcuts = desktopShortcuts({
    entry: path.join(here, 'hook-utility.js'),
    env: process.env,
    power: powerMonitor,
    show: () => focusWindow(window),
    onRefused: (sentence) => atHand.presence.hotkeyRefused(sentence),
    clock,
    log
  })
  const preferences = () => readPreferences(store).history
  const history = openHistory({ dataDir: start.dataDir, clock, nowMs: Date.now, log, problems, preferences })
  const http = nodeHttp(proxyFor)
  const protection = systemProtection(safeStorage, process.platform, log)
  const { dataDir } = start
  const secrets = openSecrets({ dataDir, env, http, log, problems, protection })
  const check = start.selfCheck
    ? desktopSelfCheck(
        desktopProbes({
          engine,
          hook: () => utilityHook(path.join(here, 'hook-utility.js'), process.env),
          tray: await trayThere,
          platform: process.platform,
          log
        }),
        clock
      )
    : undefined
  const info = { version, host: 'desktop', platform: process.platform, connectAtStart: start.connect } as const
  const files = dataService({
    dataDir,
    info,
    store,
    problems,
    secrets,
    history,
    lines: log.lines,
    log,
    open: openFolder
  })
  const assistant = new Assistant({
    transport: wsTransport(proxyFor),
    clock,
    dateMs: Date.now,
    random: Math.random,
    log,
    secrets: secrets.store,
    tokens: httpTokenGrant(proxyFor),
    http,
    builtinAgent: agent,
    store,
    info,
    allowSystemAudio: (on) => heard.allow(on),
    onProblem: (problem) => problems.add(problem),
    host: {
      ...secrets.handlers,
      ...files.handlers,
      ...history.handlers,
      ...atHand.presence.handlers,
      ...shortcuts.handlers,
      ...check?.handlers
    },
    ...(start.profile === undefined ? {} : { profile: start.profile })
  })
  history.follow(assistant)
  secrets.follow(assistant)
  files.follow(assistant)
  followPower(powerMonitor, assistant, log)
  const attach: Assistant['attachAudio'] = (link) => assistant.attachAudio(link)
  const ports = audioPorts({ createChannel: () => new MessageChannelMain(), attach, log, clock })
  closeBeforeQuit({
    log,
    clock,
    steps: [
      () => shortcuts.close(),
      () => ports.close(),
      () => atHand.close(),
      () => assistant.close(),
      () => history.close(),
      () => agent.close(),
      () => data.close()
    ]
  })

  const readTheme = themeOf(assistant.handlers)
  window = createMainWindow({
    preload: path.join(here, '../preload/index.cjs'),
    theme: await readTheme(),
    place: keptWindow(store, screen),
    hidden: (start.hidden || startedAtLogin(app, process.platform)) && (await trayThere).works,
    log,
    clock
  })
  const page = pageEvents(window, () => shortcuts.pageGone())
  protocol.handle(APP_SCHEME, appResponder(path.join(here, '../renderer'), readTheme))
  guardPermissions(session.defaultSession, heard, (contents) => overlay.isOverlay(contents))
  heard.follow(window.webContents)
  hostIpc({
    handlers: assistant.handlers,
    isTrusted: (event, call) => isTrustedSender(event, window?.webContents) || overlay.mayCall(event, call),
    onPageHeard: (event) => overlay.owns(event) || page.heard(),
    onAudioPortRequest: (frame, nonce) => ports.open(frame, nonce),
    onFault: (call, cause) => log.error('call failed', { call, cause }),
    onUntrusted: (call) => log.warn('call from a page that is not ours', { call })
  })
  assistant.onEvent(page.send)
  await atHand.attach(window, assistant)
  await shortcuts.follow(assistant)
  check?.follow(assistant)
  if (check === undefined) await showMainWindow(window)
  else await finishSelfCheck(check, showMainWindow(window, SELF_CHECK_FRAGMENT), log)
}

endOnFault(log, quitAfterFault)
protocol.registerSchemesAsPrivileged([APP_PRIVILEGES])
app.enableSandbox()
enableSystemAudio(app.commandLine, process.platform)
const start = readDesktopStart(process.argv, process.env)
if (start.kind === 'stop') {
  process.stderr.write(start.text)
  app.exit(start.exitCode)
} else {
  app.setPath('userData', start.userDataDir)
  for (const warning of start.warnings) log.warn(warning)
  if (app.requestSingleInstanceLock()) run(start).catch(failStart(log))
  else {
    process.stderr.write(secondStartNote(start) ?? '')
    app.quit()
  }
}
