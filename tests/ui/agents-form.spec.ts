import type { Page } from '@playwright/test'
import { expect, test } from './parley-page.ts'

const profile = `{
  "schemaVersion": 1,
  "name": "Kitchen helper",
  "service": "deepgram",
  "colour": [12345678901234567890, null],
  "settings": {
    "agent": {
      "listen": { "provider": { "type": "deepgram", "model": "nova-3", "smart_format": false, "endpointing": 5 } },
      "think": { "provider": { "type": "open_ai", "model": "gpt-4o-mini" }, "prompt": "Be brief." }
    }
  }
}`

const own = { answers: { 'profiles:read': { ok: true as const, value: { text: profile } } } }
const json = (page: Page) => page.getByRole('textbox', { name: 'Settings of this agent, as JSON' })
const section = (page: Page, name: string) => page.getByRole('group', { name, exact: true })

async function openForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor()
}

async function saved(parley: {
  asked: (name: 'profiles:save') => Promise<unknown[]>
}): Promise<{ id?: string; text: string }> {
  return (await parley.asked('profiles:save')).at(-1) as { id?: string; text: string }
}

test('every block of the agent is set in the form, and nothing else of the file changes', async ({ parley, page }) => {
  test.slow()
  await parley.open(own)
  await openForm(page)
  await section(page, 'The agent').getByRole('textbox', { name: 'Greeting' }).fill('Hello!')
  const think = section(page, 'Thinking')
  await think.getByRole('textbox', { name: 'Prompt' }).fill('You help in the kitchen.\nBe brief.')
  await think.getByRole('textbox', { name: 'Temperature' }).fill('0,4')
  await think.getByRole('button', { name: 'Add a function' }).click()
  await think.getByRole('textbox', { name: 'Name', exact: true }).fill('find_order')
  await think.getByRole('button', { name: 'Add a fallback' }).click()
  await think.getByRole('combobox', { name: 'Provider' }).nth(1).click()
  await page.getByRole('option', { name: 'Anthropic' }).click()
  const listen = section(page, 'Listening')
  await listen.getByRole('radio', { name: 'Flux (v2)' }).click()
  await expect(
    listen.getByRole('textbox', { name: 'Model' }).or(listen.getByRole('combobox', { name: 'Model' }))
  ).toHaveValue('flux-general-en')
  await listen.getByRole('textbox', { name: 'Sure that you have finished' }).fill('0.8')
  await listen.getByRole('textbox', { name: /^Words to listen for/ }).fill('Parley\n\nsous-vide')
  const speak = section(page, 'Speaking')
  await speak.getByRole('button', { name: 'Choose a voice' }).click()
  await speak.getByRole('textbox', { name: 'Speed' }).fill('1.1')
  await section(page, 'Sound').getByRole('combobox', { name: 'Your voice: encoding' }).click()
  await page.getByRole('option', { name: 'linear16' }).click()
  await section(page, 'Sound').getByRole('combobox', { name: 'Your voice: sample rate (Hz)' }).fill('16000')
  await section(page, 'Service options').getByRole('textbox', { name: 'Tags, one a line' }).fill('demo')
  await section(page, 'Service options').getByRole('checkbox', { name: 'Send the history' }).uncheck()
  await page.getByRole('combobox', { name: 'Microphone', exact: true }).click()
  await page.getByRole('option', { name: 'Headset' }).click()
  await parley.expectAccessible('[role=dialog]')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  const { id, text } = await saved(parley)
  expect(id).toBe('own')
  expect(text).toContain('"colour": [12345678901234567890, null],\n')
  const { colour: _, ...known } = JSON.parse(text) as Record<string, unknown>
  expect(known).toEqual({
    schemaVersion: 1,
    name: 'Kitchen helper',
    service: 'deepgram',
    devices: { microphone: { deviceId: 'headset', label: 'Headset' } },
    settings: {
      tags: ['demo'],
      flags: { history: false },
      audio: { input: { encoding: 'linear16', sample_rate: 16000 } },
      agent: {
        greeting: 'Hello!',
        listen: {
          provider: {
            type: 'deepgram',
            model: 'flux-general-en',
            smart_format: false,
            endpointing: 5,
            version: 'v2',
            eot_threshold: 0.8,
            keyterms: ['Parley', 'sous-vide']
          }
        },
        think: [
          {
            provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.4 },
            prompt: 'You help in the kitchen.\nBe brief.',
            functions: [
              {
                name: 'find_order',
                description: 'Say when the agent should call this.',
                parameters: { type: 'object', properties: {} }
              }
            ]
          },
          { provider: { type: 'anthropic', model: 'gpt-4o-mini' } }
        ],
        speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en', speed: 1.1 } }
      }
    }
  })
})

