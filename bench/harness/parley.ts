import { type ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { Page } from '@playwright/test'
import { start, stop } from '../../tests/rig/processes.ts'
import type { Rig } from '../../tests/rig/rig.ts'
import type { BenchContext } from './bench.ts'
import { INPUT_RATE_HZ, OUTPUT_RATE_HZ, type Service } from './service.ts'
import type { Stage } from './stage.ts'

const LINK_TIMEOUT_MS = 20_000

/** The real web host in Node with its page in the stage's browser, and a service that it talks to. */
export interface Parley {
  page: Page
  host: ChildProcess
  /** Starts a conversation with an open microphone; resolves when audio may flow. */
  talk: () => Promise<void>
  /** The same with the microphone open only while the talk key is held. */
  hold: () => Promise<void>
  hangUp: () => Promise<void>
  /** Opens the page anew: where its sound falls between the sound card's fragments is another then. */
  reload: () => Promise<void>
}

export interface ParleyOptions {
  /** Changes the profile's settings. */
  profile?: Record<string, unknown>
  /** Runs in the page before anything of its own. */
  init?: string
  /** Default: the bench's own build. */
  buildDir?: string
}

/** The web host in Node and the link to its page; it goes with `context.defer`. */
export async function startHost(
  context: Pick<BenchContext, 'defer'>,
  { rig, dir }: { rig: Pick<Rig, 'env'>; dir: string },
  buildDir: string,
  service: Service,
  profile: Record<string, unknown> = {}
): Promise<{ host: ChildProcess; url: string }> {
  const file = join(dir, `profile-${performance.now()}.json`)
  await writeFile(file, JSON.stringify(profileOf(service, profile)))
  const data = join(dir, `data-${performance.now()}`)
  const args = [join(buildDir, 'main/web.js'), '--port', '0', '--no-open', '--data-dir', data, '--profile', file]
  const host = start(process.execPath, args, {
    env: { ...rig.env, PARLEY_TRANSCRIBER: 'none', DEEPGRAM_API_KEY: 'not-a-real-key' },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  context.defer(() => stop(host))
  const errors: string[] = []
  host.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no link: ${errors.join('')}`)), LINK_TIMEOUT_MS)
    host.stdout?.on('data', (chunk: Buffer) => {
      const found = /http:\/\/\S+/.exec(chunk.toString())
      if (found === null) return
      clearTimeout(timer)
      resolve(found[0])
    })
    host.once('exit', (code) => reject(new Error(`the web host ended with ${code}: ${errors.join('')}`)))
  })
  return { host, url }
}

/** Opens Parley in a tab of its own; it goes with `context.defer`. */
export async function openParley(
  context: Pick<BenchContext, 'defer' | 'buildDir'>,
  stage: Stage,
  service: Service,
  options: ParleyOptions = {}
): Promise<Parley> {
  const { host, url } = await startHost(context, stage, options.buildDir ?? context.buildDir, service, options.profile)
  const page = await stage.browser.newPage()
  if (options.init !== undefined) await page.addInitScript(options.init)
  await page.goto(url)
  const connect = page.getByRole('button', { name: /^(Start talking|Talk again)$/ })
  await connect.waitFor()
  const begin = async (mode: string): Promise<void> => {
    await page.getByRole('radio', { name: mode }).click()
    const live = service.nextLive()
    await connect.click()
    await live
  }
  return {
    page,
    host,
    talk: () => begin('Open mic'),
    hold: () => begin('Push to talk'),
    async reload() {
      await page.reload()
      await connect.waitFor()
    },
    async hangUp() {
      await page.getByRole('button', { name: 'Hang up' }).click()
      await connect.waitFor()
    }
  }
}

function profileOf(service: Service, settings: Record<string, unknown>): object {
  return {
    schemaVersion: 1,
    name: 'Bench',
    service: 'deepgram',
    url: service.url,
    ...settings,
    settings: {
      audio: {
        input: { encoding: 'linear16', sample_rate: INPUT_RATE_HZ },
        output: { encoding: 'linear16', sample_rate: OUTPUT_RATE_HZ, container: 'none' }
      },
      agent: {}
    }
  }
}
