import { settings } from '../../../src/agent/rig.test-support.ts'
import type { SpeechEvent } from '../../../src/agent/speech/contract.ts'
import { startScriptedModel, type ScriptedModel } from '../../../src/agent/think/scripted-model.test-support.ts'
import { Client, silence, startSpoken, type Spoken } from '../agent-spoken.test-support.ts'

const RATE_HZ = 16_000
/** Takes its time, so that this time can be seen to be its own. */
const TRANSCRIBER = `"${process.execPath}" -e "setTimeout(() => console.log('what is the weather like'), 100)"`
const FIRST_TOKEN_MS = 150
const PER_TOKEN_MS = 20
const TOKENS = ['It ', 'is ', 'sunny ', 'today. ', 'Tomorrow ', ...Array.from({ length: 200 }, () => 'it rains ')]
/** With this token the first sentence is known to be complete. */
const TELLING_TOKEN = 4

/** Where the time between the end of a turn and the first byte of its reply went, in milliseconds. */
export interface TurnTime {
  /** From the decision that the turn is over to the words. */
  readonly transcriberMs: number
  /** From the request to the token that completes the first sentence, as the scripted model spaced them. */
  readonly modelMs: number
  /** From the decision to the first byte of the reply at the client. */
  readonly totalMs: number
  /** What is left of `totalMs`: the agent's own part. */
  readonly ownMs: number
}

/** An agent with its real speech engine in front of a scripted model. */
export class ThinkLatency {
  private readonly spoken: Spoken
  private readonly model: ScriptedModel
  private readonly question: Uint8Array

  private constructor(spoken: Spoken, model: ScriptedModel, question: Uint8Array) {
    this.spoken = spoken
    this.model = model
    this.question = question
  }

  static async start(): Promise<ThinkLatency> {
    const model = await startScriptedModel([{ firstTokenMs: FIRST_TOKEN_MS, perTokenMs: PER_TOKEN_MS, tokens: TOKENS }])
    const spoken = await startSpoken(TRANSCRIBER)
    const speech = await spoken.say('What is the weather like?', RATE_HZ)
    return new ThinkLatency(spoken, model, Buffer.concat([speech, silence(RATE_HZ, 1)]))
  }

  /** One spoken question in a session of its own. */
  async turn(): Promise<TurnTime> {
    const client = await Client.dial(this.spoken.agent, this.settings())
    const from = this.spoken.events.length
    const index = this.model.requests.length
    await client.hear(this.question, RATE_HZ)
    await client.until(() => client.got.some((one) => 'pcm' in one), 'the first byte of the reply')
    const firstByteAtMs = client.got.find((one) => 'pcm' in one)?.atMs ?? NaN
    client.socket.terminate()
    const request = await this.model.request(index)
    await request.ended
    const decidedAtMs = this.when('turn-silent', from)
    const understoodAtMs = this.when('turn-ended', from)
    const transcriberMs = understoodAtMs - decidedAtMs
    const modelMs = (request.wroteAtMs[TELLING_TOKEN] ?? NaN) - request.atMs
    const totalMs = firstByteAtMs - decidedAtMs
    return { transcriberMs, modelMs, totalMs, ownMs: totalMs - transcriberMs - modelMs }
  }

  async close(): Promise<void> {
    await this.spoken.close()
    await this.model.close()
  }

  private settings(): object {
    const think = { provider: { type: 'open_ai', model: 'scripted' }, endpoint: { url: this.model.url } }
    return settings({ think })
  }

  private when(kind: SpeechEvent['kind'], from: number): number {
    const at = this.spoken.events.findIndex((event, index) => index >= from && event.kind === kind)
    return this.spoken.eventTimesMs[at] ?? NaN
  }
}
