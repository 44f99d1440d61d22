import type { Page } from '@playwright/test'
import { DEFAULT_AUDIO_PREFERENCES } from '../../src/shared/audio/preferences.ts'
import type { AudioPreferences } from '../../src/shared/ipc/contract.ts'

const TIMEOUT_MS = 10_000

/** Changes how Parley takes and plays sound, as its settings do, and opens its page anew; to be called before a conversation. */
export async function setAudioPreferences(page: Page, change: Partial<AudioPreferences>): Promise<void> {
  const audio: AudioPreferences = { ...DEFAULT_AUDIO_PREFERENCES, ...change }
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
    { call: { id: 1, call: 'preferences:write', input: { audio } }, timeoutMs: TIMEOUT_MS }
  )
  if ((reply as { ok?: boolean }).ok !== true) throw new Error(`the preferences were refused: ${JSON.stringify(reply)}`)
  await page.reload()
  await page.getByRole('button', { name: 'Start talking' }).waitFor()
}
