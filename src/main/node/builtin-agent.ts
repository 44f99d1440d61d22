import { startAgent } from '../../agent/server.ts'
import type { SpeechEngine } from '../../agent/speech/contract.ts'
import type { BuiltinAgent } from '../../core/ports.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { proxiedFetch } from './proxied-fetch.ts'
import type { ProxyRule } from './proxy.ts'

export interface BuiltinAgentOptions {
  log: Log
  clock: Clock
  /** Makes the speech engine; called once, when the agent is first needed. */
  engine: () => SpeechEngine
  /** Command line of the transcriber, `auto` or `none` (`PARLEY_TRANSCRIBER`). */
  transcriber?: string
  /** How the models and functions of think blocks are reached; default: through the environment's proxies. */
  proxyFor?: ProxyRule
  /** Stands in for the real server in tests. */
  start?: typeof startAgent
}

/**
 * The built-in agent inside a host: started on any free loopback port when first asked for, once per process.
 * A start that failed is tried again by the next caller. `close` ends the server and its speech engine, also one
 * that is still starting; afterwards `url` rejects.
 */
export function builtinAgent(options: BuiltinAgentOptions): BuiltinAgent & { close(): Promise<void> } {
  const start = options.start ?? startAgent
  let running: Promise<{ url: string; close(): Promise<void> }> | undefined
  let closing: Promise<void> | undefined

  async function launch() {
    const engine = options.engine()
    try {
      const agent = await start({
        port: 0,
        engine,
        log: options.log,
        clock: options.clock,
        fetch: proxiedFetch(options.proxyFor),
        ...(options.transcriber === undefined ? {} : { transcriber: options.transcriber })
      })
      return {
        url: agent.url,
        async close() {
          await agent.close()
          await engine.close()
        }
      }
    } catch (cause) {
      running = undefined
      await engine.close()
      throw cause
    }
  }

  return {
    async url() {
      if (closing !== undefined) throw new Error('The built-in agent has been closed.')
      running ??= launch()
      return (await running).url
    },
    close() {
      closing ??= (async () => {
        const agent = await running?.catch(() => undefined)
        await agent?.close()
      })()
      return closing
    }
  }
}
