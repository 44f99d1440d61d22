import { mkdir, writeFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { agentsScripts, agentsStates } from './agents-states.ts'
import { builderStates } from './builder-states.ts'
import { historyScripts, historyStates } from './history-states.ts'
import { napsterStates } from './napster-states.ts'
import { conversation, expect, ownPageTest, test } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'
import { expectDrawn } from './pictures.ts'
import { presenceScripts, presenceStates } from './presence-states.ts'
import { soundScripts, soundStates } from './sound-states.ts'

// One picture per state and theme, for eyes: written to test-results/ui-shots. Every picture is also checked with axe.
const states: Record<string, (parley: ParleyPage) => Promise<void>> = {
  idle: async () => {},
  connecting: async (parley) => {
    await parley.page.getByRole('button', { name: 'Start talking' }).click()
    await parley.state({ phase: 'connecting' })
    await parley.page.waitForTimeout(700)
  },
  listening: async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
    await parley.levels(-90, -90)
  },
  'user-speaking': async (parley) => {
    await parley.live('userSpeaking')
    await parley.say(...conversation.slice(0, 3))
    await parley.page.getByRole('button', { name: /^Hold to talk/ }).hover()
    await parley.page.mouse.down()
    for (let i = 0; i < 16; i += 1) {
      await parley.levels(-26 + 8 * Math.sin(i), -90)
      await parley.page.waitForTimeout(50)
    }
  },
  thinking: async (parley) => {
    await parley.live('thinking')
    await parley.say(...conversation.slice(0, 2))
    await parley.page.waitForTimeout(500)
  },
  'agent-speaking': async (parley) => {
    await parley.live('agentSpeaking')
    await parley.say(...conversation)
    for (let i = 0; i < 16; i += 1) {
      await parley.levels(-60, -22 + 6 * Math.sin(i * 0.8))
      await parley.page.waitForTimeout(50)
    }
  },
  unreachable: async (parley) => {
    await parley.ended({ code: 'unreachable', message: 'ws://127.0.0.1:4000 refused the connection.' })
  },
  'microphone-denied': async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 1))
    await parley.microphone({ kind: 'failed', code: 'permission-denied', message: '' })
  },
  notices: async (parley) => {
    await parley.microphoneIs({ granted: { echoCancellation: false, noiseSuppression: true, autoGainControl: true } })
    await parley.live()
    await parley.say(...conversation.slice(0, 5))
    await parley.event({ kind: 'audio-dropped', where: 'before-live', ms: 1240 })
    await parley.event({
      kind: 'notice',
      notice: {
        level: 'info',
        code: 'mic-check',
        message: 'No transcriber is connected, so the agent plays your words back.'
      }
    })
  },
  'open-microphone': async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
    await parley.page.getByRole('radio', { name: 'Open mic' }).click()
    await parley.levels(-30, -90)
  },
  muted: async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
    await parley.page.getByRole('radio', { name: 'Open mic' }).click()
    await parley.page.getByRole('button', { name: 'Mute microphone' }).click()
  },
  'muted-push': async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
    await parley.page.getByRole('button', { name: 'Mute microphone' }).click()
  },
  'stand-in': async (parley) => {
    await parley.microphoneIs({ insteadOf: 'Conference headset', sound: 'silent' })
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
  },
  'loudspeaker-blocked': async (parley) => {
    await parley.live('agentSpeaking')
    await parley.say(...conversation.slice(0, 3))
    await parley.engine({ loudspeaker: { blocked: true, label: null, insteadOf: null } })
  },
  'composer-menu': async (parley) => {
    await parley.live()
    await parley.say(...conversation)
    await parley.page.getByRole('button', { name: /What this text is for/ }).click()
  },
  'microphone-list': async (parley) => {
    await parley.live()
    await parley.page.getByRole('combobox', { name: /Microphone/ }).click()
  }
}

Object.assign(states, agentsStates, builderStates, napsterStates, soundStates, historyStates, presenceStates)

