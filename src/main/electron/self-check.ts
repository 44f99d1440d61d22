import { app, globalShortcut, safeStorage } from 'electron'
import type { SpeechEngine } from '../../agent/speech/contract.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { NotHere, type Probe } from '../../shared/self-check.ts'
import { probeSpeech } from '../node/self-check/probe-speech.ts'
import { printVerdict, selfCheck, type SelfCheck } from '../node/self-check/self-check.ts'
import type { HookChild } from '../node/shortcuts/hook-child.ts'
import { HookReport } from '../node/shortcuts/hook-messages.ts'
import { version } from '../node/version.ts'
import { systemProtection } from './safe-storage.ts'
import { openTray } from './tray.ts'

/** Nobody has a use for it, so that it is free where shortcuts work at all. */
const PROBED_SHORTCUT = 'CommandOrControl+Alt+Shift+F11'
const PROBED_TEXT = 'parley self-check'
/** F24, which hardly a keyboard has, as the hook numbers it. */
const PROBED_SCAN_CODE = 0x6b

interface DesktopProbes {
  engine: () => SpeechEngine
  tray: { works: boolean; why: string }
  /** A new process that hears the keyboard. */
  hook: () => HookChild
  platform: NodeJS.Platform
  log: Log
}

/** What only the desktop host can ask of its system. Needs a ready app. */
export function desktopProbes({ engine, tray, hook, platform, log }: DesktopProbes): Probe[] {
  return [
    { probe: 'secret-store', run: () => probeSecretStore(platform, log) },
    { probe: 'shortcut', run: probeShortcut },
    { probe: 'tray', run: () => probeTray(platform, tray) },
    { probe: 'hook-process', run: () => probeHook(hook()) },
    { probe: 'speech-process', run: () => probeSpeech(engine()) }
  ]
}

async function probeSecretStore(platform: NodeJS.Platform, log: Log): Promise<string> {
  const protection = await systemProtection(safeStorage, platform, log).ask()
  if (protection.kind !== 'system') throw new NotHere(protection.why)
  const kept = await protection.cipher.encrypt(PROBED_TEXT)
  if (kept.includes(PROBED_TEXT)) throw new Error('The text was not encrypted.')
  const { value } = await protection.cipher.decrypt(kept)
  if (value !== PROBED_TEXT) throw new Error('What was encrypted comes back as something else.')
  return protection.why
}

function probeShortcut(): string {
  const taken = globalShortcut.register(PROBED_SHORTCUT, () => undefined)
  const known = globalShortcut.isRegistered(PROBED_SHORTCUT)
  globalShortcut.unregister(PROBED_SHORTCUT)
  if (!taken) throw new Error(`The system refused ${PROBED_SHORTCUT}, or another program has it.`)
  if (!known) throw new Error(`${PROBED_SHORTCUT} was taken, and then was not there.`)
  return 'A global shortcut was taken and given back. Whether it is heard only a key press shows.'
}

function probeTray(platform: NodeJS.Platform, { works, why }: DesktopProbes['tray']): string {
  if (!works) throw new NotHere(why)
  const tray = openTray({ platform, state: () => undefined, perform: () => undefined })
  tray.close()
  return 'The tray takes an icon.'
}

/** A machine that does not let its keyboard be heard has hotkeys in another way, or none: that is no failure of Parley. */
const NOT_HEARD: Partial<Record<string, string>> = {
  'no-display': 'There is no display whose keyboard could be heard.',
  wayland: 'Wayland lets no program hear the keyboard.',
  'no-permission': 'The system does not let Parley hear the keyboard yet: it asks when hotkeys are switched on.'
}

async function probeHook(child: HookChild): Promise<string> {
  const said = new Promise<string>((resolve, reject) => {
    child.onExit(() => reject(new Error('The process ended.')))
    child.onMessage((message) => {
      const report = HookReport.parse(message)
      if (report.kind === 'listening')
        resolve('The process that hears the keyboard has started and listens for one key.')
      if (report.kind !== 'failed') return
      const sentence = NOT_HEARD[report.reason]
      reject(
        sentence === undefined ? new Error(`The keyboard cannot be heard: ${report.reason}.`) : new NotHere(sentence)
      )
    })
    child.post({
      kind: 'listen',
      keys: [{ id: 0, scanCode: PROBED_SCAN_CODE, ctrl: true, alt: true, shift: true, meta: true }]
    })
  })
  try {
    return await said
  } finally {
    child.kill()
  }
}

/** `--self-check` of the desktop: with the probes of its page; {@link finishSelfCheck} ends it. */
export function desktopSelfCheck(probes: readonly Probe[], clock: Pick<Clock, 'nowMs' | 'after'>): SelfCheck {
  const { electron, chrome, node } = process.versions
  const versions = { electron, chrome, node }
  return selfCheck({ about: { parley: version, host: 'desktop', platform: process.platform, versions }, probes, clock })
}

/** Prints the verdict and quits with 0, or 1 where a probe failed. */
export async function finishSelfCheck(check: SelfCheck, loaded: Promise<void>, log: Log): Promise<void> {
  // A page that does not load fails its probes; the machine's are still worth knowing.
  loaded.catch((cause: unknown) => log.error('the page of the self-check does not load', { cause }))
  process.exitCode = await printVerdict(await check.verdict(), process.stdout)
  app.quit()
}
