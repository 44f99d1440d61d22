import type { Activity, SessionEvent } from '../../shared/events.ts'
import type { Dialect, WireMessage, WireStep } from '../dialects/dialect.ts'
import { DialectRig, FLUX, THINK, shown } from '../dialects/testing.test-support.ts'
import type { Json } from '../secrets/placeholders.ts'
import { ManualClock } from '../testing.test-support.ts'
import { CommandDesk } from './command-desk.ts'

/** A desk over a dialect, Deepgram's unless another is given, whose service is the test. */
export class DeskRig {
  readonly clock = new ManualClock()
  readonly dialect: DialectRig
  readonly sent: WireMessage[] = []
  readonly events: SessionEvent[] = []
  readonly shows: WireStep['shows'][] = []
  /** Steps that the service objected to. */
  readonly refused: WireStep[] = []
  /** What such a step had changed. */
  changed: string | undefined = 'the temperature'
  readonly desk: CommandDesk
  /** Answers of the secret store, by the order of the questions. */
  readonly secrets: ((problem: string | undefined) => void)[] = []
  activity: Activity = 'listening'
  silences = 0
  onChanged: () => void = () => {}
  lacking = false

  constructor(agent: Json | Dialect = { listen: { provider: FLUX }, think: THINK }) {
    this.dialect = isDialect(agent) ? DialectRig.of(agent) : new DialectRig(agent)
    this.desk = new CommandDesk({
      clock: this.clock,
      secrets: {
        lacks: (compose) => this.lacking && JSON.stringify(shown(compose)).includes('{{secret:'),
        load: () => new Promise((resolve) => this.secrets.push(resolve))
      },
      send: (compose) => this.sent.push(shown(compose)),
      sending: (step) => {
        if (step.shows !== undefined) this.shows.push(step.shows)
        if (step.takesTurn !== 'user') return
        if (this.activity === 'agentSpeaking') this.become('listening')
        this.become('thinking')
      },
      emit: (event) => this.events.push(event),
      activity: () => this.activity,
      plan: (command) => this.dialect.plan(command),
      serviceDelays: this.dialect.dialect.serviceDelays,
      refused: (step) => {
        this.refused.push(step)
        return this.changed
      },
      changed: (next) => {
        this.dialect.agent = next
        this.onChanged()
      },
      trailingSilence: () => (this.silences += 1)
    })
  }

  static ready(agent?: Json | Dialect): DeskRig {
    const rig = new DeskRig(agent)
    rig.desk.ready()
    return rig
  }

  become(activity: Activity): void {
    this.activity = activity
    this.desk.activityChanged()
  }

  get types(): unknown[] {
    return this.sent.map(({ type }) => type)
  }

  get notices(): string[] {
    return this.events.flatMap((event) => (event.kind === 'notice' ? [event.notice.message] : []))
  }

  get outcomes(): unknown[] {
    return this.events.flatMap((event) => (event.kind === 'command' ? [[event.command, event.outcome]] : []))
  }
}

function isDialect(agent: Json | Dialect): agent is Dialect {
  return typeof agent === 'object' && agent !== null && 'newReader' in agent
}

export const append = (text: string) => ({ kind: 'append-prompt', text }) as const
export const later = (text: string, respond = true) =>
  ({ kind: 'user-text', text, when: 'after-speech', respond }) as const
