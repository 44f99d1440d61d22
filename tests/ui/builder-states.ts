import type { ToolCall } from '../../src/shared/events.ts'
import { conversation } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'
import { support } from './support-table.ts'

const call: ToolCall = {
  id: 'f1',
  name: 'find_order',
  arguments: '{"order":42,"customer":{"name":"Ada Lovelace","member":true}}',
  where: 'client',
  status: 'answered',
  content: '{"state":"sent","carrier":"Night Mail"}'
}

/** An agent whose file says something of everything that can be tuned. */
async function savedAgent(parley: ParleyPage): Promise<void> {
  const agent = {
    listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', eot_threshold: 0.7 } },
    think: {
      provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.7 },
      endpoint: { url: 'https://models.example.test/v1', headers: { authorization: 'Bearer {{secret:MODELS}}' } },
      prompt: 'You are a night porter. Answer in one sentence.'
    },
    speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
  }
  const saved = JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'deepgram', settings: { agent } })
  await parley.answer('profiles:read', { ok: true, value: { text: saved } })
}

/** A conversation with tool calls and latencies in it. */
async function worked(parley: ParleyPage): Promise<void> {
  await parley.live()
  await parley.event({ kind: 'support', support })
  await parley.event({ kind: 'prompt', codePoints: 412, limit: 25_000 })
  await parley.say(...conversation.slice(0, 2))
  await parley.event({ kind: 'tool-call', call })
  await parley.say(...conversation.slice(2, 3))
  await parley.event({
    kind: 'latency',
    latency: {
      turn: 1,
      client: { lastBlockSentMs: 18, firstByteMs: 540, firstSampleMs: 618 },
      service: { sttMs: 120, tttTextMs: 260, ttsMs: 95, totalMs: 480 }
    }
  })
  await parley.event({ kind: 'reconnected', attempt: 2, tookMs: 1240, answerLost: false })
  await parley.say(...conversation.slice(3, 5))
  await parley.event({
    kind: 'latency',
    latency: { turn: 2, client: { firstByteMs: 810, firstSampleMs: 890 }, service: {} }
  })
}

async function tuned(parley: ParleyPage): Promise<void> {
  await worked(parley)
  await parley.page.getByRole('button', { name: /^Tune the agent/ }).click()
}

const section = (parley: ParleyPage, name: string) =>
  parley.page.getByRole('button', { name: new RegExp(`^${name}`) }).click()

