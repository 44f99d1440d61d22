// app.commandLine: what the user gave and what the app appends, in time or too late.
import { fault, state } from './state.ts'
import type { Like } from './surface.ts'

const switches = new Map<string, string | undefined>()
const appended = new Set<string>()

/** A switch from the command line; it stays in process.argv, as in Electron. */
export function userSwitch(name: string, value: string | undefined): void {
  switches.set(name, value)
}

export const commandLine = {
  hasSwitch: (name: string) => switches.has(name),
  getSwitchValue: (name: string) => switches.get(name) ?? '',
  removeSwitch(name: string) {
    switches.delete(name)
  },
  appendSwitch(name: string, value?: string) {
    if (!state.tooling) {
      if (state.entryLoaded) fault('switch-after-ready', `--${name} has no effect on a running browser process`)
      const lost = appended.has(name) && /^(enable|disable)-features$/.test(name) ? switches.get(name) : undefined
      if (lost !== undefined && lost !== value) {
        fault('switch-overwritten', `--${name} appended twice: Chromium keeps the last one only (${lost} is lost)`)
      }
      appended.add(name)
    }
    switches.set(name, value)
  }
} satisfies Like<Electron.CommandLine>

const OWN =
  /^(remote-debugging-|user-data-dir|inspect|no-sandbox|data-dir|profile|connect|host|no-open|hidden|self-check)/

/** Switches for Chromium: neither the driver's nor the app's own. */
export function chromiumSwitches(): string[] {
  return [...switches]
    .filter(([name]) => !OWN.test(name))
    .map(([name, value]) => (value === undefined ? `--${name}` : `--${name}=${value}`))
}
