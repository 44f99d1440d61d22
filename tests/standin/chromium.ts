// The Chromium that plays Electron's renderer side. It dies with the stand-in, however that ends.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { CdpConnection } from './cdp.ts'

const FLAGS = [
  '--remote-debugging-port=0',
  '--no-startup-window',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-quic',
  '--disable-features=HttpsUpgrades,MediaRouter',
  '--password-store=basic',
  '--disable-infobars',
  '--disable-search-engine-choice-screen',
  '--disable-dev-shm-usage',
  '--autoplay-policy=no-user-gesture-required', // Electron's default; Chromium's is stricter
  '--use-fake-ui-for-media-stream', // who may use the microphone is decided by the app's own handlers
  '--js-flags=--allow-natives-syntax' // lets the bridge see proxies, as Electron's does
]

/** The shell ends Chromium when our end of its stdin closes. */
const GUARD = '"$@" </dev/null & p=$!; cat >/dev/null; kill -9 $p'

export interface Chromium {
  child: ChildProcess
  connection: CdpConnection
}

export async function launchChromium(options: { profile: string; switches: string[] }): Promise<Chromium> {
  const root = process.getuid?.() === 0
  const executable = process.env.ESTAND_CHROMIUM ?? '/usr/bin/chromium'
  const flags = [...FLAGS, `--user-data-dir=${options.profile}`, ...(root ? ['--no-sandbox'] : []), ...options.switches]
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', executable, ...flags], { stdio: ['pipe', 'ignore', 'pipe'] })
  const url = await new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`chromium left with ${code} before it was ready`)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = /^DevTools listening on (ws:\/\/.*)$/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
      if (found !== undefined || process.env.ESTAND_DEBUG) process.stderr.write(`${line}\n`) // Playwright waits for this line
    })
  })
  child.removeAllListeners('exit')
  return { child, connection: await CdpConnection.open(url) }
}