// While a list or menu is open the kit hides the page behind it; the page was checked while they were closed.
const open: Record<string, string> = {
  ...Object.fromEntries(Object.keys(historyStates).map((name) => [name, '[role=dialog]'])),
  'history-delete': '[role=alertdialog]',
  'composer-menu': '[role=menu]',
  'composer-timing': '[role=menu]',
  'composer-refusing': '[role=menu]',
  'agent-list': '[role=menu]',
  'agent-list-problem': '[role=menu]',
  'new-agent-menu': '[role=menu]',
  'microphone-list': '[role=listbox]',
  sound: '[role=dialog]',
  'sound-test': '[role=dialog]',
  'sound-echo-running': '[role=dialog]',
  'sound-echo': '[role=dialog]',
  'sound-system': '[role=dialog]',
  'sound-system-denied': '[role=dialog]',
  'settings-window-desktop': '[role=dialog]',
  'settings-window-web': '[role=dialog]',
  'settings-window-usage': '[role=dialog]',
  latency: '[role=dialog]'
}

const sizes = {
  normal: { width: 960, height: 720 },
  narrow: { width: 360, height: 640 },
  wide: { width: 1400, height: 900 }
}
const alsoWide = new Set(['idle', 'agent-speaking', 'tune'])

/** Their picture is of something that moves. */
const moving = new Set(['connecting', 'reconnecting', 'reconnect-held', 'user-speaking', 'thinking', 'agent-speaking'])

/** They are reached again at each size. */
const reachedPerSize = new Set([
  'composer-menu',
  'composer-timing',
  'composer-refusing',
  'agent-list',
  'agent-list-problem',
  'new-agent-menu',
  'microphone-list',
  'tool-row',
  'tune-sections',
  'tune-block',
  'tune-block-wrong',
  'tune-say',
  'sound-echo-running',
  'sound-echo',
  'sound-system',
  'sound-system-denied',
  'settings-window-usage'
])

for (const [name, reach] of Object.entries(states)) {
  test(`${name} is drawn in both themes, clean for axe and never wider than the window`, async ({ parley }) => {
    if (moving.has(name)) await parley.withMotion()
    const { wide, ...usual } = sizes
    await expectDrawn(parley, {
      name,
      sizes: alsoWide.has(name) ? { ...usual, wide } : usual,
      darkAt: 'normal',
      perSize: reachedPerSize.has(name),
      part: open[name],
      async reach() {
        const scripts = [agentsScripts, soundScripts, historyScripts, presenceScripts]
        await parley.open(Object.assign({}, ...scripts.map((script) => script[name])))
        await reach(parley)
      }
    })
  })
}

/** The picture as WebP, half the size of the PNG. */
async function webp(page: Page, png: Buffer): Promise<Buffer> {
  const base64 = await page.evaluate(async (source) => {
    const bytes = Uint8Array.from(atob(source), (char) => char.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 })
    return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''))
  }, png.toString('base64'))
  return Buffer.from(base64, 'base64')
}

// The pictures of the README; UI_README_SHOTS=1 writes them to docs/images.
ownPageTest.describe('pictures of the README', () => {
  ownPageTest.use({ deviceScaleFactor: 1.5, viewport: { width: 960, height: 760 } })
  for (const [name, theme, state] of [
    ['conversation-light', 'light', 'agent-speaking'],
    ['conversation-dark', 'dark', 'agent-speaking'],
    ['start-light', 'light', 'idle'],
    ['tune-light', 'light', 'tune'],
    ['tune-dark', 'dark', 'tune'],
    ['agents-light', 'light', 'agents'],
    ['agent-form-light', 'light', 'editor'],
    ['agent-import-light', 'light', 'agent-import']
  ] as const) {
    ownPageTest(`${name} is drawn`, async ({ parley }) => {
      await parley.withMotion()
      await parley.open({ theme, ...agentsScripts[state] })
      await states[state]?.(parley)
      const folder = process.env['UI_README_SHOTS'] === '1' ? 'docs/images' : 'test-results/ui-shots'
      await mkdir(folder, { recursive: true })
      const picture = await webp(parley.page, await parley.page.screenshot({ animations: 'disabled' }))
      await writeFile(`${folder}/${name}.webp`, picture)
      expect(picture.byteLength, 'small enough for a README').toBeLessThan(120_000)
    })
  }
})
