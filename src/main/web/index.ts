import { homedir } from 'node:os'
import path from 'node:path'
import { SELF_CHECK_FRAGMENT } from '../../shared/self-check.ts'
import {
  findBrowser,
  noWindowReasons,
  openAppWindow,
  thisMachine,
  windowArguments,
  windowObstacle,
  windowProfileDir
} from '../node/browser.ts'
import type { AppWindow, NoWindow } from '../node/browser.ts'
import { endOnFault, environmentScrub, EXIT_INTERNAL } from '../node/crash.ts'
import { takeEnvironment } from '../node/env-secrets.ts'
import { jsonLog, logLevel } from '../node/json-log.ts'
import { selfCheckDataDir } from '../node/self-check/data-dir.ts'
import { printVerdict, type SelfCheck } from '../node/self-check/self-check.ts'
import { parseStartOptions, START_USAGE } from '../node/start-options.ts'
import type { StartOptions } from '../node/start-options.ts'
import { composeWebHost } from './compose.ts'
import type { RunningHost } from './compose.ts'
import { webSelfCheck } from './self-check.ts'
import { StartError } from './start-error.ts'

/** The web host as a program: one line on stdout when it is ready, everything else on stderr. */

const END_WITHIN_MS = 8000

const env = takeEnvironment(process.env)
const log = jsonLog({ level: logLevel(env), scrub: environmentScrub(env) })
const fromSource = import.meta.url.endsWith('.ts')
const rendererDir = path.join(import.meta.dirname, fromSource ? '../../../out/renderer' : '../renderer')

let running: RunningHost | undefined
let window: AppWindow | undefined
let ending = false

const asked = parseStartOptions(process.argv.slice(2))
if (asked.kind === 'help') process.stdout.write(START_USAGE)
else if (asked.kind === 'wrong') {
  say(`${asked.problem}\n\n${START_USAGE.trimEnd()}`)
  process.exitCode = 2
} else void run(asked.options)

async function run(options: StartOptions): Promise<void> {
  const check = options.selfCheck === true ? webSelfCheck() : undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))
  endOnFault(log, (exitCode) => void end(exitCode))
  try {
    const checked = check === undefined ? {} : { check }
    const start = check === undefined ? options : selfCheckStart(options)
    const windowGone = options.open && process.platform === 'darwin' ? { windowGone: () => void end(0) } : {}
    running = await composeWebHost({ start, rendererDir, env, log, ...windowGone, ...checked })
  } catch (cause) {
    if (!(cause instanceof StartError)) throw cause
    say(cause.message)
    process.exit(cause.exitCode)
  }
  if (check !== undefined) return finishCheck(check, running, options)
  process.stdout.write(`Parley is running at ${running.host.newLink()}\n`)
  if (options.open) openWindow(running)
  offerNewLinks(running)
}

/** A folder and a port of its own: a Parley that runs is left alone. */
function selfCheckStart(options: StartOptions): StartOptions {
  return { ...options, port: 0, connect: false, dataDir: options.dataDir ?? selfCheckDataDir() }
}

async function finishCheck(check: SelfCheck, { host, dataDir }: RunningHost, { open }: StartOptions): Promise<void> {
  const verdict = check.verdict()
  const link = `${host.newLink()}${SELF_CHECK_FRAGMENT}`
  const place = windowPlace()
  if (!open || place.kind === 'none') say(`Open this link in a browser within 30 s, and click in the page: ${link}`)
  else {
    window = openAppWindow(place.browser, windowArguments(link, windowProfileDir(place.browser, dataDir, homedir())))
  }
  await end(await printVerdict(await verdict, process.stdout))
}

/** The browser that can open a window here, or why none can. */
function windowPlace(): { kind: 'browser'; browser: string } | { kind: 'none'; why: NoWindow } {
  const machine = thisMachine()
  const why = windowObstacle(machine)
  if (why !== undefined) return { kind: 'none', why }
  const browser = findBrowser(machine)
  return browser === undefined ? { kind: 'none', why: 'no-browser' } : { kind: 'browser', browser }
}

function openWindow({ host, dataDir }: RunningHost): void {
  const place = windowPlace()
  if (place.kind === 'none') {
    say(`No window is opened: ${noWindowReasons[place.why]}. Open the link above in a browser.`)
    return
  }
  const { browser } = place
  const profileDir = windowProfileDir(browser, dataDir, homedir())
  window = openAppWindow(browser, windowArguments(host.newLink(), profileDir))
  void followWindow(browser, window)
}

async function followWindow(browser: string, { ended }: AppWindow): Promise<void> {
  const how = await ended
  if (ending) return
  if (how.kind === 'closed') await end(0)
  else if (how.kind === 'handed-over') say('A browser that was open already shows Parley. Press Ctrl+C here to end it.')
  else say(`${browser} could not open a window: ${how.message}. Open the link above in a browser.`)
}

/** A link opens one browser; whoever sits at the terminal can have another without ending the conversation. */
function offerNewLinks({ host }: RunningHost): void {
  if (!process.stdin.isTTY) return
  process.stdin.on('data', () => say(`A new link: ${host.newLink()}`))
}

async function end(exitCode: number): Promise<void> {
  if (ending) return
  ending = true
  setTimeout(() => {
    log.error('Parley did not end in time')
    process.exit(EXIT_INTERNAL)
  }, END_WITHIN_MS)
  await window?.close()
  await running?.close()
  process.exit(exitCode)
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