/** What an agent builder sees, for the pictures. */
export const builderStates: Record<string, (parley: ParleyPage) => Promise<void>> = {
  reconnecting: async (parley) => {
    await worked(parley)
    const reason = {
      code: 'unreachable' as const,
      message: 'The connection to the service was lost. Check the network.'
    }
    await parley.state({ phase: 'reconnecting', attempt: 3, retryInMs: 60_000, canRetryNow: true, reason })
    await parley.page.waitForTimeout(500)
  },
  'reconnect-held': async (parley) => {
    await worked(parley)
    const reason = { code: 'rate-limited' as const, message: 'The service takes no more connections just now (429).' }
    await parley.state({ phase: 'reconnecting', attempt: 2, retryInMs: 60_000, canRetryNow: false, reason })
    await parley.page.waitForTimeout(500)
  },
  'answer-lost': async (parley) => {
    await worked(parley)
    await parley.event({ kind: 'reconnected', attempt: 1, tookMs: 640, answerLost: true })
  },
  'tool-row': async (parley) => {
    await worked(parley)
    await parley.page.getByRole('button', { name: /^Tool call/ }).click()
  },
  'tool-answer': async (parley) => {
    await worked(parley)
    const { content: _, ...open } = call
    for (const id of ['f2', 'f3']) {
      await parley.event({ kind: 'tool-call', call: { ...open, id, status: 'waiting-for-person' } })
    }
    await parley.page.getByRole('textbox', { name: 'Your answer, text or JSON' }).fill('{"state":"se')
  },
  'service-error': async (parley) => {
    await worked(parley)
    await parley.state({
      phase: 'ended',
      reason: {
        code: 'service-error',
        serviceCode: 'FAILED_TO_THINK',
        message: 'The service ended the session with an error: All think providers failed.'
      }
    })
  },
  'service-warnings': async (parley) => {
    await worked(parley)
    for (const [code, message] of [
      ['SLOW_THINK_REQUEST', 'We have now waited 5 seconds for a think response.'],
      ['PROMPT_TOO_LONG', 'The prompt has 25,001 characters.']
    ] as const) {
      await parley.event({ kind: 'notice', notice: { level: 'warning', code, message } })
    }
  },
  latency: async (parley) => {
    await worked(parley)
    await parley.page.getByRole('button', { name: 'Latency of this reply: 0.6 s' }).click()
  },
  tune: async (parley) => {
    await tuned(parley)
    await parley.page.getByRole('radio', { name: 'Replace it' }).click()
    await parley.page
      .getByRole('textbox', { name: 'The whole prompt from now on' })
      .fill('You are a night porter. Answer in one sentence.')
  },
  'tune-sections': async (parley) => {
    await savedAgent(parley)
    await tuned(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Model')
    await section(parley, 'Voice')
    await section(parley, 'Turn detection')
    const reply = { outcome: 'refused', reason: 'eager_eot_threshold must not be above eot_threshold, which is 0.7.' }
    await parley.answer('session:command', { ok: true, value: reply })
    await parley.page.getByRole('textbox', { name: 'eager_eot_threshold' }).fill('0.8')
    await parley.page.getByRole('button', { name: 'Change turn detection' }).click()
    await parley.page.getByText('which is 0.7.').scrollIntoViewIfNeeded()
  },
  'tune-fields': async (parley) => {
    await savedAgent(parley)
    await tuned(parley)
    await parley.event({ kind: 'support', support: { ...support, 'set-voice': { kind: 'native' } } })
    await section(parley, 'Prompt')
    await section(parley, 'Model')
    await section(parley, 'Voice')
    await section(parley, 'Keyterms')
    await parley.page.getByRole('textbox', { name: /^Keyterms/ }).fill('Parley\nAda Lovelace')
    await parley.page.getByRole('textbox', { name: 'Voice model' }).scrollIntoViewIfNeeded()
  },
  'tune-block': async (parley) => {
    await savedAgent(parley)
    await tuned(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Whole block')
    await parley.page.getByRole('button', { name: 'Insert the saved block' }).click()
    await parley.page.getByRole('button', { name: 'Send the block' }).scrollIntoViewIfNeeded()
  },
  'tune-block-wrong': async (parley) => {
    await builderStates['tune-block']?.(parley)
    const box = parley.page.getByRole('textbox', { name: /block, as JSON/ })
    const typed = await box.inputValue()
    await box.fill(typed.replace('"https', 'https'))
    await parley.page.getByRole('button', { name: 'Send the block' }).click()
  },
  'tune-say': async (parley) => {
    await tuned(parley)
    await section(parley, 'Prompt')
    await section(parley, 'Say word for word')
    await section(parley, 'Announcements')
    const box = parley.page.getByRole('textbox', { name: 'Next announcement' })
    for (const line of ['Step one of three is done.', 'Step two of three is done.']) {
      await box.fill(line)
      await box.press('Enter')
    }
    await section(parley, 'Context')
    await parley.page.getByRole('button', { name: 'Tell the agent' }).scrollIntoViewIfNeeded()
  },
  'long-words': async (parley) => {
    const name = 'Kraftfahrzeughaftpflichtversicherungsberaterin für Neukundengespräche'
    const id = 'own'
    const list = { chosenId: id, profiles: [{ id, name, service: 'deepgram', modality: 'audio', builtIn: false }] }
    await parley.page.evaluate(() => {
      const label = 'Konferenzraum-Deckenmikrofon mit Rauschunterdrückung (USB-Audio, 4-Kanal)'
      window.engine.opened = { ...window.engine.opened, label, insteadOf: `${label} 2` } as never
    })
    await parley.page.evaluate((payload) => {
      window.emit('profiles:changed', payload)
    }, list)
    await parley.live('agentSpeaking')
    await parley.say(
      {
        id: 'a',
        role: 'user',
        text: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft?',
        interrupted: false
      },
      {
        id: 'b',
        role: 'agent',
        text: `See https://example.test/${'a-very-long-path/'.repeat(6)}index.html for it.`,
        interrupted: false
      }
    )
    const message =
      'The service says Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz is not in the prompt.'
    await parley.event({ kind: 'notice', notice: { level: 'warning', code: 'long', message } })
    await parley.event({
      kind: 'tool-call',
      call: { ...call, name: 'find_insurance_contract_of_the_customer_by_policy_number', status: 'running' }
    })
  },
  'turns-empty': async (parley) => {
    await parley.live()
    await parley.page.getByRole('button', { name: /^Tune the agent/ }).click()
    await parley.page.getByRole('tab', { name: 'Turns' }).click()
  },
  turns: async (parley) => {
    await tuned(parley)
    await parley.page.getByRole('tab', { name: 'Turns' }).click()
  },
  options: async (parley) => {
    const text = JSON.stringify({
      schemaVersion: 1,
      name: 'Kitchen helper',
      service: 'deepgram',
      nudge: { afterSeconds: 20, say: 'Are you still there?' },
      tools: { find_order: { kind: 'answer', content: '{"state":"sent"}' }, old_name: { kind: 'ask' } },
      settings: { agent: { think: { functions: [{ name: 'find_order' }] } } }
    })
    await parley.answer('profiles:read', { ok: true, value: { text } })
    await parley.page.getByRole('button', { name: 'Settings' }).click()
    await parley.page.getByRole('menuitem', { name: 'Agents…' }).click()
    await parley.page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
    await parley.page.getByRole('radio', { name: 'Options' }).click()
  }
}
