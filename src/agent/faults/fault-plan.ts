import type { WebSocket } from 'ws'
import type { Clock, Log } from '../../shared/runtime.ts'
import type { Link } from '../link.ts'
import type { Fault, Faults, Refusable, RefuseFault } from './fault.ts'
import { type Armed, FaultyLink } from './faulty-link.ts'

interface Counted {
  readonly fault: Fault
  left: number
}

/** Deals the given faults out to upgrades and connections, each as often as it says, in the given order. */
export class FaultPlan implements Faults {
  private readonly faults: readonly Counted[]
  private readonly clock: Clock
  private readonly log: Log

  constructor(faults: readonly Fault[], { clock, log }: { clock: Clock; log: Log }) {
    this.faults = faults.map((fault) => ({ fault, left: fault.times }))
    this.clock = clock
    this.log = log
  }

  refusal(of: Refusable = 'upgrade'): RefuseFault | null {
    for (const counted of this.faults) {
      const { effect } = counted.fault
      if (effect.kind === 'refuse' && (effect.of ?? of) === of && this.claim(counted)) return effect
    }
    return null
  }

  attach(socket: WebSocket, link: Link): Link {
    const armed = this.faults.flatMap((counted): Armed[] => {
      const { effect } = counted.fault
      return effect.kind === 'refuse' || counted.left === 0 ? [] : [{ effect, claim: () => this.claim(counted) }]
    })
    return new FaultyLink(socket, link, armed, this.clock)
  }

  private claim(counted: Counted): boolean {
    if (counted.left === 0) return false
    counted.left -= 1
    this.log.info('agent fault', { fault: counted.fault.spec })
    return true
  }
}
