import { systemClock } from '../../main/node/system-clock.ts'
import type { ThinkItem } from '../settings-schema.ts'
import type { DialogueEntry, Thinker, ThinkHandlers, Thinking, ThinkTiming, ToolCall } from './contract.ts'
import { httpThinker, type ThinkerDeps } from './http-thinker.ts'
import { startScriptedModel, type ModelScript, type ScriptedModel } from './scripted-model.test-support.ts'

/** Everything a completion reported. */
export interface Thought {
  readonly text: string
  readonly thinking: string
  readonly calls: readonly ToolCall[]
  readonly warnings: readonly string[]
  readonly timings: Readonly<Partial<Record<ThinkTiming, number>>>
  /** Names of what was reported, in order; runs of one kind as one. */
  readonly trace: readonly string[]
  /** How it ended: `done`, `failed: ...`, `unplugged 1`. */
  readonly end: string | undefined
}

/** One completion under test. */
export interface Run extends Thought {
  readonly thinking: string
  readonly handle: Thinking
  /** Resolves with the last report. */
  readonly ended: Promise<Thought>
  /** Resolves when text has come. */
  readonly spoke: Promise<void>
}

/** A think item for the scripted model. */
export function item(url: string, more: Partial<ThinkItem> = {}): ThinkItem {
  return { provider: { type: 'open_ai', model: 'scripted' }, endpoint: { url }, ...more }
}

export const user = (content: string): DialogueEntry => ({ kind: 'said', role: 'user', content })
export const agent = (content: string): DialogueEntry => ({ kind: 'said', role: 'assistant', content })

/** Asks a thinker and writes down what it reports. */
export function ask(
  thinker: Thinker,
  items: readonly ThinkItem[],
  dialogue: readonly DialogueEntry[] = [user('Hello?')],
  listen: Partial<ThinkHandlers> = {}
): Run {
  const state = {
    text: '',
    thinking: '',
    calls: [] as ToolCall[],
    warnings: [] as string[],
    timings: {} as Partial<Record<ThinkTiming, number>>,
    trace: [] as string[],
    end: undefined as string | undefined
  }
  const { promise: ended, resolve } = Promise.withResolvers<Thought>()
  const { promise: spoke, resolve: speak } = Promise.withResolvers<void>()
  let returned = false
  const seen = (name: string): void => {
    if (!returned) throw new Error(`${name} before think had returned`)
    if (state.end !== undefined) throw new Error(`${name} after ${state.end}`)
    if (state.trace.at(-1) !== name) state.trace.push(name)
  }
  const finish = (end: string): void => {
    seen(end)
    state.end = end
    resolve(state)
  }
  const handle = thinker.think(
    { choices: items.map((one) => ({ item: one, prompts: [one.prompt ?? ''] })), dialogue },
    {
      text: (delta) => {
        seen('text')
        state.text += delta
        speak()
        listen.text?.(delta)
      },
      thinking: (delta) => {
        seen('thinking')
        state.thinking += delta
        listen.thinking?.(delta)
      },
      toolCalls: (calls) => {
        seen('calls')
        state.calls.push(...calls)
      },
      warning: (code, description) => {
        seen(code)
        state.warnings.push(`${code} ${description}`)
        listen.warning?.(code, description)
      },
      timing: (kind, ms) => {
        if (state.timings[kind] !== undefined) throw new Error(`two timings of ${kind}`)
        state.timings[kind] = ms
      },
      done: () => finish('done'),
      failed: (description) => finish(`failed: ${description}`),
      unplugged: (index) => finish(`unplugged ${index}`)
    }
  )
  returned = true
  return Object.assign(state, { handle, ended, spoke })
}

/** Scripted models that live as long as one test, and a thinker on the system's clock. */
export class Models {
  private readonly running: ScriptedModel[] = []

  async start(script: ModelScript): Promise<ScriptedModel> {
    const model = await startScriptedModel(script)
    this.running.push(model)
    return model
  }

  thinker(deps: Partial<ThinkerDeps> = {}): Thinker {
    return httpThinker({ clock: systemClock, ...deps })
  }

  async close(): Promise<void> {
    await Promise.all(this.running.splice(0).map((model) => model.close()))
  }
}