test('what is wrong is said at its field; what the file cannot hold is corrected before it is saved', async ({
  parley,
  page
}) => {
  test.slow()
  await parley.open(own)
  await openForm(page)
  const think = section(page, 'Thinking')
  const warm = think.getByRole('textbox', { name: 'Temperature' })
  await warm.fill('5')
  await expect(warm).toHaveAccessibleDescription('Write a number from 0 to 2.')
  await warm.fill('warm')
  await expect(warm).toHaveAccessibleDescription('Write a number from 0 to 2.')
  await expect(warm).toHaveAttribute('aria-invalid', 'true')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(' ')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText('2 fields have to be corrected first.')
  expect(await parley.asked('profiles:save')).toEqual([])
  await page.getByRole('button', { name: 'Show it' }).click()
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  await expect(name).toBeFocused()
  await expect(name).toHaveAccessibleDescription('Write a name of 1 to 200 characters.')
  await parley.expectAccessible('[role=dialog]')
  await name.fill('Ada')
  await page.getByRole('button', { name: 'Show it' }).click()
  await expect(warm).toBeFocused()
  await warm.fill('')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  expect((await saved(parley)).text).toBe(profile.replace('Kitchen helper', 'Ada'))
})

test('the JSON view is the same file; a line of what is wrong goes to its place', async ({ parley, page }) => {
  await parley.open(own)
  await openForm(page)
  const unknown = section(page, 'Other fields')
  await expect(unknown.getByRole('listitem')).toHaveText([
    'colour [12345678901234567890, null]',
    'settings.agent.listen.provider.endpointing 5'
  ])
  await unknown.getByRole('button', { name: /endpointing in JSON/ }).click()
  await expect(json(page)).toHaveValue(profile)
  await expect(json(page)).toBeFocused()
  const selected = () =>
    json(page).evaluate((box: HTMLTextAreaElement) => box.value.slice(box.selectionStart, box.selectionEnd))
  expect(await selected()).toBe('"endpointing": 5')
  const wrong = profile
    .replace('"name": "Kitchen helper"', '"name": 5')
    .replace('"smart_format": false', '"smart_format": "no"')
  await json(page).fill(wrong)
  await page.getByRole('button', { name: /^Line 3/ }).click()
  expect(await selected()).toBe('"name": 5')
  await page.getByRole('button', { name: /^Line 8/ }).click()
  expect(await selected()).toBe('"smart_format": "no"')
  await page.getByRole('radio', { name: 'Options' }).click()
  await expect(page.getByText('Write a name of 1 to 200 characters.')).toBeVisible()
  await page.getByRole('radio', { name: 'JSON' }).click()
  await json(page).fill(`${profile.slice(0, -2)}\n  oops\n}`)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText('The JSON has to be corrected first.')
  await page.getByRole('button', { name: /^Line \d+/ }).click()
  expect(await selected()).toBe('o')
  await parley.expectAccessible('[role=dialog]')
})

test('a line far down is brought into view', async ({ parley, page }) => {
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`field${at}`, at]))
  const text = JSON.stringify({ schemaVersion: 1, name: 'Long', service: 'deepgram', ...many, nudge: 7 }, null, 2)
  await parley.open({ answers: { 'profiles:read': { ok: true, value: { text } } } })
  await openForm(page)
  await page.getByRole('radio', { name: 'JSON' }).click()
  await page.getByRole('button', { name: /^Line 405/ }).click()
  const top = await json(page).evaluate((box) => box.scrollTop)
  expect(top).toBeGreaterThan(5_000)
})

