import type { Page } from '@playwright/test'
import { DEFAULT_AUDIO_PREFERENCES } from '../../src/shared/audio/preferences.ts'
import type { AudioPreferences, CallInput } from '../../src/shared/ipc/contract.ts'

const TIMEOUT_MS = 10_000

/** Changes Parley's preferences as its page does. Who has the page open sees them when it is opened anew. */
export async function writePreferences(page: Page, change: CallInput<'preferences:write'>): Promise<void> {
  const reply = await page.evaluate(
    ({ call, timeoutMs }) =>
      new Promise<unknown>((resolve, reject) => {
        const socket = new WebSocket(`${window.origin.replace('http', 'ws')}/ipc`)
        setTimeout(() => reject(new Error('the preferences were not answered')), timeoutMs)
        socket.addEventListener('open', () => socket.send(JSON.stringify(call)))
        socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
          const frame = JSON.parse(data) as { id?: number; reply?: unknown }
          if (frame.id !== call.id) return
          socket.close()
          resolve(frame.reply)
        })
      }),
    { call: { id: 1, call: 'preferences:write', input: change }, timeoutMs: TIMEOUT_MS }
  )
  if ((reply as { ok?: boolean }).ok !== true) throw new Error(`the preferences were refused: ${JSON.stringify(reply)}`)
}

/** Changes how Parley takes and plays sound and opens its page anew; to be called before a conversation. */
export async function setAudioPreferences(page: Page, change: Partial<AudioPreferences>): Promise<void> {
  await writePreferences(page, { audio: { ...DEFAULT_AUDIO_PREFERENCES, ...change } })
  await page.reload()
  await page.getByRole('button', { name: 'Start talking' }).waitFor()
}
