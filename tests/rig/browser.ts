import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

/** Path of an installed Chromium-family browser: `PARLEY_CHROMIUM`, else the first known command on PATH. Throws with what to do. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['PARLEY_CHROMIUM']
  if (chosen !== undefined && chosen !== '') return chosen
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    for (const command of COMMANDS) {
      const path = join(folder, command)
      try {
        accessSync(path, constants.X_OK)
        return path
      } catch {
        continue
      }
    }
  }
  throw new Error('No Chromium, Chrome or Edge on PATH: install one (apt-get install chromium) or set PARLEY_CHROMIUM.')
}

/** Playwright launch options for real audio: headed, not muted, microphone granted without a prompt, no network of its own. */
export interface ChromiumLaunch {
  executablePath: string
  headless: false
  ignoreDefaultArgs: string[]
  args: string[]
  env: Record<string, string>
}

export interface ChromiumOptions {
  /** False leaves the permission prompt to the test. */
  grantMicrophone?: boolean
  /** `after-gesture`: the rule of an ordinary tab, which plays nothing before somebody has clicked or pressed a key. */
  autoplay?: 'always' | 'after-gesture'
  args?: readonly string[]
}

/** `env` comes from a rig. */
export function chromiumLaunch(env: Readonly<Record<string, string>>, options: ChromiumOptions = {}): ChromiumLaunch {
  const asRoot = process.getuid?.() === 0
  return {
    executablePath: findChromium(),
    headless: false,
    ignoreDefaultArgs: ['--mute-audio'],
    args: [
      `--autoplay-policy=${options.autoplay === 'after-gesture' ? 'document-user-activation-required' : 'no-user-gesture-required'}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-quic',
      '--no-first-run',
      '--window-position=0,0',
      '--window-size=1280,800',
      ...(options.grantMicrophone === false ? [] : ['--use-fake-ui-for-media-stream']),
      ...(asRoot ? ['--no-sandbox'] : []),
      ...(options.args ?? [])
    ],
    env: { ...env }
  }
}