test('leaving asks where something would be lost, and only there', async ({ parley, page }) => {
  await parley.open(own)
  await openForm(page)
  await page.getByRole('button', { name: 'Back to all agents' }).click()
  await page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ada')
  await expect(page.getByText('Unsaved changes')).toBeVisible()
  const asks = page.getByRole('alertdialog', { name: 'Leave without saving?' })
  for (const leave of ['Back to all agents', 'Close']) {
    await page.getByRole('button', { name: leave }).click()
    await asks.getByRole('button', { name: 'Go on editing' }).click()
    await expect(asks).toBeHidden()
  }
  await page.keyboard.press('Escape')
  await expect(asks).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(asks).toBeHidden()
  await page.getByRole('radio', { name: 'JSON' }).click()
  await expect(json(page)).toHaveValue(profile.replace('Kitchen helper', 'Ada'))
  await json(page).fill(profile)
  await expect(page.getByText('Unsaved changes')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('an agent that comes with Parley is duplicated and edited; a copy from a problem is kept only when saved', async ({
  parley,
  page
}) => {
  await parley.open({
    ...own,
    profiles: [{ id: 'own', name: 'Copy', service: 'deepgram', modality: 'audio', builtIn: false }]
  })
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await page.getByRole('button', { name: 'More for Built-in agent' }).click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await expect(page.getByRole('dialog', { name: /^Edit / })).toBeVisible()
  expect(await parley.asked('profiles:duplicate')).toEqual([{ id: 'builtin' }])
})

test('an agent that Deepgram keeps has an id, and what was in the file comes back', async ({ parley, page }) => {
  await parley.open(own)
  await openForm(page)
  await page.getByRole('radio', { name: 'At Deepgram' }).click()
  await expect(section(page, 'Thinking')).toHaveCount(0)
  await page.getByRole('textbox', { name: 'Id of the agent at Deepgram' }).fill('b0b1')
  await page.getByRole('radio', { name: 'In this file' }).click()
  await page.getByRole('radio', { name: 'JSON' }).click()
  await expect(json(page)).toHaveValue(profile)
})

test('a prompt of 100 kB is typed in without a wait, in a window of 360 px', async ({ parley, page }) => {
  const prompt = 'Answer in one short sentence, and never guess a price. '.repeat(1_800)
  const text = JSON.stringify({
    schemaVersion: 1,
    name: 'Long',
    service: 'deepgram',
    settings: { agent: { think: { provider: { type: 'open_ai', model: 'x' }, prompt } } }
  })
  await parley.open({ answers: { 'profiles:read': { ok: true, value: { text } } } })
  await page.setViewportSize({ width: 360, height: 640 })
  await openForm(page)
  const box = page.getByRole('textbox', { name: 'Prompt' })
  await box.focus()
  await page.keyboard.press('Control+End')
  const { ours, bare } = await page.evaluate(async () => {
    const field = document.activeElement as HTMLTextAreaElement
    /** Half of the letters take longer, in ms. */
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- what runs in the page must stand alone
    const typed = async (area: HTMLTextAreaElement): Promise<number> => {
      const entries: number[] = []
      for (const letter of 'twenty letters typed') {
        const from = performance.now()
        area.setRangeText(letter, area.value.length, area.value.length, 'end')
        area.dispatchEvent(new InputEvent('input', { bubbles: true }))
        await new Promise((resolve) => {
          requestAnimationFrame(() => setTimeout(resolve))
        })
        entries.push(performance.now() - from)
      }
      return entries.toSorted((x, y) => x - y)[entries.length / 2] ?? Infinity
    }
    // What the browser itself takes for a field of this size and length.
    const plain = field.cloneNode() as HTMLTextAreaElement
    plain.value = field.value
    document.body.append(plain)
    const least = await typed(plain)
    plain.remove()
    return { ours: await typed(field), bare: least }
  })
  expect(ours, `ms for one letter; the browser alone takes ${bare}`).toBeLessThan(4 * bare + 100)
  await parley.expectNoSideScroll()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  expect((await saved(parley)).text).toContain(`${prompt}twenty letters typed`)
})
